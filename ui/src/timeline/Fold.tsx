import { type JSX, Show } from "solid-js";
import { createSwitch } from "./folds.ts";

/** Shows a long thing in part, with a button for the rest. `children` is told whether it is open; `id` is the key under which that is remembered. */
export const Fold = (props: { id: string; long: boolean; more: string; class?: string; children: (open: boolean) => JSX.Element }): JSX.Element => {
  const [open, setOpen] = createSwitch(() => props.id);
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
