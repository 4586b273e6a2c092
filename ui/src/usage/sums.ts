import type { UsageRow, UsageSum } from "../api.ts";

/** What bars measure. */
export const measures = ["cost", "tokens", "calls"] as const;
export type Measure = (typeof measures)[number];

/** All tokens that went in and came out; those from a cache are among what went in. */
export const tokensOf = ({ input_tokens, output_tokens }: UsageSum): number => input_tokens + output_tokens;

/** How much of a measure a sum holds; what has no price weighs nothing. */
export const amountOf = (sum: UsageSum, measure: Measure): number => {
  if (measure === "cost") return sum.cost_usd ?? 0;
  return measure === "calls" ? sum.calls : tokensOf(sum);
};

/** What is measured first: dollars, unless nothing in the range has a price. */
export const firstMeasure = (total: UsageSum): Measure => (total.calls > 0 && !total.cost_usd && total.unpriced_calls > 0 ? "tokens" : "cost");

/** Rows with the most of a measure first. */
export const ranked = (rows: readonly UsageRow[], measure: Measure): UsageRow[] =>
  rows.toSorted((a, b) => amountOf(b, measure) - amountOf(a, measure) || b.calls - a.calls || a.label.localeCompare(b.label));

/** The end of an axis that holds `most`: the next of 1, 2 and 5, times a power of ten. */
export const ceilingOf = (most: number): number => {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 5].find((step) => step * power >= most * 0.999_999) ?? 10) * power;
};

/** A part of a whole in percent, between 0 and 100; what is there at all is seen. */
export const percentOf = (part: number, whole: number): number => (part <= 0 || whole <= 0 ? 0 : Math.min(100, Math.max(1, (100 * part) / whole)));
