import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * `key` is channel number · 2³² + seq: the rows of a channel lie together in the order of the number line, which makes
 * history and polls one range read. What belongs to a message stands on its row, so that a history needs no join:
 * `metadata`, `mentions` (names), `attachments` (as on the wire), `reactions` ({emoji: [user_no, …]}), `ask` and `answer`
 * are JSON text, null for none. `changed_at` is that of the latest change of any of it, for `?since=`.
 * `hops` counts the agents' messages in a row that led to this one; 0 for what a person said.
 */
export const messages = sqliteTable(
  "messages",
  {
    key: integer().primaryKey(),
    id: text().notNull().unique(),
    user_no: integer().notNull(),
    type: text({ enum: ["text", "code", "result", "error", "plan"] }).notNull(),
    content: text().notNull(),
    metadata: text(),
    mentions: text(),
    reply_to: text(),
    via: text().notNull(),
    created_at: text().notNull(),
    updated_at: text(),
    deleted_at: text(),
    changed_at: text().notNull(),
    attachments: text(),
    reactions: text(),
    ask: text(),
    answer: text(),
    claimed_by: integer(),
    claimed_until: text(),
    caused_by: text(),
    hops: integer().notNull().default(0),
  },
  (table) => [
    index("messages_changed").on(table.changed_at),
    index("messages_reply").on(table.reply_to).where(sql`reply_to IS NOT NULL`),
    // Few rows: what waits for an answer, by when it is over; and what is held, by whom and until when.
    index("messages_open_questions").on(sql`coalesce(json_extract(ask, '$.expires_at'), '9999')`).where(sql`ask IS NOT NULL AND answer IS NULL`),
    index("messages_claimed").on(table.claimed_by, table.claimed_until).where(sql`claimed_by IS NOT NULL`),
  ],
);

/** What is kept at hand in a channel: few of its messages, so they stand apart. */
export const pins = sqliteTable("pins", { message_key: integer().primaryKey(), user_no: integer().notNull(), at: text().notNull() });

const SEQS = 2 ** 32;

/** The packed key of a message. Both numbers are bounded in limits.ts, so the product stays a safe integer. */
export const messageKey = (channel_no: number, seq: number): number => channel_no * SEQS + seq;
export const seqOf = (key: number): number => key % SEQS;
export const channelOf = (key: number): number => Math.floor(key / SEQS);
