import type { Static } from "@sinclair/typebox";
import type { Context } from "../context.ts";
import { shownOf } from "./ends.ts";
import type { Run, RunWithOutput } from "./model.ts";
import type { RunRow } from "./store.ts";

export type RunWire = Static<typeof Run>;
export type RunWithOutputWire = Static<typeof RunWithOutput>;

/** A run as everyone who sees its project does. */
export const runWire = (ctx: Context, row: RunRow): RunWire => ({
  id: row.id,
  project_id: ctx.projects.byNo(row.project_no)?.id ?? "",
  command: shownOf(ctx, row),
  kind: row.kind,
  state: row.state,
  exit_code: row.exit_code,
  reason: row.reason,
  trigger: row.trigger,
  user: ctx.users.author(row.user_no),
  stopped_by: row.stopped_by === null ? null : ctx.users.author(row.stopped_by),
  schedule_id: row.schedule_id,
  due_at: row.due_at,
  late: row.late,
  background: row.background,
  timeout: row.seconds,
  // As its message carries them today: a file that was deleted is gone here too.
  artifacts: row.attachments === null ? [] : (JSON.parse(row.attachments) as RunWire["artifacts"]),
  message_id: row.message_id,
  first_seq: row.first_seq,
  last_seq: row.last_seq,
  output_bytes: row.output_bytes,
  peak_memory: row.peak_memory,
  cpu_ms: row.cpu_ms,
  created_at: row.created_at,
  started_at: row.started_at,
  ended_at: row.ended_at,
});
