import { decoded } from "./entities.ts";

/** Characters that are looked at for each that is shown: what is taken away is seldom more. */
const LOOKED_AT = 6;

const fence = /^\s{0,3}(?:`{3,}|~{3,})/;
const delimiters = /^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$/;
const item = /^\s{0,20}(?:[-*+]|\d{1,9}[.)])\s/;
const lead = /^(?:\s{0,20}(?:>|#{1,6}(?=\s)|[-*+](?=\s)|\d{1,9}[.)](?=\s)))*\s*(?:\[[ xX]\]\s)?/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken away
const unseen = /\u001b\[[\d;]{0,20}m|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** The text of markdown in one line, for a reply's parent or an announcement: of code its first line, of a table its words, of all else the words without their marks. Items of a list stand apart. `keepsCode`: code stays in its backticks. */
export const excerpt = (source: string, characters = 140, keepsCode = false): string => {
  const lines = source
    .slice(0, characters * LOOKED_AT)
    .replace(unseen, "")
    .split("\n");
  const shown: string[] = [];
  let inCode = false;
  for (const [at, line] of lines.entries()) {
    if (fence.test(line)) {
      inCode = !inCode;
      // A block of code says what it is by its first line.
      if (!inCode && shown.length > 0) break;
    } else if (inCode) {
      shown.push(line);
      if (line.trim() !== "") break;
    } else if (!delimiters.test(line)) {
      const isRow = line.includes("|") && (line.trimStart().startsWith("|") || delimiters.test(lines[at - 1] ?? "") || delimiters.test(lines[at + 1] ?? ""));
      const text = wordsOf(isRow ? line.replaceAll("|", "  ") : line, keepsCode).trim();
      if (text !== "") shown.push(item.test(line) && /[^:]$/.test(shown.at(-1) ?? "") ? `· ${text}` : text);
    }
  }
  const words = shown.join(" ").replace(/\s+/g, " ").trim() || (source.trim() === "" ? "" : "…");
  return cut(words, characters);
};

/** Words of at most so many characters, never cut through one. */
export const cut = (words: string, characters: number): string => (words.length > characters ? `${words.slice(0, characters - 1).replace(/[\ud800-\udbff]$/, "")}…` : words);

const wordsOf = (line: string, keepsCode: boolean): string => {
  // What stands as code is not read as markdown. Control characters were taken away, so that one is free to keep its place.
  const codes: string[] = [];
  const words = line
    .replace(lead, "")
    .replace(/(`+)([^`]+)\1/g, (whole, _mark, code: string) => `\u0000${codes.push(keepsCode ? whole : code) - 1}\u0000`)
    .replace(/!?\[([^\]]*)\]\([^)\s]*(?:\s[^)]*)?\)/g, "$1")
    .replace(/(\*\*\*|\*\*|~~|\*)(?=[^\s*~])([^*~]*[^\s*~])\1/g, "$2")
    .replace(/(?<!\w)(___|__|_)(?=[^\s_])(.*?[^\s_])\1(?!\w)/g, "$2");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it was put there above
  return decoded(words).replace(/\u0000(\d+)\u0000/g, (_, at: string) => codes[Number(at)] ?? "");
};
