import { createSignal, type JSX, Show } from "solid-js";

/** Milliseconds that a word about what was just done stays. */
const SHOWN = 2_000;

const [said, setSaid] = createSignal<string | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says that something was done that shows nowhere else, to eye and ear. */
export const say = (words: string): void => {
  setSaid(words);
  clearTimeout(timer);
  timer = setTimeout(() => setSaid(null), SHOWN);
};

/** Where it is said. */
export const Said = (): JSX.Element => (
  <div role="status" class="pointer-events-none fixed inset-x-0 bottom-24 z-60 flex justify-center px-4">
    <Show when={said()}>{(words) => <span class="rounded-md bg-ink px-2.5 py-1 text-ground text-small shadow-float">{words()}</span>}</Show>
  </div>
);
