import { existsSync } from "node:fs";
import type { Config } from "../config.ts";
import { openContext } from "../context.ts";
import { lockFolder } from "../db/lock.ts";
import { databaseFile } from "../db/open.ts";
import { clearIndex, finishIndex } from "../search/health.ts";
import { CommandError } from "./failure.ts";

/** Builds the search index anew: here and now, or, where a server runs, by that server beside its work. Messages are only read. */
export const rebuildSearch = async (config: Config): Promise<void> => {
  if (!existsSync(databaseFile(config.data))) throw new CommandError(`There is no Colony in ${config.data}. Name its folder with --data.`);
  const unlock = lockFolder(config.data);
  const ctx = openContext(config);
  try {
    await clearIndex(ctx);
    if (unlock) await finishIndex(ctx);
    console.log(unlock ? "The search index was built anew." : 'The search index was taken away; the running server builds it anew now. Until then a search says "indexing": true.');
  } finally {
    ctx.close();
    unlock?.();
  }
};
