import type { Channel } from "../channels/directory.ts";
import type { Context } from "../context.ts";
import { findByRef } from "../messages/find.ts";
import { seqOf } from "../messages/table.ts";
import type { JobRow } from "./answer.ts";

/** Tells those who read the channel of a question how it stands, now and not for later; `idle`: it is over. `tool`: the one that runs. */
export const tellStatus = (ctx: Context, job: JobRow, state: "waiting" | "thinking" | "running" | "idle", tool: string | null = null): void => {
  const channel = ctx.channels.byNo(job.channel_no);
  if (!channel) return;
  ctx.feed.pass("agent_status", channel, null, {
    agent: ctx.users.author(job.agent_no),
    state,
    question_id: idOf(ctx, channel, job.question_key),
    answer_id: idOf(ctx, channel, job.answer_key),
    asker: ctx.users.author(job.asker_no).username,
    tool,
  });
};

/** The id of a channel's message; null for none. */
export const idOf = (ctx: Context, channel: Channel, key: number | null): string | null => (key === null ? null : (findByRef(ctx.db, channel, String(seqOf(key)))?.id ?? null));
