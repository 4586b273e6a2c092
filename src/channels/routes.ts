import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { created, done } from "../http/reply.ts";
import { Channel, ChannelChange, Mark, NewChannel } from "./model.ts";
import { archiveChannel, changeChannel, createChannel, listChannels, readableChannel, setReadMark, showChannel } from "./service.ts";

const CHANNELS = "Channels";

export const channelRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/channels" })
    .use(guard)
    .get("", ({ actor }) => listChannels(ctx, actor), {
      response: answers(200, t.Array(Channel)),
      detail: describe(CHANNELS, "The channels you can see", `curl ${AUTH} $URL/api/channels`),
    })
    .post("", ({ actor, body, request }) => created(createChannel(ctx, actor, body, retryOf(request, body))), {
      body: NewChannel,
      response: answers(201, Channel),
      detail: describe(CHANNELS, "Make a channel", `curl ${AUTH} -d '{"name":"training"}' $URL/api/channels`),
    })
    .get("/:id", ({ actor, params }) => showChannel(ctx, actor, readableChannel(ctx, actor, params.id)), {
      response: answers(200, Channel),
      detail: describe(CHANNELS, "One channel, by id or name", `curl ${AUTH} $URL/api/channels/general`),
    })
    .patch("/:id", ({ actor, params, body }) => changeChannel(ctx, actor, params.id, body), {
      body: ChannelChange,
      response: answers(200, Channel),
      detail: describe(
        CHANNELS,
        "Change name, description or topic, or take an archiving back (its maker, or an admin)",
        `curl -X PATCH ${AUTH} -d '{"topic":"run 7"}' $URL/api/channels/training`,
        'An archived channel takes only `{"archived":false}`, with other changes if you like.',
      ),
    })
    .delete("/:id", ({ actor, params, set }) => done(set, archiveChannel(ctx, actor, params.id)), {
      response: answers(204, NoContent),
      detail: describe(CHANNELS, "Archive a channel: readable, no new posts (its maker, or an admin)", `curl -X DELETE ${AUTH} $URL/api/channels/training`),
    })
    .put("/:id/read", ({ actor, params, body }) => setReadMark(ctx, actor, params.id, body.seq), {
      body: Mark,
      response: answers(200, Channel),
      detail: describe(
        CHANNELS,
        "Say how far you have read",
        `curl -X PUT ${AUTH} -d '{"seq":42}' $URL/api/channels/general/read`,
        "`read_seq` is the mark; `unread` and `mentions` count what stands after it, on every device.",
      ),
    });
