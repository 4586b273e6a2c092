import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What was uploaded; its bytes lie in the store under their SHA-256, once for all rows that have them. `mime` is what the
 * bytes are, not what was claimed; `width` and `height` in pixels, of an image. `unused_since`: when no message carried it
 * any more, null while one does; it is removed a while after.
 */
export const files = sqliteTable(
  "files",
  {
    no: integer().primaryKey({ autoIncrement: true }),
    id: text().notNull().unique(),
    user_no: integer().notNull(),
    name: text().notNull(),
    mime: text().notNull(),
    size: integer().notNull(),
    sha256: text().notNull(),
    width: integer(),
    height: integer(),
    created_at: text().notNull(),
    unused_since: text(),
  },
  (table) => [index("files_user").on(table.user_no), index("files_sha256").on(table.sha256), index("files_unused").on(table.unused_since).where(sql`unused_since IS NOT NULL`)],
);

/** Which messages carry which files, for the rights; how they show them stands on the messages' rows. */
export const attachments = sqliteTable("attachments", { message_key: integer().notNull(), file_no: integer().notNull() }, (table) => [
  primaryKey({ columns: [table.message_key, table.file_no] }),
  index("attachments_file").on(table.file_no),
]);
