import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe } from "../http/describe.ts";
import { guard } from "../http/guard.ts";
import { USAGE_DAYS } from "../limits.ts";
import { Usage, UsageKind } from "./model.ts";
import { readUsage } from "./service.ts";

const Day = (description: string) => t.Optional(t.String({ description, examples: ["2026-03-29"] }));

export const usageRoutes = (ctx: Context) =>
  new Elysia().use(guard).get("/api/usage", ({ actor, query: { by = "day", ...range } }) => readUsage(ctx, actor, { by, ...range }), {
    query: t.Object({
      by: t.Optional(UsageKind),
      from: Day(`The first day (UTC); ${USAGE_DAYS.default} days up to \`to\` when left out`),
      to: Day("The last day; today when left out"),
      project: t.Optional(t.String({ description: "Only what was asked in the channel of this project, by id or slug", examples: ["loss-plots"] })),
    }),
    response: answers(200, Usage),
    detail: describe(
      "Agents",
      "What models took and cost, by agent, user, day or model",
      `curl ${AUTH} "$URL/api/usage?by=agent&from=2026-03-01&to=2026-03-31"`,
      `An admin sees everybody's calls, others those for what they themselves asked; with \`project\`, whoever can see that one sees all that was asked in its channel. A call costs what \`<data>/prices.json\` says of its model at that moment, in dollars per million tokens; a model that is not in it costs null, and its calls are counted in \`unpriced_calls\`. Days are UTC, at most ${USAGE_DAYS.max} of them; by day, those without a call are listed too.`,
    ),
  });
