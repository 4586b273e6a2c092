import { createMemo, createSignal, createUniqueId, For, type JSX, Show } from "solid-js";
import type { UsageRow } from "../api.ts";
import { cost, count, exactly } from "../parts/figures.ts";
import { amountOf, type Measure, percentOf, ranked, tokensOf } from "./sums.ts";

/** Rows that are listed at first. */
const SHOWN = 8;

/** How much of a measure a row holds, in words; a cost that is not known is not nothing. */
export const figureOf = (row: UsageRow, measure: Measure): string => {
  if (measure === "cost") return cost(row.cost_usd);
  return count(measure === "calls" ? row.calls : tokensOf(row));
};

/** Everything of a row but what is measured, in a line. */
const restOf = (row: UsageRow, measure: Measure): string =>
  [
    measure !== "cost" && cost(row.cost_usd),
    measure !== "calls" && callsOf(row),
    row.failed > 0 && `${exactly(row.failed)} failed`,
    `${count(row.input_tokens)} in, ${count(row.output_tokens)} out`,
    row.unpriced_calls > 0 && row.cost_usd !== null && `${exactly(row.unpriced_calls)} unpriced`,
  ]
    .filter(Boolean)
    .join(" · ");

export const callsOf = ({ calls }: UsageRow): string => (calls === 1 ? "1 call" : `${exactly(calls)} calls`);

/** Who or what spent the most, first, each with a bar as long as its share of the longest. `machine`: what is ranked is a name that a machine reads. */
export const Ranking = (props: { title: string; rows: readonly UsageRow[]; measure: Measure; machine?: boolean }): JSX.Element => {
  const [whole, setWhole] = createSignal(false);
  const heading = createUniqueId();
  const all = createMemo(() => ranked(props.rows, props.measure));
  const most = () => Math.max(0, ...all().map((row) => amountOf(row, props.measure)));
  return (
    <section aria-labelledby={heading} class="min-w-0">
      <h2 id={heading} class="mb-2 font-semibold text-title">
        {props.title}
      </h2>
      <ol aria-labelledby={heading} class="flex flex-col gap-3">
        <For each={all().slice(0, whole() ? undefined : SHOWN)}>
          {(row) => (
            <li>
              <p class="flex items-baseline gap-3">
                <span class={`min-w-0 grow ${props.machine ? "font-mono text-small [overflow-wrap:anywhere]" : "truncate font-medium"}`}>
                  <bdi>{row.label}</bdi>
                </span>
                <span class="shrink-0 font-mono text-small">{figureOf(row, props.measure)}</span>
              </p>
              <div aria-hidden="true" class="mt-1 h-1.5 rounded-full bg-sunken">
                <div class="h-full rounded-full bg-edge transition-[width]" style={{ width: `${percentOf(amountOf(row, props.measure), most())}%` }} />
              </div>
              <p class="mt-0.5 text-faint text-meta">{restOf(row, props.measure)}</p>
            </li>
          )}
        </For>
      </ol>
      <Show when={!whole() && all().length > SHOWN}>
        <button
          type="button"
          class="mt-2 inline-flex min-h-6 items-center font-medium text-small text-soft underline underline-offset-2 hover:text-ink pointer-coarse:min-h-11"
          onClick={() => setWhole(true)}
        >
          Show all {exactly(all().length)}
        </button>
      </Show>
    </section>
  );
};
