import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Commands that projects run by the clock. `cron`: five fields in `timezone`; `next_at`: when it is due, null while it is off. */
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
    created_at: text().notNull(),
    last_at: text(),
    next_at: text(),
  },
  (table) => [index("schedules_project").on(table.project_no, table.no), index("schedules_due").on(table.next_at).where(sql`next_at IS NOT NULL`)],
);
