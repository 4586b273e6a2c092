import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * A workspace with a channel of its own, whose name is the project's slug and whose members and visibility are the project's.
 * `limits` is JSON, what of them was set for it. A deleted project keeps its row, its slug free for others.
 */
export const projects = sqliteTable("projects", {
  no: integer().primaryKey({ autoIncrement: true }),
  id: text().notNull().unique(),
  /** Null once deleted. */
  slug: text().unique(),
  name: text().notNull(),
  description: text().notNull(),
  template: text({ enum: ["blank", "bun", "node", "python", "web"] }).notNull(),
  channel_no: integer().notNull().unique(),
  created_by: integer().notNull(),
  created_at: text().notNull(),
  deleted_at: text(),
  /** When all that was in a deleted one was gone from disk. */
  cleared_at: text(),
  limits: text().notNull(),
});

/** What runs are given as environment; `sealed` under the server's key. */
export const projectSecrets = sqliteTable(
  "project_secrets",
  {
    project_no: integer().notNull(),
    name: text().notNull(),
    sealed: text().notNull(),
    user_no: integer().notNull(),
    changed_at: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.project_no, table.name] })],
);
