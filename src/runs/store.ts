import { and, desc, eq, lt, sql } from "drizzle-orm";
import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { messages } from "../messages/table.ts";
import { schedules } from "../schedules/table.ts";
import { runs } from "./table.ts";

/** Lines of the console that are read in one go. */
const LINES_READ = 200;

type Row = typeof runs.$inferSelect;

/** A run with what stands elsewhere of it: its schedule's id, and the message of its end with the files that it carries. */
export type RunRow = Row & { schedule_id: string | null; message_id: string | null; attachments: string | null };
export type RunState = Row["state"];
export type EndState = Exclude<RunState, "queued" | "running">;
export type NewRunRow = Omit<typeof runs.$inferInsert, "no" | "state">;

const JOINED = `SELECT r.*, s.id AS schedule_id, m.id AS message_id, m.attachments AS attachments FROM runs r
  LEFT JOIN schedules s ON s.no = r.schedule_no LEFT JOIN messages m ON m.key = r.message_key`;

/** As SQLite gives it: without drizzle, what is true or false is a number. */
type Raw = Omit<RunRow, "late" | "background"> & { late: number; background: number };

const statements = prepare(({ raw }) => ({
  byNo: raw.query<Raw, [number]>(`${JOINED} WHERE r.no = ?`),
  byId: raw.query<Raw, [string]>(`${JOINED} WHERE r.id = ?`),
  state: raw.query<{ state: RunState }, [number]>("SELECT state FROM runs WHERE no = ?"),
  newest: raw.query<Raw, [number]>(`${JOINED} WHERE r.project_no = ? AND r.started_at IS NOT NULL ORDER BY r.no DESC LIMIT 1`),
  newestOfSchedule: raw.query<Raw, [number]>(`${JOINED} WHERE r.schedule_no = ? ORDER BY r.no DESC LIMIT 1`),
  openOfSchedule: raw.query<{ no: number }, [number, number]>(
    "SELECT no FROM runs INDEXED BY runs_open WHERE project_no = ? AND state IN ('queued', 'running') AND schedule_no = ? LIMIT 1",
  ),
  // The condition is the index's own, word for word, or it is not used.
  open: raw.query<{ no: number; state: RunState; background: number }, [number]>(
    "SELECT no, state, background FROM runs INDEXED BY runs_open WHERE project_no = ? AND state IN ('queued', 'running') ORDER BY no",
  ),
  lines: raw.query<{ key: number; stream: string; content: string }, [number, number, number]>(
    "SELECT key, stream, content FROM console_lines WHERE run_no = ? AND key < ? ORDER BY key DESC LIMIT ?",
  ),
  system: raw.query<{ key: number; stream: "system"; content: string; at: string }, [number]>(
    "SELECT key, stream, content, at FROM console_lines WHERE run_no = ? AND stream = 'system' ORDER BY key",
  ),
  stretch: raw.query<{ first: number | null; bytes: number }, [number]>(
    "SELECT min(key) AS first, coalesce(sum(CASE WHEN stream <> 'system' THEN octet_length(content) + 1 END), 0) AS bytes FROM console_lines WHERE run_no = ?",
  ),
  everyOpen: raw.query<{ no: number; project_no: number; state: RunState }, []>(
    "SELECT no, project_no, state FROM runs INDEXED BY runs_open WHERE state IN ('queued', 'running') ORDER BY project_no, no",
  ),
}));

const whole = (row: Raw | null): RunRow | undefined => (row === null ? undefined : { ...row, late: row.late === 1, background: row.background === 1 });

/** Puts a run at the end of its project's queue. @returns its number */
export const insertRun = (tx: Tx, row: NewRunRow): number =>
  tx.sql
    .insert(runs)
    .values({ ...row, state: "queued" })
    .returning({ no: runs.no })
    .get().no;

export const findRun = (db: Connection, id: string): RunRow | undefined => whole(statements(db).byId.get(id));

export const runByNo = (db: Connection, no: number): RunRow | undefined => whole(statements(db).byNo.get(no));

/** How a run stands in this very transaction; undefined when there is none. */
export const stateOf = (db: Connection, no: number): RunState | undefined => statements(db).state.get(no)?.state;

/** The run of a project that began last. */
export const newestRun = (db: Connection, project_no: number): RunRow | undefined => whole(statements(db).newest.get(project_no));

/** The run of a schedule that was asked for last. */
export const newestOfSchedule = (db: Connection, schedule_no: number): RunRow | undefined => whole(statements(db).newestOfSchedule.get(schedule_no));

/** The number of a run of a schedule that waits or runs. */
export const openOfSchedule = (db: Connection, project_no: number, schedule_no: number): number | undefined => statements(db).openOfSchedule.get(project_no, schedule_no)?.no;

/** What of a project waits or runs, in the order it came. */
export const openRuns = (db: Connection, project_no: number): { no: number; state: RunState; background: boolean }[] =>
  statements(db)
    .open.all(project_no)
    .map((row) => ({ ...row, background: row.background === 1 }));

/** What waits or runs in all projects. */
export const everyOpenRun = (db: Connection): { no: number; project_no: number; state: RunState }[] => statements(db).everyOpen.all();

export const updateRun = (tx: Tx, no: number, change: Partial<Omit<Row, "no">>): void => {
  tx.sql.update(runs).set(change).where(eq(runs.no, no)).run();
};

/** Ends whatever waits or runs in a project that is gone: there is nobody to tell. */
export const dropRuns = (tx: Tx, project_no: number): void => {
  tx.sql
    .update(runs)
    .set({ state: "stopped", reason: "stopped", ended_at: tx.now })
    .where(and(eq(runs.project_no, project_no), sql`state IN ('queued', 'running')`))
    .run();
};

export type RunFilter = { schedule_no?: number; state?: RunState; trigger?: Row["trigger"]; before?: number; limit: number };

/** Runs of a project that match, newest first. `before`: a run's number. */
export const listRuns = (db: Connection, project_no: number, { schedule_no, state, trigger, before, limit }: RunFilter): RunRow[] =>
  db.sql
    .select({ run: runs, schedule_id: schedules.id, message_id: messages.id, attachments: messages.attachments })
    .from(runs)
    .leftJoin(schedules, eq(schedules.no, runs.schedule_no))
    .leftJoin(messages, eq(messages.key, runs.message_key))
    .where(
      and(
        schedule_no === undefined ? eq(runs.project_no, project_no) : eq(runs.schedule_no, schedule_no),
        // A plus keeps SQLite at the project's own index, which is in the order of the answer.
        state === undefined ? undefined : sql`+${runs.state} = ${state}`,
        trigger === undefined ? undefined : sql`+${runs.trigger} = ${trigger}`,
        before === undefined ? undefined : lt(runs.no, before),
      ),
    )
    .orderBy(desc(runs.no))
    .limit(limit)
    .all()
    .map(({ run, ...joined }) => ({ ...run, ...joined }));

/** What the console keeps of a run, newest line first. */
export function* linesBackward(db: Connection, run_no: number): Generator<{ key: number; stream: string; content: string }> {
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = statements(db).lines.all(run_no, before, LINES_READ);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < LINES_READ) return;
    before = last.key;
  }
}

/** What Colony itself says of a run in the console. */
export const systemLines = (db: Connection, run_no: number) => statements(db).system.all(run_no);

/** The key of the first line that the console keeps of a run (null for none), and how many bytes its output there has. */
export const keptOf = (db: Connection, run_no: number): { first: number | null; bytes: number } => statements(db).stretch.get(run_no) ?? { first: null, bytes: 0 };
