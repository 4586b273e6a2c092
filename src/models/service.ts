import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import { invalid } from "../errors.ts";
import { USAGE_DAYS, USAGE_SLICE } from "../limits.ts";
import { readableProject } from "../projects/service.ts";
import { budgetOf } from "./budget.ts";
import type { Sums as SumsModel, UsageKind, Usage as UsageModel } from "./model.ts";
import { UNITS_PER_DOLLAR } from "./prices.ts";
import { afterDay, afterHour, nextCall, sumCalls } from "./store.ts";

type Usage = Static<typeof UsageModel>;
type Sums = Static<typeof SumsModel>;

const DAY = 24 * 60 * 60 * 1000;

/** Days are YYYY-MM-DD (UTC), both inclusive. */
export type UsageAsked = { by: UsageKind; from?: string; to?: string; project?: string };

/**
 * What calls of models took and cost: an admin sees everybody's, others what they themselves asked, and whoever can see a
 * `project` what was asked in its channel, by whomever.
 * @throws AppError `not_found` for the project, `validation_failed` for a range that is none, or longer than USAGE_DAYS
 */
export const readUsage = async (ctx: Context, actor: Actor, { by, from, to, project }: UsageAsked): Promise<Usage> => {
  const days = daysOf(ctx.clock(), from, to);
  const channel = project === undefined ? null : readableProject(ctx, actor, project).channel_no;
  const asker = actor.user.admin || channel !== null ? null : actor.user.no;
  const byKey = new Map<string | number, Sums>(by === "day" ? days.map((day) => [day, nothing()]) : []);
  const total = nothing();
  const end = afterDay(days.at(-1) ?? "");
  let begin = performance.now();
  // An hour at a time, and from one that has calls to the next: a busy day has tens of thousands, and others have their turn in between.
  for (let at = nextCall(ctx.db, days[0] ?? "", end, asker); at !== undefined; ) {
    const [day, hour] = [at.slice(0, "2026-03-29".length), at.slice(0, "2026-03-29T16".length)];
    for (const { key, ...sums } of sumCalls(ctx.db, by, hour, asker, channel)) {
      const place = by === "day" ? day : key;
      const sum = byKey.get(place) ?? nothing();
      byKey.set(place, sum);
      add(sum, sums);
      add(total, sums);
    }
    if (performance.now() - begin >= USAGE_SLICE) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      begin = performance.now();
    }
    at = nextCall(ctx.db, afterHour(hour), end, asker);
  }
  const rows = [...byKey].map(([key, sum]) => ({ ...nameOf(ctx, key), ...sum }));
  if (by !== "day") rows.sort((a, b) => (b.cost_usd ?? 0) - (a.cost_usd ?? 0) || b.calls - a.calls || (a.key < b.key ? -1 : 1));
  const { spent_today_usd, ...budget } = budgetOf(ctx);
  const tellsSpent = actor.user.admin || budget.daily_usd !== null;
  return {
    by,
    from: days[0] ?? "",
    to: days.at(-1) ?? "",
    rows,
    total,
    budget: { ...budget, spent_today_usd: tellsSpent ? spent_today_usd : null },
    prices_problem: actor.user.admin ? ctx.prices.problem : null,
  };
};

/** The days of a range, in order. */
const daysOf = (now: Date, from: string | undefined, to: string | undefined): string[] => {
  const last = to === undefined ? midnightOf(now) : dayIn("to", to);
  const first = from === undefined ? last - (USAGE_DAYS.default - 1) * DAY : dayIn("from", from);
  if (first > last) throw invalid("from", `is after ${to === undefined ? "today" : "to"}`, "Send the first day as from and the last one as to.");
  const count = Math.round((last - first) / DAY) + 1;
  if (count > USAGE_DAYS.max) throw invalid("from", `is ${count} days before the end of the range; ${USAGE_DAYS.max} are the most`, "Ask for a year at a time.");
  return Array.from({ length: count }, (_, n) => new Date(first + n * DAY).toISOString().slice(0, 10));
};

const midnightOf = (time: Date): number => Math.floor(time.getTime() / DAY) * DAY;

const dayIn = (path: string, written: string): number => {
  const time = /^\d{4}-\d\d-\d\d$/.test(written) ? Date.parse(`${written}T00:00:00Z`) : Number.NaN;
  // Months have ends: the 31st of a shorter one is taken for a day of the next.
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(written)) throw invalid(path, "is not a day", `Send for example ${path}=2026-03-29 (UTC).`);
  return time;
};

const nothing = (): Sums => ({ calls: 0, failed: 0, input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0, cost_usd: 0, unpriced_calls: 0 });

const add = (to: Sums, { cost_usd, ...counts }: Sums): void => {
  for (const part of Object.keys(counts) as (keyof typeof counts)[]) to[part] += counts[part];
  const cost = Math.round(((to.cost_usd ?? 0) + (cost_usd ?? 0)) * UNITS_PER_DOLLAR) / UNITS_PER_DOLLAR;
  to.cost_usd = to.calls > 0 && to.calls === to.unpriced_calls ? null : cost;
};

/** Who stands under a number; else the key itself. */
const nameOf = (ctx: Context, key: string | number): { key: string; label: string } => {
  if (typeof key === "string") return { key, label: key };
  const { username, display_name } = ctx.users.author(key);
  return { key: username, label: display_name };
};
