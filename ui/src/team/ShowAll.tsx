import type { JSX } from "solid-js";

/** Under a list of the sidebar that shows its first few. */
export const ShowAll = (props: { count: number; onShow: () => void }): JSX.Element => (
  <button
    type="button"
    class="flex h-8 w-full items-center rounded-md px-2 text-left text-faint text-small hover:bg-hover hover:text-ink focus-visible:-outline-offset-2 pointer-coarse:h-11"
    onClick={() => props.onShow()}
  >
    Show all {props.count}
  </button>
);
