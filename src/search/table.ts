import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The messages whose words are in the index, by their seq: a volume knows a message by that alone. */
export const searchDocs = sqliteTable("search_docs", { seq: integer().primaryKey(), channel_no: integer().notNull() });

/** Between which times the messages of a stretch of seqs were posted, so that `before:` and `after:` pass over the others. */
export const searchBlocks = sqliteTable("search_blocks", { no: integer().primaryKey(), first_at: text().notNull(), last_at: text().notNull() });

/** How far the index has come (no 1), and before which seq its volumes are merged (no 2). Moved in the transaction that does it. */
export const searchProgress = sqliteTable("search_progress", { no: integer().primaryKey(), seq: integer().notNull() });
