import type { Context } from "../context.ts";
import type { FeedRow } from "../db/write.ts";
import type { EventKind } from "../feed/feed.ts";
import { findMessageByKey } from "./store.ts";
import { messageKey } from "./table.ts";
import { messageWire } from "./wire.ts";

const find = (ctx: Context, row: FeedRow) => (row.channel_no === null ? undefined : findMessageByKey(ctx.db, messageKey(row.channel_no, row.subject)));

const renderStanding = (ctx: Context, row: FeedRow) => {
  const message = find(ctx, row);
  return message && message.deleted_at === null ? messageWire(ctx, message) : undefined;
};

const touch = (ctx: Context, row: FeedRow) => {
  const channel = row.channel_no === null ? undefined : ctx.channels.byNo(row.channel_no);
  if (channel) channel.head = row.seq;
  return channel;
};

/** The subject of each is the seq of the message's posting. */
export const messageEvents: Record<string, EventKind> = {
  message: {
    apply: (ctx, row) => {
      const channel = touch(ctx, row);
      if (channel) channel.last_seq = row.seq;
    },
    render: renderStanding,
  },
  edit: { apply: touch, render: renderStanding },
  delete: {
    apply: (ctx, row) => {
      const channel = touch(ctx, row);
      if (channel) channel.deletions++;
    },
    render: (ctx, row) => {
      const message = find(ctx, row);
      return message && { id: message.id };
    },
  },
};
