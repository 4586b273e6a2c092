import type { Context } from "../context.ts";
import type { Connection } from "../db/open.ts";
import { SEARCH_MERGE_PAGES } from "../limits.ts";
import { indexSome } from "./indexing.ts";
import { dropIndex, faultsOf, hasIndex, indexedThrough, tidyVolume } from "./store.ts";

export type IndexHealth = { through: number; faults: string[] };

/** Holds the index against the messages. `through`: the seq it has come to; null when the database is from before there was one. */
export const indexHealth = (db: Connection): IndexHealth | null => {
  if (!hasIndex(db)) return null;
  const through = indexedThrough(db);
  return { through, faults: faultsOf(db, through) };
};

/** How many seqs the index is behind the head. */
export const behindHead = (ctx: Context): number => Math.max(0, ctx.feed.head - indexedThrough(ctx.db));

/** Takes the index away. A server that runs on this database builds it anew beside its work. */
export const clearIndex = (ctx: Context): Promise<void> => ctx.write(dropIndex);

/** Builds what is missing of the index now. */
export const finishIndex = async (ctx: Context): Promise<void> => {
  while (await ctx.write((tx) => indexSome(ctx, tx))) await ctx.write((tx) => tidyVolume(tx, SEARCH_MERGE_PAGES));
};
