import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "../accounts/table.ts";
import { channels } from "../channels/table.ts";

/**
 * Ways in and out of a channel for other programs. `in`: what is posted to its address is said in the channel by an agent
 * of its own. `out`: what happens in the channel is posted to `url`.
 */
export const webhooks = sqliteTable(
  "webhooks",
  {
    no: integer().primaryKey(),
    id: text().notNull().unique(),
    kind: text({ enum: ["in", "out"] }).notNull(),
    channel_no: integer()
      .notNull()
      .references(() => channels.no),
    name: text().notNull(),
    created_by: integer()
      .notNull()
      .references(() => users.no),
    created_at: text().notNull(),
    ended_at: text(),
    /** Whose posts its posts are: of one that goes out, the agent that tells when it is paused, made when it first is. */
    agent_no: integer().references(() => users.no),
    /** Of one that comes in: the SHA-256 of the secret in its address. */
    secret_hash: text().unique(),
    url: text(),
    events: text({ mode: "json" }).$type<string[]>(),
    /** Of one that goes out: what its requests are signed with, encrypted. */
    signing: text(),
    /** Of one that goes out: the seq up to which the channel's events are delivered or stand in `deliveries`. */
    cursor: integer().notNull().default(0),
    paused_at: text(),
    paused_why: text(),
  },
  (table) => [index("webhooks_channel").on(table.channel_no)],
);

/** What is to be sent, in order, and the newest of what was: references only, so that a deleted word is sent nowhere. */
export const deliveries = sqliteTable(
  "deliveries",
  {
    no: integer().primaryKey({ autoIncrement: true }),
    id: text().notNull().unique(),
    hook_no: integer()
      .notNull()
      .references(() => webhooks.no),
    event: text().notNull(),
    /** Null for a ping, which stands for no event. */
    seq: integer(),
    state: text({ enum: ["waiting", "delivered", "failed", "gone"] }).notNull(),
    attempts: integer().notNull(),
    created_at: text().notNull(),
    attempted_at: text(),
    next_at: text(),
    status: integer(),
    error: text(),
    response: text(),
    ms: integer(),
  },
  (table) => [index("deliveries_hook").on(table.hook_no, table.state, table.no)],
);
