import type { Actor } from "../accounts/credentials.ts";
import { notifyLevel } from "../channels/marks.ts";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { invalid } from "../errors.ts";
import { POLL_CHARACTERS } from "../limits.ts";
import { channelOf } from "../messages/table.ts";
import { type Message, type MessageRow, messageWire } from "../messages/wire.ts";
import { type InboxRow, inboxMark, insertEntry, mentionedBy, type Reason, readEntries, removeAsk, removeEntries, removeMention, setInboxMark } from "./store.ts";

export type InboxItem = { seq: number; reasons: Reason[]; channel: { id: string; name: string | null }; message: Message };
export type InboxPage = { epoch: string; items: InboxItem[]; next_seq: number; head_seq: number; has_more: boolean };

/** Whom a message speaks to, as numbers of users: it mentions them, answers theirs, stands in a conversation with them, or asks them. */
export type Addressed = { mentions: number[]; reply?: number; direct?: Iterable<number>; ask?: number[] };

/**
 * Puts a message into the inboxes of those it speaks to, inside the transaction that posts or edits it; never into its
 * author's, nor of who wants to hear nothing of that channel, nor of resident agents, which read none: what they are asked is their job. An edit tells only those it newly mentions, and takes itself back from those it no longer does.
 * @returns the users who are told now
 */
export const notify = (ctx: Context, tx: Tx, row: MessageRow, seq: number, { mentions, reply, direct, ask }: Addressed): number[] => {
  if (row.updated_at === null && mentions.length === 0 && reply === undefined && !direct && !ask) return [];
  const before = row.updated_at === null ? [] : mentionedBy(tx, row.key);
  for (const user_no of before) if (!mentions.includes(user_no)) removeMention(tx, row.key, user_no);
  const told = new Set<number>();
  const tell = (user_no: number, reason: Reason) => {
    if (user_no === row.user_no || before.includes(user_no) || ctx.residents.byNo(user_no)) return;
    const level = notifyLevel(tx, user_no, channelOf(row.key));
    if (level === "none" || (level === "mentions" && reason === "direct")) return;
    insertEntry(tx, user_no, seq, row.key, reason);
    told.add(user_no);
  };
  for (const user_no of mentions) tell(user_no, "mention");
  if (reply !== undefined) tell(reply, "reply");
  for (const user_no of direct ?? []) tell(user_no, "direct");
  for (const user_no of ask ?? []) tell(user_no, "ask");
  return [...told];
};

/**
 * Puts the answer to a question into its asker's inbox, inside the transaction that gives it, and takes the question back
 * from the others it was put to. @returns the users who are told now
 */
export const notifyAnswer = (tx: Tx, question: MessageRow, seq: number, answered_by: number): number[] => {
  removeAsk(tx, question.key);
  if (question.user_no === answered_by) return [];
  insertEntry(tx, question.user_no, seq, question.key, "answer");
  return [question.user_no];
};

/** Takes a deleted message out of every inbox. */
export const forgetMessage = removeEntries;

/**
 * What others said to `actor` after `after` (the stored mark when left out): mentions, replies to theirs, direct messages.
 * `next_seq` is the cursor to go on from.
 */
export const readInbox = (ctx: Context, actor: Actor, after: number | undefined, limit: number): InboxPage => {
  const from = after ?? inboxMark(ctx.db, actor.user.no);
  const head = ctx.feed.head;
  const page: InboxRow[] = [];
  let characters = 0;
  let has_more = false;
  for (const row of readEntries(ctx.db, actor.user.no, from, head)) {
    has_more = page.length === limit || characters >= POLL_CHARACTERS;
    if (has_more) break;
    page.push(row);
    characters += row.content.length;
  }
  const items = page.flatMap((row): InboxItem[] => {
    const channel = ctx.channels.byNo(channelOf(row.key));
    if (!channel || !canRead(channel, actor.user.no)) return [];
    return [{ seq: row.at_seq, reasons: row.reasons.split(",") as Reason[], channel: { id: channel.id, name: channel.name }, message: messageWire(ctx, row) }];
  });
  return { epoch: ctx.feed.epoch, items, next_seq: has_more ? (page.at(-1)?.at_seq ?? from) : Math.max(head, from), head_seq: head, has_more };
};

/** Stores how far `actor` has dealt with the inbox. @throws AppError `validation_failed` for a seq the server has not reached */
export const moveInboxMark = async (ctx: Context, actor: Actor, seq: number): Promise<{ seq: number }> => {
  if (seq > ctx.feed.head) throw invalid("seq", `is beyond the newest, ${ctx.feed.head}`, "Send the next_seq of an inbox answer.");
  if (inboxMark(ctx.db, actor.user.no) !== seq) {
    await ctx.write((tx) => {
      setInboxMark(tx, actor.user.no, seq);
      tx.append({ kind: "inbox", channel_no: null, subject: actor.user.no, actor_no: actor.user.no, user_no: actor.user.no, replaces: true });
    });
  }
  return { seq };
};
