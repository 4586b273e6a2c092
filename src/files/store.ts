import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { messageKey } from "../messages/table.ts";
import type { files } from "./table.ts";

export type FileRow = typeof files.$inferSelect;

const statements = prepare(({ raw }) => ({
  insert: raw.query<{ no: number }, [string, number, string, string, number, string, number | null, number | null, string, string]>(
    `INSERT INTO files (id, user_no, name, mime, size, sha256, width, height, created_at, unused_since)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING no`,
  ),
  byId: raw.query<FileRow, [string]>("SELECT * FROM files WHERE id = ?"),
  ofUser: raw.query<FileRow, [number, number]>("SELECT * FROM files WHERE user_no = ? ORDER BY no DESC LIMIT ?"),
  ofChannel: raw.query<FileRow, [number, number, number]>(
    `SELECT * FROM files WHERE no IN (SELECT file_no FROM attachments WHERE message_key >= ? AND message_key < ?) ORDER BY no DESC LIMIT ?`,
  ),
  carriers: raw.query<{ message_key: number }, [number]>("SELECT message_key FROM attachments WHERE file_no = ? ORDER BY message_key"),
  attach: raw.query<unknown, [number, number]>("INSERT OR IGNORE INTO attachments (message_key, file_no) VALUES (?, ?)"),
  use: raw.query<unknown, [number]>("UPDATE files SET unused_since = NULL WHERE no = ?"),
  carried: raw.query<{ file_no: number }, [number]>("SELECT file_no FROM attachments WHERE message_key = ?"),
  detach: raw.query<unknown, [number]>("DELETE FROM attachments WHERE message_key = ?"),
  unuse: raw.query<unknown, [string, number]>("UPDATE files SET unused_since = ? WHERE no = ? AND NOT EXISTS (SELECT 1 FROM attachments WHERE file_no = files.no)"),
  forget: raw.query<unknown, [number]>("DELETE FROM attachments WHERE file_no = ?"),
  remove: raw.query<unknown, [number]>("DELETE FROM files WHERE no = ?"),
  held: raw.query<{ found: number }, [string]>("SELECT 1 AS found FROM files WHERE sha256 = ?1 UNION ALL SELECT 1 FROM project_versions WHERE sha256 = ?1 LIMIT 1"),
  unused: raw.query<{ sha256: string }, [string, number]>(
    "DELETE FROM files WHERE no IN (SELECT no FROM files WHERE unused_since < ? ORDER BY unused_since LIMIT ?) RETURNING sha256",
  ),
}));

/** Puts a new file in, carried by no message yet. */
export const insertFile = (tx: Tx, row: Omit<FileRow, "no" | "unused_since">): FileRow => {
  const { id, user_no, name, mime, size, sha256, width, height, created_at } = row;
  const made = statements(tx).insert.get(id, user_no, name, mime, size, sha256, width, height, created_at, created_at);
  return { ...row, no: made?.no ?? 0, unused_since: created_at };
};

export const findFile = (db: Connection, id: string): FileRow | undefined => statements(db).byId.get(id) ?? undefined;

/** What a user uploaded, newest first. */
export const filesOfUser = (db: Connection, user_no: number, limit: number): FileRow[] => statements(db).ofUser.all(user_no, limit);

/** What a channel's messages carry, newest first. */
export const filesOfChannel = (db: Connection, channel_no: number, limit: number): FileRow[] =>
  statements(db).ofChannel.all(messageKey(channel_no, 0), messageKey(channel_no + 1, 0), limit);

/** The keys of the messages that carry a file. */
export const carriersOf = (db: Connection, file_no: number): number[] =>
  statements(db)
    .carriers.all(file_no)
    .map(({ message_key }) => message_key);

/** Lets a message carry a file. */
export const insertAttachment = (tx: Tx, message_key: number, file_no: number): void => {
  statements(tx).attach.run(message_key, file_no);
  statements(tx).use.run(file_no);
};

/** Takes all files off a message; those that no other carries are unused from now. */
export const removeAttachments = (tx: Tx, message_key: number): void => {
  const carried = statements(tx).carried.all(message_key);
  if (carried.length === 0) return;
  statements(tx).detach.run(message_key);
  for (const { file_no } of carried) statements(tx).unuse.run(tx.now, file_no);
};

/** Removes a file's row and whatever says that a message carries it. */
export const removeFile = (tx: Tx, no: number): void => {
  statements(tx).forget.run(no);
  statements(tx).remove.run(no);
};

/** Whether any file, or a version of a project's file, has these bytes. */
export const isHeld = (db: Connection, sha256: string): boolean => statements(db).held.get(sha256) !== null;

/** Whether the database knows files: one of an older version does not. */
export const hasFiles = (db: Connection): boolean => db.raw.query("SELECT 1 FROM sqlite_master WHERE name = 'files'").get() !== null;

/** Of a database, whether it is of a time when there were projects. */
const hasVersions = (db: Connection): boolean => db.raw.query("SELECT 1 FROM sqlite_master WHERE name = 'project_versions'").get() !== null;

const HELD = "SELECT id, name, sha256, size, 1 AS file FROM files";
const HELD_BY_VERSIONS = `SELECT p.id || '/' || v.path AS id, v.path AS name, v.sha256, v.size, 0 AS file
  FROM project_versions v JOIN projects p ON p.no = v.project_no WHERE v.sha256 IS NOT NULL`;

type Content = Pick<FileRow, "id" | "name" | "sha256" | "size"> & { files: number };

/** Every content that files, and versions of projects' files, have, in no order: one of what has it, and how many files do. */
export const everyContent = (db: Connection): IterableIterator<Content> => {
  const held = hasVersions(db) ? `${HELD} UNION ALL ${HELD_BY_VERSIONS}` : HELD;
  return db.raw.query<Content, []>(`SELECT id, name, sha256, size, sum(file) AS files FROM (${held}) GROUP BY sha256`).iterate();
};

/** Removes files that no message has carried since `before` (ISO time), at most `limit`. @returns the SHA-256 of each */
export const removeUnused = (tx: Tx, before: string, limit: number): string[] =>
  statements(tx)
    .unused.all(before, limit)
    .map(({ sha256 }) => sha256);
