import type { Channel } from "../channels/directory.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { CALLS_PER_HOP } from "../limits.ts";
import { findByRef } from "../messages/find.ts";
import type { MessageRow } from "../messages/wire.ts";
import type { JobRow } from "./answer.ts";
import { countCalls, insertJob } from "./store.ts";

/**
 * A message in the transaction that says it: whom it names (usernames), what it answers, and by whose right those it asks
 * answer: its author's, or where a resident asks another, that of who asked the first.
 */
export type Asking = { row: MessageRow; channel: Channel; names: readonly string[]; parent: MessageRow | null; asker_no: number };

type Reason = JobRow["reason"];

/**
 * Puts a message's question to the resident agents it speaks to: those it names, the one with whom it stands in a
 * conversation of two, and the one whose message a person answers by it. Never to its author. Runs in the transaction of
 * the message, so that neither is there without the other; who was asked the same before is not asked again, nor who is one too many.
 * @returns the numbers of the jobs
 */
export const askResidents = (ctx: Context, tx: Tx, { row, channel, names, parent, asker_no }: Asking): number[] => {
  const asked = new Map<number, Reason[]>();
  const ask = (user_no: number | undefined, reason: Reason) => {
    if (user_no === undefined || user_no === row.user_no || !ctx.residents.byNo(user_no)) return;
    asked.set(user_no, [...(asked.get(user_no) ?? []), reason]);
  };
  for (const name of names) ask(ctx.users.byUsername(name)?.no, "mention");
  if (channel.visibility === "direct" && channel.members.size === 2) for (const user_no of channel.members) ask(user_no, "direct");
  if (parent && ctx.users.byNo(row.user_no)?.role === "ape") ask(parent.user_no, "reply");
  const most = row.via === "resident" && ctx.config.maxHops > 0 ? callsLeft(ctx, tx, row, channel, asker_no) : asked.size;
  return [...asked].slice(0, most).flatMap(([agent_no, reasons]) => {
    const reason = reasons.find((one) => isAnswered(ctx, agent_no, one)) ?? reasons[0] ?? "mention";
    return insertJob(tx, { agent_no, asker_no, channel_no: channel.no, question_key: row.key, reason }) ?? [];
  });
};

/**
 * How many residents an answer may still call. The brake counts how deep agents call each other; this, how many were called in
 * all since the question with which it began: agents who each name three others would be thousands within the depth allowed.
 */
const callsLeft = (ctx: Context, tx: Tx, answer: MessageRow, channel: Channel, asker_no: number): number => {
  let first = answer;
  while (first.via === "resident" && first.reply_to !== null) {
    const question = findByRef(tx, channel, first.reply_to);
    if (!question) break;
    first = question;
  }
  const most = ctx.config.maxHops * CALLS_PER_HOP;
  return most - countCalls(tx, { channel_no: channel.no, after: first.key, asker_no, most });
};

/** Whether an agent answers where it is asked in this way. To answer its message is to call it. */
export const isAnswered = (ctx: Context, agent_no: number, reason: Reason): boolean => {
  const answers = ctx.residents.byNo(agent_no)?.answers ?? "all";
  return answers === "all" || answers === (reason === "direct" ? "direct" : "mentions");
};
