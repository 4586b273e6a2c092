import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** People and programs. `no` is the number other tables carry; `id` is what the wire carries. */
export const users = sqliteTable("users", {
  no: integer().primaryKey(),
  id: text().notNull().unique(),
  username: text().notNull().unique(),
  display_name: text().notNull(),
  role: text({ enum: ["ape", "agent"] }).notNull(),
  admin: integer({ mode: "boolean" }).notNull(),
  job: text(),
  password_hash: text(),
  inbox_seq: integer().notNull().default(0),
  created_at: text().notNull(),
  deactivated_at: text(),
});

export const sessions = sqliteTable(
  "sessions",
  {
    id: text().primaryKey(),
    user_no: integer()
      .notNull()
      .references(() => users.no),
    created_at: text().notNull(),
    expires_at: text().notNull(),
    ended_at: text(),
    /** What signed in, in its own words and cut short, and from where. Null for sessions from before these were kept. */
    user_agent: text(),
    address: text(),
    last_used_at: text(),
  },
  (table) => [index("sessions_user").on(table.user_no)],
);

/** API tokens: `col_<prefix>_<secret>`; the whole is kept as an argon2id hash only. */
export const tokens = sqliteTable(
  "tokens",
  {
    id: text().primaryKey(),
    user_no: integer()
      .notNull()
      .references(() => users.no),
    name: text().notNull(),
    token_prefix: text().notNull().unique(),
    hash: text().notNull(),
    /** The secret that its requests are signed with, encrypted; null where they need no signature. */
    signing: text(),
    rate_limit: integer(),
    created_at: text().notNull(),
    expires_at: text(),
    last_used_at: text(),
    revoked_at: text(),
  },
  (table) => [index("tokens_user").on(table.user_no)],
);

/** Signatures that were used, until they are too old to be taken again anyway. On disk, so that a restart opens no door. */
export const signatures = sqliteTable("signatures", { signature: text().primaryKey(), at: text().notNull() }, (table) => [index("signatures_at").on(table.at)]);

/** Who did what to whom, from where, when. Written in the transaction of the deed; never holds a secret. */
export const audit = sqliteTable(
  "audit",
  {
    no: integer().primaryKey(),
    at: text().notNull(),
    actor_no: integer(),
    action: text().notNull(),
    subject: text(),
    address: text(),
    details: text({ mode: "json" }).$type<Record<string, unknown>>(),
  },
  (table) => [
    index("audit_actor").on(table.actor_no),
    index("audit_subject").on(table.subject),
    index("audit_action").on(table.action),
    index("audit_at").on(table.at),
    // To whom something was done, where the subject is another thing.
    index("audit_done_to").on(sql`json_extract(details, '$.user')`).where(sql`json_extract(details, '$.user') IS NOT NULL`),
  ],
);
