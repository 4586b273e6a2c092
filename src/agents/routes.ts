import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe } from "../http/describe.ts";
import { guard } from "../http/guard.ts";
import { Agents } from "./model.ts";
import { listAgents } from "./service.ts";

const AGENTS = "Resident agents";

export const agentRoutes = (ctx: Context) =>
  new Elysia().use(guard).get("/api/agents", ({ actor }) => listAgents(ctx, actor), {
    response: answers(200, Agents),
    detail: describe(
      AGENTS,
      "The agents that this server itself runs",
      `curl ${AUTH} $URL/api/agents`,
      "Mention one in a channel (`@grimlock …`) or write to it directly, and it answers. `ready` says whether a model is set up for it. `problems` are what keeps agents' files from being used, for admins.",
    ),
  });
