import { eq, lte, sql } from "drizzle-orm";
import type { Connection } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { statuses } from "./table.ts";

export type StatusRow = typeof statuses.$inferSelect;

export const loadStatuses = (db: Connection): StatusRow[] => db.sql.select().from(statuses).all();

/** Puts a user's status in the place of the one before. */
export const putStatus = (tx: Tx, row: StatusRow): void => {
  const { state, text, until } = row;
  tx.sql.insert(statuses).values(row).onConflictDoUpdate({ target: statuses.user_no, set: { state, text, until } }).run();
};

export const removeStatus = (tx: Tx, user_no: number): void => {
  tx.sql.delete(statuses).where(eq(statuses.user_no, user_no)).run();
};

/** Removes statuses whose time was over at `now`, at most `limit`. @returns whether there may be more */
export const removeOldStatuses = (tx: Tx, now: string, limit: number): boolean => {
  const old = tx.sql.select({ user_no: statuses.user_no }).from(statuses).where(lte(statuses.until, now)).limit(limit);
  return tx.sql.delete(statuses).where(sql`${statuses.user_no} IN ${old}`).returning({ user_no: statuses.user_no }).all().length === limit;
};
