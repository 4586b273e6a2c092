import type { Actor } from "../accounts/credentials.ts";
import type { Channel } from "../channels/directory.ts";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";
import type { Connection } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { SEQ_MAX } from "../limits.ts";
import { findMessage, findMessageByKey } from "./store.ts";
import { channelOf, messageKey } from "./table.ts";
import type { MessageRow } from "./wire.ts";

/** A message of a channel by its id, or by its seq: that is what a transcript shows. @throws AppError `not_found` */
export const messageIn = (db: Connection, channel: Channel, ref: string): MessageRow => {
  const row = findByRef(db, channel, ref);
  if (!row || channelOf(row.key) !== channel.no)
    throw new AppError("not_found", { message: "There is no such message in this channel.", hint: "GET /api/channels/{id}/messages lists them with their ids." });
  return row;
};

/** A message by its id, in whichever channel `actor` may read. @throws AppError `not_found`, alike for a hidden one */
export const readableMessage = (ctx: Context, actor: Actor, id: string): { row: MessageRow; channel: Channel } => {
  const row = findMessage(ctx.db, id);
  const channel = row && ctx.channels.byNo(channelOf(row.key));
  if (!row || !channel || !canRead(channel, actor.user.no))
    throw new AppError("not_found", { message: "There is no message of that id that you can see.", hint: "Send the id of a message." });
  return { row, channel };
};

/** As `messageIn`, one whose words still stand. @throws AppError `message_deleted` too */
export const standingMessageIn = (db: Connection, channel: Channel, ref: string): MessageRow => {
  const row = messageIn(db, channel, ref);
  if (row.deleted_at !== null) throw new AppError("message_deleted");
  return row;
};

/** The message that `reply_to` names. One that its author may not see is as one that is not there. @throws AppError `reply_not_found`, `reply_in_other_channel` */
export const findParent = (ctx: Context, tx: Tx, actor: Actor, channel: Channel, ref: string): MessageRow => {
  const parent = findByRef(tx, channel, ref);
  const stands = parent && channelOf(parent.key);
  if (parent && stands === channel.no) return parent;
  const other = stands === undefined ? undefined : ctx.channels.byNo(stands);
  throw new AppError(other && canRead(other, actor.user.no) ? "reply_in_other_channel" : "reply_not_found");
};

/** A message by its id, wherever it stands, or by its seq in the channel; undefined when there is none. */
export const findByRef = (db: Connection, channel: Channel, ref: string): MessageRow | undefined =>
  /^[1-9]\d{0,9}$/.test(ref) ? findMessageByKey(db, messageKey(channel.no, Math.min(Number(ref), SEQ_MAX))) : findMessage(db, ref);
