import { createSignal, type JSX, Show } from "solid-js";

/** Shows a long thing in part, with a button for the rest. `children` is told whether it is open. */
export const Fold = (props: { long: boolean; more: string; class?: string; children: (open: boolean) => JSX.Element }): JSX.Element => {
  const [open, setOpen] = createSignal(false);
  return (
    <>
      {props.children(open() || !props.long)}
      <Show when={props.long}>
        <button
          type="button"
          aria-expanded={open()}
          class={`rounded-md border border-line bg-raised px-2.5 py-0.5 font-medium text-meta text-soft hover:bg-hover hover:text-ink ${props.class ?? "mt-1"}`}
          onClick={() => setOpen(!open())}
        >
          {open() ? "Show less" : props.more}
        </button>
      </Show>
    </>
  );
};
