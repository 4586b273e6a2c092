import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { created, done } from "../http/reply.ts";
import { setNotify, setReadMark } from "./marks.ts";
import { addMember, joinAsMember, leaveChannel, showMembers, takeOut } from "./members.ts";
import { Channel, ChannelChange, Mark, Member, NewChannel, NewMember, NotifyChoice } from "./model.ts";
import { archiveChannel, changeChannel, createChannel, listChannels, readableChannel, showChannel } from "./service.ts";

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
      detail: describe(
        CHANNELS,
        "Make a channel",
        `curl ${AUTH} -d '{"name":"training","visibility":"private","members":["benji"]}' $URL/api/channels`,
        "A private channel is its members' alone: for everyone else, admins too, it is not there.",
      ),
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
    })
    .put("/:id/notify", ({ actor, params, body }) => setNotify(ctx, actor, params.id, body.notify), {
      body: NotifyChoice,
      response: answers(200, Channel),
      detail: describe(CHANNELS, "Say what calls you in a channel, on every device", `curl -X PUT ${AUTH} -d '{"notify":"mentions"}' $URL/api/channels/general/notify`),
    })
    .post("/:id/join", ({ actor, params }) => joinAsMember(ctx, actor, params.id), {
      response: answers(200, Channel),
      detail: describe(
        CHANNELS,
        "Become a member of a public channel",
        `curl -X POST ${AUTH} $URL/api/channels/training/join`,
        "Posting does the same. Into a private channel its members add you.",
      ),
    })
    .post("/:id/leave", ({ actor, params }) => leaveChannel(ctx, actor, params.id), {
      response: answers(200, Channel),
      detail: describe(
        CHANNELS,
        "Leave a channel",
        `curl -X POST ${AUTH} $URL/api/channels/training/leave`,
        "A private channel is hidden from you from that moment, live streams included.",
      ),
    })
    .get("/:id/members", ({ actor, params }) => showMembers(ctx, actor, params.id), {
      response: answers(200, t.Array(Member)),
      detail: describe(CHANNELS, "Who is in a channel, in the order they came", `curl ${AUTH} $URL/api/channels/training/members`),
    })
    .post("/:id/members", ({ actor, params, body, request }) => created(addMember(ctx, actor, params.id, body.user, retryOf(request, body))), {
      body: NewMember,
      response: answers(201, Member),
      detail: describe(CHANNELS, "Add someone to a channel you are in", `curl ${AUTH} -d '{"user":"benji"}' $URL/api/channels/training/members`),
    })
    .delete("/:id/members/:user", ({ actor, params, set }) => done(set, takeOut(ctx, actor, params.id, params.user)), {
      response: answers(204, NoContent),
      detail: describe(
        CHANNELS,
        "Take someone out of a channel (its maker, or an admin; of a private one, who is a member)",
        `curl -X DELETE ${AUTH} $URL/api/channels/training/members/benji`,
      ),
    });
