import { type Static, Type } from "@sinclair/typebox";
import { Nullable, Time } from "../accounts/model.ts";

/** By what calls of models are summed up. */
export const UsageKind = Type.Union([Type.Literal("agent"), Type.Literal("user"), Type.Literal("day"), Type.Literal("model")]);
export type UsageKind = Static<typeof UsageKind>;

const Tokens = (description: string) => Type.Integer({ description });

const sums = {
  calls: Type.Integer({ description: "Calls of models, the failed ones too; an answer may take several" }),
  failed: Type.Integer({ description: "Those of them that gave no whole answer and that nobody stopped" }),
  input_tokens: Tokens("All that went in, the cached ones too"),
  output_tokens: Tokens("All that came out"),
  cache_read_tokens: Tokens("Of those that went in: read from the provider's cache"),
  cache_write_tokens: Tokens("Of those that went in: put into the provider's cache"),
  cost_usd: Nullable(Type.Number({ description: "Dollars; null when no call here has a known price", examples: [0.025125] })),
  unpriced_calls: Type.Integer({ description: "Calls of models without a known price: not in cost_usd" }),
};

export const Sums = Type.Object(sums);
const Row = Type.Object({
  key: Type.String({ description: "A username, a day (UTC), or provider/model", examples: ["grimlock", "2026-03-29", "anthropic/claude-sonnet-5-5"] }),
  label: Type.String({ description: "The user's display name; else the key" }),
  ...sums,
});

export const Usage = Type.Object({
  by: UsageKind,
  from: Type.String({ description: "The first day (UTC)", examples: ["2026-03-01"] }),
  to: Type.String({ description: "The last day", examples: ["2026-03-30"] }),
  rows: Type.Array(Row, { description: "By day: each day of the range, in order; else what cost most first" }),
  total: Sums,
  budget: Type.Object({
    daily_usd: Nullable(Type.Number({ description: "What may be spent in a day (UTC), COLONY_LLM_DAILY_BUDGET_USD; null for no bound" })),
    spent_today_usd: Nullable(Type.Number({ description: "What was spent today, by everybody; null for all but admins where there is no budget" })),
    resets_at: Time,
  }),
  prices_problem: Nullable(Type.String({ description: "Why <data>/prices.json is not used as it is now; null for all but admins" })),
});
