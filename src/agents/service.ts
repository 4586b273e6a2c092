import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import { modelsOf, usableModels } from "../models/names.ts";
import type { Agent, Agents } from "./model.ts";
import type { Resident } from "./residents.ts";

/** The agents that the server runs, as everyone signed in may see them; admins see the problems of their files too. */
export const listAgents = (ctx: Context, actor: Actor): Static<typeof Agents> => ({
  agents: ctx.residents.all().map((resident) => agentWire(ctx, resident)),
  problems: actor.user.admin ? ctx.residents.problems : [],
});

/** A resident agent, as everyone signed in may see it. */
export const agentWire = (ctx: Context, resident: Resident): Static<typeof Agent> => {
  const { username, display_name, description, tools, answers, max_tokens, file } = resident;
  const { model, fallback } = modelsOf(ctx.config, resident);
  return {
    id: ctx.users.author(resident.user_no).id,
    username,
    display_name,
    description,
    model,
    fallback_model: fallback === model ? null : fallback,
    tools: [...tools],
    answers,
    max_tokens,
    file,
    ready: usableModels(ctx.config, resident).length > 0,
  };
};
