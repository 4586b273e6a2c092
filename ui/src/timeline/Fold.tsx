import { createMemo, type JSX, Show } from "solid-js";
import { createSwitch } from "./folds.ts";

const looks = {
  button: "mt-1 rounded-md border border-line bg-raised px-2.5 py-0.5",
  strip: "w-full border-line border-t bg-sunken px-3 py-1 text-left",
};

type Props = { id: string; long: boolean; more: string; look?: keyof typeof looks; children: (open: boolean) => JSX.Element };

/** Shows a long thing in part, with a button for the rest. `children` is told whether it is open; `id` is the key under which that is remembered. */
export const Fold = (props: Props): JSX.Element => {
  const [open, setOpen] = createSwitch(() => props.id);
  const shown = createMemo(() => open() || !props.long);
  const toggle = (button: HTMLElement) => {
    setOpen(!open());
    // The end of what was long is far below its beginning: the reader stays with the button.
    if (!open()) button.scrollIntoView({ block: "nearest" });
  };
  return (
    <>
      {props.children(shown())}
      <Show when={props.long}>
        <button
          type="button"
          aria-expanded={open()}
          class={`block font-medium text-meta text-soft hover:bg-hover hover:text-ink ${looks[props.look ?? "button"]}`}
          classList={{ "sticky bottom-2": open() }}
          onClick={(event) => toggle(event.currentTarget)}
        >
          {open() ? "Show less" : props.more}
        </button>
      </Show>
    </>
  );
};
