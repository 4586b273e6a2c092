/** How a query was found in a text: how well, smaller is better, and at which of its letters. */
export type Match = { score: number; at: readonly number[] };

/** Ways a word of a query is found, the best first. Between them is room for what else tells two apart. */
const WHOLE = 0;
const PREFIX = 1;
const WORD_START = 2;
const WITHIN = 3;
const INITIALS = 4;
const SCATTERED = 5;
const STEP = 1_000;

/** A score from which on the letters of a word stood only somewhere, in order. */
export const LOOSE = SCATTERED * STEP;

const known = new Map<string, readonly string[]>();
/** Texts whose letters are remembered at most. */
const KNOWN = 5_000;

/** A text's letters as they are compared: small, and without accents; one for each letter that is shown. */
export const lettersOf = (text: string): readonly string[] => {
  const before = known.get(text);
  if (before) return before;
  const letters = Array.from(text, (letter) => [...letter.normalize("NFD").toLowerCase()][0] ?? letter);
  if (known.size >= KNOWN) known.clear();
  known.set(text, letters);
  return letters;
};

const startsWord = (letters: readonly string[], at: number): boolean => at === 0 || (!isPart(letters[at - 1]) && isPart(letters[at]));
const isPart = (letter: string | undefined): boolean => letter !== undefined && /[\p{L}\p{N}]/u.test(letter);

const run = (from: number, length: number): number[] => Array.from({ length }, (_, index) => from + index);

const standsAt = (letters: readonly string[], word: readonly string[], from: number): boolean => word.every((letter, index) => letters[from + index] === letter);

/**
 * A word in a text's letters: whole, at its beginning, at the beginning of a word, within, by its words' beginnings so that
 * `ns` finds night-shift, or else scattered over it in order.
 */
const find = (letters: readonly string[], word: readonly string[]): Match | null => {
  let within = -1;
  for (let from = 0; from + word.length <= letters.length; from++) {
    if (!standsAt(letters, word, from)) continue;
    if (from === 0) return { score: (word.length === letters.length ? WHOLE : PREFIX) * STEP, at: run(0, word.length) };
    if (startsWord(letters, from)) return { score: WORD_START * STEP + from, at: run(from, word.length) };
    if (within < 0) within = from;
  }
  if (within >= 0) return { score: WITHIN * STEP + within, at: run(within, word.length) };
  const initials = scattered(letters, word, true);
  const at = initials ?? scattered(letters, word, false);
  return at && { score: (initials ? INITIALS : SCATTERED) * STEP + (at.at(-1) ?? 0) - (at[0] ?? 0), at };
};

const scattered = (letters: readonly string[], word: readonly string[], atStarts: boolean): number[] | null => {
  const at: number[] = [];
  for (let from = 0; from < letters.length && at.length < word.length; from++) {
    if (letters[from] === word[at.length] && (!atStarts || startsWord(letters, from) || at.at(-1) === from - 1)) at.push(from);
  }
  return at.length === word.length ? at : null;
};

/** Looks for each word of a query in a text. @returns null when one is not in it; an empty query is in everything */
export const match = (query: string, text: string): Match | null => {
  const letters = lettersOf(text);
  let score = 0;
  const at = new Set<number>();
  for (const word of query.split(/\s+/)) {
    if (word === "") continue;
    const found = find(letters, lettersOf(word));
    if (!found) return null;
    score += found.score;
    for (const index of found.at) at.add(index);
  }
  return { score: score + Math.min(letters.length, STEP / 10) / STEP, at: [...at].sort((a, b) => a - b) };
};

/** A text in pieces, those that were found apart from the rest. */
export const pieces = (text: string, at: readonly number[]): { text: string; found: boolean }[] => {
  const marked = new Set(at);
  const parts: { text: string; found: boolean }[] = [];
  for (const [index, letter] of Array.from(text).entries()) {
    const found = marked.has(index);
    const last = parts.at(-1);
    if (last?.found === found) last.text += letter;
    else parts.push({ text: letter, found });
  }
  return parts;
};
