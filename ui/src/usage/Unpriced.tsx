import { type JSX, Show } from "solid-js";
import type { Usage } from "../api.ts";
import { Fault } from "../parts/Fault.tsx";
import { exactly } from "../parts/figures.ts";
import { Snippet } from "../parts/Snippet.tsx";

/** What is missing from the figures because nobody knows its price, and how an operator mends that. */
export const Unpriced = (props: { models: Usage; admin: boolean }): JSX.Element => {
  const total = () => props.models.total;
  const unpriced = () => props.models.rows.filter((row) => row.unpriced_calls > 0).map(({ key }) => key);
  return (
    <>
      <Fault words={props.models.prices_problem && `The list of prices is not used as it is now: ${props.models.prices_problem}`} />
      <Show when={unpriced().length > 0}>
        <div class="flex flex-col gap-3 rounded-lg border border-line bg-accent-wash px-4 py-3 text-small">
          <p>
            <strong class="font-semibold">
              {exactly(total().unpriced_calls)} {total().unpriced_calls === 1 ? "call has" : "calls have"} no price:
            </strong>{" "}
            {unpriced().join(", ")} {unpriced().length === 1 ? "is" : "are"} not in the list of prices, and no guess is made.
            <Show when={!props.admin}> An admin can add {unpriced().length === 1 ? "it" : "them"}.</Show>
          </p>
          <Show when={props.admin}>
            <Snippet
              label={
                <>
                  Add to <code class="font-mono">prices.json</code> in the data folder, in dollars per million tokens:
                </>
              }
              copy="Copy the prices"
              text={pricesOf(unpriced())}
            />
          </Show>
        </div>
      </Show>
    </>
  );
};

/** What the operator fills in, for each of these models. */
const pricesOf = (models: readonly string[]): string =>
  models.map((model) => `${JSON.stringify(model)}: { "input": 0, "output": 0, "cache_read": 0, "cache_write": 0 }`).join(",\n");
