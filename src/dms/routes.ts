import { Elysia, t } from "elysia";
import { Channel } from "../channels/model.ts";
import type { Context } from "../context.ts";
import { AUTH, answers, describe } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { HistoryParameters } from "../http/query.ts";
import { created, named } from "../http/reply.ts";
import { historyAnswer } from "../messages/forms.ts";
import { Message } from "../messages/model.ts";
import { Conversation, NewConversation, NewDirect } from "./model.ts";
import { conversationWith, listConversations, openConversation, postDirect } from "./service.ts";

const DIRECT = "Direct messages";

export const directRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/dms" })
    .use(guard)
    .post("", ({ actor, body, request }) => named(request, postDirect(ctx, actor, body, retryOf(request, body))), {
      body: NewDirect,
      response: answers(201, Message),
      detail: describe(
        DIRECT,
        "Say something to one person or a few; their conversation is made when they have none",
        `curl ${AUTH} -d '{"user":"benji","content":"The run is done. Deploy?"}' $URL/api/dms`,
        "The same people always share one conversation, whoever begins. It is a channel: the `channel_id` of the answer is good for everything under `/api/channels/{id}`.",
      ),
    })
    .post(
      "/conversations",
      async ({ actor, body, request }) => {
        const { made, ...once } = await openConversation(ctx, actor, body.users, retryOf(request, body));
        return created(once, {}, made ? 201 : 200);
      },
      {
        body: NewConversation,
        response: answers(201, Channel),
        detail: describe(
          DIRECT,
          "Open a conversation without saying anything",
          `curl ${AUTH} -d '{"users":["benji","neeraj"]}' $URL/api/dms/conversations`,
          "201 when it is new, 200 when these people had it already.",
        ),
      },
    )
    .get("/conversations", ({ actor }) => listConversations(ctx, actor), {
      response: answers(200, t.Array(Conversation)),
      detail: describe(DIRECT, "Your conversations with their newest message, the newest talk first", `curl ${AUTH} $URL/api/dms/conversations`),
    })
    .get("/:user/messages", ({ actor, params, query, request }) => historyAnswer(ctx, actor, conversationWith(ctx, actor, params.user), query, request), {
      query: HistoryParameters,
      response: answers(200, t.Array(Message)),
      detail: describe(
        DIRECT,
        "What you and someone said to each other, oldest first; empty before the first word",
        `curl ${AUTH} "$URL/api/dms/benji/messages?limit=20"`,
        "Filters and forms as of a channel's history. Of a conversation of more than two: GET /api/channels/{id}/messages.",
      ),
    });
