import type { Actor } from "../accounts/credentials.ts";
import { MESSAGE_CONTENT_BYTES, MESSAGE_METADATA_BYTES, STEP_CHARACTERS } from "../limits.ts";
import type { Words } from "../messages/growing.ts";
import type { ModelFault, Said } from "../models/asking.ts";
import type { Answered, Source, Step } from "./answer.ts";

/** What had come of an answer when it ended. */
export type Heard = { text: string; steps: readonly Step[] };

/** How a question ends in words. `plain`: by a sentence of the server's, without a model. `by`: who stopped it. */
export type End =
  | { state: "answered"; answered: Answered }
  | { state: "answered"; plain: string }
  | { state: "stopped"; by: Actor; said: Said | null }
  | { state: "failed"; fault: ModelFault; message: string; hint: string; said: Said | null };

/** A fault of the server's own: what of, only the log says. */
export const broken: End = {
  state: "failed",
  fault: "failed",
  message: "Something went wrong inside the server while I was answering.",
  hint: "Retry; if it happens again, give the operator the time of this message.",
  said: null,
};

export const unstored: End = {
  state: "failed",
  fault: "failed",
  message: "Storage failed while I was answering.",
  hint: "Retry in a while; the operator should look at disk space and the log.",
  said: null,
};

/** An answer that is still being said. */
export const wordsSoFar = ({ text, steps }: Heard): Words => ({
  type: "text",
  content: fitContent(text),
  metadata: fitMetadata({ streaming: true }, [], steps),
  attachments: [],
  whole: false,
});

/** The answer or the error that a question ends in. What broke off never stands as an answer: it is quoted under what happened. */
export const lastWords = (end: End, heard: Heard): Words => {
  const half = { attachments: [], whole: false } as const;
  if (end.state === "failed") {
    const came = (end.said?.text || heard.text).trim();
    // What a model says as it declines is its answer; anything else is what is left of one.
    const content = end.fault === "refused" && came !== "" ? `${came}\n\n${end.message} ${end.hint}` : `${end.message}\n\n${end.hint}${quoted(came)}`;
    return { ...half, type: "error", content: fitContent(content), metadata: fitMetadata({ ...costOf(end.said), error: end.fault }, [], heard.steps) };
  }
  if (end.state === "stopped") {
    const metadata = fitMetadata({ ...costOf(end.said), stopped: true, stopped_by: end.by.user.username }, [], heard.steps);
    if (heard.text.trim() !== "") return { ...half, type: "text", content: fitContent(heard.text), metadata };
    return { ...half, type: "error", content: `Stopped by @${end.by.user.username} before it had said anything.`, metadata };
  }
  if ("plain" in end) return { type: "text", content: end.plain, metadata: { sources: [], steps: [] }, attachments: [], whole: true };
  const { type, content, said, sources, steps, attachments } = end.answered;
  const fixed = { ...costOf(said), ...(said.finish !== "stop" && { finish: said.finish }) };
  return { type, content: fitContent(content), metadata: fitMetadata(fixed, sources, steps), attachments, whole: true };
};

const costOf = (said: Said | null) => {
  if (!said) return {};
  const { provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd, latency_ms } = said;
  return { provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd, latency_ms };
};

const quoted = (text: string): string => (text === "" ? "" : `\n\nWhat had come so far:\n\n${text.replace(/^/gm, "> ")}`);

const CUT = "\n\n… The answer was longer than a message holds and is cut here.";

/** What a message holds of it, and that it was cut where it was. */
const fitContent = (text: string): string => {
  const bytes = Buffer.from(text);
  if (bytes.length <= MESSAGE_CONTENT_BYTES) return text;
  // Half a character at the end becomes U+FFFD, of up to three bytes.
  const kept = bytes.subarray(0, MESSAGE_CONTENT_BYTES - Buffer.byteLength(CUT) - 3).toString("utf8");
  return `${kept.replace(/\uFFFD$/, "")}${CUT}`;
};

/** The metadata of an answer within what a message holds: its steps are told shorter, then the oldest of them and the last sources are left out, and how many is told. */
const fitMetadata = (fixed: Record<string, unknown>, sources: readonly Source[], steps: readonly Step[]): Record<string, unknown> => {
  const short = steps.map((step) => ({ ...step, input: cut(step.input), output: step.output === null ? null : cut(step.output) }));
  for (let most = Math.max(short.length, sources.length); ; most = Math.floor(most / 2)) {
    const [gone, unsaid] = [Math.max(0, short.length - most), Math.max(0, sources.length - most)];
    const left = { ...(gone > 0 && { steps_left_out: gone }), ...(unsaid > 0 && { sources_left_out: unsaid }) };
    const metadata = { ...fixed, sources: sources.slice(0, most), steps: short.slice(gone), ...left };
    if (most === 0 || Buffer.byteLength(JSON.stringify(metadata)) <= MESSAGE_METADATA_BYTES) return metadata;
  }
};

const cut = (text: string): string => (text.length <= STEP_CHARACTERS ? text : `${text.slice(0, STEP_CHARACTERS - 1)}…`).toWellFormed();
