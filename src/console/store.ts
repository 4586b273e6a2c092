import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { type consoleFaults, consoleKey, type consoleLines, seqOfLine } from "./table.ts";

export type LineRow = typeof consoleLines.$inferSelect;
export type FaultRow = typeof consoleFaults.$inferSelect;
/** A fault as often as it came: its newest row, with the id of that run. */
export type FaultGroup = FaultRow & { run_id: string; count: number; first_at: string };
/** A run that did not do what it was to. */
export type FailedRun = { no: number; id: string; command: string; state: string; exit_code: number | null; reason: string | null };
/** A line as it is told. */
export type LineShown = Pick<LineRow, "key" | "stream" | "content" | "at"> & { run_id: string };

/** A stretch of one project's console, of one run or (null) of all: seqs after `after`, through `through`. */
export type Span = { project_no: number; run_no: number | null; after: number; through: number };

const statements = prepare(({ raw }) => ({
  head: raw.query<{ head: number }, [number]>("SELECT head FROM consoles WHERE project_no = ?"),
  kept: raw.query<{ lines: number; bytes: number }, [number]>("SELECT lines, bytes FROM consoles WHERE project_no = ?"),
  forward: raw.query<LineShown, [number, number, number]>(
    `SELECT l.key, l.stream, l.content, l.at, r.id AS run_id FROM console_lines l JOIN runs r ON r.no = l.run_no
     WHERE l.key > ? AND l.key < ? ORDER BY l.key LIMIT ?`,
  ),
  forwardOfRun: raw.query<LineShown, [number, number, number, number]>(
    `SELECT l.key, l.stream, l.content, l.at, r.id AS run_id FROM console_lines l INDEXED BY console_lines_run JOIN runs r ON r.no = l.run_no
     WHERE l.run_no = ? AND l.key > ? AND l.key < ? ORDER BY l.key LIMIT ?`,
  ),
  back: raw.query<LineShown, [number, number, number]>(
    `SELECT l.key, l.stream, l.content, l.at, r.id AS run_id FROM console_lines l JOIN runs r ON r.no = l.run_no
     WHERE l.key > ? AND l.key < ? ORDER BY l.key DESC LIMIT ?`,
  ),
  backOfRun: raw.query<LineShown, [number, number, number, number]>(
    `SELECT l.key, l.stream, l.content, l.at, r.id AS run_id FROM console_lines l INDEXED BY console_lines_run JOIN runs r ON r.no = l.run_no
     WHERE l.run_no = ? AND l.key > ? AND l.key < ? ORDER BY l.key DESC LIMIT ?`,
  ),
  insertFault: raw.query<unknown, [number, number, number, number, string, string, string, string | null, number | null, number | null, string, string]>(
    `INSERT INTO console_faults (project_no, run_no, seq, end_seq, language, kind, message, file, line, column, fingerprint, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  removeFaults: raw.query<unknown, [number, number]>("DELETE FROM console_faults WHERE project_no = ? AND seq <= ?"),
  // The newest of each.
  faults: raw.query<FaultGroup, { project_no: number; run_no: number | null; since: string; limit: number }>(
    `SELECT f.*, r.id AS run_id, g.count, g.first_at FROM (
       SELECT max(no) AS no, count(*) AS count, min(at) AS first_at FROM console_faults
       WHERE project_no = $project_no AND ($run_no IS NULL OR run_no = $run_no) AND at >= $since GROUP BY fingerprint
     ) g JOIN console_faults f ON f.no = g.no JOIN runs r ON r.no = f.run_no ORDER BY f.no DESC LIMIT $limit`,
  ),
  fault: raw.query<FaultGroup, [number, string]>(
    `SELECT f.*, r.id AS run_id, g.count, g.first_at FROM (
       SELECT max(no) AS no, count(*) AS count, min(at) AS first_at FROM console_faults WHERE project_no = ? AND fingerprint = ? GROUP BY fingerprint
     ) g JOIN console_faults f ON f.no = g.no JOIN runs r ON r.no = f.run_no`,
  ),
  failed: raw.query<FailedRun, [number]>(
    `SELECT no, id, command, state, exit_code, reason FROM runs
     WHERE project_no = ? AND state IN ('failed', 'timed_out', 'killed') ORDER BY no DESC LIMIT 1`,
  ),
  runByNo: raw.query<FailedRun, [number]>("SELECT no, id, command, state, exit_code, reason FROM runs WHERE no = ?"),
  file: raw.query<{ path: string }, [number, string]>("SELECT path FROM project_files WHERE project_no = ? AND path = ?"),
  fileEnding: raw.query<{ path: string }, [number, string, string]>(
    "SELECT path FROM project_files WHERE project_no = ? AND substr(path, -length(?)) = ? ORDER BY length(path), path LIMIT 1",
  ),
  run: raw.query<{ no: number }, [string, number]>("SELECT no FROM runs WHERE id = ? AND project_no = ?"),
  insert: raw.query<unknown, [number, number, string, string, string]>("INSERT OR REPLACE INTO console_lines (key, run_no, stream, content, at) VALUES (?, ?, ?, ?, ?)"),
  move: raw.query<unknown, [number, number, number, number]>(
    `INSERT INTO consoles (project_no, head, lines, bytes) VALUES (?, ?, ?, ?)
     ON CONFLICT (project_no) DO UPDATE SET head = max(head, excluded.head), lines = lines + excluded.lines, bytes = bytes + excluded.bytes`,
  ),
  size: raw.query<{ bytes: number | null }, [number]>("SELECT octet_length(content) AS bytes FROM console_lines WHERE key = ?"),
  sizes: raw.query<{ key: number; bytes: number }, [number, number, number]>(
    "SELECT key, octet_length(content) AS bytes FROM console_lines WHERE key > ? AND key <= ? ORDER BY key LIMIT ?",
  ),
  sizesOfRun: raw.query<{ key: number; bytes: number }, [number, number, number, number]>(
    "SELECT key, octet_length(content) AS bytes FROM console_lines WHERE run_no = ? AND key > ? AND key <= ? ORDER BY key LIMIT ?",
  ),
  remove: raw.query<unknown, [number, number]>("DELETE FROM console_lines WHERE key > ? AND key <= ?"),
  removeOfRun: raw.query<unknown, [number, number, number]>("DELETE FROM console_lines WHERE run_no = ? AND key > ? AND key <= ?"),
}));

/** The newest seq that a project's console ever had; 0 for none. */
export const consoleHead = (db: Connection, project_no: number): number => statements(db).head.get(project_no)?.head ?? 0;

/** Lines and bytes that are kept of a project's console. */
export const consoleKept = (db: Connection, project_no: number): { lines: number; bytes: number } => statements(db).kept.get(project_no) ?? { lines: 0, bytes: 0 };

/** A run of a project by its id. */
export const runNumber = (db: Connection, project_no: number, id: string): number | undefined => statements(db).run.get(id, project_no)?.no;

/** A run by its number. */
export const runRow = (db: Connection, no: number): FailedRun | undefined => statements(db).runByNo.get(no) ?? undefined;

/** The last run of a project that failed, took too long or was killed. */
export const lastFailed = (db: Connection, project_no: number): FailedRun | undefined => statements(db).failed.get(project_no) ?? undefined;

/** A file of the workspace by its path, or else the one with the shortest path that ends so. */
export const fileLike = (db: Connection, project_no: number, path: string): string | undefined => {
  const { file, fileEnding } = statements(db);
  return (file.get(project_no, path) ?? fileEnding.get(project_no, `/${path}`, `/${path}`))?.path;
};

export const insertFault = (tx: Tx, row: Omit<FaultRow, "no">): void => {
  const { project_no, run_no, seq, end_seq, language, kind, message, file, line, column, fingerprint, at } = row;
  statements(tx).insertFault.run(project_no, run_no, seq, end_seq, language, kind, message, file, line, column, fingerprint, at);
};

/** Forgets faults that begin at or before a seq: their lines are gone. */
export const removeFaults = (tx: Tx, project_no: number, through: number): void => {
  statements(tx).removeFaults.run(project_no, through);
};

/** The faults of a project, newest first, each once; of one run, or (null) of all. `since`: those that came at or after it. */
export const faultGroups = (db: Connection, project_no: number, run_no: number | null, since: string, limit: number): FaultGroup[] =>
  statements(db).faults.all({ project_no, run_no, since, limit });

/** A project's fault by its fingerprint, with its newest row. */
export const faultGroup = (db: Connection, project_no: number, fingerprint: string): FaultGroup | undefined => statements(db).fault.get(project_no, fingerprint) ?? undefined;

/** The first lines between two seqs of a console, neither of them included, oldest first; of one run, or (null) of all. */
export const linesAfter = (db: Connection, project_no: number, run_no: number | null, after: number, before: number, limit: number): LineShown[] => {
  const { forward, forwardOfRun } = statements(db);
  const [from, to] = [consoleKey(project_no, after), consoleKey(project_no, before)];
  return run_no === null ? forward.all(from, to, limit) : forwardOfRun.all(run_no, from, to, limit);
};

/** As `linesAfter`, the last of them, newest first. */
export const linesBefore = (db: Connection, project_no: number, run_no: number | null, after: number, before: number, limit: number): LineShown[] => {
  const { back, backOfRun } = statements(db);
  const [from, to] = [consoleKey(project_no, after), consoleKey(project_no, before)];
  return run_no === null ? back.all(from, to, limit) : backOfRun.all(run_no, from, to, limit);
};

/** Puts lines into a project's console; one of the same seq takes the place of what stood there. */
export const insertLines = (tx: Tx, project_no: number, rows: LineRow[], head: number): void => {
  const { insert, move, size } = statements(tx);
  let [lines, bytes] = [0, 0];
  for (const { key, run_no, stream, content, at } of rows) {
    // Of Colony's own alone some are said again.
    const before = stream === "system" ? size.get(key) : null;
    insert.run(key, run_no, stream, content, at);
    if (!before) lines++;
    bytes += Buffer.byteLength(content) - (before?.bytes ?? 0);
  }
  move.run(project_no, head, lines, bytes);
};

/** Removes the oldest lines of a stretch, at most `limit`. @returns how many, with their bytes */
export const removeLines = (tx: Tx, { project_no, run_no, after, through }: Span, limit: number): { lines: number; bytes: number } => {
  const { sizes, sizesOfRun, remove, removeOfRun, move } = statements(tx);
  const [from, to] = [consoleKey(project_no, after), consoleKey(project_no, through)];
  const found = run_no === null ? sizes.all(from, to, limit) : sizesOfRun.all(run_no, from, to, limit);
  const last = found.at(-1)?.key;
  if (last === undefined) return { lines: 0, bytes: 0 };
  if (run_no === null) {
    remove.run(from, last);
    removeFaults(tx, project_no, seqOfLine(last));
  } else removeOfRun.run(run_no, from, last);
  const bytes = found.reduce((sum, { bytes }) => sum + bytes, 0);
  move.run(project_no, 0, -found.length, -bytes);
  return { lines: found.length, bytes };
};
