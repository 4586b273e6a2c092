import type { Channel } from "../channels/directory.ts";
import type { Context } from "../context.ts";
import { invalid } from "../errors.ts";
import { HISTORY_PAGE_ROWS } from "../limits.ts";
import { type Filter, findMessageByKey, pagesBackward, pagesForward, startOfNewest } from "./store.ts";
import { messageKey } from "./table.ts";
import { type Message, messageWire } from "./wire.ts";

/** What narrows a history; all of it together. `limit`: the newest N, or with `after_seq` the first N after it. */
export type HistoryQuery = { since?: string; after_seq?: number; before_seq?: number; limit?: number; types?: string[]; user?: string; session_id?: string };

/**
 * The messages of a channel that match, whole unless narrowed, in pages, oldest first. What is posted meanwhile is not in it.
 * @throws AppError `validation_failed` for a user nobody is
 */
export const readHistory = (ctx: Context, channel: Channel, query: HistoryQuery): Generator<Message[]> => {
  const filter = historyFilter(ctx, channel, query);
  const { limit } = query;
  if (limit !== undefined && query.after_seq === undefined) filter.after = startOfNewest(ctx.db, channel.no, filter, limit);
  return take(ctx, pagesForward(ctx.db, channel.no, filter), limit ?? Number.POSITIVE_INFINITY);
};

/** A channel's newest message, deleted or not; null when there is none. */
export const newestMessage = (ctx: Context, channel: Channel): Message | null => {
  const row = channel.last_seq > 0 ? findMessageByKey(ctx.db, messageKey(channel.no, channel.last_seq)) : undefined;
  return row ? messageWire(ctx, row) : null;
};

/** The messages of a channel after a seq, and before another, one by one, newest first, the deleted ones too. `likely`: how many will be asked for, as far as that is known. */
export function* newestFirst(ctx: Context, channel: Channel, after: number, likely: number, before = channel.last_seq + 1): Generator<Message> {
  const most = Math.max(1, Math.min(likely, HISTORY_PAGE_ROWS));
  for (const page of pagesBackward(ctx.db, channel.no, { after, before }, most)) for (const row of page) yield messageWire(ctx, row);
}

/** The query as the store takes it, bounded by the channel's newest message at this moment. */
export const historyFilter = (ctx: Context, channel: Channel, query: HistoryQuery): Filter => {
  const user = query.user === undefined ? undefined : ctx.users.find(query.user);
  if (query.user !== undefined && !user) throw invalid("user_id", `there is no user '${query.user.slice(0, 80)}'`, "GET /api/users lists them.");
  const end = channel.last_seq + 1;
  return {
    after: Math.min(query.after_seq ?? 0, end),
    before: Math.min(query.before_seq ?? end, end),
    since: query.since,
    types: query.types,
    user_no: user?.no,
    session_id: query.session_id,
  };
};

function* take(ctx: Context, pages: ReturnType<typeof pagesForward>, count: number): Generator<Message[]> {
  let left = count;
  for (const page of pages) {
    const rows = page.length > left ? page.slice(0, left) : page;
    left -= rows.length;
    yield rows.map((row) => messageWire(ctx, row));
    if (left <= 0) return;
  }
}
