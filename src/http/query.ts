import { type Static, t } from "elysia";
import { POLL_WAIT_SECONDS, SEQ_MAX, TRANSCRIPT_TOKENS_MAX } from "../limits.ts";
import { messageTypes } from "../messages/model.ts";

/** Query parameters that several routes share. */
export const Wait = t.Integer({ minimum: 0, maximum: POLL_WAIT_SECONDS, default: 0, description: "Seconds to wait when there is nothing yet" });
export const Cursor = t.Integer({ minimum: 0, maximum: SEQ_MAX, description: "The last seq you have seen" });

const Seq = t.Integer({ minimum: 0, maximum: SEQ_MAX });

/** The forms of an answer that a model may be given to read. */
export const Format = t.Union([t.Literal("json"), t.Literal("md")], { description: "md: compact markdown for a model to read. Or by Accept: application/json, text/markdown" });

/** Whether an answer is to be markdown, by `format` or else by what its caller accepts. */
export const wantsMarkdown = (format: Static<typeof Format> | undefined, request: Request): boolean =>
  format === "md" || (format === undefined && request.headers.get("accept")?.includes("text/markdown") === true);

/** What narrows and shapes a history. */
export const HistoryParameters = t.Object({
  since: t.Optional(t.String({ description: "ISO 8601 time: posted, edited or deleted at or after it", examples: ["2026-03-29T16:05:00.000Z"] })),
  after_seq: t.Optional(Seq),
  epoch: t.Optional(t.String({ description: "Of the database after_seq is from: 410 when it is another" })),
  before_seq: t.Optional(Seq),
  limit: t.Optional(t.Integer({ minimum: 1, maximum: SEQ_MAX, description: "The newest N; with after_seq the first N after it. Whole when left out" })),
  type: t.Optional(t.String({ description: `Some of ${messageTypes.join(", ")}, with commas between`, examples: ["result,error"] })),
  user_id: t.Optional(t.String({ description: "An author's id or username" })),
  session_id: t.Optional(t.String({ description: "As in metadata.session_id" })),
  format: t.Optional(t.Union([t.Literal("json"), t.Literal("ndjson"), t.Literal("md")], { description: "Or by Accept: application/json, application/x-ndjson, text/markdown" })),
  max_tokens: t.Optional(t.Integer({ minimum: 200, maximum: TRANSCRIPT_TOKENS_MAX, description: "With format=md: the newest messages that fit" })),
});
export type HistoryAsked = Static<typeof HistoryParameters>;
