import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { invalid } from "../errors.ts";
import { checkCursor } from "../feed/events.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { created, done } from "../http/reply.ts";
import { streamText } from "../http/stream.ts";
import { SEQ_MAX, TRANSCRIPT_TOKENS_MAX } from "../limits.ts";
import { asJson, asLines, type HistoryQuery, readHistory } from "./history.ts";
import { Message, MessageChange, MessageType, messageTypes, NewMessage } from "./model.ts";
import { changeMessage, deleteMessage, postMessage, readMessage, readThread } from "./service.ts";
import { readTranscript } from "./transcript.ts";

const MESSAGES = "Messages";
const Seq = t.Integer({ minimum: 0, maximum: SEQ_MAX });

const Query = t.Object({
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

/** What a post in plain text says beside its body. */
const PlainQuery = t.Object({ type: t.Optional(MessageType), reply_to: t.Optional(t.String()) });

const isoTime = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+ -]\d{2}:?\d{2})?)?$/;

/** An ISO time in the form the store compares: UTC with milliseconds. A `+` of an offset arrives as a space when it was not escaped. */
const parseTime = (written: string): string => {
  const text = isoTime.test(written) ? written.replace(/^(.{10}) /, "$1T").replace(/ (\d{2}:?\d{2})$/, "+$1") : "";
  const zoned = /T/.test(text) && !/([Zz]|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text;
  const time = Date.parse(zoned);
  if (Number.isNaN(time)) throw invalid("since", "is not an ISO 8601 time", "Send for example since=2026-03-29T16:05:00Z.");
  return new Date(time).toISOString();
};

const parseTypes = (list: string): string[] => {
  const types = list.split(",").map((type) => type.trim());
  const wrong = types.find((type) => !messageTypes.some((known) => known === type));
  if (wrong !== undefined) throw invalid("type", `'${wrong.slice(0, 40)}' is not a type of message`, `Send some of ${messageTypes.join(", ")}, with commas between.`);
  return types;
};

const formOf = (format: "json" | "ndjson" | "md" | undefined, accept: string): "json" | "ndjson" | "md" => {
  if (format) return format;
  if (accept.includes("application/x-ndjson")) return "ndjson";
  return accept.includes("text/markdown") ? "md" : "json";
};

export const messageRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/channels/:id/messages" })
    .use(guard)
    .get(
      "",
      ({ actor, params, query, request }) => {
        checkCursor(ctx, query.after_seq ?? 0, query.epoch, "messages");
        const asked: HistoryQuery = {
          since: query.since === undefined ? undefined : parseTime(query.since),
          after_seq: query.after_seq,
          before_seq: query.before_seq,
          limit: query.limit,
          types: query.type === undefined ? undefined : parseTypes(query.type),
          user: query.user_id,
          session_id: query.session_id,
        };
        const form = formOf(query.format, request.headers.get("accept") ?? "");
        if (query.max_tokens !== undefined && form !== "md") throw invalid("max_tokens", "goes with format=md", "Add format=md, or use limit.");
        const answer = (type: string, pieces: Iterator<string>) => new Response(streamText(pieces, request.signal), { headers: { "content-type": type } });
        if (form === "md") return answer("text/markdown; charset=utf-8", readTranscript(ctx, actor, params.id, asked, query.max_tokens));
        const { pages } = readHistory(ctx, actor, params.id, asked);
        return form === "ndjson" ? answer("application/x-ndjson", asLines(pages)) : answer("application/json", asJson(pages));
      },
      {
        query: Query,
        response: answers(200, t.Array(Message)),
        detail: describe(
          MESSAGES,
          "The history of a channel, oldest first, whole unless narrowed",
          `curl ${AUTH} "$URL/api/channels/general/messages?limit=20"`,
          "Filters combine. `format=md` gives a compact transcript for a model to read; `ndjson` a message a line.",
        ),
      },
    )
    .post(
      "",
      ({ actor, params, body, query, request }) => {
        if (typeof body !== "string") {
          if (query.type !== undefined || query.reply_to !== undefined)
            throw invalid("query", "type and reply_to stand in the body when it is JSON", "Move them into the JSON body.");
          return created(postMessage(ctx, actor, params.id, body, retryOf(request, body)));
        }
        if (body === "") throw invalid("content", "the body is empty", "Send the message's text as the body.");
        return created(postMessage(ctx, actor, params.id, { content: body, ...query }, retryOf(request, body)));
      },
      {
        body: t.Union([NewMessage, t.String({ description: "text/plain: the body is the content" })]),
        query: PlainQuery,
        response: answers(201, Message),
        detail: describe(
          MESSAGES,
          "Post a message; 201 means it is on disk",
          `curl ${AUTH} -d '{"content":"Loss: 0.023","type":"result"}' $URL/api/channels/general/messages`,
          "Or as `text/plain`, the body being the content: `make 2>&1 | curl --data-binary @- -H 'Content-Type: text/plain' \"$URL/api/channels/ci/messages?type=result\"`. Send an `Idempotency-Key` and a retry is never posted twice.",
        ),
      },
    )
    .get("/:msg_id", ({ actor, params }) => readMessage(ctx, actor, params.id, params.msg_id), {
      response: answers(200, Message),
      detail: describe(MESSAGES, "One message", `curl ${AUTH} $URL/api/channels/general/messages/ID`),
    })
    .patch("/:msg_id", ({ actor, params, body }) => changeMessage(ctx, actor, params.id, params.msg_id, body), {
      body: MessageChange,
      response: answers(200, Message),
      detail: describe(MESSAGES, "Edit your own message", `curl -X PATCH ${AUTH} -d '{"content":"Loss: 0.021"}' $URL/api/channels/general/messages/ID`),
    })
    .delete("/:msg_id", ({ actor, params, set }) => done(set, deleteMessage(ctx, actor, params.id, params.msg_id)), {
      response: answers(204, NoContent),
      detail: describe(
        MESSAGES,
        "Delete your own message (an admin: anyone's); its place stays, its words are gone",
        `curl -X DELETE ${AUTH} $URL/api/channels/general/messages/ID`,
      ),
    })
    .get("/:msg_id/thread", ({ actor, params }) => readThread(ctx, actor, params.id, params.msg_id), {
      response: answers(200, t.Array(Message)),
      detail: describe(MESSAGES, "A message, what it answers, and all that answers it, in order", `curl ${AUTH} $URL/api/channels/general/messages/ID/thread`),
    });
