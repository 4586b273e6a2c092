import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import { canRead, stillWritable, writableChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { standingMessageIn } from "./find.ts";
import type { ClaimMade } from "./model.ts";
import { heldBy, setClaim } from "./store.ts";
import { channelOf, seqOf } from "./table.ts";
import { claimWire, type Message, type MessageRow, messageWire } from "./wire.ts";

/**
 * Takes the work that a message stands for, for `ttl_seconds` from now; whoever holds it renews it so. It ends by itself.
 * @throws AppError `claimed` with who and until when, `not_found`, `message_deleted`, `channel_archived`
 */
export const claimMessage = (ctx: Context, actor: Actor, ref: string, id: string, ttl_seconds: number): Promise<Static<typeof ClaimMade>> => {
  const channel = writableChannel(ctx, actor, ref);
  return ctx.write((tx) => {
    stillWritable(tx, channel, actor.user.no);
    const row = standingMessageIn(tx, channel, id);
    if (isHeld(row, tx.now) && row.claimed_by !== actor.user.no) throw heldByAnother(ctx, row);
    const expires_at = new Date(Date.parse(tx.now) + ttl_seconds * 1_000).toISOString();
    setClaim(tx, row.key, actor.user.no, expires_at);
    const { author: user } = actor.user;
    tx.append({ kind: "claim", channel_no: channel.no, subject: seqOf(row.key), actor_no: actor.user.no, data: { id: row.id, claim: { user, expires_at } } });
    return { message_id: row.id, user, expires_at };
  });
};

/**
 * Gives the work back, by who holds it or an admin (an agent may be gone for good). What nobody holds is no failure.
 * @throws AppError `claimed` when another holds it, `not_found`, `message_deleted`, `channel_archived`
 */
export const releaseMessage = (ctx: Context, actor: Actor, ref: string, id: string): Promise<void> => {
  const channel = writableChannel(ctx, actor, ref);
  return ctx.write((tx) => {
    stillWritable(tx, channel, actor.user.no);
    const row = standingMessageIn(tx, channel, id);
    if (!isHeld(row, tx.now)) return;
    if (row.claimed_by !== actor.user.no && !actor.user.admin) throw heldByAnother(ctx, row);
    setClaim(tx, row.key, null, null);
    tx.append({ kind: "claim", channel_no: channel.no, subject: seqOf(row.key), actor_no: actor.user.no, data: { id: row.id, claim: null } });
  });
};

/** A channel as what stands in it names it. */
export type ChannelRef = { id: string; name: string | null };

/** What `actor` holds now and can still read, the first to end first. */
export const listClaims = (ctx: Context, actor: Actor): { message: Message; channel: ChannelRef }[] =>
  heldBy(ctx.db, actor.user.no, ctx.clock().toISOString()).flatMap((row) => {
    const channel = ctx.channels.byNo(channelOf(row.key));
    if (!channel || !canRead(channel, actor.user.no)) return [];
    return [{ message: messageWire(ctx, row), channel: { id: channel.id, name: channel.name } }];
  });

const isHeld = ({ claimed_by, claimed_until }: MessageRow, now: string): boolean => claimed_by !== null && claimed_until !== null && claimed_until > now;

const heldByAnother = (ctx: Context, row: MessageRow): AppError => {
  const claim = claimWire(ctx, row);
  return new AppError("claimed", { message: claim ? `${claim.user.username} holds this until ${claim.expires_at}.` : undefined, details: claim ? [claim] : undefined });
};
