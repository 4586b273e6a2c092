import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import type { Channel } from "../channels/directory.ts";
import { stillWritable } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { type Once, type Retry, writeOnce } from "../idempotency/once.ts";
import { findByRef, messageIn, readableMessage } from "../messages/find.ts";
import { seqOf } from "../messages/table.ts";
import { type Message, messageWire } from "../messages/wire.ts";
import type { JobRow } from "./answer.ts";
import { lookAtAnswer } from "./direct.ts";
import type { End } from "./ends.ts";
import type { DirectMade } from "./model.ts";
import { queueOf } from "./queue.ts";
import type { Resident } from "./residents.ts";
import { jobByNo, jobOfMessage } from "./store.ts";
import { tellStatus } from "./telling.ts";
import { askAgain, endWaiting, recordOrder } from "./turns.ts";

/**
 * Ends what an agent is at with a question, or lets it not begin: `message_id` is that of the question or of its answer.
 * Resolves when the end is written, with how the question stands then; what is over already stays as it is.
 * @throws AppError `not_found`, `forbidden` for who neither asked nor is an admin
 */
export const stopAnswer = async (ctx: Context, actor: Actor, agent: Resident, message_id: string): Promise<Static<typeof DirectMade>> => {
  const { job, channel } = jobOf(ctx, actor, agent, message_id);
  const end: End = { state: "stopped", by: actor, said: null };
  if (await ctx.write((tx) => endWaiting(ctx, tx, job.no, end))) tellStatus(ctx, { ...job, ...jobByNo(ctx.db, job.no) }, "idle");
  else {
    const running = queueOf(ctx).answering(job.no);
    running?.stop(end);
    await running?.ended;
  }
  return lookAtAnswer(ctx, actor, agent, questionOf(ctx, channel, job)).answer;
};

/**
 * Puts a question once more that failed or was stopped; its answer is written anew, in its place, by the right of who asked first.
 * @returns the question
 * @throws AppError `not_found`, `forbidden`, `nothing_to_retry`, `message_deleted` when the question is gone, `channel_archived`
 */
export const retryAnswer = async (ctx: Context, actor: Actor, agent: Resident, message_id: string, retry: Retry): Promise<Once<Message>> => {
  const { job, channel } = jobOf(ctx, actor, agent, message_id);
  const { replayed } = await writeOnce(ctx, actor, retry, (tx) => {
    stillWritable(tx, channel, actor.user.no);
    const now = jobByNo(tx, job.no) ?? job;
    if (now.state === "answered") throw new AppError("nothing_to_retry");
    if (now.state !== "failed" && now.state !== "stopped")
      throw new AppError("nothing_to_retry", { message: "It is being answered already.", hint: "Wait for its end, or stop it first." });
    if (findByRef(tx, channel, String(seqOf(job.question_key)))?.deleted_at !== null)
      throw new AppError("message_deleted", { message: "The question was deleted.", hint: "Ask anew." });
    askAgain(ctx, tx, now);
    recordOrder(ctx, tx, actor, "answer_retried_by_admin", now);
    return { answer: null };
  });
  if (!replayed) {
    tellStatus(ctx, { ...job, ...jobByNo(ctx.db, job.no) }, "waiting");
    queueOf(ctx).wake(channel.no);
  }
  return { answer: questionOf(ctx, channel, job), replayed };
};

const questionOf = (ctx: Context, channel: Channel, { question_key }: JobRow): Message => messageWire(ctx, messageIn(ctx.db, channel, String(seqOf(question_key))));

/** What a message gave an agent to do, for whoever may give orders about it. */
const jobOf = (ctx: Context, actor: Actor, { user_no, username }: Resident, message_id: string) => {
  const { row, channel } = readableMessage(ctx, actor, message_id);
  const job: JobRow | undefined = jobOfMessage(ctx.db, row.key, user_no);
  if (!job)
    throw new AppError("not_found", {
      message: `That message is neither a question to @${username} nor an answer of @${username}.`,
      hint: "GET /api/agents/status lists what each agent is at, with the ids of questions and answers.",
    });
  if (job.asker_no !== actor.user.no && !actor.user.admin)
    throw new AppError("forbidden", {
      message: `Only @${ctx.users.author(job.asker_no).username}, who asked, or an admin may do this.`,
      hint: "Ask the agent yourself: reply to its answer, or mention it.",
    });
  return { job, channel };
};
