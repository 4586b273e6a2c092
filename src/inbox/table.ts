import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** What others said to a user. `seq` is that of the event that said it: the posting, or the edit that added the mention. */
export const inbox = sqliteTable(
  "inbox",
  {
    user_no: integer().notNull(),
    seq: integer().notNull(),
    message_key: integer().notNull(),
    reason: text({ enum: ["mention", "reply", "direct", "ask", "answer"] }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.user_no, table.seq, table.reason] }),
    index("inbox_message").on(table.message_key),
    index("inbox_unread").on(table.user_no, table.reason, table.message_key),
  ],
);
