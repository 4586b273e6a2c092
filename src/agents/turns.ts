import { type Deed, record } from "../accounts/audit.ts";
import type { Actor } from "../accounts/credentials.ts";
import { stillWritable } from "../channels/service.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { JOB_ATTEMPTS } from "../limits.ts";
import { findByRef } from "../messages/find.ts";
import { finishMessage, type Growing, growMessage } from "../messages/growing.ts";
import { eraseMessage } from "../messages/removal.ts";
import { seqOf } from "../messages/table.ts";
import type { JobRow } from "./answer.ts";
import { type End, type Heard, lastWords, wordsSoFar } from "./ends.ts";
import { isAnswered } from "./jobs.ts";
import { jobByNo, partsOf, updateJob } from "./store.ts";

/**
 * How a turn with a question is over: it ends in words, or without any (`gone`: the question or its answer was deleted;
 * `archived`: nothing may be posted in its channel), or goes back among those that wait (`later`: the server stops).
 */
export type Outcome = End | "gone" | "archived" | "later";

/** A question whose turn it is. */
export type Turn = { job: JobRow; growing: Growing };

const silence: Heard = { text: "", steps: [] };

/** The resident as the one who posts. It has no credential of its own. */
const residentActor = (ctx: Context, user_no: number): Actor | undefined => {
  const user = ctx.users.byNo(user_no);
  return user && { user, credential: { kind: "password", id: "", user_no, expires: null, rate_limit: null }, via: "resident", address: "server", seen: ctx.credentials.changes };
};

/** Where the answer to a question stands; undefined when there is no such question any more. */
const growingOf = (ctx: Context, tx: Tx, { agent_no, asker_no, channel_no, question_key, answer_key, parent_no }: JobRow): Growing | undefined => {
  const channel = ctx.channels.byNo(channel_no);
  const actor = residentActor(ctx, agent_no);
  const question = channel && findByRef(tx, channel, String(seqOf(question_key)));
  if (!channel || !actor || !question) return undefined;
  const answer = answer_key === null ? undefined : findByRef(tx, channel, String(seqOf(answer_key)));
  return { actor, asker_no, channel, question, posted: answer ? { key: answer.key, id: answer.id } : null, edit_seq: null, apart: parent_no !== null };
};

/**
 * Begins with a question, if nothing stands against it; else it ends here, and no word of it goes to a model.
 * @returns undefined when it has ended, or is not waiting any more
 */
export const beginTurn = (ctx: Context, tx: Tx, no: number): Turn | undefined => {
  const waiting = waitingTurn(ctx, tx, no);
  if (!waiting) return undefined;
  const { job, growing } = waiting;
  const hindered = job.attempts >= JOB_ATTEMPTS ? interrupted(job.attempts) : hindrance(ctx, tx, job, growing);
  if (hindered) {
    endTurn(ctx, tx, waiting, hindered, silence);
    return undefined;
  }
  const begun = { state: "running", attempts: job.attempts + 1, started_at: tx.now } as const;
  updateJob(tx, no, begun);
  return { job: { ...job, ...begun }, growing };
};

/** Ends a question whose turn has not come. @returns whether it was waiting still */
export const endWaiting = (ctx: Context, tx: Tx, no: number, end: End): boolean => {
  const waiting = waitingTurn(ctx, tx, no);
  if (!waiting) return false;
  const hindered = hindrance(ctx, tx, waiting.job, waiting.growing);
  endTurn(ctx, tx, waiting, typeof hindered === "string" ? hindered : end, silence);
  return true;
};

/** Puts a question back among those that wait, by itself also where it was a part of another. Its answer is begun anew and shows so at once; one that was deleted stays so, and the next is a message of its own. */
export const askAgain = (ctx: Context, tx: Tx, job: JobRow): void => {
  const growing = growingOf(ctx, tx, job);
  const grown = growing?.posted ? growMessage(ctx, tx, growing, wordsSoFar(silence)) : null;
  updateJob(tx, job.no, { state: "queued", attempts: 0, started_at: null, ended_at: null, answer_key: grown?.posted?.key ?? null, parent_no: null });
};

const waitingTurn = (ctx: Context, tx: Tx, no: number): Turn | undefined => {
  const job = jobByNo(tx, no);
  if (job?.state !== "queued") return undefined;
  const growing = growingOf(ctx, tx, job);
  // Messages, channels and users are never removed: this is a row that somebody made by hand.
  if (!growing) updateJob(tx, no, { state: "failed", ended_at: tx.now });
  return growing && { job, growing };
};

/** What stands against answering now, by how it then ends; null when nothing does. Held in each transaction of an answer. */
export const hindrance = (ctx: Context, tx: Tx, { agent_no, asker_no, reason }: JobRow, { actor, channel, question }: Growing): Outcome | null => {
  if (findByRef(tx, channel, question.id)?.deleted_at !== null) return "gone";
  const asker = ctx.users.byNo(asker_no);
  const name = ctx.users.author(asker_no).username;
  try {
    stillWritable(tx, channel, asker_no);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "channel_archived") return "archived";
    return failed(`@${name}, by whose right I would answer, may not read this channel any more.`, "Someone who may read it can ask me again.");
  }
  if (!asker || asker.deactivated_at !== null) return failed(`@${name}, by whose right I would answer, has no active account any more.`, "Someone else can ask me again.");
  if (!ctx.residents.byNo(agent_no) || ctx.users.byNo(agent_no)?.deactivated_at !== null)
    return failed(`@${actor.user.username} is no resident agent here any more.`, "GET /api/agents lists those that are.");
  if (isAnswered(ctx, agent_no, reason)) return null;
  return {
    state: "answered",
    plain: reason === "direct" ? "I answer where I am mentioned in a channel, not in direct messages." : "I answer in direct messages to me, not where I am mentioned.",
  };
};

const failed = (message: string, hint: string): End => ({ state: "failed", fault: "failed", message, hint, said: null });

const interrupted = (times: number): End =>
  failed(`I began to answer this ${times} times, and each time the server ended meanwhile.`, "Retry; if it happens again, tell the operator, whose log may say why.");

/** Writes how a turn is over: the last words of its message, and the job's state. */
export const endTurn = (ctx: Context, tx: Tx, { job, growing }: Turn, outcome: Outcome, heard: Heard): void => {
  const { posted } = growing;
  if (outcome !== "later") endParts(ctx, tx, job, outcome);
  if (outcome === "later") {
    // It was no fault of the question's.
    updateJob(tx, job.no, { state: "queued", attempts: Math.max(0, job.attempts - 1) });
    return;
  }
  if (outcome === "gone") {
    const answer = posted && findByRef(tx, growing.channel, posted.id);
    if (answer && answer.deleted_at === null) eraseMessage(tx, answer, growing.actor.user.no);
    updateJob(tx, job.no, { state: "stopped", ended_at: tx.now });
    return;
  }
  if (outcome === "archived" && !posted) {
    updateJob(tx, job.no, { state: "failed", ended_at: tx.now });
    return;
  }
  const end = outcome === "archived" ? failed("The channel was archived before I had answered.", "Ask me again in another one.") : outcome;
  const grown = finishMessage(ctx, tx, growing, lastWords(end, heard));
  if (end.state === "stopped") recordOrder(ctx, tx, end.by, "answer_stopped_by_admin", job);
  updateJob(tx, job.no, { state: grown ? end.state : "stopped", answer_key: grown?.posted?.key ?? job.answer_key, ended_at: tx.now });
};

/** Ends the parts of a job that nobody has begun, or that a server that ended left open: nobody waits for them any more. */
const endParts = (ctx: Context, tx: Tx, { no }: JobRow, outcome: Outcome): void => {
  for (const part of partsOf(tx, no)) {
    const waiting = waitingTurn(ctx, tx, part.no);
    if (waiting) endTurn(ctx, tx, waiting, hindrance(ctx, tx, waiting.job, waiting.growing) ?? partEnd(outcome), silence);
  }
};

/** How a part ends whose whole is over. */
export const partEnd = (outcome: Outcome): Outcome => {
  if (typeof outcome === "string" || outcome.state === "stopped") return outcome;
  return failed("What this was a part of is over.", "Ask me again if it is still wanted.");
};

/** Writes down what an admin did with the answer to somebody else's question. */
export const recordOrder = (ctx: Context, tx: Tx, actor: Actor, deed: Deed, { agent_no, asker_no, channel_no, question_key }: JobRow): void => {
  const channel = ctx.channels.byNo(channel_no);
  const question = channel && findByRef(tx, channel, String(seqOf(question_key)));
  if (question && actor.user.no !== asker_no) record(tx, actor, deed, question.id, { channel: channel.id, user: ctx.users.author(agent_no).id });
};
