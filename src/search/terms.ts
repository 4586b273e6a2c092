import { SEARCH_TERM_CHARACTERS } from "../limits.ts";

/**
 * One thing that can be searched for, as it is indexed, and where it stands in the text (UTF-16 units, `to` excluded).
 * `part`: a word · two neighbouring characters of a script that is written without spaces · the last character of such a
 * run, which ends no pair · such a character that stands alone.
 */
export type Term = { term: string; from: number; to: number; part: "word" | "pair" | "end" | "lone" };

/** Scripts that put no spaces between words, and Korean, which hangs its particles on them: any stretch of them can be found. */
const dense = [..."Han Hiragana Katakana Hangul Bopomofo Thai Lao Khmer Myanmar".split(" ").map((script) => `\\p{Script=${script}}`), "ー", "ｰ", "ﾞ", "ﾟ"].join("");
const anyTerm = new RegExp(
  `(?<dense>[${dense}][${dense}\\p{M}]*)|(?<word>[[\\p{L}\\p{N}\\p{M}]--[${dense}]]+)|(?<sign>\\p{Regional_Indicator}{2}|[\\p{Extended_Pictographic}--[©®]])`,
  "gv",
);
const character = /.[\p{M}ﾞﾟ]*/gsu;
const plain = /^[\0-\x7f]*$/;
const plainWord = /[a-z0-9]+/g;

/** Accents and vowel points that people leave out when they type; marks that make another letter (Japanese, Indic) stay. */
const accents = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/g;
const odd: Record<string, string> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ς: "σ" };
const oddLetters = new RegExp(`[${Object.keys(odd).join("")}]`, "g");
const unsearchable = /[^\p{L}\p{N}\p{M}\p{Extended_Pictographic}\p{Regional_Indicator}]/gu;

/** A word as it is compared: small letters, no accents, one form for each way to write the same character. */
const fold = (word: string): string => {
  if (plain.test(word)) return word.toLowerCase().slice(0, SEARCH_TERM_CHARACTERS);
  const bare = word.toLowerCase().normalize("NFKD").replace(accents, "").normalize("NFC");
  return bare
    .replace(oddLetters, (letter) => odd[letter] ?? letter)
    .replace(unsearchable, "")
    .slice(0, SEARCH_TERM_CHARACTERS);
};

/**
 * The terms of a text, in order. Words are runs of letters and digits (`foo_bar.ts` is three), folded; emoji are terms;
 * a run of Chinese, Japanese, Korean or another dense script becomes its overlapping pairs of characters, since no word of
 * it can be told from the next. Both the index and a query are made of these, so they cannot differ.
 * Offsets are those of `text.normalize("NFC")`.
 */
export const termsOf = (text: string): Term[] => {
  const terms: Term[] = [];
  if (plain.test(text)) {
    for (const { 0: word, index } of text.toLowerCase().matchAll(plainWord))
      terms.push({ term: word.length > SEARCH_TERM_CHARACTERS ? word.slice(0, SEARCH_TERM_CHARACTERS) : word, from: index, to: index + word.length, part: "word" });
    return terms;
  }
  for (const { 0: found, index, groups } of text.normalize("NFC").matchAll(anyTerm)) {
    if (groups?.dense !== undefined) cut(found, index, terms);
    else {
      const term = fold(found);
      if (term !== "") terms.push({ term, from: index, to: index + found.length, part: "word" });
    }
  }
  return terms;
};

const cut = (run: string, at: number, terms: Term[]): void => {
  const characters = [...run.matchAll(character)].map(({ 0: written, index }) => ({ folded: fold(written), from: at + index, to: at + index + written.length }));
  for (const [n, { folded, from, to }] of characters.entries()) {
    const next = characters[n + 1];
    if (next) terms.push({ term: folded + next.folded, from, to: next.to, part: "pair" });
    else terms.push({ term: folded, from, to, part: n === 0 ? "lone" : "end" });
  }
};
