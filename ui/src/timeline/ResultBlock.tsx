import { createMemo, For, type JSX, Show } from "solid-js";
import type { BodyProps } from "./Body.tsx";
import { resultOf } from "./figures.ts";
import { Text } from "./Text.tsx";

/** What came out: the figures it names stand first, and its words are what they do not say. */
export const ResultBlock = (props: BodyProps): JSX.Element => {
  const result = createMemo(() => resultOf(props.content));
  return (
    <div class="mt-0.5 w-fit min-w-48 max-w-full rounded-md border border-result/40 bg-result-wash px-3 py-2">
      <p class="font-semibold text-meta text-result uppercase tracking-wide">Result</p>
      <Show when={result().figures.length > 0}>
        <dl class="mt-1.5 mb-1.5 flex w-fit max-w-full flex-wrap gap-px overflow-hidden rounded-md border border-result/25 bg-result/25">
          <For each={result().figures}>
            {(figure) => (
              <div class="min-w-20 grow bg-ground px-2.5 py-1">
                <dt class="truncate text-meta text-soft">{figure.name}</dt>
                <dd class="font-mono font-semibold text-body">{figure.value}</dd>
              </div>
            )}
          </For>
        </dl>
      </Show>
      <Show when={result().words}>
        {(words) => (
          <div class="mt-1">
            <Text id={props.id} source={words()} reader={props.reader} />
          </div>
        )}
      </Show>
    </div>
  );
};
