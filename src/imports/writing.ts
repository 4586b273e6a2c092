import type { Context } from "../context.ts";
import { lockFolder } from "../db/lock.ts";
import { checkpoint } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { IMPORT_REST, IMPORT_SERVER_LOOK, IMPORT_SETTLE, IMPORT_TRIES } from "../limits.ts";

/** What passes by itself: the database is held by the server, or it has just made something of the same name. */
const passing = new Set(["storage_failed", "username_taken", "channel_exists"]);

/**
 * Writes a piece of an import. Where a server runs, it rests IMPORT_REST times as long as that took: the server writes to the same database and waits
 * while we do. What the server did meanwhile is known when it returns.
 */
export const write = async <T>(ctx: Context, work: (tx: Tx) => T): Promise<T> => {
  for (let tries = 1; ; tries++) {
    // From here on the database is held; what it took to get it counts for nothing.
    let held = 0;
    try {
      const done = await ctx.write((tx) => {
        held = performance.now();
        return work(tx);
      });
      settle(ctx);
      if (isServed(ctx)) await Bun.sleep((performance.now() - held) * IMPORT_REST);
      return done;
    } catch (error) {
      if (!(error instanceof AppError && passing.has(error.code)) || tries === IMPORT_TRIES) throw error;
      ctx.feed.catchUpOutside();
    }
  }
};

const unsettled = new WeakMap<Context, number>();

/** Moves what was written on before the write-ahead log is so long that a commit has to, the server's own too. */
const settle = (ctx: Context): void => {
  const writes = (unsettled.get(ctx) ?? 0) + 1;
  unsettled.set(ctx, writes % IMPORT_SETTLE);
  if (writes === IMPORT_SETTLE) checkpoint(ctx.db);
};

/** Whether a server ran when it was last looked for, and when that was. */
const looks = new WeakMap<Context, { served: boolean; at: number }>();

const isServed = (ctx: Context): boolean => {
  const now = performance.now();
  const last = looks.get(ctx);
  if (last && now - last.at < IMPORT_SERVER_LOOK) return last.served;
  const unlock = lockFolder(ctx.config.data);
  unlock?.();
  looks.set(ctx, { served: unlock === null, at: now });
  return unlock === null;
};
