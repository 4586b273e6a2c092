import { For, type JSX } from "solid-js";

/** What it is called, and where it leads: the first of these that is there. */
type Skip = [words: string, ...to: string[]];

const inChannel: Skip[] = [
  ["Skip to messages", "main article[tabindex='0']", "main section a, main section button"],
  ["Skip to writing", "main form textarea"],
];
const elsewhere: Skip[] = [["Skip to the page", "main h1"]];

const lead = (to: string[]) => {
  for (const selector of to) {
    const target = document.querySelector<HTMLElement>(selector);
    if (target) return target.focus();
  }
};

/** The first stops of the Tab key: past the sidebar, to where one reads and where one writes. */
export const Skips = (props: { channel: boolean }): JSX.Element => (
  <For each={props.channel ? inChannel : elsewhere}>
    {([words, ...to]) => (
      <button
        type="button"
        class="-translate-y-16 fixed top-2 left-2 z-50 rounded-md border border-edge bg-raised px-3.5 py-2 font-medium focus:translate-y-0 focus:shadow-float"
        onClick={() => lead(to)}
      >
        {words}
      </button>
    )}
  </For>
);
