import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard } from "../http/guard.ts";
import { done } from "../http/reply.ts";
import { NewStatus, Standing, Status } from "./model.ts";
import { clearStatus, setStatus } from "./service.ts";

const LIVE = "Live";

export const presenceRoutes = (ctx: Context) =>
  new Elysia()
    .use(guard)
    .get("/api/presence", () => ctx.roster.all(), {
      response: answers(200, t.Array(Standing)),
      detail: describe(
        LIVE,
        "Who is here, and what they say they are at",
        `curl ${AUTH} $URL/api/presence`,
        "Everyone with a live connection or a status; who is not listed is offline. Changes come as `presence` events on `/ws` and in the event stream.",
      ),
    })
    .put("/api/me/status", ({ actor, body }) => setStatus(ctx, actor, body), {
      body: NewStatus,
      response: answers(200, Status),
      detail: describe(
        LIVE,
        "Say what you are at",
        `curl -X PUT ${AUTH} -d '{"state":"working","text":"training run 7"}' $URL/api/me/status`,
        "It stands, through restarts too, until you say another, take it back, or `until` is over.",
      ),
    })
    .delete("/api/me/status", ({ actor, set }) => done(set, clearStatus(ctx, actor)), {
      response: answers(204, NoContent),
      detail: describe(LIVE, "Take back what you said you were at", `curl -X DELETE ${AUTH} $URL/api/me/status`),
    });
