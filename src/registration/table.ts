import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "../accounts/table.ts";

/** Invitations, each for one account. The code is kept as its SHA-256 only: 158 random bits, which nobody guesses. */
export const invites = sqliteTable("invites", {
  id: text().primaryKey(),
  code_hash: text().notNull().unique(),
  /** Whom it is for, in its maker's words. */
  note: text(),
  created_by: integer()
    .notNull()
    .references(() => users.no),
  created_at: text().notNull(),
  expires_at: text().notNull(),
  used_at: text(),
  used_by: integer().references(() => users.no),
  revoked_at: text(),
});
