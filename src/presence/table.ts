import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "../accounts/table.ts";

/** What someone says of their own work, until it is taken back or its time is over. */
export const statuses = sqliteTable("statuses", {
  user_no: integer()
    .primaryKey()
    .references(() => users.no),
  state: text({ enum: ["idle", "working", "waiting", "blocked"] }).notNull(),
  text: text(),
  until: text(),
});
