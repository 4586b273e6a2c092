import type { EventKind } from "../feed/feed.ts";
import { runByNo } from "./store.ts";
import { runWire } from "./wire.ts";

export const runEvents: Record<string, EventKind> = {
  /** A run was put in the queue, began, or ended. Subject is its number; it stands in its project's channel. */
  run: {
    render: (ctx, row) => {
      const run = runByNo(ctx.db, row.subject);
      // What a deleted project ran is gone with it.
      return run && ctx.projects.byNo(run.project_no) ? runWire(ctx, run) : undefined;
    },
  },
};
