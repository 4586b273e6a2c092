import { KNOWLEDGE_PIECE_TOKENS } from "../limits.ts";
import { estimateTokens } from "../messages/transcript.ts";
import { linesOf, partsOf } from "./markdown.ts";

/** What is found and cited: text under a heading, with those above it. `page`: of a PDF, from 1. */
export type Piece = { headings: string[]; page: number | null; text: string; tokens: number };

/** A markdown file by its headings. What has no text of its own and nothing under it is its heading alone: that may be all it says. */
export function* markdownPieces(text: string): Generator<Piece> {
  let headings: string[] = [];
  let level = 0;
  let lines: string[] = [];
  for (const part of partsOf(text)) {
    if (typeof part === "string") {
      lines.push(part);
      continue;
    }
    yield* section(headings, lines, part.level <= level);
    ({ headings, level } = part);
    lines = [];
  }
  yield* section(headings, lines, true);
}

function* section(headings: string[], lines: string[], ends: boolean): Generator<Piece> {
  const own = headings.at(-1) ?? "";
  const text = lines.join("\n");
  if (text.trim() !== "") yield* piecesOf(text, headings, null);
  else if (ends && own !== "") yield { headings, page: null, text: own, tokens: estimateTokens(own) };
}

/** A file without headings, or one page of a PDF, whose heading is its page. */
export const plainPieces = (text: string, page: number | null = null): Generator<Piece> => piecesOf(text, page === null ? [] : [`Page ${page}`], page);

const PIECE_BYTES = KNOWLEDGE_PIECE_TOKENS * 3;

/** Cuts a text into pieces that are not too long: at an empty line if there is one in their second half, else at a line's end, else between words. */
function* piecesOf(text: string, headings: string[], page: number | null): Generator<Piece> {
  const piece = (lines: string[]): Piece => {
    const whole = lines.join("\n").replace(/^\s*\n|\s+$/g, "");
    return { headings, page, text: whole, tokens: estimateTokens(whole) };
  };
  const lengthOf = (line: string) => Buffer.byteLength(line) + 1;
  let lines: string[] = [];
  let bytes = 0;
  let gap = 0;
  for (const line of linesOf(text)) {
    for (const part of partsOfLine(line)) {
      if (bytes + lengthOf(part) > PIECE_BYTES) {
        const cut = gap > lines.length / 2 ? gap : lines.length;
        const made = piece(lines.slice(0, cut));
        if (made.text !== "") yield made;
        lines = lines.slice(cut);
        bytes = lines.reduce((sum, one) => sum + lengthOf(one), 0);
        gap = 0;
      }
      lines.push(part);
      bytes += lengthOf(part);
      if (part.trim() === "") gap = lines.length;
    }
  }
  const last = piece(lines);
  if (last.text !== "") yield last;
}

/** A line in parts that each fit into a piece, cut between words where there are any. */
function* partsOfLine(line: string): Generator<string> {
  if (Buffer.byteLength(line) < PIECE_BYTES) {
    yield line;
    return;
  }
  // No unit of UTF-16 is longer than three bytes.
  const most = Math.floor(PIECE_BYTES / 3) - 1;
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
