import { estimateTokens } from "../messages/transcript.ts";
import type { Tokens } from "./prices.ts";

/**
 * Tokens of a call that ended before its provider told them all: what came is paid for, so it is reckoned from its text, a
 * little high rather than low. Else a budget could be passed by stopping every answer. `sent` is what was asked, `most` the tokens that were to come at
 * most: no more is billed, whatever a server sends.
 * @returns null where nothing came and nothing was told
 */
export const reckoned = (told: Tokens | null, sent: () => string, text: string, most: number): Tokens | null => {
  if (text === "") return told;
  const output_tokens = Math.max(told?.output_tokens ?? 0, Math.min(most, estimateTokens(text)));
  return told ? { ...told, output_tokens } : { input_tokens: estimateTokens(sent()), output_tokens, cache_read_tokens: 0, cache_write_tokens: 0 };
};
