import { type JSX, Show } from "solid-js";
import type { Usage } from "../api.ts";
import { dollars } from "../parts/figures.ts";
import { now } from "../parts/now.ts";
import { nearly, timeOf } from "../parts/time.ts";
import { percentOf } from "./sums.ts";

/** What may be spent today, how much of it is, and when the day begins anew. */
export const Budget = (props: { budget: Usage["budget"]; admin: boolean }): JSX.Element => {
  const spent = () => props.budget.spent_today_usd ?? 0;
  const anew = () => `${timeOf(props.budget.resets_at)}, ${nearly(props.budget.resets_at, now())}`;
  return (
    <section aria-label="Today" class="flex flex-col gap-2">
      <Show
        when={props.budget.daily_usd}
        fallback={
          <p class="text-small text-soft">
            <Show when={props.budget.spent_today_usd !== null}>
              <span class="font-medium text-ink">
                Today <span class="font-mono">{dollars(spent())}</span>
              </span>
              .{" "}
            </Show>
            No daily budget is set
            <Show when={props.admin} fallback=".">
              ; <code class="font-mono text-meta">COLONY_LLM_DAILY_BUDGET_USD</code> sets one.
            </Show>
          </p>
        }
      >
        {(daily) => {
          const isOver = () => spent() >= daily();
          const words = () => `${dollars(spent())} of ${dollars(daily())}`;
          return (
            <>
              <p class="flex flex-wrap items-baseline justify-between gap-x-4 text-small">
                <span class="font-medium">
                  Today <span class="font-mono">{words()}</span>
                  <Show when={isOver()}>
                    <span class="text-error">: the budget is spent</span>
                  </Show>
                </span>
                <span class="text-soft">{isOver() ? `Agents answer again from ${anew()}` : `Begins anew at ${anew()}`}</span>
              </p>
              <div aria-hidden="true" class="h-1.5 overflow-clip rounded-full border border-edge bg-sunken">
                <div class="h-full transition-[width]" classList={{ "bg-error": isOver(), "bg-accent": !isOver() }} style={{ width: `${percentOf(spent(), daily())}%` }} />
              </div>
            </>
          );
        }}
      </Show>
    </section>
  );
};
