import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "../accounts/table.ts";

export const channels = sqliteTable("channels", {
  no: integer().primaryKey(),
  id: text().notNull().unique(),
  /** Null for conversations, which have members instead of a name. */
  name: text().unique(),
  description: text().notNull(),
  topic: text().notNull(),
  visibility: text({ enum: ["public", "private", "direct"] }).notNull(),
  created_by: integer()
    .notNull()
    .references(() => users.no),
  created_at: text().notNull(),
  archived_at: text(),
  /** Of a conversation: its members' numbers in order, so that the same people have one. */
  direct_key: text().unique(),
  /** Through which seq it holds nothing but what was imported: that counts as read by everyone. 0 for none. */
  imported_seq: integer().notNull().default(0),
});

export const members = sqliteTable(
  "members",
  {
    channel_no: integer()
      .notNull()
      .references(() => channels.no),
    user_no: integer()
      .notNull()
      .references(() => users.no),
    joined_at: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.channel_no, table.user_no] }), index("members_user").on(table.user_no)],
);

/** How a user stands to a channel: the seq of the last message seen, and what of it is told (null: all). */
export const marks = sqliteTable(
  "marks",
  {
    user_no: integer().notNull(),
    channel_no: integer().notNull(),
    seq: integer().notNull(),
    notify: text({ enum: ["all", "mentions", "none"] }),
  },
  (table) => [primaryKey({ columns: [table.user_no, table.channel_no] })],
);
