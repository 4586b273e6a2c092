import { createUniqueId, type JSX, splitProps } from "solid-js";

/** A labelled line to write in. */
export const Field = (props: JSX.InputHTMLAttributes<HTMLInputElement> & { label: string }): JSX.Element => {
  const id = createUniqueId();
  const [own, rest] = splitProps(props, ["label"]);
  return (
    <div class="flex flex-col gap-1">
      <label for={id} class="font-medium text-small text-soft">
        {own.label}
      </label>
      <input {...rest} id={id} class="h-10 rounded-md border border-edge bg-ground px-3 text-body placeholder:text-faint" />
    </div>
  );
};
