export type Figure = { name: string; value: string };

const FIGURES = 12;
/** Characters of a result in which figures are looked for: what is longer is a log. */
const LOOKED_AT = 20_000;
/** Names are short, and bounded so that hostile text costs no time. */
const name = String.raw`[A-Za-z][\w@%/-]{0,30}(?:\.[\w@%/-]{1,30}){0,3}`;
/** Some words, where a clause begins: elsewhere the words before a name belong to what is said. */
const named = String.raw`(?:(?:^\s{0,8}(?:[-*+]\s|\d{1,3}[.)]\s)?|[,;|(]\s{0,4})[*_\x60]{0,2}(${name}(?: [\w@%/-]{1,30}){0,2}?)|[\s*_\x60](${name}))[*_\x60]{0,2}`;
const unit = String.raw`%|[kKMGT]i?B|[µnm]?s|min|h|x|Hz|FPS|tokens?|tok\/s`;
const number = String.raw`[-+−]?(?:[$€£]?\d{1,30}(?:[,_]\d{1,9}){0,9}(?:\.\d{1,30})?(?:e[-+]?\d{1,4})?|[nN]a[nN]\b|[iI]nf\b)(?:\s?(?:${unit}))?(?:\s?\/\s?(?:\d{1,15}|s|min|h|step)\b)?`;
/** What it was and what it became belong together. */
const amount = String.raw`${number}(?:\s{0,2}(?:->|=>|→)\s{0,2}${number})?`;
/** After `=` stands a value, whatever follows; after a colon a number may begin a sentence ("tests: 2 of them failed"), so it must stand for itself. */
const pair = new RegExp(
  String.raw`${named}(?:\s{0,4}=\s{0,4}[*_\x60]{0,2}(${amount})(?=$|[\s,;|)*_\x60]|\.(?:\s|$))|:[*_\x60]{0,2}\s{1,4}[*_\x60]{0,2}(${amount})(?=[*_\x60]{0,2}(?:\s{0,4}(?:$|[,;|)·•]|and\b|\.(?:\s|$))|\s{1,4}[*_\x60]{0,2}${name}[*_\x60]{0,2}[:=])))`,
  "g",
);
const fence = /^\s{0,3}(`{3,}|~{3,})/;
/** What may stand between figures that stand for themselves. */
const between = /^(?:[\s,;|*_\x60.()•·-]|\band\b)*$/;

export type Result = { figures: Figure[]; words: string };

/**
 * The figures a result names, as `loss: 0.023` or `acc=91%`, in their order, each name once; and its words without the lines and sentences that are
 * nothing but those figures. Sentences end by a full stop or a dot in the middle. Tables and blocks of code stay whole.
 */
export const resultOf = (content: string): Result => {
  const figures = new Map<string, Figure>();
  const words: (string | null)[] = [];
  let closes: string | null = null;
  let seen = 0;
  for (const line of content.split("\n")) {
    seen += line.length + 1;
    const [, mark] = fence.exec(line) ?? [];
    if (mark !== undefined && (closes === null || mark.startsWith(closes))) closes = closes === null ? mark : null;
    const isOpaque = mark !== undefined || closes !== null || /^\s*\|/.test(line) || seen > LOOKED_AT;
    words.push(isOpaque ? line : without(line, figures));
  }
  // Where lines were taken away, the gaps they leave are too.
  const left = words
    .filter((line) => line !== null)
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  return { figures: [...figures.values()], words: figures.size === 0 ? content : left };
};

/** Takes a line's figures in, and gives what is left of it; null for nothing. */
const without = (line: string, figures: Map<string, Figure>): string | null => {
  if (!/\d/.test(line)) return line;
  let taken = false;
  const kept = line.split(/(?<=[.!?]\s|\s[·•]\s)(?=\S)/).filter((sentence) => {
    let [all, from] = [true, 0];
    const rest: string[] = [];
    for (const match of sentence.matchAll(pair)) {
      const [whole, ofClause, ofWord, assigned, told] = match;
      const [name, value] = [ofClause ?? ofWord ?? "", assigned ?? told ?? ""];
      rest.push(sentence.slice(from, match.index));
      from = match.index + whole.length;
      const known = figures.get(name.toLowerCase());
      if (!known && figures.size < FIGURES) figures.set(name.toLowerCase(), { name, value });
      // What did not become a figure is not said anywhere else.
      else if (known?.value !== value) all = false;
    }
    rest.push(sentence.slice(from));
    const isFigures = from > 0 && all && between.test(rest.join("").replace(/^\s*(?:[-*+]|\d{1,3}[.)])\s/, ""));
    taken ||= isFigures;
    return !isFigures;
  });
  if (!taken) return line;
  return kept.length === 0 ? null : kept.join("").replace(/[\s·•]+$/, "");
};
