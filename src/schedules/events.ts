import type { EventKind } from "../feed/feed.ts";
import { scheduleByNo } from "./store.ts";
import { scheduleWire } from "./wire.ts";

export const scheduleEvents: Record<string, EventKind> = {
  /** A schedule was made, changed, due or deleted. Subject is its number; it stands in its project's channel. */
  schedule: {
    render: (ctx, row) => {
      const schedule = scheduleByNo(ctx.db, row.subject);
      // What a deleted project had is gone with it.
      if (!schedule || !ctx.projects.byNo(schedule.project_no)) return undefined;
      return schedule.deleted_at === null ? scheduleWire(ctx, schedule) : { id: schedule.id, deleted: true };
    },
  },
};
