import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import type { fileChanges, projectFiles, projectVersions } from "./table.ts";

export type FileRow = typeof projectFiles.$inferSelect;
export type VersionRow = typeof projectVersions.$inferSelect;
export type ChangeRow = typeof fileChanges.$inferSelect & { run_id: string | null };

/** A version with whose it is; `before`: whether the one before it was a file (0 where none was, or it was removed). */
export type Version = Omit<VersionRow, "executable"> & { executable: number; user_no: number; run_id: string | null; at: string; before: number };
/** A file as it was last seen on disk, and the version that it is. */
export type Current = Omit<Version, "before"> & { mtime: string; inode: string };

// A version before that is no longer kept was one.
const BEFORE = `v.version > 1 AND NOT EXISTS (SELECT 1 FROM project_versions b
  WHERE b.project_no = v.project_no AND b.path = v.path AND b.version = v.version - 1 AND b.sha256 IS NULL) AS before`;
/** What tells whether a version may go. */
export type OldVersion = Pick<VersionRow, "no" | "path" | "version" | "size">;

const VERSION = `v.*, ${BEFORE}, c.user_no, c.at, r.id AS run_id
  FROM project_versions v JOIN file_changes c ON c.no = v.change_no LEFT JOIN runs r ON r.no = c.run_no`;
const CURRENT = `f.mtime, f.inode, v.*, c.user_no, c.at, r.id AS run_id
  FROM project_files f JOIN project_versions v ON v.no = f.version_no JOIN file_changes c ON c.no = v.change_no LEFT JOIN runs r ON r.no = c.run_no`;

const statements = prepare(({ raw }) => ({
  current: raw.query<Current, [number, string]>(`SELECT ${CURRENT} WHERE f.project_no = ? AND f.path = ?`),
  page: raw.query<Current, [number, string, string | Uint8Array, number]>(`SELECT ${CURRENT} WHERE f.project_no = ? AND f.path > ? AND f.path < ? ORDER BY f.path LIMIT ?`),
  newest: raw.query<{ version: number | null }, [number, string]>("SELECT max(version) AS version FROM project_versions WHERE project_no = ? AND path = ?"),
  versions: raw.query<Version, [number, string]>(`SELECT ${VERSION} WHERE v.project_no = ? AND v.path = ? ORDER BY v.version DESC`),
  version: raw.query<Version, [number, string, number]>(`SELECT ${VERSION} WHERE v.project_no = ? AND v.path = ? AND v.version = ?`),
  change: raw.query<ChangeRow, [number]>("SELECT c.*, r.id AS run_id FROM file_changes c LEFT JOIN runs r ON r.no = c.run_no WHERE c.no = ?"),
  changed: raw.query<Version, [number, number]>(`SELECT ${VERSION} WHERE v.change_no = ? ORDER BY v.no LIMIT ?`),
  any: raw.query<{ found: number }, [number]>("SELECT 1 AS found FROM file_changes WHERE project_no = ? LIMIT 1"),
  insertChange: raw.query<{ no: number }, [number, number, number | null, number, string]>(
    "INSERT INTO file_changes (project_no, user_no, run_no, files, at) VALUES (?, ?, ?, ?, ?) RETURNING no",
  ),
  insertVersion: raw.query<{ no: number }, [number, string, number, string | null, number, number, number]>(
    "INSERT INTO project_versions (project_no, path, version, sha256, size, executable, change_no) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING no",
  ),
  putFile: raw.query<unknown, [number, string, number, number, string, string]>(
    `INSERT INTO project_files (project_no, path, version_no, size, mtime, inode) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (project_no, path) DO UPDATE SET version_no = excluded.version_no, size = excluded.size, mtime = excluded.mtime, inode = excluded.inode`,
  ),
  dropFile: raw.query<unknown, [number, string]>("DELETE FROM project_files WHERE project_no = ? AND path = ?"),
  ofProject: raw.query<OldVersion, [number, string, number, number]>(
    "SELECT no, path, version, size FROM project_versions WHERE project_no = ? AND (path, version) > (?, ?) ORDER BY path, version LIMIT ?",
  ),
  removeVersion: raw.query<{ sha256: string | null; change_no: number }, [number]>("DELETE FROM project_versions WHERE no = ? RETURNING sha256, change_no"),
  removeChange: raw.query<unknown, [number]>("DELETE FROM file_changes WHERE no = ?1 AND NOT EXISTS (SELECT 1 FROM project_versions WHERE change_no = ?1)"),
  newestChanges: raw.query<{ project_no: number; change_no: number; deleted: number }, []>(
    `SELECT p.no AS project_no, (SELECT max(no) FROM file_changes WHERE project_no = p.no) AS change_no, p.deleted_at IS NOT NULL AS deleted
     FROM projects p WHERE change_no IS NOT NULL`,
  ),
  forgetFiles: raw.query<unknown, [number]>("DELETE FROM project_files WHERE project_no = ?"),
  forgetChanges: raw.query<unknown, [number]>("DELETE FROM file_changes WHERE project_no = ?"),
  running: raw.query<{ no: number; user_no: number }, [number]>("SELECT no, user_no FROM runs WHERE project_no = ? AND state = 'running' ORDER BY background, no DESC LIMIT 1"),
}));

export const findCurrent = (db: Connection, project_no: number, path: string): Current | undefined => statements(db).current.get(project_no, path) ?? undefined;

/** Rows read in one go. */
export const PAGE = 1_000;
/** After every path: to SQLite bytes come after all text. */
export const LAST = new Uint8Array(1);

/** Files with a path after one and before another, in the order of their paths' bytes. */
export const currentPage = (db: Connection, project_no: number, after: string, before: string | Uint8Array, limit: number): Current[] =>
  statements(db).page.all(project_no, after, before, limit);

/** The newest version's number of a path; 0 when there is none. */
export const newestVersion = (db: Connection, project_no: number, path: string): number => statements(db).newest.get(project_no, path)?.version ?? 0;

/** All kept versions of a path, newest first. */
export const versionsOf = (db: Connection, project_no: number, path: string): Version[] => statements(db).versions.all(project_no, path);

export const findVersion = (db: Connection, project_no: number, path: string, version: number): Version | undefined =>
  statements(db).version.get(project_no, path, version) ?? undefined;

export const findChange = (db: Connection, no: number): ChangeRow | undefined => statements(db).change.get(no) ?? undefined;

/** The first versions that a change brought. */
export const changedBy = (db: Connection, change_no: number, limit: number): Version[] => statements(db).changed.all(change_no, limit);

/** Whether anything was ever written in a project. */
export const hasChanges = (db: Connection, project_no: number): boolean => statements(db).any.get(project_no) !== null;

/** @returns the new change's number */
export const insertChange = (tx: Tx, { project_no, user_no, run_no, files, at }: Omit<ChangeRow, "no" | "run_id">): number =>
  statements(tx).insertChange.get(project_no, user_no, run_no, files, at)?.no ?? 0;

/** @returns the new version's number among all */
export const insertVersion = (tx: Tx, { project_no, path, version, sha256, size, executable, change_no }: Omit<VersionRow, "no">): number =>
  statements(tx).insertVersion.get(project_no, path, version, sha256, size, executable ? 1 : 0, change_no)?.no ?? 0;

export const putFile = (tx: Tx, { project_no, path, version_no, size, mtime, inode }: FileRow): void =>
  void statements(tx).putFile.run(project_no, path, version_no, size, mtime, inode);

export const dropFile = (tx: Tx, project_no: number, path: string): void => void statements(tx).dropFile.run(project_no, path);

/** The run that is under way in a project, a foreground one before others. */
export const runUnderWay = (db: Connection, project_no: number): { no: number; user_no: number } | undefined => statements(db).running.get(project_no) ?? undefined;

/** A project's versions after one, by path and then by age. */
export const versionsAfter = (db: Connection, project_no: number, { path, version }: Pick<OldVersion, "path" | "version">, limit: number): OldVersion[] =>
  statements(db).ofProject.all(project_no, path, version, limit);

/** Removes versions, and changes of which none is left. @returns the SHA-256 of each that had bytes */
export const removeVersions = (tx: Tx, nos: number[]): string[] => {
  const { removeVersion, removeChange } = statements(tx);
  const removed = nos.flatMap((no) => removeVersion.get(no) ?? []);
  for (const change_no of new Set(removed.map((one) => one.change_no))) removeChange.run(change_no);
  return removed.flatMap(({ sha256 }) => sha256 ?? []);
};

/** The projects in which anything was ever written, each with its newest change, and whether it is deleted. */
export const newestChanges = (db: Connection): { project_no: number; change_no: number; deleted: number }[] => statements(db).newestChanges.all();

/** Forgets what a project's files were, all but their versions. */
export const forgetFiles = (tx: Tx, project_no: number): void => {
  statements(tx).forgetFiles.run(project_no);
  statements(tx).forgetChanges.run(project_no);
};
