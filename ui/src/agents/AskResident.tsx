import { For, type JSX, Show } from "solid-js";
import type { Agent } from "../api.ts";
import { Cell } from "../parts/Cell.tsx";
import { useColony } from "../store.ts";
import { examplesOf } from "./examples.ts";

/** An empty conversation with a resident says what it can do, and offers questions to begin with: one that is chosen stands in the box, to be sent or changed. */
export const AskResident = (props: { agent: Agent; channel_id: string }): JSX.Element => {
  const colony = useColony();
  const fill = (words: string) => {
    colony.drafts().change(props.channel_id, { text: words, editing: null });
    colony.drafts().call(props.channel_id);
  };
  return (
    <div class="mx-auto flex max-w-xl flex-col items-center px-5 py-10 sm:py-16">
      <Cell class="size-12" />
      <h2 class="mt-3 font-semibold text-title">Ask {props.agent.display_name}</h2>
      <p class="mt-1 max-w-(--prose) text-balance text-center text-soft">{props.agent.description}</p>
      <Show when={!props.agent.ready}>
        <p class="mt-2 max-w-(--prose) text-balance text-center text-small text-soft">No model is set up for it yet: it will say so when it is asked.</p>
      </Show>
      <ul aria-label="Questions to begin with" class="mt-5 flex w-full max-w-md flex-col gap-2">
        <For each={examplesOf(props.agent)}>
          {(words) => (
            <li>
              <button
                type="button"
                class="min-h-11 w-full rounded-lg border border-line bg-raised px-3.5 py-2 text-left transition-colors hover:border-edge hover:bg-hover"
                onClick={() => fill(words)}
              >
                {words}
              </button>
            </li>
          )}
        </For>
      </ul>
      <p class="mt-4 text-center text-faint text-small">Only those in this conversation can read it.</p>
    </div>
  );
};
