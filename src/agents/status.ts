import type { Context } from "../context.ts";
import { findByRef } from "../messages/find.ts";
import { seqOf } from "../messages/table.ts";
import type { JobRow } from "./answer.ts";

/** How a question stands with its agent; `idle`: it is over. */
export type State = "waiting" | "thinking" | "running" | "idle";

/** Tells those who read the channel of a question how it stands, now and not for later. `tool`: the one that runs. */
export const tellStatus = (ctx: Context, job: JobRow, state: State, tool: string | null = null): void => {
  const channel = ctx.channels.byNo(job.channel_no);
  const idOf = (key: number | null) => (channel && key !== null ? findByRef(ctx.db, channel, String(seqOf(key)))?.id : undefined) ?? null;
  const asker = ctx.users.author(job.asker_no).username;
  if (channel)
    ctx.feed.pass("agent_status", channel, null, {
      agent: ctx.users.author(job.agent_no),
      state,
      question_id: idOf(job.question_key),
      answer_id: idOf(job.answer_key),
      asker,
      tool,
    });
};
