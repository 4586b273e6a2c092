/** A fence of code, as a line begins or ends one. */
const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/** The fence that is open at the end of some lines; null where none is. */
const openFence = (lines: readonly string[]): string | null => {
  let open: string | null = null;
  for (const line of lines) {
    const [, mark = "", rest = ""] = fence.exec(line) ?? [];
    if (mark === "") continue;
    if (open === null) open = mark;
    else if (mark.startsWith(open) && rest.trim() === "") open = null;
  }
  return open;
};

/** A line of which only the marks have come that say what it will be: a list's, a heading's, a quote's, a fence's, a rule's. */
const onlyMarks = /^\s*(?:[-*+=>#|:_ \t]+|\d{1,9}[.)]?|[`~]{1,2}|[-*+]\s+\[[ xX]?\]?)\s*$/;
/** A fence whose language may not have come whole. */
const fenceBegun = /^ {0,3}(?:`{3,}|~{3,})[^\n`]*$/;
/** A link or a picture that is not whole yet: its words stand for it. */
const halfLink = /!?\[([^\][\n]*)(?:\]\([^)\n]*|\])?$/;
/** Citations are short: half of one is nothing to read. */
const halfCitation = /\[[\d\s,;]{0,20}$/;

/** Characters at the end of a paragraph in which what is not closed is looked for: more than a line of emphasis. */
const LOOKED_AT = 2_000;

/** Marks of emphasis, the longer ones first: as they stand where they begin it, and where they end it. */
const pairs = ["**", "~~", "__", "*", "_"].map((mark) => {
  const written = mark.replaceAll("*", String.raw`\*`);
  return { mark, opening: new RegExp(String.raw`(?<![\w*_~\\])${written}(?=[^\s*_~])`, "g"), closing: new RegExp(String.raw`(?<=[^\s*_~\\])${written}(?![\w*_~])`, "g") };
});

/** Closes what is emphasised and not closed yet; a mark that nothing follows yet is left out. */
const closed = (paragraph: string): string => {
  const bare = paragraph.replace(/(?<=^|\s)(?:\*{1,3}|_{1,3}|~{1,2}|`+)$/, "").replace(/(?<=\*\*[^*\n]+)\*$/, "");
  const ticks = bare.match(/`+/g) ?? [];
  const last = ticks.at(-1);
  if (ticks.length % 2 === 1 && last !== undefined) return bare + last;
  let words = bare.replace(/`[^`\n]*`/g, "").replace(/^\s*[*+-]\s/gm, "");
  let end = "";
  for (const { mark, opening, closing } of pairs) {
    if ((words.match(opening)?.length ?? 0) > (words.match(closing)?.length ?? 0)) end = mark + end;
    words = words.replace(opening, "").replace(closing, "");
  }
  return bare.replace(/\s+$/, end === "" ? "$&" : "") + end;
};

/**
 * Markdown that is still being written, so that it reads as it will once the rest has come: what is open is closed, and marks of which nobody knows
 * yet what they will be wait for their words. What is given here is never longer than what was written but for closing marks.
 */
export const calmed = (source: string): string => {
  const lines = source.split("\n");
  const last = lines.pop() ?? "";
  const open = openFence(lines);
  if (open !== null) return /^ {0,3}[`~]{1,}\s*$/.test(last) ? lines.join("\n") : source;
  if (fenceBegun.test(last) || onlyMarks.test(last)) return calmedTable(lines);
  return calmedTable([...lines, last]);
};

/** A table shows itself with the line under its head: until then nothing of it is seen. */
const calmedTable = (lines: readonly string[]): string => {
  const from = lines.findLastIndex((line) => line.trim() === "") + 1;
  const block = lines.slice(from);
  const head = block.findLastIndex((line, at) => /^\s*\|/.test(line) && !/^\s*\|/.test(block[at - 1] ?? ""));
  if (head >= 0 && !/^\s*\|[\s:|-]*-[\s:|-]*\|\s*$/.test(block[head + 1] ?? "")) return calmedEnd(lines.slice(0, from + head).join("\n"));
  return calmedEnd(lines.join("\n"));
};

const calmedEnd = (text: string): string => {
  const gap = text.lastIndexOf("\n\n");
  const start = Math.max(gap < 0 ? 0 : gap + 2, text.length - LOOKED_AT);
  // No fence is open: the last one that stands here ends a program, whose marks are its own.
  const ended = text.slice(start).match(/^[\s\S]*(?:^|\n) {0,3}(?:`{3,}|~{3,})[^\n]*\n?/)?.[0].length ?? 0;
  const paragraph = text.slice(start + ended).replace(halfCitation, "");
  const inCode = (paragraph.match(/`+/g)?.length ?? 0) % 2 === 1;
  const words = inCode ? paragraph : paragraph.replace(halfLink, (link, inner: string) => (link.endsWith("]") ? link : inner));
  return text.slice(0, start + ended) + closed(words);
};
