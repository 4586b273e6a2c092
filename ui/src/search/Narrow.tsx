import X from "lucide-solid/icons/x";
import { createMemo, For, type JSX, Show } from "solid-js";
import { now } from "../parts/now.ts";
import { type Asked, holds, operatorsIn, toggled } from "./words.ts";

type Props = { asked: Asked; onSearch: (q: string) => void; onSort: (sort: Asked["sort"]) => void };

const WEEK = 7 * 24 * 60 * 60 * 1000;

const looks = "inline-flex h-7 shrink-0 items-center gap-1 rounded-md border px-2 font-mono text-meta transition-colors hover:text-ink pointer-coarse:h-11";

/** What narrows the search, as chips: those in it, which a press takes out, and others that are often wanted. */
export const Narrow = (props: Props): JSX.Element => {
  const chips = createMemo(() => {
    const standing = operatorsIn(props.asked.q);
    const offered = ["from:me", "type:result", "type:error", "type:plan", "has:file", `after:${new Date(now() - WEEK).toISOString().slice(0, 10)}`];
    return [...standing, ...offered.filter((one) => !holds(props.asked.q, one))];
  });
  return (
    <div class="flex shrink-0 items-center gap-2 border-line border-b px-4 py-1.5 sm:px-5">
      <fieldset aria-label="Narrow the search" class="flex min-w-0 grow gap-1.5 overflow-x-auto p-0.5">
        <For each={chips()}>
          {(chip) => (
            <button
              type="button"
              aria-pressed={holds(props.asked.q, chip)}
              class={looks}
              classList={{ "border-edge bg-accent-wash text-ink": holds(props.asked.q, chip), "border-line text-soft": !holds(props.asked.q, chip) }}
              onClick={() => props.onSearch(toggled(props.asked.q, chip))}
            >
              <bdi class="max-w-56 truncate">{chip}</bdi>
              <Show when={holds(props.asked.q, chip)}>
                <X size={12} aria-hidden="true" />
              </Show>
            </button>
          )}
        </For>
      </fieldset>
      <button
        type="button"
        aria-pressed={props.asked.sort === "newest"}
        class={looks}
        classList={{ "border-edge bg-accent-wash text-ink": props.asked.sort === "newest", "border-line text-soft": props.asked.sort !== "newest" }}
        onClick={() => props.onSort(props.asked.sort === "newest" ? "relevance" : "newest")}
      >
        newest first
      </button>
    </div>
  );
};
