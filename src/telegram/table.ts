import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** A bot that this server ran, by Telegram's number of it, and how far its updates were taken: the next id, and when that was. */
export const telegramBots = sqliteTable("telegram_bots", { bot_id: integer().primaryKey(), next_update: integer(), at: text() });

/** What came from Telegram and is not dealt with yet, each as Telegram sent it. Gone with the end of what it asked for. */
export const telegramUpdates = sqliteTable(
  "telegram_updates",
  { bot_id: integer().notNull(), update_id: integer().notNull(), chat_id: integer().notNull(), body: text().notNull(), at: text().notNull() },
  (table) => [primaryKey({ columns: [table.bot_id, table.update_id] })],
);

/** A code that links whoever shows it to the bot, kept as its SHA-256; a user has one at most. `chat_id`: where it was used. */
export const telegramCodes = sqliteTable("telegram_codes", {
  user_no: integer().primaryKey(),
  hash: text().notNull().unique(),
  expires_at: text().notNull(),
  chat_id: integer(),
});

/**
 * Whose Telegram is whose. `project_no`: the chosen one. `cursor`: the seq up to which they were told what concerns them.
 * `away_at`: since when Telegram takes nothing for them, because they stopped the bot.
 */
export const telegramLinks = sqliteTable("telegram_links", {
  user_no: integer().primaryKey(),
  id: text().notNull().unique(),
  chat_id: integer().notNull().unique(),
  name: text().notNull(),
  username: text(),
  linked_at: text().notNull(),
  project_no: integer(),
  cursor: integer().notNull(),
  away_at: text(),
  mentions: integer({ mode: "boolean" }).notNull().default(true),
  direct: integer({ mode: "boolean" }).notNull().default(true),
  questions: integer({ mode: "boolean" }).notNull().default(true),
  runs: integer({ mode: "boolean" }).notNull().default(true),
});

/**
 * Messages in Telegram that grow with what they show: a run (`subject` its id), or what an agent answers (the id of the
 * question). `message_id` null: not sent yet. `done`: it shows the end; kept for a while, so that nobody is told of it again.
 */
export const telegramWatches = sqliteTable(
  "telegram_watches",
  {
    no: integer().primaryKey({ autoIncrement: true }),
    user_no: integer().notNull(),
    chat_id: integer().notNull(),
    message_id: integer(),
    kind: text({ enum: ["run", "answer"] }).notNull(),
    subject: text().notNull(),
    /** Of a run, the id of its project; of an answer, the agent's username. */
    within: text().notNull(),
    done: integer({ mode: "boolean" }).notNull().default(false),
    at: text().notNull(),
  },
  (table) => [uniqueIndex("telegram_watches_subject").on(table.chat_id, table.subject), index("telegram_watches_open").on(table.no).where(sql`done = 0`)],
);

/** Messages of Colony that were told in Telegram, by what they are there: replies go to them, and an open question's buttons are taken away once it is answered. */
export const telegramNotes = sqliteTable(
  "telegram_notes",
  {
    chat_id: integer().notNull(),
    message_id: integer().notNull(),
    user_no: integer().notNull(),
    message_key: integer().notNull(),
    open: integer({ mode: "boolean" }).notNull(),
    at: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.chat_id, table.message_id] }),
    index("telegram_notes_open").on(table.message_key).where(sql`open = 1`),
    index("telegram_notes_at").on(table.at),
  ],
);
