import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What was brought over from elsewhere, so that it is brought once: `source` is the other system, `team` its workspace there,
 * `external` what it is called there. `subject` is our number for it: a user's, a channel's, a message's key; 1 for a member.
 * `version` tells its states there apart. A row is written in the transaction that makes what it stands for.
 */
export const imports = sqliteTable(
  "imports",
  {
    source: text().notNull(),
    team: text().notNull(),
    kind: text({ enum: ["user", "channel", "member", "message"] }).notNull(),
    external: text().notNull(),
    subject: integer().notNull(),
    version: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.source, table.team, table.kind, table.external] })],
);
