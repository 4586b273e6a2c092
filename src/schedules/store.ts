import { eq } from "drizzle-orm";
import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { schedules } from "./table.ts";

type Row = typeof schedules.$inferSelect;
export type ScheduleRow = Row;

/** As SQLite gives it: without drizzle, what is true or false is a number. */
type Raw = Omit<Row, "enabled"> & { enabled: number };

const statements = prepare(({ raw }) => ({
  byNo: raw.query<Raw, [number]>("SELECT * FROM schedules WHERE no = ?"),
  byId: raw.query<Raw, [string]>("SELECT * FROM schedules WHERE id = ? AND deleted_at IS NULL"),
  ofProject: raw.query<Raw, [number]>("SELECT * FROM schedules WHERE project_no = ? AND deleted_at IS NULL ORDER BY no"),
  count: raw.query<{ n: number }, [number]>("SELECT count(*) AS n FROM schedules WHERE project_no = ? AND deleted_at IS NULL"),
  // The condition is the index's own, word for word, or it is not used.
  first: raw.query<{ next_at: string }, []>("SELECT next_at FROM schedules INDEXED BY schedules_due WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1"),
  due: raw.query<Raw, [string, number]>("SELECT * FROM schedules INDEXED BY schedules_due WHERE next_at IS NOT NULL AND next_at <= ? ORDER BY next_at, no LIMIT ?"),
  waiting: raw.query<Raw, []>("SELECT * FROM schedules INDEXED BY schedules_due WHERE next_at IS NOT NULL"),
  off: raw.query<unknown, [number]>("UPDATE schedules SET enabled = 0, next_at = NULL, command = '' WHERE project_no = ?"),
}));

const whole = (row: Raw): Row => ({ ...row, enabled: row.enabled === 1 });

/** Deleted or not. */
export const scheduleByNo = (db: Connection, no: number): Row | undefined => {
  const row = statements(db).byNo.get(no);
  return row ? whole(row) : undefined;
};

export const findSchedule = (db: Connection, id: string): Row | undefined => {
  const row = statements(db).byId.get(id);
  return row ? whole(row) : undefined;
};

/** In the order they were made. */
export const schedulesOf = (db: Connection, project_no: number): Row[] => statements(db).ofProject.all(project_no).map(whole);

export const countSchedules = (tx: Tx, project_no: number): number => statements(tx).count.get(project_no)?.n ?? 0;

/** The first due time of all; undefined where nothing is due ever. */
export const firstDue = (db: Connection): string | undefined => statements(db).first.get()?.next_at;

/** What is due by a time, the longest due first. */
export const dueBy = (db: Connection, now: string, limit: number): Row[] => statements(db).due.all(now, limit).map(whole);

/** All that are due at some time. */
export const waiting = (db: Connection): Row[] => statements(db).waiting.all().map(whole);

export const insertSchedule = (tx: Tx, row: Omit<typeof schedules.$inferInsert, "no">): number => tx.sql.insert(schedules).values(row).returning({ no: schedules.no }).get().no;

export const updateSchedule = (tx: Tx, no: number, change: Partial<Omit<Row, "no">>): void => {
  tx.sql.update(schedules).set(change).where(eq(schedules.no, no)).run();
};

/** Puts all schedules of a project out of use. */
export const switchOff = (tx: Tx, project_no: number): void => void statements(tx).off.run(project_no);
