import { createUniqueId, type JSX, Show, splitProps } from "solid-js";

/** A labelled line to write in. `hint`: what may stand there, under it. */
export const Field = (props: JSX.InputHTMLAttributes<HTMLInputElement> & { label: string; hint?: string }): JSX.Element => {
  const id = createUniqueId();
  const [own, rest] = splitProps(props, ["label", "hint"]);
  return (
    <div class="flex flex-col gap-1">
      <label for={id} class="font-medium text-small text-soft">
        {own.label}
      </label>
      <input
        {...rest}
        id={id}
        aria-describedby={own.hint ? `${id}-hint` : undefined}
        class="h-10 w-full rounded-md border border-edge bg-ground px-3 text-body placeholder:text-faint"
      />
      <Show when={own.hint}>
        <p id={`${id}-hint`} class="text-faint text-meta">
          {own.hint}
        </p>
      </Show>
    </div>
  );
};
