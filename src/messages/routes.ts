import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { invalid } from "../errors.ts";
import { checkCursor } from "../feed/events.ts";
import { longPoll } from "../feed/poll.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { Wait } from "../http/query.ts";
import { created, done } from "../http/reply.ts";
import { streamText } from "../http/stream.ts";
import { REACTIONS_PER_MESSAGE, SEQ_MAX, TRANSCRIPT_TOKENS_MAX } from "../limits.ts";
import { claimMessage, releaseMessage } from "./claims.ts";
import { asJson, asLines, type HistoryQuery, readHistory } from "./history.ts";
import { AnswerState, ClaimMade, Message, MessageChange, MessageType, messageTypes, NewAnswer, NewClaim, NewMessage, OpenQuestion } from "./model.ts";
import { answerQuestion, answerWait, listQuestions, readAnswer } from "./questions.ts";
import { addReaction, removeReaction } from "./reactions.ts";
import { changeMessage, deleteMessage, postMessage, readMessage, readThread } from "./service.ts";
import { parseTime } from "./time.ts";
import { readTranscript } from "./transcript.ts";

const MESSAGES = "Messages";
const TOGETHER = "Working together";

/** Seconds that a wait goes on past a question's end, so that its last look comes after it. */
const EXPIRY_MARGIN = 0.01;
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
          since: query.since === undefined ? undefined : parseTime("since", query.since),
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
    })
    .put("/:msg_id/reactions/:emoji", ({ actor, params }) => addReaction(ctx, actor, params.id, params.msg_id, params.emoji), {
      response: answers(200, Message),
      detail: describe(
        MESSAGES,
        "React to a message with an emoji",
        `curl -X PUT ${AUTH} $URL/api/channels/general/messages/ID/reactions/%F0%9F%91%8D`,
        `The emoji stands URL-encoded in the address. A message takes ${REACTIONS_PER_MESSAGE} different ones; giving yours again changes nothing.`,
      ),
    })
    .delete("/:msg_id/reactions/:emoji", ({ actor, params }) => removeReaction(ctx, actor, params.id, params.msg_id, params.emoji), {
      response: answers(200, Message),
      detail: describe(MESSAGES, "Take your reaction back", `curl -X DELETE ${AUTH} $URL/api/channels/general/messages/ID/reactions/%F0%9F%91%8D`),
    })
    .post("/:msg_id/claim", ({ actor, params, body }) => claimMessage(ctx, actor, params.id, params.msg_id, body.ttl_seconds), {
      body: NewClaim,
      response: answers(200, ClaimMade),
      detail: describe(
        TOGETHER,
        "Claim the work that a message stands for, or renew your claim",
        `curl ${AUTH} -d '{"ttl_seconds":900}' $URL/api/channels/general/messages/ID/claim`,
        "409 `claimed` when another holds it: who and until when stand in `details`. It ends by itself at `expires_at`; nothing is sent then.",
      ),
    })
    .delete("/:msg_id/claim", ({ actor, params, set }) => done(set, releaseMessage(ctx, actor, params.id, params.msg_id)), {
      response: answers(204, NoContent),
      detail: describe(TOGETHER, "Release your claim (an admin: anyone's)", `curl -X DELETE ${AUTH} $URL/api/channels/general/messages/ID/claim`),
    })
    .post("/:msg_id/answer", ({ actor, params, body }) => answerQuestion(ctx, actor, params.id, params.msg_id, body), {
      body: NewAnswer,
      response: answers(200, AnswerState),
      detail: describe(
        TOGETHER,
        "Answer a question with one of its options",
        `curl ${AUTH} -d '{"option":"deploy","note":"after lunch"}' $URL/api/channels/general/messages/ID/answer`,
        "People may, or the assignee alone. The first answer holds: a second is 409 `question_answered`, with the answer in `details`.",
      ),
    })
    .get(
      "/:msg_id/answer",
      ({ actor, params, query, request }) => {
        const { keys, ends_in } = answerWait(ctx, actor, params.id, params.msg_id);
        const wait = Math.min(query.wait ?? 0, ends_in === null ? Number.POSITIVE_INFINITY : ends_in + EXPIRY_MARGIN);
        return longPoll(ctx, actor, keys, wait, request.signal, () => {
          const answer = readAnswer(ctx, actor, params.id, params.msg_id);
          return { found: answer.state !== "open", answer };
        });
      },
      {
        query: t.Object({ wait: t.Optional(Wait) }),
        response: answers(200, AnswerState),
        detail: describe(
          TOGETHER,
          "How a question stands; waits for its answer",
          `curl ${AUTH} "$URL/api/channels/general/messages/ID/answer?wait=55"`,
          "At once when it is answered or expired, else when it is or after `wait` seconds, then still `open`: ask again. Restarts lose nothing.",
        ),
      },
    );

export const questionRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/questions" }).use(guard).get("", ({ actor }) => listQuestions(ctx, actor), {
    response: answers(200, t.Array(OpenQuestion)),
    detail: describe(TOGETHER, "The open questions of others that you may answer, oldest first", `curl ${AUTH} $URL/api/questions`),
  });
