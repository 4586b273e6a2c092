import type { Actor } from "../accounts/credentials.ts";
import type { Channel } from "../channels/directory.ts";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { CAUSE_MEMORY, PERSON_LOOKBACK_ROWS, WEBHOOK_CAUSE_MEMORY } from "../limits.ts";
import { findByRef } from "./find.ts";
import { findMessageByKey, lastByPerson } from "./store.ts";
import { channelOf, seqOf } from "./table.ts";
import type { MessageRow } from "./wire.ts";

/** What led to a post, and how many agents' messages in a row it makes: 0 for what a person says. */
export type Chain = { caused_by: string | null; hops: number };

/**
 * Counts the chain that a post of `actor` continues, so that agents who answer each other come to an end. `caused_by` is
 * what the author names; an agent that names nothing answers its `parent`, or else what was last said to it in this channel
 * within CAUSE_MEMORY (WEBHOOK_CAUSE_MEMORY): who forgets to name the cause is counted too, unless the post is `afresh`, no reaction to anything. A chain
 * begins anew after a person spoke in the channel.
 * @throws AppError `cause_not_found` when the author cannot read what `caused_by` names
 */
export const chainOf = (ctx: Context, tx: Tx, actor: Actor, channel: Channel, caused_by: string | null | undefined, parent: MessageRow | null, afresh = false): Chain => {
  const named = caused_by ? namedCause(ctx, tx, actor, channel, caused_by) : null;
  if (actor.user.role === "ape") return { caused_by: named?.id ?? null, hops: 0 };
  const cause = named ?? parent ?? (afresh ? undefined : lastTold(ctx, tx, actor, channel));
  if (!cause) return { caused_by: null, hops: 1 };
  const anew = cause.hops === 0 || seqOf(cause.key) < spokenAt(ctx, channel);
  return { caused_by: cause.id, hops: anew ? 1 : cause.hops + 1 };
};

const namedCause = (ctx: Context, tx: Tx, actor: Actor, channel: Channel, ref: string): MessageRow => {
  const row = findByRef(tx, channel, ref);
  const home = row && ctx.channels.byNo(channelOf(row.key));
  if (!row || !home || !canRead(home, actor.user.no)) throw new AppError("cause_not_found");
  return row;
};

const lastTold = (ctx: Context, tx: Tx, actor: Actor, channel: Channel): MessageRow | undefined => {
  const key = ctx.told.newest(actor.user.no, channel.no);
  const row = key === null ? undefined : findMessageByKey(tx, key);
  // Who posts through a webhook has most likely read nothing here; what did read it, and answers by itself, is quick.
  const memory = actor.via === "webhook" ? WEBHOOK_CAUSE_MEMORY : CAUSE_MEMORY;
  return row && Date.parse(row.created_at) >= Date.parse(tx.now) - memory ? row : undefined;
};

/** The seq at which a person last spoke in a channel: looked for once, then kept up by the feed's events. */
const spokenAt = (ctx: Context, channel: Channel): number => {
  channel.spoken_seq ??= lastByPerson(ctx.db, channel.no, PERSON_LOOKBACK_ROWS);
  return channel.spoken_seq;
};
