import type { Channel } from "../channels/directory.ts";
import type { Context } from "../context.ts";
import type { FeedRow } from "../db/write.ts";
import type { EventKind } from "../feed/feed.ts";
import { pinWire } from "./pins.ts";
import { findMessageByKey, findPin } from "./store.ts";
import { messageKey } from "./table.ts";
import { askWire, claimWire, type MessageRow, messageWire, reactionsWire } from "./wire.ts";

const find = (ctx: Context, row: FeedRow) => (row.channel_no === null ? undefined : findMessageByKey(ctx.db, messageKey(row.channel_no, row.subject)));

/** That a person spoke, which lets agents wake each other again. */
const heard = (ctx: Context, row: FeedRow, channel: Channel | undefined) => {
  if (channel?.spoken_seq !== undefined && row.actor_no !== null && ctx.users.byNo(row.actor_no)?.role === "ape") channel.spoken_seq = row.seq;
};

/** How an event speaks of a message that still stands; of one that is gone it says nothing. */
const standing = (say: (ctx: Context, message: MessageRow) => unknown) => (ctx: Context, row: FeedRow) => {
  const message = find(ctx, row);
  return message && message.deleted_at === null ? say(ctx, message) : undefined;
};

const within = (ctx: Context, row: FeedRow): Channel | undefined => (row.channel_no === null ? undefined : ctx.channels.byNo(row.channel_no));

/** The subject of each is the seq of the message's posting. */
export const messageEvents: Record<string, EventKind> = {
  message: {
    apply: (ctx, row) => {
      const channel = within(ctx, row);
      if (channel) channel.last_seq = row.seq;
      heard(ctx, row, channel);
    },
    render: standing(messageWire),
  },
  edit: { render: standing(messageWire) },
  reaction: { render: standing((ctx, { id, reactions }) => ({ id, reactions: reactions === null ? [] : reactionsWire(ctx, reactions) })) },
  /** Somebody took, renewed or released the work. That a claim ran out is not told: its `expires_at` says so beforehand. */
  claim: { render: standing((ctx, message) => ({ id: message.id, claim: claimWire(ctx, message) })) },
  /** Somebody pinned it or took the pin away. */
  pin: {
    render: standing((ctx, { key, id }) => {
      const pin = findPin(ctx.db, key);
      return { id, pin: pin ? pinWire(ctx, pin) : null };
    }),
  },
  answer: {
    apply: (ctx, row) => heard(ctx, row, within(ctx, row)),
    render: standing((ctx, { id, ask, answer }) => (ask === null ? undefined : { id, ask: askWire(ctx, ask, answer) })),
  },
  delete: {
    apply: (ctx, row) => {
      const channel = within(ctx, row);
      if (channel) channel.deletions++;
    },
    render: (ctx, row) => {
      const message = find(ctx, row);
      return message && { id: message.id };
    },
  },
};
