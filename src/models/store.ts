import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { UNITS_PER_DOLLAR } from "./prices.ts";
import { modelCalls } from "./table.ts";

type CallRow = typeof modelCalls.$inferSelect;
export type Outcome = CallRow["outcome"];

const statements = prepare(({ raw }) => ({
  spent: raw.query<{ units: number }, [string, string]>(
    `SELECT CAST(coalesce(sum(CAST(round(cost_usd * ${UNITS_PER_DOLLAR}) AS INTEGER)), 0) AS REAL) AS units FROM model_calls WHERE at >= ? AND at < ?`,
  ),
}));

/** A row a call, never taken away: they are what a bill is held against, and a million of them are some 150 MiB. */
export const insertCall = (tx: Tx, row: Omit<typeof modelCalls.$inferInsert, "no">): void => {
  tx.sql.insert(modelCalls).values(row).run();
};

/** The first moment of the day after `day` (YYYY-MM-DD), as text that sorts between the two days' times. */
const after = (day: string): string => `${day}U`;

/** What the calls of a day (UTC, YYYY-MM-DD) cost, in units of a dollar. */
export const spentOn = (db: Connection, day: string): number => statements(db).spent.get(day, after(day))?.units ?? 0;
