import { createMemo, type JSX, Show } from "solid-js";
import { CopyButton } from "../parts/CopyButton.tsx";
import type { Reader } from "../timeline/markdown.ts";
import { Text } from "../timeline/Text.tsx";
import { withMarks } from "../timeline/unseen.ts";

/** Why no answer came, in a sentence, what to do about it, and what had come so far. */
export const Failed = (props: { id: string; content: string; reader: Reader }): JSX.Element => {
  const lines = createMemo(() => {
    const [first = "", ...rest] = props.content.trim().split("\n");
    return { first, rest: rest.join("\n").trim() };
  });
  return (
    <div class="mt-0.5 overflow-hidden rounded-md border border-error/50 bg-error-wash">
      <div class="flex items-start gap-1 py-0.5 pr-1 pl-3">
        <p class="min-w-0 grow py-1 font-semibold text-error text-small [overflow-wrap:anywhere]">
          <span class="mr-2 text-meta uppercase tracking-wide">Error</span>
          <bdi>{withMarks(lines().first)}</bdi>
        </p>
        <CopyButton label="Copy error" text={() => props.content} class="size-7!" />
      </div>
      <Show when={lines().rest}>
        {(rest) => (
          <div class="border-error/25 border-t px-3 py-1.5 text-small">
            <Text id={props.id} source={rest()} reader={props.reader} />
          </div>
        )}
      </Show>
    </div>
  );
};
