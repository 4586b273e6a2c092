import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { RateLimiter } from "../http/rate.ts";
import { created, done } from "../http/reply.ts";
import { addressOf, infoOf } from "../http/request.ts";
import { WEBHOOK_LOG, WEBHOOK_POSTS_PER_MINUTE } from "../limits.ts";
import { incomingOf, receive } from "./incoming.ts";
import { Delivery, NewWebhook, Webhook, WebhookChange, WebhookMade } from "./model.ts";
import { changeWebhook, createWebhook, deliveriesOf, endWebhook, listWebhooks, pingWebhook, redeliver } from "./service.ts";

const WEBHOOKS = "Webhooks";
const HOOK = "$URL/api/channels/ci/webhooks/ID";

/** Where other programs post: the secret in the address is their credential. */
export const hookRoutes = (ctx: Context) => {
  const limiter = new RateLimiter();
  return new Elysia().post(
    "/hooks/:secret",
    async ({ params, body, request, set }) => {
      const incoming = incomingOf(ctx, params.secret);
      const { passed, retryAfter } = limiter.take(incoming.id, WEBHOOK_POSTS_PER_MINUTE);
      if (!passed) throw new AppError("rate_limited", { hint: `Wait ${retryAfter} s.`, headers: { "retry-after": String(retryAfter) } });
      const bytes = body instanceof ArrayBuffer ? body : new ArrayBuffer();
      const retry = retryOf(request, Buffer.from(bytes).toString("base64"));
      const { replayed } = await receive(ctx, incoming, bytes, request.headers.get("content-type") ?? "", infoOf(request).address, retry);
      if (replayed) set.headers["idempotency-replayed"] = "true";
      return "ok";
    },
    {
      response: answers(200, t.String({ examples: ["ok"] })),
      detail: {
        ...describe(
          WEBHOOKS,
          "Post into a channel by its webhook",
          `curl -d '{"text":"Build 417 failed"}' $URL/hooks/SECRET`,
          'JSON as Slack takes it (`text`, or `blocks` and `attachments`), a form with it in `payload`, `text/plain`, or the fields of a post of ours (`{"content","type","metadata","reply_to"}`). Answers `ok`. The post is an agent\'s, `via` is `webhook`.',
        ),
        requestBody: {
          required: true,
          content: {
            "application/json": { schema: t.Object({ text: t.String() }) },
            "application/x-www-form-urlencoded": { schema: t.Object({ payload: t.String() }) },
            "text/plain": { schema: t.String() },
          },
        },
      },
    },
  );
};

/** Webhooks of a channel: for who made it, or an admin who can read it. */
export const webhookRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/channels/:id/webhooks" })
    .use(guard)
    .get("", ({ actor, params }) => listWebhooks(ctx, actor, params.id), {
      response: answers(200, t.Array(Webhook)),
      detail: describe(WEBHOOKS, "The webhooks of a channel (its maker, or an admin)", `curl ${AUTH} $URL/api/channels/ci/webhooks`),
    })
    .post("", ({ actor, params, body, request }) => created(createWebhook(ctx, actor, params.id, body, addressOf(ctx, request), retryOf(request, body))), {
      body: NewWebhook,
      response: answers(201, WebhookMade),
      detail: describe(
        WEBHOOKS,
        "Make a webhook, in or out (the channel's maker, or an admin)",
        `curl ${AUTH} -d '{"kind":"out","name":"Deployer","url":"https://ci.example.com/colony","events":["message"]}' $URL/api/channels/ci/webhooks`,
        'In: `{"kind":"in","name":"Build server"}`; whoever posts to the answer\'s `post_url` speaks in the channel. Out: each event is posted to `url` as JSON `{"delivery","webhook","channel","seq","event","channel_id","data"}`, in order, at least once, with `X-Colony-Delivery` (the same on each try) and `X-Colony-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body" under the secret>`. Any 2xx answer within 10 s takes it; else it is tried again for 15 hours, then the webhook is paused and the channel told. No redirect is followed.',
      ),
    })
    .patch("/:hook_id", ({ actor, params, body }) => changeWebhook(ctx, actor, params.id, params.hook_id, body), {
      body: WebhookChange,
      response: answers(200, Webhook),
      detail: describe(WEBHOOKS, "Change a webhook, pause it, or let it go on where it stopped", `curl -X PATCH ${AUTH} -d '{"paused":false}' ${HOOK}`),
    })
    .delete("/:hook_id", ({ actor, params, set }) => done(set, endWebhook(ctx, actor, params.id, params.hook_id)), {
      response: answers(204, NoContent),
      detail: describe(WEBHOOKS, "End a webhook at once", `curl -X DELETE ${AUTH} ${HOOK}`),
    })
    .get("/:hook_id/deliveries", ({ actor, params, query }) => deliveriesOf(ctx, actor, params.id, params.hook_id, query.limit ?? WEBHOOK_LOG * 2), {
      query: t.Object({ limit: t.Optional(t.Integer({ minimum: 1, maximum: WEBHOOK_LOG * 2, description: "The newest N" })) }),
      response: answers(200, t.Array(Delivery)),
      detail: describe(WEBHOOKS, "What an outgoing webhook sent and is to send, newest first", `curl ${AUTH} ${HOOK}/deliveries`, `What was settled is kept to ${WEBHOOK_LOG}.`),
    })
    .post("/:hook_id/ping", ({ actor, params }) => pingWebhook(ctx, actor, params.id, params.hook_id), {
      response: answers(200, Delivery),
      detail: describe(WEBHOOKS, "Send a ping through an outgoing webhook, now and once, and see what comes of it", `curl -X POST ${AUTH} ${HOOK}/ping`),
    })
    .post("/:hook_id/deliveries/:delivery_id/redeliver", ({ actor, params }) => redeliver(ctx, actor, params.id, params.hook_id, params.delivery_id), {
      response: answers(200, Delivery),
      detail: describe(WEBHOOKS, "Send an event again, as it is today, now and once", `curl -X POST ${AUTH} ${HOOK}/deliveries/DELIVERY/redeliver`),
    });
