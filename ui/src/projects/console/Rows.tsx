import { type Accessor, For, type JSX, Show } from "solid-js";
import { now } from "../../parts/now.ts";
import { momentOf, timeOf } from "../../parts/time.ts";
import { projectAddress } from "../../route.ts";
import type { Line, Run } from "../moments.ts";
import { StateMark } from "../runs/StateMark.tsx";
import { spanWords, stateWords, tookOf, whoWords } from "../runs/words.ts";
import { spansOf, withFound } from "./ansi.ts";

/** Where a run's lines begin: what ran, by whom, and how it stands. */
export const Head = (props: { slug: string; run: Run | undefined; run_id: string; goesOn: boolean }): JSX.Element => (
  <div class="flex items-center gap-2 border-line border-t px-4 py-1.5 text-small" data-head={props.run_id}>
    <Show when={props.run} fallback={<span class="text-faint">A run that is no longer listed</span>}>
      {(run) => {
        const took = () => tookOf(run(), now());
        return (
          <>
            <StateMark state={run().state} />
            <a href={projectAddress(props.slug, "runs", props.run_id)} class="min-w-0 shrink truncate font-medium font-mono hover:underline">
              {run().command}
            </a>
            <span class="min-w-0 shrink-2 truncate text-soft">
              {props.goesOn ? "goes on · " : ""}
              {stateWords(run())}
              {run().ended_at !== null && took() !== null ? ` in ${spanWords(took() ?? 0)}` : ""}
            </span>
            <span class="grow" />
            <span class="shrink-0 text-faint text-meta max-sm:hidden" data-tip={momentOf(run().created_at)}>
              {whoWords(run())} · {timeOf(run().started_at ?? run().created_at)}
            </span>
          </>
        );
      }}
    </Show>
  </div>
);

/** One line as it was written. What came as an error says so, by a word and a bar. */
export const LineRow = (props: { line: Line; query: Accessor<string>; at: boolean }): JSX.Element => {
  const spans = () => withFound(spansOf(props.line.content), props.query());
  return (
    <div class="console-line" data-stream={props.line.stream} data-seq={props.line.seq} data-at={props.at ? "" : undefined} title={momentOf(props.line.timestamp)}>
      <span class="gutter">{props.line.stream === "stderr" ? "err" : ""}</span>
      <span class="text">
        <For each={spans()}>
          {({ text, look, found }) => (
            <Show when={found} fallback={look === "" ? text : <span class={look}>{text}</span>}>
              <mark class={look}>{text}</mark>
            </Show>
          )}
        </For>
      </span>
    </div>
  );
};
