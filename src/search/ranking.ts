import type { MessageRow } from "../messages/wire.ts";
import { textOf } from "./facets.ts";
import { type Phrase, placesOf } from "./phrases.ts";
import { termsOf } from "./terms.ts";

/** The usual constants of BM25: how soon more of the same word stops counting, and how much a long text is held back. */
const K = 1.2;
const B = 0.75;
/** Days after which what was said counts half as much for being new. */
const HALF_LIFE_DAYS = 30;
const DAY = 24 * 60 * 60 * 1000;

/** What ranking needs of a match; its text need not be kept. */
export type Match = { key: number; at: number; counts: number[]; length: number };

/** Counts how often each phrase stands in a message. `length` is that of the text in terms. */
export const measure = (row: MessageRow, phrases: Phrase[]): Match => {
  const terms = termsOf(textOf(row));
  return { key: row.key, at: Date.parse(row.created_at), counts: phrases.map((phrase) => placesOf(phrase, terms).length), length: terms.length };
};

/**
 * Orders matches by BM25 (mean length among these matches; `shares`: of how many messages one holds each phrase), times 1 to 2
 * for how new each is beside the newest of them: among equals the newer goes first, and a month outweighs a small difference.
 * @returns their keys
 */
export const rank = (found: Match[], shares: number[]): number[] => {
  const mean = found.reduce((sum, { length }) => sum + length, 0) / Math.max(1, found.length);
  const newest = Math.max(...found.map(({ at }) => at));
  const weights = shares.map((share) => Math.log(1 + (1 - share) / Math.max(share, Number.EPSILON)) + 0.1);
  const score = ({ at, counts, length }: Match): number => {
    const held = K * (1 - B + (B * length) / Math.max(1, mean));
    const relevance = counts.reduce((sum, count, n) => sum + ((weights[n] ?? 1) * count * (K + 1)) / (count + held), 0);
    return relevance * (1 + HALF_LIFE_DAYS / (HALF_LIFE_DAYS + (newest - at) / DAY));
  };
  return found
    .map((match) => ({ key: match.key, at: match.at, score: score(match) }))
    .sort((one, other) => other.score - one.score || other.at - one.at)
    .map(({ key }) => key);
};
