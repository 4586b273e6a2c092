import type { Static } from "@sinclair/typebox";
import type { Context } from "../context.ts";
import type { Message as MessageModel } from "./model.ts";
import { channelOf, type messages, seqOf } from "./table.ts";

export type MessageRow = typeof messages.$inferSelect;
export type Message = Static<typeof MessageModel>;

const none: never[] = [];

/** A message as everyone who may read it sees it. */
export const messageWire = (ctx: Context, row: MessageRow): Message => ({
  id: row.id,
  seq: seqOf(row.key),
  channel_id: ctx.channels.byNo(channelOf(row.key))?.id ?? "",
  user: ctx.users.author(row.user_no),
  type: row.type,
  content: row.content,
  metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as Record<string, unknown>),
  reply_to: row.reply_to,
  attachments: none,
  reactions: none,
  mentions: row.mentions === null ? none : (JSON.parse(row.mentions) as string[]),
  via: row.via,
  created_at: row.created_at,
  updated_at: row.updated_at,
  deleted_at: row.deleted_at,
});
