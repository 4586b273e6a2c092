import { Elysia, t } from "elysia";
import type { Actor } from "../accounts/credentials.ts";
import type { Channel } from "../channels/directory.ts";
import { readableChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { invalid } from "../errors.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard } from "../http/guard.ts";
import { Cursor, Wait } from "../http/query.ts";
import { POLL_EVENTS, SEQ_MAX } from "../limits.ts";
import { readableProject } from "../projects/service.ts";
import { ofProject, plain } from "./dialects.ts";
import { pollEvents } from "./poll.ts";
import { eventStream } from "./sse.ts";
import { startTyping } from "./typing.ts";

const FEED = "Live";

const Query = t.Object({
  after_seq: t.Optional(Cursor),
  wait: t.Optional(Wait),
  limit: t.Optional(t.Integer({ minimum: 1, maximum: POLL_EVENTS.max, default: POLL_EVENTS.default })),
  epoch: t.Optional(t.String({ description: "The epoch the cursor came with; checked when given" })),
});

const Page = t.Object({
  epoch: t.String(),
  events: t.Array(t.Object({ seq: t.Integer(), event: t.String({ examples: ["message"] }), channel_id: t.Union([t.String(), t.Null()]), data: t.Unknown() })),
  next_seq: t.Integer({ description: "Send it as after_seq next time" }),
  head_seq: t.Integer(),
  has_more: t.Boolean(),
});

type Asked = { request: Request; query: { after_seq?: number; wait?: number; limit?: number; epoch?: string } };

/** Server-sent events when the caller accepts them, else one poll. */
const follow = async (ctx: Context, actor: Actor, channel: Channel | null, { request, query }: Asked, dialect = plain): Promise<Response> => {
  const { after_seq, epoch, wait = 0, limit = POLL_EVENTS.default } = query;
  if (request.headers.get("accept")?.includes("text/event-stream")) {
    const stream = eventStream(ctx, actor, channel, lastEventId(request) ?? after_seq, epoch, request.signal, dialect);
    return new Response(stream, { headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no" } });
  }
  const page = await pollEvents(ctx, actor, channel, { after_seq, wait, limit, epoch }, request.signal, dialect);
  return new Response(page, { headers: { "content-type": "application/json", "cache-control": "no-store" } });
};

const lastEventId = (request: Request): number | undefined => {
  const id = request.headers.get("last-event-id");
  if (id === null || id === "") return undefined;
  if (!/^\d{1,10}$/.test(id) || Number(id) > SEQ_MAX) throw invalid("Last-Event-ID", "is not a seq", "Send back the id of the last event you saw.");
  return Number(id);
};

const about =
  "With `Accept: text/event-stream` the events as they happen, `id:` being the seq and `Last-Event-ID` resuming; otherwise one answer, at once when there is something after `after_seq` (from now, when left out), else when there is or after `wait` seconds.";

export const feedRoutes = (ctx: Context) =>
  new Elysia()
    .use(guard)
    .get("/api/events", ({ actor, request, query }) => follow(ctx, actor, null, { request, query }), {
      query: Query,
      response: answers(200, Page),
      detail: describe(FEED, "What happens anywhere you can see", `curl ${AUTH} "$URL/api/events?after_seq=41&wait=25"`, about),
    })
    .get("/api/channels/:id/events", ({ actor, params, request, query }) => follow(ctx, actor, readableChannel(ctx, actor, params.id), { request, query }), {
      query: Query,
      response: answers(200, Page),
      detail: describe(FEED, "What happens in one channel", `curl -N ${AUTH} -H 'Accept: text/event-stream' $URL/api/channels/general/events`, about),
    })
    .get(
      "/api/projects/:id/events",
      ({ actor, params, request, query }) => {
        const { channel } = readableProject(ctx, actor, params.id);
        return follow(ctx, actor, channel, { request, query }, ofProject(channel));
      },
      {
        query: Query,
        response: answers(200, Page),
        detail: describe(
          FEED,
          "What happens in a project",
          `curl -N ${AUTH} -H 'Accept: text/event-stream' $URL/api/projects/loss-plots/events`,
          `\`run.status\` and, of builds, \`build.status\` (data: the run), \`file.changed\`, \`schedule.changed\`, \`project.changed\`, \`task.progress\` (data: \`{"message_id","done","total"}\`, the boxes of a plan); live only, as an event stream and without seq: \`console.output\` (data: \`{"project_id","lines","skipped"}\`), \`agent.status\`, \`sandbox.state\`. What is said in its channel stands in the channel's own events. ${about}`,
        ),
      },
    )
    .post(
      "/api/channels/:id/typing",
      ({ actor, params, set }) => {
        startTyping(ctx, actor.user.no, params.id);
        set.status = 204;
      },
      {
        response: answers(204, NoContent),
        detail: describe(
          FEED,
          "Say that you are writing something",
          `curl -X POST ${AUTH} $URL/api/channels/general/typing`,
          "The channel's readers see it for 6 seconds or until your message; say it again every few seconds while it lasts.",
        ),
      },
    );
