import { Elysia, t } from "elysia";
import { adminOnly } from "../accounts/standing.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { version } from "../version.ts";
import { describe } from "./describe.ts";
import type { Metrics } from "./metrics.ts";
import { infoOf } from "./request.ts";

const OPERATORS = "Operators";
const loopback = /^(127\.|::1$|::ffff:127\.)/;

export const healthRoutes = (ctx: Context, metrics: Metrics) =>
  new Elysia()
    .get("/healthz", () => ({ status: "ok" as const, version }), {
      response: t.Object({ status: t.Literal("ok"), version: t.String() }),
      detail: describe(OPERATORS, "The process is alive", "curl $URL/healthz"),
    })
    .get(
      "/readyz",
      () => {
        if (ctx.feed.closing) throw new AppError("shutting_down");
        ctx.db.raw.query("SELECT 1 FROM meta").get();
        return { status: "ready" as const, seq: ctx.feed.head };
      },
      {
        response: t.Object({ status: t.Literal("ready"), seq: t.Integer() }),
        detail: describe(OPERATORS, "The server takes requests and its database answers", "curl $URL/readyz"),
      },
    )
    .get(
      "/metrics",
      async ({ request }) => {
        const { actor, address, refusal } = infoOf(request);
        // A proxy on this machine is on loopback too; what it passes on is not.
        const local = loopback.test(address) && !request.headers.has("x-forwarded-for") && !request.headers.has("forwarded");
        if (actor) adminOnly(actor);
        else if (!local) throw refusal ?? new AppError("unauthorized");
        return new Response(await metrics.text(), { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } });
      },
      { response: t.String(), detail: describe(OPERATORS, "Prometheus metrics, on loopback or with an admin's token", "curl $URL/metrics") },
    );
