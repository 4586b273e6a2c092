import { SEARCH_SNIPPET_CHARACTERS } from "../limits.ts";
import { type Phrase, placesOf } from "./phrases.ts";
import { type Term, termsOf } from "./terms.ts";

type Mark = { from: number; to: number; phrase: number };

/** Places of one phrase that are looked at: a log may hold a word ten thousand times, and the first of them show as well. */
const PLACES = 50;
/** Characters shown before the first mark. */
const LEAD = 60;

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign).replace(/\s+/g, " ");

/**
 * The stretch of a text in which most of what was searched for stands closest together, in one line: HTML in which nothing
 * but `<mark>` is an element. Without phrases, or where none of them stands, it is the text's beginning.
 */
export const snippetOf = (written: string, phrases: Phrase[]): string => {
  const text = written.normalize("NFC");
  const marks = phrases.length === 0 ? [] : marksIn(termsOf(text), phrases);
  const first = bestOf(marks);
  const start = first ? wordStart(text, Math.max(0, first.from - LEAD)) : 0;
  const end = wordEnd(text, start, start + SEARCH_SNIPPET_CHARACTERS);
  let html = start > 0 ? "…" : "";
  let at = start;
  for (const { from, to } of merge(marks)) {
    if (to <= at || from >= end) continue;
    const [opens, closes] = [Math.max(from, at), Math.min(to, end)];
    html += `${escaped(text.slice(at, opens))}<mark>${escaped(text.slice(opens, closes))}</mark>`;
    at = closes;
  }
  return `${html}${escaped(text.slice(at, end))}${end < text.length ? "…" : ""}`.trim();
};

const marksIn = (terms: Term[], phrases: Phrase[]): Mark[] =>
  phrases
    .flatMap((phrase, n) =>
      placesOf(phrase, terms, PLACES).map((place): Mark => ({ from: terms[place]?.from ?? 0, to: terms[place + phrase.terms.length - 1]?.to ?? 0, phrase: n })),
    )
    .sort((one, other) => one.from - other.from);

/** The mark after which, within one snippet, most different phrases stand. */
const bestOf = (marks: Mark[]): Mark | undefined => {
  let best = marks[0];
  let most = 0;
  for (const [n, mark] of marks.entries()) {
    const found = new Set<number>();
    for (let next = n; next < marks.length && (marks[next]?.to ?? 0) - mark.from <= SEARCH_SNIPPET_CHARACTERS - LEAD; next++) found.add(marks[next]?.phrase ?? 0);
    if (found.size > most) [best, most] = [mark, found.size];
  }
  return best;
};

/** Marks that touch or overlap, as one. */
const merge = (marks: Mark[]): { from: number; to: number }[] => {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of marks) {
    const last = merged.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
};

/** A word is not cut in two, nor a character; one without an end near is cut all the same. */
const NEAR = 20;
const wordStart = (text: string, at: number): number => {
  if (at === 0) return 0;
  const space = text.slice(at, at + NEAR).search(/\s/);
  return space < 0 ? whole(text, at) : at + space + 1;
};
const wordEnd = (text: string, start: number, at: number): number => {
  if (at >= text.length) return text.length;
  const space = text.slice(Math.max(start, at - NEAR), at).lastIndexOf(" ");
  return space < 0 ? whole(text, at) : Math.max(start, at - NEAR) + space;
};

const whole = (text: string, at: number): number => (/[\udc00-\udfff]/.test(text.charAt(at)) ? at - 1 : at);
