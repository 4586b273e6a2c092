import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import { readableChannel, stillWritable, writableChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { PINS_PER_CHANNEL } from "../limits.ts";
import { standingMessageIn } from "./find.ts";
import type { Pin as PinModel } from "./model.ts";
import { countPins, findPin, insertPin, type PinRow, pinnedIn, removePin } from "./store.ts";
import { seqOf } from "./table.ts";
import { messageWire } from "./wire.ts";

export type Pin = Static<typeof PinModel>;

/**
 * Keeps a message at hand for everyone in its channel; one that is pinned already stays as it is.
 * @throws AppError `too_many_pins`, `not_found`, `message_deleted`, `channel_archived`
 */
export const pinMessage = (ctx: Context, actor: Actor, ref: string, id: string): Promise<Pin> => {
  const channel = writableChannel(ctx, actor, ref);
  return ctx.write((tx) => {
    stillWritable(tx, channel, actor.user.no);
    const row = standingMessageIn(tx, channel, id);
    const message = messageWire(ctx, row);
    const before = findPin(tx, row.key);
    if (before) return { message, ...pinWire(ctx, before) };
    if (countPins(tx, channel.no) >= PINS_PER_CHANNEL) throw new AppError("too_many_pins");
    const pin: PinRow = { message_key: row.key, user_no: actor.user.no, at: tx.now };
    insertPin(tx, pin);
    tx.append({ kind: "pin", channel_no: channel.no, subject: seqOf(row.key), actor_no: actor.user.no, data: { id: row.id, pin: pinWire(ctx, pin) } });
    return { message, ...pinWire(ctx, pin) };
  });
};

/** Takes a pin away, whoever put it there; what is not pinned is no failure. @throws AppError `not_found`, `message_deleted`, `channel_archived` */
export const unpinMessage = (ctx: Context, actor: Actor, ref: string, id: string): Promise<void> => {
  const channel = writableChannel(ctx, actor, ref);
  return ctx.write((tx) => {
    stillWritable(tx, channel, actor.user.no);
    const row = standingMessageIn(tx, channel, id);
    if (!removePin(tx, row.key)) return;
    tx.append({ kind: "pin", channel_no: channel.no, subject: seqOf(row.key), actor_no: actor.user.no, data: { id: row.id, pin: null } });
  });
};

/** What is pinned in a channel, the latest pin first. @throws AppError `not_found` */
export const listPins = (ctx: Context, actor: Actor, ref: string): Pin[] =>
  pinnedIn(ctx.db, readableChannel(ctx, actor, ref).no).map(({ pinned_by, pinned_at, ...row }) => ({
    message: messageWire(ctx, row),
    ...pinWire(ctx, { user_no: pinned_by, at: pinned_at }),
  }));

/** Who pinned a message, and when. */
export const pinWire = (ctx: Context, { user_no, at }: Pick<PinRow, "user_no" | "at">): Omit<Pin, "message"> => ({ user: ctx.users.author(user_no), at });
