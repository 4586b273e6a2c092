import type { Context } from "../context.ts";
import type { Section } from "../knowledge/service.ts";
import { estimateTokens, fenced, transcriptEntry } from "../messages/transcript.ts";
import type { Message } from "../messages/wire.ts";
import type { Citations } from "./citations.ts";

/** A text as models are sent it: whole letters without NUL, which providers refuse, and without those that models read and nobody sees (Unicode's tags and the like). */
export const plain = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll("\0", "\uFFFD")
    .replace(/[\u{E0000}-\u{E0FFF}]+/gu, "");

/** Whether a message is an answer that is still being said: nobody has said it yet. */
export const isGrowing = ({ via, metadata }: Message): boolean => via === "resident" && metadata?.streaming === true;

/** Tokens of the mark that stands where something was left out. */
const MARK_TOKENS = 40;
/** Of what is kept of a long text: its beginning says what it is, its end how it came out. */
const HEAD = 2 / 3;

/** A text within so many tokens: where it is longer, its beginning (`share` of what is kept) and its end, with a mark between that says how much is missing. */
export const cutText = (text: string, tokens: number, share = HEAD): string => {
  if (estimateTokens(text) <= tokens) return text;
  const bytes = Buffer.from(text);
  const room = Math.max(0, tokens - MARK_TOKENS) * 3;
  const head = letterStart(bytes, Math.floor(room * share));
  const tail = letterStart(bytes, bytes.length - Math.floor(room * (1 - share)));
  return `${bytes.toString("utf8", 0, head)}\n[… ${tail - head} of ${bytes.length} bytes left out here for room …]\n${bytes.toString("utf8", tail)}`;
};

/** The first byte of the letter that a byte belongs to. */
const letterStart = (bytes: Buffer, at: number): number => {
  let start = Math.min(at, bytes.length);
  while (start > 0 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  return start;
};

/** Files of a message that are named when there is no room for all. */
const FILES_KEPT = 3;

/** A message as an entry of a transcript within so many tokens, its text cut where it is longer. */
export const entryWithin = (ctx: Context, message: Message, tokens: number): string => {
  let entry = transcriptEntry(ctx, message);
  if (estimateTokens(entry) <= tokens) return entry;
  const { attachments } = message;
  const more = attachments.length > FILES_KEPT ? `\n[${attachments.length - FILES_KEPT} more files left out here for room]` : "";
  const short = { ...message, attachments: attachments.slice(0, FILES_KEPT) };
  const frame = estimateTokens(transcriptEntry(ctx, { ...short, content: more }));
  // A text of backticks alone makes its fence as long as itself, twice.
  for (let room = Math.max(MARK_TOKENS, tokens - frame); ; room = Math.floor(room * 0.8)) {
    entry = transcriptEntry(ctx, { ...short, content: cutText(message.content, room) + more });
    if (estimateTokens(entry) <= tokens || room < MARK_TOKENS) return entry;
  }
};

/** Tokens of a section's number and of its fence. */
const SECTION_FRAME_TOKENS = 30;

const placeOf = ({ file, heading, page }: Section): string => `${file}${heading === "" ? "" : ` > ${heading}`}${page === null ? "" : ` (page ${page})`}`;

/** Tokens that a section takes whole. */
export const sectionTokens = (section: Section): number => estimateTokens(placeOf(section)) + estimateTokens(section.text) + SECTION_FRAME_TOKENS;

/** A section of the documents as a model reads it: its number, then where it stands and what it says, fenced; cut where it is longer than `tokens`. */
export const sectionEntry = (citations: Citations, section: Section, tokens: number): string => {
  const place = placeOf(section);
  const text = cutText(section.text, Math.max(0, tokens - SECTION_FRAME_TOKENS - estimateTokens(place)));
  return `## [${citations.number(section)}]\n${fenced(`${place}\n\n${text}`)}\n\n`;
};
