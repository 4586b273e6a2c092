import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Idempotency keys. A posted message is kept by reference, so that a replay shows what it is today; any other answer is
 * kept whole, encrypted, because it may hold a token that is shown once.
 */
export const idempotency = sqliteTable(
  "idempotency",
  {
    user_no: integer().notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    message_key: integer(),
    sealed: text(),
    at: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.user_no, table.key] }), index("idempotency_at").on(table.at)],
);
