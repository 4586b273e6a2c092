import type { Static } from "@sinclair/typebox";
import leven from "leven";
import type { Actor } from "../accounts/credentials.ts";
import { readableChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { postDirect } from "../dms/service.ts";
import { AppError } from "../errors.ts";
import { longPoll } from "../feed/poll.ts";
import type { Once, Retry } from "../idempotency/once.ts";
import { NO_MODEL_WAIT } from "../limits.ts";
import { findByRef } from "../messages/find.ts";
import { messageKey, seqOf } from "../messages/table.ts";
import { type Message, messageWire } from "../messages/wire.ts";
import { usableModels } from "../models/names.ts";
import type { JobRow } from "./answer.ts";
import { nearest } from "./files.ts";
import type { DirectMade } from "./model.ts";
import type { Resident } from "./residents.ts";
import { jobOfMessage } from "./store.ts";

type Asked = Static<typeof DirectMade>;

/** A name that is at most so many letters off is meant by it. */
const NEAR = 3;

/** A resident agent by its username, as one writes it, with an @ or without. @throws AppError `not_found`, naming those there are */
export const residentNamed = (ctx: Context, name: string): Resident => {
  const found = ctx.residents.byName(name.replace(/^@/, ""));
  if (found) return found;
  const names = ctx.residents.all().map(({ username }) => username);
  const near = nearest(name, names);
  const meant = leven(near, name) <= Math.min(NEAR, near.length / 2) ? `Did you mean ${near}? ` : "";
  throw new AppError("not_found", {
    message: `There is no resident agent '${name.slice(0, 80)}'.`,
    hint: names.length > 0 ? `${meant}There are ${names.join(", ")}.` : "This server runs none: GET /api/agents says what is wrong with their files.",
    details: names,
  });
};

/**
 * Says something to an agent in the conversation of the two, which is begun when they had none. An agent that asks so again and
 * again is not in a loop: each question is of its own, and not braked for the answers before.
 * @throws AppError as `postDirect`
 */
export const askDirectly = (ctx: Context, actor: Actor, { user_no }: Resident, message: string, retry: Retry): Promise<Once<Message>> =>
  postDirect(ctx, actor, { user: ctx.users.author(user_no).id, content: message, afresh: true }, retry);

/** How a question stands once it is over, or after `wait` seconds. That an agent has no model it says so soon that it is waited for in any case. */
export const waitForAnswer = (ctx: Context, actor: Actor, agent: Resident, question: Message, wait = 0, signal: AbortSignal): Promise<Asked> => {
  const keys = [`channel:${readableChannel(ctx, actor, question.channel_id).no}`];
  const seconds = usableModels(ctx.config, agent).length > 0 ? wait : Math.max(wait, NO_MODEL_WAIT);
  return longPoll(ctx, actor, keys, seconds, signal, () => lookAtAnswer(ctx, actor, agent, question));
};

const ended: Partial<Record<JobRow["state"], Asked["state"]>> = { answered: "answered", failed: "failed", stopped: "stopped" };

/** How a question stands with an agent; `found` when it is over. */
export const lookAtAnswer = (ctx: Context, actor: Actor, { user_no }: Resident, { channel_id, seq }: Message): { found: boolean; answer: Asked } => {
  const channel = readableChannel(ctx, actor, channel_id);
  const question = findByRef(ctx.db, channel, String(seq));
  const job = jobOfMessage(ctx.db, messageKey(channel.no, seq), user_no);
  if (!question) throw new AppError("not_found");
  const answer = job && job.answer_key !== null ? findByRef(ctx.db, channel, String(seqOf(job.answer_key))) : undefined;
  // One that nobody was asked by, because it was braked, and one that was deleted have no end to wait for.
  const state = !job || question.deleted_at !== null ? "failed" : (ended[job.state] ?? (job.state === "running" ? "answering" : "waiting"));
  return {
    found: state !== "waiting" && state !== "answering",
    answer: { question: messageWire(ctx, question), answer: answer && answer.deleted_at === null ? messageWire(ctx, answer) : null, state },
  };
};
