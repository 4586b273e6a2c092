import type { Channel } from "../channels/directory.ts";
import type { Context } from "../context.ts";
import { HISTORY_PAGE_CHARACTERS, SEARCH_CHANNEL_TERMS, SEARCH_TAIL_PAGE_SEQS, SEARCH_TAIL_SEQS } from "../limits.ts";
import { seqOf } from "../messages/table.ts";
import { isUnfinished, type MessageRow } from "../messages/wire.ts";
import type { Slice } from "../turns.ts";
import { inChannel } from "./facets.ts";
import { readAcross } from "./indexing.ts";
import { indexExpression, matches } from "./matching.ts";
import type { Query } from "./query.ts";
import { readHits, seqsBetween, startOfVolume, type Window } from "./store.ts";

/** How a walk goes: what the index holds (`through` a seq), how many rows a page may have, and whose turn it takes. */
type Way = { through: number; most: number; slice: Slice };

/**
 * All that matches in the channels given, newest first, in pages: what the index has not come to, then the index, from its newest
 * volume on. An answer is found once it is whole.
 */
export async function* matching(ctx: Context, query: Query, readable: Channel[], way: Way): AsyncGenerator<MessageRow[]> {
  const floor = Math.max(way.through, ctx.feed.head - SEARCH_TAIL_SEQS);
  for (let to = ctx.feed.head; to > floor; to -= SEARCH_TAIL_PAGE_SEQS) {
    if (way.slice.over) await way.slice.next();
    yield readAcross(ctx.db, readable, Math.max(floor, to - SEARCH_TAIL_PAGE_SEQS), to)
      .filter((row) => matches(query, row) && !isUnfinished(row))
      .reverse();
  }
  const everything = readable.length === ctx.channels.all().length;
  const few = !everything && readable.length <= SEARCH_CHANNEL_TERMS;
  const expression = indexExpression(query, few ? readable.map(({ no }) => inChannel(no)) : null);
  // The least and the greatest text that a time can be.
  const [since, before] = [query.after ?? "", query.before ?? "~"];
  const bounds = seqsBetween(ctx.db, since, before);
  if (expression === null || !bounds) return;
  const channels = everything || few ? null : JSON.stringify(readable.map(({ no }) => no));
  let to = Math.min(way.through, bounds.through);
  while (to > bounds.after && to > 0) {
    if (way.slice.over) await way.slice.next();
    const after = Math.max(startOfVolume(to), bounds.after);
    const page = readPage(ctx, expression, { after, through: to, since, before, channels }, way.most);
    yield page.rows;
    to = page.full ? seqOf(page.rows.at(-1)?.key ?? after) - 1 : after;
  }
}

/**
 * Rows until the page is full: some ms at most. Nothing is awaited meanwhile, for an open read would show others the database
 * of an earlier moment; nor is it cut by the clock, for beginning anew costs as much as many rows.
 */
const readPage = (ctx: Context, expression: string, window: Window, most: number): { rows: MessageRow[]; full: boolean } => {
  const rows: MessageRow[] = [];
  let characters = 0;
  for (const row of readHits(ctx.db, expression, window, most)) {
    if (isUnfinished(row)) continue;
    rows.push(row);
    characters += row.content.length;
    if (rows.length === most || characters >= HISTORY_PAGE_CHARACTERS) return { rows, full: true };
  }
  return { rows, full: false };
};
