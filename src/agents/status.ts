import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import type { Channel } from "../channels/directory.ts";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { WORK_SHOWN } from "../limits.ts";
import type { JobRow } from "./answer.ts";
import type { AgentStatus, Work } from "./model.ts";
import { queueOf } from "./queue.ts";
import type { Resident } from "./residents.ts";
import { openJobs, waitingFor } from "./store.ts";
import { idOf } from "./telling.ts";

type Status = Static<typeof AgentStatus>;

/** What the agents are at, or some of them: the work where `actor` may read it, and of all else that it is there. `within`: in that channel alone. */
export const agentStatus = (ctx: Context, actor: Actor, agents: Resident[] = ctx.residents.all(), within?: Channel): Status[] => {
  const working = new Map(
    queueOf(ctx)
      .working()
      .map((one) => [one.job.no, one]),
  );
  const waiting = waitingFor(ctx.db, within?.no);
  const statuses = new Map<number, Status>();
  for (const { user_no } of agents) statuses.set(user_no, { agent: ctx.users.author(user_no), state: "idle", waiting: waiting.get(user_no) ?? 0, work: [] });
  for (const job of openJobs(ctx.db)) {
    const status = statuses.get(job.agent_no);
    const channel = ctx.channels.byNo(job.channel_no);
    if (!status || !channel || (within && channel !== within)) continue;
    const { state, tool = null } = working.get(job.no) ?? { state: "waiting" as const };
    if (state === "running" || (state === "thinking" && status.state === "idle")) status.state = state;
    if (canRead(channel, actor.user.no) && status.work.length < WORK_SHOWN) status.work.push(workWire(ctx, channel, job, state, tool));
  }
  return [...statuses.values()];
};

const workWire = (ctx: Context, channel: Channel, job: JobRow, state: Static<typeof Work>["state"], tool: string | null): Static<typeof Work> => ({
  state,
  channel_id: channel.id,
  question_id: idOf(ctx, channel, job.question_key) ?? "",
  answer_id: idOf(ctx, channel, job.answer_key),
  asker: ctx.users.author(job.asker_no),
  tool,
  since: (state === "waiting" ? null : job.started_at) ?? job.created_at,
});
