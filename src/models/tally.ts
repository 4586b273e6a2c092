import type { Context } from "../context.ts";
import { type Tokens, UNITS_PER_DOLLAR } from "./prices.ts";
import { type Outcome, spentOn } from "./store.ts";

/** What of a call counts. */
type Counted = Tokens & { at: string; provider: string; outcome: Outcome; cost_usd: number | null };

/** How many there were of what its labels say. */
export type Count = { labels: Record<string, string>; count: number };

const dayOf = (at: string): string => at.slice(0, 10);

/**
 * What was spent today (UTC), and how many calls there were since the start. The day's sum is read once from the rows of
 * calls and kept up with them, in whole units of a dollar, so that a thousand small costs make exactly their sum.
 */
export class Tally {
  #day = "";
  #units = 0;
  /** Calls since the start by provider and outcome, and their tokens by provider and kind. */
  readonly calls = new Map<string, Count>();
  readonly tokens = new Map<string, Count>();

  constructor(private readonly ctx: Pick<Context, "db" | "clock">) {}

  /** Dollars spent today. */
  today(): number {
    this.open(this.ctx.clock().toISOString());
    return this.#units / UNITS_PER_DOLLAR;
  }

  /** Holds the sum of the day of `at`. Called before the row of a call is written, so that it is not counted twice. */
  open(at: string): void {
    if (this.#day === dayOf(at)) return;
    this.#units = spentOn(this.ctx.db, dayOf(at));
    this.#day = dayOf(at);
  }

  /** Counts a call whose row is written. */
  add({ at, provider, outcome, cost_usd, ...tokens }: Counted): void {
    // Of a day that is over, the rows alone know.
    if (this.#day === dayOf(at)) this.#units += Math.round((cost_usd ?? 0) * UNITS_PER_DOLLAR);
    count(this.calls, { provider, outcome }, 1);
    const uncached = Math.max(0, tokens.input_tokens - tokens.cache_read_tokens - tokens.cache_write_tokens);
    const kinds = { input: uncached, cache_read: tokens.cache_read_tokens, cache_write: tokens.cache_write_tokens, output: tokens.output_tokens };
    for (const [kind, number] of Object.entries(kinds)) count(this.tokens, { provider, kind }, number);
  }
}

const count = (counts: Map<string, Count>, labels: Record<string, string>, more: number): void => {
  const key = Object.values(labels).join(" ");
  counts.set(key, { labels, count: (counts.get(key)?.count ?? 0) + more });
};
