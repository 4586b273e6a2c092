import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import type { Once, Retry } from "../idempotency/once.ts";
import { CHAT_MESSAGES, SEQ_MAX } from "../limits.ts";
import { findByRef } from "../messages/find.ts";
import { postMessage } from "../messages/service.ts";
import { messageKey, seqOf } from "../messages/table.ts";
import { type Message, messageWire } from "../messages/wire.ts";
import { readableProject } from "../projects/service.ts";
import type { AgentStatus } from "./model.ts";
import type { Resident } from "./residents.ts";
import { agentStatus } from "./status.ts";
import { exchanged } from "./store.ts";
import { inProjects } from "./tools/toolbox.ts";

/** Who takes requests in projects. */
export const LEADER = "dev-manager";

/**
 * Says something to an agent in a project's own channel, as whoever names it there does: the crew works on it, and everyone
 * there sees it. As with `askDirectly`, each question is of its own.
 * @throws AppError `not_found`, and as `postMessage`
 */
export const askInProject = (ctx: Context, actor: Actor, ref: string, { username }: Resident, message: string, retry: Retry): Promise<Once<Message>> =>
  postMessage(ctx, actor, readableProject(ctx, actor, ref).channel.id, { content: `@${username} ${message}`, afresh: true }, retry);

/** What was asked of residents in a project's channel and what they said there, the newest `limit` before a seq, oldest first. @throws AppError `not_found` */
export const chatHistory = (
  ctx: Context,
  actor: Actor,
  ref: string,
  { limit = CHAT_MESSAGES.default, before_seq = SEQ_MAX }: { limit?: number; before_seq?: number },
): Message[] => {
  const { channel } = readableProject(ctx, actor, ref);
  return exchanged(ctx.db, channel.no, messageKey(channel.no, before_seq), limit).flatMap((key) => {
    const row = findByRef(ctx.db, channel, String(seqOf(key)));
    return row ? [messageWire(ctx, row)] : [];
  });
};

/** Who of the agents works in projects, and what each is at in this one. @throws AppError `not_found` */
export const projectCrew = (ctx: Context, actor: Actor, ref: string): Static<typeof AgentStatus>[] => {
  const { channel } = readableProject(ctx, actor, ref);
  const crew = ctx.residents.all().filter(({ tools }) => tools.some((tool) => inProjects.has(tool)));
  return agentStatus(ctx, actor, crew, channel);
};
