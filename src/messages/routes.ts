import { Elysia, t } from "elysia";
import { readableChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { invalid } from "../errors.ts";
import { longPoll } from "../feed/poll.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { Format, HistoryParameters, Wait, wantsMarkdown } from "../http/query.ts";
import { bareName, done, markdown, named } from "../http/reply.ts";
import { PINS_PER_CHANNEL, REACTIONS_PER_MESSAGE } from "../limits.ts";
import { claimMessage, releaseMessage } from "./claims.ts";
import { historyAnswer } from "./forms.ts";
import { AnswerState, ClaimMade, Message, MessageChange, MessageType, NewAnswer, NewClaim, NewMessage, OpenQuestion, Pin } from "./model.ts";
import { listPins, pinMessage, unpinMessage } from "./pins.ts";
import { answerQuestion, answerWait, listQuestions, readAnswer } from "./questions.ts";
import { addReaction, removeReaction } from "./reactions.ts";
import { changeMessage, deleteMessage, postMessage, readMessage, readThread } from "./service.ts";
import { transcriptEntry } from "./transcript.ts";

const MESSAGES = "Messages";
const TOGETHER = "Working together";

/** Seconds that a wait goes on past a question's end, so that its last look comes after it. */
const EXPIRY_MARGIN = 0.01;

/** What a post in plain text says beside its body. */
const PlainQuery = t.Object({ type: t.Optional(MessageType), reply_to: t.Optional(t.String()), caused_by: t.Optional(t.String()) });

export const messageRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/channels/:id/messages" })
    .use(guard)
    .get("", ({ actor, params, query, request }) => historyAnswer(ctx, actor, readableChannel(ctx, actor, params.id), query, request), {
      query: HistoryParameters,
      response: answers(200, t.Array(Message)),
      detail: describe(
        MESSAGES,
        "The history of a channel, oldest first, whole unless narrowed",
        `curl ${AUTH} "$URL/api/channels/general/messages?limit=20"`,
        "Filters combine. `format=md` gives a compact transcript for a model to read; `ndjson` a message a line.",
      ),
    })
    .post(
      "",
      ({ actor, params, body, query, request }) => {
        if (typeof body !== "string") {
          if (Object.keys(query).length > 0) throw invalid("query", "type, reply_to and caused_by stand in the body when it is JSON", "Move them into the JSON body.");
          return named(request, postMessage(ctx, actor, params.id, body, retryOf(request, body)));
        }
        if (body === "") throw invalid("content", "the body is empty", "Send the message's text as the body.");
        return named(request, postMessage(ctx, actor, params.id, { content: body, ...query }, retryOf(request, body)));
      },
      {
        body: t.Union([NewMessage, t.String({ description: "text/plain: the body is the content" })]),
        query: PlainQuery,
        response: answers(201, Message),
        detail: describe(
          MESSAGES,
          "Post a message; 201 means it is on disk",
          `curl ${AUTH} -d '{"content":"Loss: 0.023","type":"result"}' $URL/api/channels/general/messages`,
          "Or as `text/plain`, the body being the content: `make 2>&1 | curl --data-binary @- -H 'Content-Type: text/plain' \"$URL/api/channels/ci/messages?type=result\"`. Send an `Idempotency-Key` and a retry is never posted twice. With `Accept: text/plain` the answer is the message's seq and no more.",
        ),
      },
    )
    .get("/:msg_id", ({ actor, params }) => readMessage(ctx, actor, params.id, params.msg_id), {
      response: answers(200, Message),
      detail: describe(MESSAGES, "One message", `curl ${AUTH} $URL/api/channels/general/messages/ID`),
    })
    .patch(
      "/:msg_id",
      async ({ actor, params, body, request }) => {
        const message = await changeMessage(ctx, actor, params.id, params.msg_id, body);
        return bareName(request, message) ?? message;
      },
      {
        body: MessageChange,
        response: answers(200, Message),
        detail: describe(MESSAGES, "Edit your own message", `curl -X PATCH ${AUTH} -d '{"content":"Loss: 0.021"}' $URL/api/channels/general/messages/ID`),
      },
    )
    .delete("/:msg_id", ({ actor, params, set }) => done(set, deleteMessage(ctx, actor, params.id, params.msg_id)), {
      response: answers(204, NoContent),
      detail: describe(
        MESSAGES,
        "Delete your own message (an admin: anyone's); its place stays, its words are gone",
        `curl -X DELETE ${AUTH} $URL/api/channels/general/messages/ID`,
      ),
    })
    .get(
      "/:msg_id/thread",
      ({ actor, params, query, request }) => {
        const thread = readThread(ctx, actor, params.id, params.msg_id);
        return wantsMarkdown(query.format, request) ? markdown(thread.map((message) => transcriptEntry(ctx, message)).join("")) : thread;
      },
      {
        query: t.Object({ format: t.Optional(Format) }),
        response: answers(200, t.Array(Message)),
        detail: describe(MESSAGES, "A message, what it answers, and all that answers it, in order", `curl ${AUTH} $URL/api/channels/general/messages/ID/thread`),
      },
    )
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
    .put("/:msg_id/pin", ({ actor, params }) => pinMessage(ctx, actor, params.id, params.msg_id), {
      response: answers(200, Pin),
      detail: describe(
        MESSAGES,
        "Pin a message: keep it at hand for everyone in the channel",
        `curl -X PUT ${AUTH} $URL/api/channels/general/messages/ID/pin`,
        `At most ${PINS_PER_CHANNEL} in a channel; pinning again changes nothing.`,
      ),
    })
    .delete("/:msg_id/pin", ({ actor, params, set }) => done(set, unpinMessage(ctx, actor, params.id, params.msg_id)), {
      response: answers(204, NoContent),
      detail: describe(MESSAGES, "Take a pin away", `curl -X DELETE ${AUTH} $URL/api/channels/general/messages/ID/pin`),
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

export const pinRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/channels/:id/pins" }).use(guard).get("", ({ actor, params }) => listPins(ctx, actor, params.id), {
    response: answers(200, t.Array(Pin)),
    detail: describe(MESSAGES, "What is pinned in a channel, the latest pin first", `curl ${AUTH} $URL/api/channels/general/pins`),
  });

export const questionRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/questions" }).use(guard).get("", ({ actor }) => listQuestions(ctx, actor).mine, {
    response: answers(200, t.Array(OpenQuestion)),
    detail: describe(TOGETHER, "The open questions of others that you may answer, oldest first", `curl ${AUTH} $URL/api/questions`),
  });
