import type { Context } from "../context.ts";
import { HOUSEKEEPING_ROWS, UNUSED_FILE_LIFE } from "../limits.ts";
import { contentOf, thumbnailOf } from "./blobs.ts";
import { holdTaken, isTaken } from "./contents.ts";
import { isHeld, removeUnused } from "./store.ts";

/** Removes a content and its thumbnail when no file has it. To be called in its turn. */
export const dropUnheld = async (ctx: Context, sha256: string): Promise<void> => {
  if (isHeld(ctx.db, sha256) || isTaken(ctx, sha256)) return;
  await ctx.blobs.remove(thumbnailOf(sha256));
  await ctx.blobs.remove(sha256);
};

/**
 * Puts bytes away for another feature's rows. Until the given function is called nothing drops them; by then a row has them
 * (`isHeld` knows whose), or they are dropped.
 * @param content.file gives the path of a finished local file, which may be gone afterwards; not asked where the bytes are kept already
 * @throws AppError `storage_failed`
 */
export const takeContent = async (ctx: Context, content: { size: number; sha256: string; file: () => string | Promise<string> }): Promise<() => Promise<void>> => {
  const { size, sha256, file } = content;
  const release = holdTaken(ctx, sha256);
  const end = async () => {
    release();
    await ctx.turns.take(sha256, () => dropUnheld(ctx, sha256));
  };
  try {
    await ctx.turns.take(sha256, async () => {
      if ((await ctx.blobs.size(sha256)) !== size) await ctx.blobs.put(sha256, await file());
    });
  } catch (error) {
    await end();
    throw error;
  }
  return end;
};

/** Removes files that no message has carried for UNUSED_FILE_LIFE, their bytes with them. @returns how many files */
export const removeUnusedFiles = async (ctx: Context): Promise<number> => {
  const before = new Date(ctx.clock().getTime() - UNUSED_FILE_LIFE).toISOString();
  for (let removed = 0; ; ) {
    const contents = await ctx.write((tx) => removeUnused(tx, before, HOUSEKEEPING_ROWS));
    for (const sha256 of new Set(contents)) await ctx.turns.take(sha256, () => dropUnheld(ctx, sha256));
    removed += contents.length;
    if (contents.length < HOUSEKEEPING_ROWS) return removed;
  }
};

/** Walks all stored bytes and removes those that no file has: what a server that was killed had put away, or not yet removed. */
export const sweepBlobs = async (ctx: Context): Promise<void> => {
  for await (const { name } of ctx.blobs.list()) {
    const sha256 = contentOf(name);
    if (!isHeld(ctx.db, sha256)) await ctx.turns.take(sha256, () => dropUnheld(ctx, sha256));
  }
};
