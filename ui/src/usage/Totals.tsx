import { For, type JSX } from "solid-js";
import { cost, count, exactly } from "../parts/figures.ts";
import { tokensOf } from "./sums.ts";
import type { Spent } from "./UsagePage.tsx";

/** The sums of the whole range. */
export const Totals = (props: { spent: Spent }): JSX.Element => {
  const total = () => props.spent.by.day.total;
  const facts = (): { name: string; figure: string; more: string }[] => [
    {
      name: "Cost",
      figure: cost(total().cost_usd),
      more: total().unpriced_calls > 0 && total().cost_usd !== null ? "without calls of unknown price" : `in ${props.spent.range} days`,
    },
    { name: "Calls of models", figure: count(total().calls), more: total().failed === 0 ? "none failed" : `${exactly(total().failed)} failed` },
    { name: "Tokens", figure: count(tokensOf(total())), more: `${count(total().input_tokens)} in, ${count(total().output_tokens)} out` },
    { name: "Read from a cache", figure: count(total().cache_read_tokens), more: cachedOf(total().cache_read_tokens, total().input_tokens) },
  ];
  return (
    <dl class="grid grid-cols-2 gap-px overflow-clip rounded-lg border border-line bg-line @2xl:grid-cols-4">
      <For each={facts()}>
        {(fact) => (
          <div class="flex min-w-0 flex-col bg-ground px-4 py-3">
            <dt class="text-small text-soft">{fact.name}</dt>
            <dd class="font-mono font-semibold text-title leading-snug [overflow-wrap:anywhere]">{fact.figure}</dd>
            <dd class="text-faint text-meta">{fact.more}</dd>
          </div>
        )}
      </For>
    </dl>
  );
};

const cachedOf = (cached: number, input: number): string => (input > 0 ? `${Math.round((100 * cached) / input)} % of what went in` : "nothing went in");
