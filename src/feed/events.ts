import type { Channel } from "../channels/directory.ts";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import type { FeedEvent } from "./feed.ts";
import { readChannel, readForUser } from "./store.ts";

/** A stretch of the line: its events in order, the cursor after it, and whether more stands behind it. */
export type Stretch = { events: FeedEvent[]; next: number; more: boolean };

/** Rounds of reading for one stretch: bounds the turn when nearly all rows are hidden or deleted. */
const ROUNDS = 8;

/**
 * What a user may see after the cursor, in one channel or (null) everywhere: at most `limit` events, and none after the one
 * that makes it `characters` long. It may be empty though `more` stands behind it. When `more` is false, `next` is the
 * head: whoever subscribes in the same turn misses nothing.
 */
export const readStretch = (ctx: Context, user_no: number, channel: Channel | null, after: number, limit: number, characters: number): Stretch => {
  const { head } = ctx.feed;
  // The common empty poll, answered from memory.
  if (after >= (channel?.head ?? head)) return { events: [], next: head, more: false };
  const events: FeedEvent[] = [];
  let next = after;
  let length = 0;
  for (let round = 0; round < ROUNDS && events.length < limit; round++) {
    const ask = limit - events.length;
    const rows = channel ? readChannel(ctx.db, channel.no, next, head, user_no, ask) : readForUser(ctx.db, next, head, user_no, ask);
    for (const row of rows) {
      const within = channel ?? (row.channel_no === null ? null : ctx.channels.byNo(row.channel_no));
      // Who left a channel is told so, and nothing more of it.
      const farewell = row.kind === "member" && row.user_no === user_no;
      if (within === undefined || (within && !farewell && !canRead(within, user_no))) continue;
      const event = ctx.feed.render(row);
      if (!event) continue;
      events.push(event);
      length += event.text.length;
      if (length >= characters) return { events, next: row.seq, more: row.seq < head };
    }
    if (rows.length < ask) return { events, next: head, more: false };
    next = rows.at(-1)?.seq ?? head;
  }
  return { events, next, more: next < head };
};

/**
 * Holds a cursor against the line as it is; of messages, which are never pruned, only against its two ends.
 * @throws AppError `cursor_expired` when it is of another epoch, beyond the head, or from before pruned events
 */
export const checkCursor = (ctx: Context, after: number, epoch: string | undefined, of: "events" | "messages" = "events"): void => {
  const { feed } = ctx;
  const why =
    epoch !== undefined && epoch !== feed.epoch
      ? "The cursor is of another life of this database (a backup was restored)."
      : after > feed.head
        ? `The cursor is beyond the newest seq, ${feed.head}.`
        : of === "events" && after < feed.floor
          ? `Events through ${feed.floor} are no longer kept.`
          : null;
  if (why) throw new AppError("cursor_expired", { message: why, details: [{ epoch: feed.epoch, head_seq: feed.head, oldest_seq: feed.floor }] });
};
