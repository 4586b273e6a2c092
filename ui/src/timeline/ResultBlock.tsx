import { createMemo, For, type JSX, Show } from "solid-js";
import type { Reader } from "./markdown.ts";
import { figuresOf, isFigures } from "./shapes.ts";
import { Text } from "./Text.tsx";

/** What came out: the figures it names stand first. */
export const ResultBlock = (props: { id: string; content: string; reader: Reader }): JSX.Element => {
  const figures = createMemo(() => figuresOf(props.content));
  return (
    <div class="mt-0.5 w-fit min-w-48 max-w-full rounded-md border border-result/40 bg-result-wash px-3 py-2">
      <p class="font-semibold text-meta text-result uppercase tracking-wide">Result</p>
      <Show when={figures().length > 0}>
        <dl class="mt-1.5 mb-1 flex flex-wrap gap-2">
          <For each={figures()}>
            {(figure) => (
              <div class="min-w-20 rounded-md border border-result/25 bg-ground px-2.5 py-1">
                <dt class="text-meta text-soft">{figure.name}</dt>
                <dd class="font-mono font-semibold text-body">{figure.value}</dd>
              </div>
            )}
          </For>
        </dl>
      </Show>
      <Show when={!isFigures(props.content, figures())}>
        <Text id={props.id} source={props.content} reader={props.reader} />
      </Show>
    </div>
  );
};
