import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The number line: one row for each durable change, holding references only. What an event says is rendered from the
 * subject's rows when it is read, so that a deleted word cannot come back.
 * `user_no` set: for that user alone. `channel_no` set: for who may read that channel. Neither: for everyone signed in.
 */
export const feed = sqliteTable(
  "feed",
  {
    seq: integer().primaryKey(),
    kind: text().notNull(),
    channel_no: integer(),
    /** What changed, numbered within its kind: a message's seq, a user's number … */
    subject: integer().notNull(),
    actor_no: integer(),
    user_no: integer(),
    at: text().notNull(),
  },
  (table) => [
    // Posts stand in `messages` in the same order already; indexing them here again would slow each post for nothing.
    index("feed_channel").on(table.channel_no, table.seq).where(sql`kind <> 'message'`),
    index("feed_user").on(table.user_no, table.kind, table.subject).where(sql`user_no IS NOT NULL`),
  ],
);

/** Facts about the database as a whole: `epoch`, `pruned_through`. */
export const meta = sqliteTable("meta", {
  name: text().primaryKey(),
  value: text().notNull(),
});
