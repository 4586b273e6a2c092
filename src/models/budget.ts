import type { Context } from "../context.ts";
import type { Connection } from "../db/open.ts";
import { ModelError } from "./asking.ts";
import { UNITS_PER_DOLLAR } from "./prices.ts";
import { knowsCalls, spentOn } from "./store.ts";

/** What may be spent on models in a day, and what was. `daily_usd` is null when there is no bound; `resets_at` is the next midnight UTC. */
export type Budget = { daily_usd: number | null; spent_today_usd: number; resets_at: string };

export const budgetOf = (ctx: Pick<Context, "config" | "clock" | "tally">): Budget => ({
  daily_usd: ctx.config.models.dailyBudget,
  spent_today_usd: ctx.tally.today(),
  resets_at: midnightAfter(ctx.clock()),
});

/** As `budgetOf`, for whoever only looks at a database; null when it is from before there were calls. */
export const budgetIn = (db: Connection, now: Date, daily_usd: number | null): Budget | null =>
  knowsCalls(db) ? { daily_usd, spent_today_usd: spentOn(db, now.toISOString().slice(0, 10)) / UNITS_PER_DOLLAR, resets_at: midnightAfter(now) } : null;

const midnightAfter = (now: Date): string => new Date(new Date(now).setUTCHours(24, 0, 0, 0)).toISOString();

/**
 * Asked before each call of a model. What calls under way will cost is not known before they end, so that a day may cost
 * more than its budget by those; calls without a known price do not count.
 * @throws ModelError `budget_exhausted` when today's budget is spent
 */
export const checkBudget = (ctx: Pick<Context, "config" | "clock" | "tally">): void => {
  const { daily_usd, spent_today_usd, resets_at } = budgetOf(ctx);
  if (daily_usd === null || spent_today_usd < daily_usd) return;
  throw new ModelError(
    "budget_exhausted",
    `Today's budget for models, ${dollars(daily_usd)}, is spent, so I cannot answer before ${resets_at.slice(0, 10)} 00:00 UTC.`,
    "Retry then, or let the operator raise COLONY_LLM_DAILY_BUDGET_USD.",
    null,
  );
};

/** With cents at least, and as many decimals as there are. */
export const dollars = (value: number): string => `$${value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 6, useGrouping: false })}`;
