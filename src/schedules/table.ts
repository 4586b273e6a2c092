import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Commands that projects run by the clock. `cron`: five fields in `timezone`; `next_at`: when it is due, null while it is off.
 * A deleted one keeps its row, so that its runs and events still have its id.
 */
export const schedules = sqliteTable(
  "schedules",
  {
    no: integer().primaryKey({ autoIncrement: true }),
    id: text().notNull().unique(),
    project_no: integer().notNull(),
    name: text().notNull(),
    cron: text().notNull(),
    timezone: text().notNull(),
    command: text().notNull(),
    /** How long a run may take; null for the project's. */
    seconds: integer(),
    enabled: integer({ mode: "boolean" }).notNull(),
    created_by: integer().notNull(),
    /** Who made it or last changed it: it runs in that user's name and by that user's right alone. */
    right_no: integer().notNull().default(0),
    created_at: text().notNull(),
    last_at: text(),
    next_at: text(),
    /** The run that still went on at a due time, of which the channel was told. */
    told_no: integer(),
    deleted_at: text(),
  },
  (table) => [index("schedules_project").on(table.project_no, table.no), index("schedules_due").on(table.next_at).where(sql`next_at IS NOT NULL`)],
);
