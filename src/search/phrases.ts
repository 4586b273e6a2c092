import { SEARCH_PREFIX_LETTERS } from "../limits.ts";
import { type Term, termsOf } from "./terms.ts";

/** Terms that must stand one after the other; `prefix`: the last of them need only begin so. */
export type Phrase = { terms: string[]; prefix: boolean };

/**
 * What was written, as a phrase: a word with signs inside (`foo_bar`, `v1.2`) is several terms in a row.
 * @param prefix whether the last word may go on, where it is long enough for that
 * @returns null when nothing in it can be searched for
 */
export const phraseOf = (written: string, prefix: boolean): Phrase | null => {
  const terms = termsOf(written);
  const last = terms.at(-1);
  if (!last) return null;
  // The last character of a run ends no pair in the query, but may in the text, where the run goes on.
  if (last.part === "end") terms.pop();
  return { terms: terms.map(({ term }) => term), prefix: last.part === "lone" || (prefix && last.part === "word" && last.term.length >= SEARCH_PREFIX_LETTERS) };
};

const plain = /^[\0-\x7f]*$/;

/** False when a phrase surely is not in a text: seen by its letters, at a fraction of what cutting the text costs. */
export const mayStand = ({ terms }: Phrase, text: string): boolean => {
  if (!plain.test(text)) return true;
  const letters = text.toLowerCase();
  return terms.every((term) => letters.includes(term));
};

/** Where a phrase stands among terms: the index of its first term at each place, `most` places at most. */
export const placesOf = ({ terms: wanted, prefix }: Phrase, terms: Term[], most = Number.POSITIVE_INFINITY): number[] => {
  const places: number[] = [];
  const last = wanted.length - 1;
  for (let at = 0; at + last < terms.length && places.length < most; at++) {
    let n = 0;
    while (n < last && terms[at + n]?.term === wanted[n]) n++;
    if (n < last) continue;
    const term = terms[at + last]?.term ?? "";
    if (prefix ? term.startsWith(wanted[last] ?? "") : term === wanted[last]) places.push(at);
  }
  return places;
};
