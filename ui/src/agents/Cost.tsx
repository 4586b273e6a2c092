import CircleDollarSign from "lucide-solid/icons/circle-dollar-sign";
import { createMemo, type JSX, Show } from "solid-js";
import type { Message } from "../api.ts";
import { factsOf } from "./facts.ts";
import { costWords } from "./words.ts";

/** The model that answered, in the head of its answer; what that cost is said when it is pointed at or has the focus. */
export const Cost = (props: { message: Message; onDetails: () => void }): JSX.Element => {
  const cost = createMemo(() => {
    const { cost } = factsOf(props.message.metadata);
    return cost && cost.input + cost.output > 0 ? cost : null;
  });
  return (
    <Show when={cost()}>
      {(known) => (
        <button
          type="button"
          aria-label={`What it cost: ${costWords(known()).replaceAll("\n", ", ")}`}
          data-tip={costWords(known())}
          class="flex h-6 min-w-0 max-w-full items-baseline gap-1.5 rounded font-mono leading-6! text-faint text-meta hover:text-ink"
          onClick={() => props.onDetails()}
        >
          <span class="truncate">{known().model.split("/").at(-1)}</span>
          <CircleDollarSign size={13} aria-hidden="true" class="shrink-0 self-center" />
        </button>
      )}
    </Show>
  );
};
