import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import type { Connection } from "../db/open.ts";
import { invalid } from "../errors.ts";
import { type ChannelWire, readableChannel, showChannel } from "./service.ts";
import { type Notify, readMark, setMark, setNotifyLevel } from "./store.ts";

/** Sets how far `actor` has read, forward or back. @throws AppError `not_found`, `validation_failed` for a seq the server has not reached */
export const setReadMark = async (ctx: Context, actor: Actor, ref: string, seq: number): Promise<ChannelWire> => {
  const channel = readableChannel(ctx, actor, ref);
  if (seq > ctx.feed.head) throw invalid("seq", `is beyond the newest, ${ctx.feed.head}`, "Send the seq of the newest message you have read.");
  if (readMark(ctx.db, actor.user.no, channel.no).seq !== seq) {
    await ctx.write((tx) => {
      setMark(tx, actor.user.no, channel.no, seq);
      tx.append({ kind: "read", channel_no: channel.no, subject: channel.no, actor_no: actor.user.no, user_no: actor.user.no, replaces: true });
    });
  }
  return showChannel(ctx, actor, channel);
};

/** What a user wants to be told of in a channel. */
export const notifyLevel = (db: Connection, user_no: number, channel_no: number): Notify => readMark(db, user_no, channel_no).notify;

/** Sets what `actor` is called for in a channel. @throws AppError `not_found` */
export const setNotify = async (ctx: Context, actor: Actor, ref: string, notify: Notify): Promise<ChannelWire> => {
  const channel = readableChannel(ctx, actor, ref);
  if (readMark(ctx.db, actor.user.no, channel.no).notify !== notify) {
    await ctx.write((tx) => {
      setNotifyLevel(tx, actor.user.no, channel.no, notify);
      tx.append({ kind: "notify", channel_no: channel.no, subject: channel.no, actor_no: actor.user.no, user_no: actor.user.no, replaces: true });
    });
  }
  return showChannel(ctx, actor, channel);
};
