import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Commands executed in projects' sandboxes, and those that wait. `seconds`: how long it may take; `reason`: why it ended as it
 * did, in a word (`memory`, `disk`, `files`, `time`, `server_ended` …), null where its exit code says all. `first_seq` and
 * `last_seq` are its stretch of the project's console. `via`: the road that the asking came by, as messages have it.
 * `due_at` and `late`: of a schedule's run, when it was to be, and that the server was down then.
 */
export const runs = sqliteTable(
  "runs",
  {
    no: integer().primaryKey({ autoIncrement: true }),
    id: text().notNull().unique(),
    project_no: integer().notNull(),
    command: text().notNull(),
    kind: text({ enum: ["run", "build"] }).notNull(),
    state: text({ enum: ["queued", "running", "succeeded", "failed", "stopped", "timed_out", "killed"] }).notNull(),
    exit_code: integer(),
    reason: text(),
    trigger: text({ enum: ["person", "agent", "schedule"] }).notNull(),
    user_no: integer().notNull(),
    /** By whose right it runs, where its user acts for another: of a resident, who asked it. */
    right_no: integer().notNull(),
    via: text().notNull().default("api"),
    schedule_no: integer(),
    due_at: text(),
    late: integer({ mode: "boolean" }).notNull().default(false),
    background: integer({ mode: "boolean" }).notNull().default(false),
    seconds: integer().notNull(),
    /** JSON list of glob patterns. */
    artifacts: text(),
    message_key: integer(),
    first_seq: integer(),
    last_seq: integer(),
    output_bytes: integer().notNull().default(0),
    peak_memory: integer(),
    cpu_ms: integer(),
    stopped_by: integer(),
    created_at: text().notNull(),
    started_at: text(),
    ended_at: text(),
  },
  (table) => [
    index("runs_project").on(table.project_no, table.no),
    index("runs_schedule").on(table.schedule_no, table.no).where(sql`schedule_no IS NOT NULL`),
    // Few rows: what waits or runs.
    index("runs_open").on(table.project_no, table.no).where(sql`state IN ('queued', 'running')`),
  ],
);
