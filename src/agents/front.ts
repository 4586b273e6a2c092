import { AGENT_FRONT_LINES } from "../limits.ts";

/** Something wrong in a file, by its line, from 1. */
export type Fault = { line: number; message: string };

/** What stands between the two lines of `---` at a file's head, and what comes after. `lineOf` gives the line of a field, or of an item in its list, in the file. */
export type Front = { fields: Record<string, unknown>; lineOf: (field: string, item?: string) => number; body: string; bodyLine: number };

const MARK = "---";
const FIRST_LINE = 2;
const EXAMPLE = "An agent's file begins with a line ---, then its fields such as 'username: ops', then a line --- again";

/**
 * Reads the front matter of a markdown file: YAML between two lines of `---`. Bun's parser says that something is wrong and
 * not where, so the line is found by how far the text can be read.
 * @returns what is there, or the faults that keep it from being read
 */
export const readFront = (text: string): Front | Fault[] => {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n/);
  const isMark = (line: string) => line.trimEnd() === MARK;
  if (!isMark(lines[0] ?? "")) return [{ line: 1, message: `${EXAMPLE}.` }];
  const end = lines.findIndex((line, at) => at > 0 && isMark(line));
  if (end < 0) return [{ line: 1, message: `The fields have no end: a line --- must follow them. ${EXAMPLE}.` }];
  if (end - 1 > AGENT_FRONT_LINES) return [{ line: FIRST_LINE, message: `The fields have at most ${AGENT_FRONT_LINES} lines; what the agent is told stands below them.` }];
  const written = lines.slice(1, end);
  const twice = writtenTwice(written);
  if (twice.length > 0) return twice;
  const fields = parsed(written);
  if (fields === undefined) {
    const line = FIRST_LINE + readable(written);
    return [{ line, message: "This line cannot be read as YAML. Text with : or # or quotes in it stands in quotes; lists are written [one, two]." }];
  }
  if (fields !== null && (typeof fields !== "object" || Array.isArray(fields)))
    return [{ line: FIRST_LINE, message: "Fields are written one a line, each with its name: 'username: ops'." }];
  const lineOf = (field: string, item = "") => {
    const from = Math.max(
      0,
      written.findIndex((line) => fieldOf(line) === field),
    );
    const at = written.findIndex((line, index) => index >= from && line.includes(item));
    return FIRST_LINE + (at < 0 ? from : at);
  };
  return {
    fields: { ...fields },
    lineOf,
    body: lines
      .slice(end + 1)
      .join("\n")
      .trim(),
    bodyLine: end + 2,
  };
};

/** The field that begins on this line. */
const fieldOf = (line: string): string | undefined => /^(["']?)([^\s"'#:[\]{},-][^"':]*?)\1\s*:(?:\s|$)/.exec(line)?.[2];

/** A field written twice would lose its first value without a word. */
const writtenTwice = (lines: string[]): Fault[] => {
  const seen = new Map<string, number>();
  return lines.flatMap((line, at): Fault[] => {
    const field = fieldOf(line);
    const before = field === undefined ? undefined : seen.get(field);
    if (field !== undefined && before === undefined) seen.set(field, at + FIRST_LINE);
    return before === undefined ? [] : [{ line: at + FIRST_LINE, message: `${field}: stands here twice, first in line ${before}. Keep one of them.` }];
  });
};

const parsed = (lines: string[]): unknown => {
  try {
    return Bun.YAML.parse(lines.join("\n")) ?? null;
  } catch {
    return undefined;
  }
};

/** How many of the lines can be read before the first that cannot. */
const readable = (lines: string[]): number => {
  let count = lines.length - 1;
  while (count > 0 && parsed(lines.slice(0, count)) === undefined) count--;
  return count;
};
