import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** What runs wrote, a line a row. `key` is project number · 2³² + seq: a project's lines lie together, in their order. */
export const consoleLines = sqliteTable(
  "console_lines",
  {
    key: integer().primaryKey(),
    run_no: integer().notNull(),
    /** `system`: what Colony itself says of a run: how it began and ended, what was left out. */
    stream: text({ enum: ["stdout", "stderr", "system"] }).notNull(),
    content: text().notNull(),
    at: text().notNull(),
  },
  (table) => [index("console_lines_run").on(table.run_no, table.key)],
);

/** How far a project's console has come: its newest seq, which stays though lines go, and what of it is kept. Bytes are those of lines' contents. */
export const consoles = sqliteTable("consoles", {
  project_no: integer().primaryKey(),
  head: integer().notNull(),
  lines: integer().notNull(),
  bytes: integer().notNull(),
});

/** Known errors that were recognised in the console; those of one `fingerprint` are one fault that came again. */
export const consoleFaults = sqliteTable(
  "console_faults",
  {
    no: integer().primaryKey({ autoIncrement: true }),
    project_no: integer().notNull(),
    run_no: integer().notNull(),
    /** The console's seqs of its first and last line. */
    seq: integer().notNull(),
    end_seq: integer().notNull(),
    language: text().notNull(),
    kind: text().notNull(),
    message: text().notNull(),
    /** A path in the workspace where it points into it; null where it names none. */
    file: text(),
    line: integer(),
    column: integer(),
    fingerprint: text().notNull(),
    at: text().notNull(),
  },
  (table) => [index("console_faults_group").on(table.project_no, table.fingerprint, table.no), index("console_faults_run").on(table.run_no)],
);

export const consoleKey = (project_no: number, seq: number): number => project_no * 2 ** 32 + seq;
export const seqOfLine = (key: number): number => key % 2 ** 32;
