import { KNOWLEDGE_PIECE_TOKENS } from "../limits.ts";
import { estimateTokens } from "../messages/transcript.ts";
import { linesOf, partsOf } from "./markdown.ts";

/** What is found and cited: text under a heading, with those above it. `page`: of a PDF, from 1. */
export type Piece = { headings: string[]; page: number | null; text: string; tokens: number };

/** A markdown file by its headings. What has no text of its own and nothing under it is its heading alone: that may be all it says. */
export function* markdownPieces(text: string): Generator<Piece> {
  let section = new Cutter([], null);
  let level = 0;
  const alone = function* (): Generator<Piece> {
    const own = section.headings.at(-1);
    if (section.empty && own !== undefined) yield { headings: section.headings, page: null, text: own, tokens: estimateTokens(own) };
  };
  for (const part of partsOf(text)) {
    if (typeof part === "string") {
      yield* section.add(part);
      continue;
    }
    yield* section.end();
    if (part.level <= level) yield* alone();
    section = new Cutter(part.headings, null);
    level = part.level;
  }
  yield* section.end();
  yield* alone();
}

/** A file without headings, or one page of a PDF, whose heading is its page. */
export function* plainPieces(text: string, page: number | null = null): Generator<Piece> {
  const section = new Cutter(page === null ? [] : [`Page ${page}`], page);
  for (const line of linesOf(text)) yield* section.add(line);
  yield* section.end();
}

const PIECE_BYTES = KNOWLEDGE_PIECE_TOKENS * 3;
const lengthOf = (line: string): number => Buffer.byteLength(line) + 1;

/** Cuts the lines of a section into pieces that are not too long: at an empty line if there is one in their second half, else at a line's end, else between words. */
class Cutter {
  /** Whether no piece was made of it yet. */
  empty = true;
  #lines: string[] = [];
  #bytes = 0;
  /** After how many of the lines there is an empty one. */
  #gap = 0;

  constructor(
    readonly headings: string[],
    private readonly page: number | null,
  ) {}

  *add(line: string): Generator<Piece> {
    for (const part of partsOfLine(line)) {
      if (this.#bytes + lengthOf(part) > PIECE_BYTES) yield* this.#cut(this.#gap > this.#lines.length / 2 ? this.#gap : this.#lines.length);
      this.#lines.push(part);
      this.#bytes += lengthOf(part);
      if (part.trim() === "") this.#gap = this.#lines.length;
    }
  }

  *end(): Generator<Piece> {
    yield* this.#cut(this.#lines.length);
  }

  *#cut(count: number): Generator<Piece> {
    const text = this.#lines
      .slice(0, count)
      .join("\n")
      .replace(/^(?:[^\S\n]*\n)+/, "")
      .trimEnd();
    this.#lines = this.#lines.slice(count);
    this.#bytes = this.#lines.reduce((sum, one) => sum + lengthOf(one), 0);
    this.#gap = 0;
    if (text.trim() === "") return;
    this.empty = false;
    yield { headings: this.headings, page: this.page, text, tokens: estimateTokens(text) };
  }
}

/** A line in parts that each fit into a piece, cut between words where there are any. */
function* partsOfLine(line: string): Generator<string> {
  const bytes = Buffer.byteLength(line);
  if (bytes < PIECE_BYTES) {
    yield line;
    return;
  }
  // No unit of UTF-16 is longer than three bytes.
  const most = (bytes === line.length ? PIECE_BYTES : Math.floor(PIECE_BYTES / 3)) - 1;
  for (let at = 0; at < line.length; ) {
    let end = Math.min(line.length, at + most);
    if (end < line.length) {
      const space = line.lastIndexOf(" ", end);
      if (space > at + most / 2) end = space + 1;
      else if (/[\udc00-\udfff]/.test(line.charAt(end))) end--;
    }
    yield line.slice(at, end);
    at = end;
  }
}
