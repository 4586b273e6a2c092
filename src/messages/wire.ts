import type { Static } from "@sinclair/typebox";
import type { User } from "../accounts/directory.ts";
import type { Context } from "../context.ts";
import type { Message as MessageModel } from "./model.ts";
import { channelOf, type messages, seqOf } from "./table.ts";

export type MessageRow = typeof messages.$inferSelect;
export type Message = Static<typeof MessageModel>;

const none: never[] = [];

/** A question as its row keeps it: `assignee` is a user's number. */
export type StoredAsk = { options: string[]; assignee: number | null; expires_at: string | null };
export type StoredAnswer = { option: string; note: string | null; user_no: number; at: string };

/** Whether a row is an answer of a resident agent that is still being said: its metadata says so, which nobody else writes. */
export const isUnfinished = ({ via, metadata }: Pick<MessageRow, "via" | "metadata">): boolean =>
  via === "resident" && metadata !== null && (JSON.parse(metadata) as { streaming?: unknown }).streaming === true;

/** A message as everyone who may read it sees it. `channel_id` is told by whoever makes the channel in the same transaction. */
export const messageWire = (ctx: Context, row: MessageRow, channel_id = ctx.channels.byNo(channelOf(row.key))?.id ?? ""): Message => ({
  id: row.id,
  seq: seqOf(row.key),
  channel_id,
  user: ctx.users.author(row.user_no),
  type: row.type,
  content: row.content,
  metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as Record<string, unknown>),
  reply_to: row.reply_to,
  attachments: row.attachments === null ? none : (JSON.parse(row.attachments) as Message["attachments"]),
  reactions: row.reactions === null ? none : reactionsWire(ctx, row.reactions),
  mentions: row.mentions === null ? none : (JSON.parse(row.mentions) as string[]),
  ask: row.ask === null ? null : askWire(ctx, row.ask, row.answer),
  claim: row.claimed_by === null ? null : claimWire(ctx, row),
  caused_by: row.caused_by,
  hops: row.hops,
  braked: ctx.config.maxHops > 0 && row.hops > ctx.config.maxHops,
  via: row.via,
  created_at: row.created_at,
  updated_at: row.updated_at,
  deleted_at: row.deleted_at,
});

/** In the order in which each was first given. */
export const reactionsWire = (ctx: Context, stored: string): Message["reactions"] =>
  Object.entries(JSON.parse(stored) as Record<string, number[]>).map(([emoji, users]) => ({
    emoji,
    count: users.length,
    users: users.map((no) => ctx.users.author(no).username),
  }));

/** Whom a question is put to alone; null for any person, as it is when who was asked has gone. */
export const assigneeOf = (ctx: Context, { assignee }: StoredAsk): User | null => {
  const user = assignee === null ? undefined : ctx.users.byNo(assignee);
  return user && user.deactivated_at === null ? user : null;
};

/** A question with its answer. Whether its time is over is asked of the clock, so nothing has to happen when it runs out. */
export const askWire = (ctx: Context, stored: string, answered: string | null): NonNullable<Message["ask"]> => {
  const asked = JSON.parse(stored) as StoredAsk;
  const { options, expires_at } = asked;
  const given = answered === null ? null : (JSON.parse(answered) as StoredAnswer);
  const over = expires_at !== null && expires_at <= ctx.clock().toISOString();
  return {
    options,
    assignee: assigneeOf(ctx, asked)?.username ?? null,
    expires_at,
    state: given ? "answered" : over ? "expired" : "open",
    answer: given && { option: given.option, note: given.note, user: ctx.users.author(given.user_no), at: given.at },
  };
};

/** Who holds a message; null when the time of it is over. */
export const claimWire = (ctx: Context, { claimed_by, claimed_until }: Pick<MessageRow, "claimed_by" | "claimed_until">): Message["claim"] =>
  claimed_by === null || claimed_until === null || claimed_until <= ctx.clock().toISOString() ? null : { user: ctx.users.author(claimed_by), expires_at: claimed_until };
