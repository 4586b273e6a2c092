import type { Author } from "../accounts/directory.ts";
import type { Context } from "../context.ts";
import type { EventKind } from "../feed/feed.ts";
import type { Channel } from "./directory.ts";
import { readMark } from "./store.ts";

/** Who is in a conversation; null for a channel, whose members are asked for apart. */
export const peopleOf = (ctx: Context, channel: Channel): Author[] | null =>
  channel.visibility === "direct" ? [...channel.members].map((user_no) => ctx.users.author(user_no)) : null;

export const channelEvents: Record<string, EventKind> = {
  /** A channel was made, changed or archived. Data is the channel without what differs from reader to reader. */
  channel: {
    apply: (ctx, row) => ctx.channels.reload(row.subject),
    render: (ctx, row) => {
      const channel = ctx.channels.byNo(row.subject);
      if (!channel) return undefined;
      const { id, name, description, visibility, topic, created_at, archived_at } = channel;
      return {
        id,
        name,
        description,
        visibility,
        topic,
        created_by: ctx.users.author(channel.created_by).id,
        created_at,
        archived_at,
        project_id: ctx.projects.ofChannel(channel.no)?.id ?? null,
        members: peopleOf(ctx, channel),
      };
    },
  },
  /** Someone joined or left. Of a private channel, who left is told by a row of their own, being nobody there any more. */
  member: {
    apply: (ctx, row) => {
      if (row.channel_no !== null) ctx.channels.reloadMember(row.channel_no, row.subject);
    },
    render: (ctx, row) => {
      const channel = row.channel_no === null ? undefined : ctx.channels.byNo(row.channel_no);
      return channel && { user: ctx.users.author(row.subject), member: channel.members.has(row.subject) };
    },
  },
  /** My read mark moved, on whichever device. Subject is the channel's number. */
  read: {
    render: (ctx, row) => ({ seq: Math.max(readMark(ctx.db, row.user_no ?? 0, row.subject).seq, ctx.channels.byNo(row.subject)?.imported_seq ?? 0) }),
  },
  /** What I want to be told of a channel, said on whichever device. Subject is the channel's number. */
  notify: {
    render: (ctx, row) => ({ notify: readMark(ctx.db, row.user_no ?? 0, row.subject).notify }),
  },
};
