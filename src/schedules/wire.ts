import type { Static } from "@sinclair/typebox";
import type { Context } from "../context.ts";
import { shownIn } from "../projects/secrets.ts";
import { newestRunOf } from "../runs/service.ts";
import { runWire } from "../runs/wire.ts";
import type { Schedule } from "./model.ts";
import type { ScheduleRow } from "./store.ts";

export type ScheduleWire = Static<typeof Schedule>;

/** A schedule as everyone who sees its project does. */
export const scheduleWire = (ctx: Context, row: ScheduleRow): ScheduleWire => {
  const last = newestRunOf(ctx.db, row.no);
  const { id, name, cron, timezone, command, seconds, enabled, created_at, last_at, next_at } = row;
  return {
    ...{ id, project_id: ctx.projects.byNo(row.project_no)?.id ?? "", name, cron, timezone, command: shownIn(ctx, row.project_no, command), timeout: seconds, enabled },
    ...{ created_by: ctx.users.author(row.created_by), created_at, runs_as: ctx.users.author(row.right_no), last_at, next_at },
    last_run: last ? runWire(ctx, last) : null,
  };
};
