import type { Context } from "../context.ts";
import { MODEL_ERROR_CHARACTERS } from "../limits.ts";
import type { Cause } from "./asking.ts";
import { costOf, type Tokens } from "./prices.ts";
import { insertCall, type Outcome } from "./store.ts";

/**
 * One try of a model. `error` is what the provider said, without secrets; null when it went well. `counted` is false where it
 * used tokens and told nobody how many: what that cost is not known.
 */
export type Call = Tokens & { cause: Cause; provider: string; model: string; latency_ms: number; outcome: Outcome; error: string | null; counted?: boolean };

/**
 * Writes down a call of a model, also one that failed: what came before that is paid for.
 * @returns its cost in dollars, null where the model has no known price, or its tokens were not counted
 * @throws AppError `storage_failed`
 */
export const recordCall = async (
  ctx: Pick<Context, "write" | "clock" | "prices" | "tally">,
  { cause, error, counted = true, ...call }: Call,
): Promise<{ cost_usd: number | null }> => {
  const price = ctx.prices.of(call.provider, call.model);
  const row = {
    ...cause,
    ...call,
    at: ctx.clock().toISOString(),
    latency_ms: Math.round(call.latency_ms),
    cost_usd: price && counted ? costOf(price, call) : null,
    error: error?.slice(0, MODEL_ERROR_CHARACTERS) ?? null,
  };
  ctx.tally.open(row.at);
  await ctx.write((tx) => insertCall(tx, row));
  ctx.tally.add(row);
  return { cost_usd: row.cost_usd };
};
