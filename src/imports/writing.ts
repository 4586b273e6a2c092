import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { IMPORT_REST, IMPORT_TRIES } from "../limits.ts";

/** What passes by itself: the database is held by the server, or it has just made something of the same name. */
const passing = new Set(["storage_failed", "username_taken", "channel_exists"]);

/**
 * Writes a piece of an import and rests as long as that took, IMPORT_REST times: the running server writes to the same database and waits while
 * we do. What the server did meanwhile is known when it returns.
 */
export const write = async <T>(ctx: Context, work: (tx: Tx) => T): Promise<T> => {
  for (let tries = 1; ; tries++) {
    const begin = performance.now();
    try {
      const done = await ctx.write(work);
      await Bun.sleep((performance.now() - begin) * IMPORT_REST);
      return done;
    } catch (error) {
      if (!(error instanceof AppError && passing.has(error.code)) || tries === IMPORT_TRIES) throw error;
      ctx.feed.catchUpOutside();
    }
  }
};
