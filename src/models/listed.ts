import type { Price } from "./prices.ts";

const claude = (input: number, output: number, cache_read: number): Price => ({ input, output, cache_read, cache_write: input * 1.25 });
/** Of models that charge nothing more for what is put into the cache. */
const gpt = (input: number, output: number, cache_read: number): Price => ({ input, output, cache_read, cache_write: input });
/** All tokens of a call whose input is longer than 272,000 tokens cost twice as much, those of the output half as much again. */
const gpt6 = (input: number, output: number, cache_read: number): Price => {
  const price = { input, output, cache_read, cache_write: input * 1.25 };
  return { ...price, above: { tokens: 272_000, input: 2 * input, output: 1.5 * output, cache_read: 2 * cache_read, cache_write: 2 * price.cache_write } };
};

/**
 * What providers publish, as of November 2026: platform.claude.com/docs/en/about-claude/pricing (cache writes that are kept
 * for five minutes) and developers.openai.com/api/docs/pricing (standard). What could not be confirmed there is left out:
 * no price is better than a wrong one. A name as value: what is called so is priced as that.
 */
export const listedPrices: Readonly<Record<string, Price | string>> = {
  "anthropic/claude-fable-5-1": claude(10, 50, 0.25),
  "anthropic/claude-fable-5": claude(10, 50, 1),
  "anthropic/claude-opus-5-5": claude(4, 20, 0.2),
  "anthropic/claude-opus-5": claude(5, 25, 0.5),
  "anthropic/claude-opus-4-8": claude(5, 25, 0.5),
  "anthropic/claude-opus-4-7": claude(5, 25, 0.5),
  "anthropic/claude-opus-4-6": claude(5, 25, 0.5),
  "anthropic/claude-opus-4-5": claude(5, 25, 0.5),
  "anthropic/claude-opus-4-5-20251101": "anthropic/claude-opus-4-5",
  "anthropic/claude-sonnet-5-5": claude(2, 10, 0.1),
  "anthropic/claude-sonnet-5": claude(2, 10, 0.2),
  "anthropic/claude-sonnet-4-6": claude(3, 15, 0.3),
  "anthropic/claude-sonnet-4-5": claude(3, 15, 0.3),
  "anthropic/claude-sonnet-4-5-20250929": "anthropic/claude-sonnet-4-5",
  "anthropic/claude-haiku-5-5": { ...claude(0.1, 0.5, 0.01), above: { tokens: 100_000, ...claude(0.5, 2.5, 0.05) } },
  "anthropic/claude-haiku-4-5": claude(1, 5, 0.1),
  "anthropic/claude-haiku-4-5-20251001": "anthropic/claude-haiku-4-5",
  "openai/gpt-6-astra": gpt6(10, 50, 1),
  "openai/gpt-6-sol": gpt6(2, 10, 0.2),
  "openai/gpt-6-luna": gpt6(0.1, 0.5, 0.01),
  "openai/gpt-5.2": gpt(1.75, 14, 0.175),
  "openai/gpt-5.1": gpt(1.25, 10, 0.125),
  "openai/gpt-5": gpt(1.25, 10, 0.125),
  "openai/gpt-5-mini": gpt(0.25, 2, 0.025),
  "openai/gpt-5-nano": gpt(0.05, 0.4, 0.005),
  "openai/gpt-4.1": gpt(2, 8, 0.5),
  "openai/gpt-4.1-mini": gpt(0.4, 1.6, 0.1),
  "openai/gpt-4.1-nano": gpt(0.1, 0.4, 0.025),
  "openai/gpt-4o": gpt(2.5, 10, 1.25),
  "openai/gpt-4o-mini": gpt(0.15, 0.6, 0.075),
};
