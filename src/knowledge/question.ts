import { KNOWLEDGE_STEM_LETTERS, KNOWLEDGE_WORDS } from "../limits.ts";
import type { Phrase } from "../search/phrases.ts";
import { termsOf } from "../search/terms.ts";

/** Words that questions are made of and that say nothing of what is asked; folded as terms are. */
const small = new Set(
  `s t m d ll re ve don didn doesn isn aren a about an and any are as at be by can could do does for from get had has have how i if in into is it its may me my of on or our please should so tell than that the their them there these they this to us was we were what when where which who whom whose why will with would you your
  aber als am an auch auf aus bei bin bis bitte das dass dem den denn der des die dies diese dieser dieses du ein eine einem einen einer eines er es fur gibt habe haben hat ich ihr im in ist ja kann kannst konnen man mein meine meinen mich mir mit muss nach nicht noch nur oder sich sie sind so soll und uns unser unsere unseren vom von vor wann war warum was welche welchem welchen welcher welches wem wen wenn wer werden wie wieviel wir wird wo zu zum zur uber`.split(
    /\s+/,
  ),
);

/** Endings of English and German words, the longer ones first: what is left finds the word's other forms, and longer words that begin so. */
const endings = ["ments", "ment", "ungen", "ings", "ing", "ung", "ies", "ern", "ed", "en", "er", "es", "em", "e", "n", "s", "y"];

/** A word as it begins in its other forms; null when it is too short to be looked for so. */
const stemOf = (word: string): string | null => {
  const ending = endings.find((one) => word.endsWith(one) && word.length - one.length >= KNOWLEDGE_STEM_LETTERS);
  const stem = ending === undefined ? word : word.slice(0, -ending.length);
  return stem.length >= KNOWLEDGE_STEM_LETTERS && /^[\p{L}]+$/u.test(stem) ? stem : null;
};

/** The words of a question that are looked up, each once: those that say something, or all when none does. */
const wordsOf = (question: string): string[] => {
  const terms = new Set<string>();
  const others = new Set<string>();
  for (const { term, part } of termsOf(question)) {
    if (part === "end") continue;
    if (small.has(term)) others.add(term);
    else terms.add(term);
    if (terms.size === KNOWLEDGE_WORDS) break;
  }
  return [...(terms.size > 0 ? terms : others)].slice(0, KNOWLEDGE_WORDS);
};

const quoted = (term: string): string => `"${term.replaceAll('"', '""')}"`;

/** What a question in plain language asks for: its words and how they begin. Nothing in it is syntax. */
export type Question = {
  /** Two FTS5 expressions: the word itself, and what begins as it does. */
  words: { exact: string; beginning: string | null }[];
  /** What of a text is marked. */
  phrases: Phrase[];
};

/** @returns null when nothing in it can be looked up */
export const readQuestion = (question: string): Question | null => {
  const words = wordsOf(question).map((word) => ({ word, stem: stemOf(word) }));
  if (words.length === 0) return null;
  return {
    words: words.map(({ word, stem }) => ({ exact: quoted(word), beginning: stem === null ? null : `${quoted(stem)} *` })),
    phrases: words.map(({ word, stem }) => ({ terms: [stem ?? word], prefix: stem !== null })),
  };
};
