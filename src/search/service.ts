import type { Actor } from "../accounts/credentials.ts";
import type { Channel } from "../channels/directory.ts";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { SEARCH_RANKED, SEARCH_RANKED_CHARACTERS, SEARCH_SHARE_SAMPLE, SEARCH_TAIL_SEQS } from "../limits.ts";
import { channelOf } from "../messages/table.ts";
import { type Message, messageWire } from "../messages/wire.ts";
import { Slice } from "../turns.ts";
import { textOf } from "./facets.ts";
import { expressionOf } from "./matching.ts";
import { type Query, readQuery } from "./query.ts";
import { type Match, measure, rank } from "./ranking.ts";
import { snippetOf } from "./snippet.ts";
import { indexedThrough, readStanding, shareOf } from "./store.ts";
import { matching } from "./walk.ts";

export type Hit = { message: Message; channel: { id: string; name: string | null }; snippet: string };
export type Found = { hits: Hit[]; has_more: boolean; indexing: boolean };
export type Asked = { q: string; limit: number; offset: number; sort: "relevance" | "newest" };

/**
 * Searches what `actor` may read, and of that only the channels that `within` lets through. By relevance the newest SEARCH_RANKED matches are put in order, and those before them
 * follow newest first, so that every match can be reached whatever is common; without words all of it is newest first.
 * `indexing`: some messages are not in the index yet and were too many to be read through.
 * @throws AppError `validation_failed` for a wrong value of an operator
 */
export const search = async (ctx: Context, actor: Pick<Actor, "user">, { q, limit, offset, sort }: Asked, within: (channel: Channel) => boolean = () => true): Promise<Found> => {
  const may = (channel: Channel) => canRead(channel, actor.user.no) && within(channel);
  const query = readQuery(ctx, actor, q, may);
  const readable = ctx.channels.readableBy(actor.user.no).filter(within);
  const through = indexedThrough(ctx.db);
  const wanted = offset + limit + 1;
  const byRelevance = sort === "relevance" && query.phrases.length > 0;
  const ranked: Match[] = [];
  const rest: number[] = [];
  const slice = new Slice();
  let characters = 0;
  for await (const rows of matching(ctx, query, readable, { through, most: byRelevance ? SEARCH_RANKED : wanted, slice })) {
    for (const row of rows) {
      if (slice.over) await slice.next();
      const room = byRelevance && ranked.length < SEARCH_RANKED && characters < SEARCH_RANKED_CHARACTERS;
      if (room) ranked.push(measure(row, query.phrases));
      else rest.push(row.key);
      characters += row.content.length;
    }
    const full = !byRelevance || ranked.length >= SEARCH_RANKED || characters >= SEARCH_RANKED_CHARACTERS;
    if (full && ranked.length + rest.length >= wanted) break;
  }
  const shares =
    query.phrases.length > 1 && through > 0 ? query.phrases.map((phrase) => shareOf(ctx.db, expressionOf({ ...phrase, prefix: false }), through, SEARCH_SHARE_SAMPLE)) : [];
  const keys = [...rank(ranked, shares), ...rest];
  const hits: Hit[] = [];
  for (const key of keys.slice(offset, offset + limit)) {
    if (slice.over) await slice.next();
    const hit = hitOf(ctx, query, key, may);
    if (hit) hits.push(hit);
  }
  return { hits, has_more: keys.length > offset + limit, indexing: ctx.feed.head - through > SEARCH_TAIL_SEQS };
};

/** A message as it is found, read at the last moment: what was deleted, or hidden, meanwhile is no hit. */
const hitOf = (ctx: Context, { phrases }: Query, key: number, may: (channel: Channel) => boolean): Hit | undefined => {
  const row = readStanding(ctx.db, key);
  const channel = ctx.channels.byNo(channelOf(key));
  if (!row || !channel || !may(channel)) return undefined;
  return { message: messageWire(ctx, row), channel: { id: channel.id, name: channel.name }, snippet: snippetOf(textOf(row), phrases) };
};
