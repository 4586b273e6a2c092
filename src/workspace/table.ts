import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The files of a workspace as they were last seen: what a look at the disk is held against. */
export const projectFiles = sqliteTable(
  "project_files",
  {
    project_no: integer().notNull(),
    path: text().notNull(),
    version_no: integer().notNull(),
    size: integer().notNull(),
    /** Of the file on disk, nanoseconds as text: an equal size, time and inode are taken to be unchanged bytes. */
    mtime: text().notNull(),
    inode: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.project_no, table.path] })],
);

/**
 * Every version of every file, whoever wrote it; the bytes lie under their SHA-256 in the store of files. `version` counts
 * from 1 within a path; `sha256` is null where the file was removed.
 */
export const projectVersions = sqliteTable(
  "project_versions",
  {
    no: integer().primaryKey({ autoIncrement: true }),
    project_no: integer().notNull(),
    path: text().notNull(),
    version: integer().notNull(),
    sha256: text(),
    size: integer().notNull(),
    /** Whether it may be executed. */
    executable: integer({ mode: "boolean" }).notNull().default(false),
    change_no: integer().notNull(),
  },
  (table) => [
    index("project_versions_path").on(table.project_no, table.path, table.version),
    index("project_versions_sha256").on(table.sha256),
    index("project_versions_change").on(table.change_no),
  ],
);

/** What one writing or one look at the disk brought: whose it was, and by which run. */
export const fileChanges = sqliteTable(
  "file_changes",
  {
    no: integer().primaryKey({ autoIncrement: true }),
    project_no: integer().notNull(),
    user_no: integer().notNull(),
    run_no: integer(),
    files: integer().notNull(),
    at: text().notNull(),
  },
  (table) => [index("file_changes_project").on(table.project_no, table.no)],
);
