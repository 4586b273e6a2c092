import ArrowDown from "lucide-solid/icons/arrow-down";
import type { JSX } from "solid-js";
import { For } from "solid-js";
import { Nothing } from "../../parts/Nothing.tsx";

/** Back to the end, and how much came there meanwhile. */
export const NewLines = (props: { count: number; onEnd: () => void }): JSX.Element => (
  <div class="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
    <button
      type="button"
      class="pointer-events-auto flex h-8 items-center gap-1.5 rounded-full border px-3.5 font-medium text-small shadow-float pointer-coarse:h-11"
      classList={{ "border-transparent bg-accent text-on-accent": props.count > 0, "border-line bg-raised text-soft hover:text-ink": props.count === 0 }}
      onClick={() => props.onEnd()}
    >
      <ArrowDown size={14} aria-hidden="true" />
      {props.count > 0 ? `${props.count.toLocaleString()} new ${props.count === 1 ? "line" : "lines"}` : "To the end"}
    </button>
  </div>
);

/** `runnable`: whether anything can be run at all. */
export const Empty = (props: { runnable: boolean }): JSX.Element => (
  <Nothing
    title="Nothing was run here yet"
    words={`${props.runnable ? "Write a command below: what it writes" : "What is run here, once that is possible,"} appears here as it comes, for everyone in the project.`}
  />
);

export const Failed = (props: { words: string; onAgain: () => void }): JSX.Element => (
  <div role="alert">
    <Nothing title="The console could not be loaded" words={props.words} action="Try again" onAction={() => props.onAgain()} />
  </div>
);

export const Loading = (): JSX.Element => (
  <div role="status" aria-label="Loading the console" class="flex flex-col gap-2 px-11 py-4">
    <For each={[42, 66, 30, 54, 24]}>{(width) => <span aria-hidden="true" class="h-2.5 rounded bg-line motion-safe:animate-pulse" style={{ width: `${width}%` }} />}</For>
  </div>
);
