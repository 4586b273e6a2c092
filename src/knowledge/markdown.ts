import { KNOWLEDGE_FRONT_LINES, KNOWLEDGE_HEADING_CHARACTERS } from "../limits.ts";

/** A heading with those above it, from the outermost; or a line of text under the last one. */
export type Part = { headings: string[]; level: number } | string;

/** The lines of a text, one at a time: a split of megabytes would hold the thread. */
export function* linesOf(text: string): Generator<string> {
  for (let at = 0; at <= text.length; ) {
    const end = text.indexOf("\n", at);
    yield text.slice(at, end < 0 ? text.length : end);
    if (end < 0) return;
    at = end + 1;
  }
}

const atx = /^ {0,3}(#{1,6})(?=[ \t]|$)/;
const underline = /^ {0,3}(?:(=+)|(-+))[ \t]*$/;
const fence = /^ {0,3}(`{3,}|~{3,})/;
/** What begins a block that is no paragraph, so that a line of dashes under it makes no heading of it. */
const noParagraph = /^(?: {2}|\t| ?(?:[-*+>|]|\d{1,9}[.)][ \t]|$))/;
/** Beginnings of HTML whose lines are not markdown, and what ends it. */
const raw: [begin: RegExp, end: RegExp][] = [
  [/^ {0,3}<!--/, /-->/],
  [/^ {0,3}<(?:pre|script|style|textarea)(?=[\s>]|$)/i, /<\/(?:pre|script|style|textarea)>/i],
];

/**
 * Cuts markdown into headings and the lines under them, in one walk whose time grows with the text alone. Both kinds of
 * headings are known; what stands in code, in HTML comments and in front matter is none. Two headings with the same path
 * are told apart by a number. The title of the front matter stands above what has no heading of the first level, once where the text begins with it again.
 */
export function* partsOf(text: string, front = frontMatter(text)): Generator<Part> {
  const above: { level: number; title: string }[] = [];
  const seen = new Map<string, number>();
  const headed = (level: number, written: string): Part => {
    while ((above.at(-1)?.level ?? 0) >= level) above.pop();
    const path = [...above.map(({ title }) => title), written].join("\n");
    const times = (seen.get(path) ?? 0) + 1;
    seen.set(path, times);
    above.push({ level, title: times === 1 ? written : `${written} (${times})` });
    return { headings: above.map(({ title }) => title), level };
  };
  if (front.title !== "" && !saysAgain(text, front)) yield headed(1, front.title);

  /** What ends the code or HTML that one is in. */
  let closing: RegExp | null = null;
  /** A paragraph that a line of dashes may still make a heading; null in what is no paragraph. */
  let paragraph: string[] | null = [];
  for (const line of linesOf(text.slice(front.length))) {
    if (closing) {
      yield line;
      if (closing.test(line)) [closing, paragraph] = [null, []];
      continue;
    }
    const under = paragraph && paragraph.length > 0 ? underline.exec(line) : null;
    const title = under && paragraph ? titleOf(paragraph.join(" ")) : "";
    if (under && title !== "") {
      yield headed(under[1] === undefined ? 2 : 1, title);
      paragraph = [];
      continue;
    }
    const heading = atx.exec(line);
    const named = heading
      ? titleOf(
          line
            .slice(heading[0].length)
            .trim()
            .replace(/(?:^|[ \t])#+$/, ""),
        )
      : "";
    closing = opens(line);
    const goesOn = !heading && !closing && line.trim() !== "" && paragraph !== null && (paragraph.length > 0 || !noParagraph.test(line));
    const held: string[] = paragraph ?? [];
    if (goesOn && held.join(" ").length + line.length <= KNOWLEDGE_HEADING_CHARACTERS) {
      paragraph = [...held, line];
      continue;
    }
    yield* held;
    if (heading && named !== "") yield headed(heading[1]?.length ?? 1, named);
    else yield line;
    paragraph = heading || line.trim() === "" ? [] : null;
  }
  if (paragraph) yield* paragraph;
}

/** Whether the text begins with a heading that is the title of its front matter once more. */
const saysAgain = (text: string, { length, title }: Front): boolean => {
  for (const part of partsOf(text, { length, title: "" })) {
    if (typeof part !== "string") return part.level === 1 && part.headings[0]?.toLowerCase() === title.toLowerCase();
    if (part.trim() !== "") return false;
  }
  return false;
};

/** What ends the code or HTML that a line begins and does not end itself; null when it begins none. */
const opens = (line: string): RegExp | null => {
  const signs = fence.exec(line)?.[1];
  if (signs !== undefined && !(signs.startsWith("`") && line.trim().slice(signs.length).includes("`")))
    return new RegExp(`^ {0,3}${signs[0]}{${Math.min(signs.length, 1_000)},}[ \\t]*$`);
  const html = raw.find(([begin]) => begin.test(line));
  return html && !html[1].test(line.replace(/^ {0,3}<!--/, "")) ? html[1] : null;
};

/** A heading's words without the signs of markdown; "" when it has none, or so many that it is a paragraph. */
const titleOf = (written: string): string => {
  if (written.length > 4 * KNOWLEDGE_HEADING_CHARACTERS) return "";
  const title = written
    .replace(/\s*\{#[\w-]*\}$/, "")
    .replace(/!?\[([^\][]*)\](?:\([^()]*\)|\[[^\][]*\])/g, "$1")
    .replace(/<\/?[a-z][^<>]*>/gi, "")
    .replace(/\\([!-/:-@[-`{-~])|`+|~~|\*+/g, (_, kept: string | undefined) => kept ?? "")
    .replace(/(?<![\p{L}\p{N}_])_+(?=[\p{L}\p{N}])|(?<=[\p{L}\p{N}])_+(?![\p{L}\p{N}_])/gu, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return title.length <= KNOWLEDGE_HEADING_CHARACTERS ? title : "";
};

/** What stands between lines of three dashes at a file's beginning: its length with them, and its title. */
type Front = { length: number; title: string };

const frontMatter = (text: string): Front => {
  let [length, lines, title] = [0, 0, ""];
  for (const line of linesOf(text)) {
    length += line.length + 1;
    if (lines === 0 && line.trimEnd() !== "---") break;
    if (lines > 0 && /^(?:---|\.\.\.)[ \t]*$/.test(line)) return { length: Math.min(length, text.length), title };
    const named = /^title:[ \t]*(["']?)(.*)\1[ \t]*$/.exec(line)?.[2];
    if (named !== undefined) title = titleOf(named.trim());
    if (++lines > KNOWLEDGE_FRONT_LINES) break;
  }
  return { length: 0, title: "" };
};
