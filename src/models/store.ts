import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import type { UsageKind } from "./model.ts";
import { UNITS_PER_DOLLAR } from "./prices.ts";
import { modelCalls } from "./table.ts";

type CallRow = typeof modelCalls.$inferSelect;
export type Outcome = CallRow["outcome"];

/** What calls of one kind took and cost; `cost_usd` leaves out the unpriced ones. */
type SumRow = {
  key: string | number;
  calls: number;
  failed: number;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  cost_usd: number | null;
  unpriced_calls: number;
};

const keys: Record<UsageKind, string> = { agent: "agent_no", user: "asker_no", day: "0", model: "provider || '/' || model" };

const summing = (by: UsageKind) =>
  prepare(({ raw }) => {
    const select = (where: string) =>
      `SELECT ${keys[by]} AS key, count(*) AS calls, sum(outcome NOT IN ('ok', 'stopped')) AS failed, sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
         sum(cache_read_tokens) AS cache_read_tokens, sum(cache_write_tokens) AS cache_write_tokens, sum(cost_usd) AS cost_usd, sum(cost_usd IS NULL) AS unpriced_calls
       FROM model_calls WHERE ${where} at >= ? AND at < ? GROUP BY key`;
    return {
      everybody: raw.query<SumRow, [string, string]>(select("")),
      asker: raw.query<SumRow, [number, string, string]>(select("asker_no = ? AND")),
    };
  });
const sums = { agent: summing("agent"), user: summing("user"), day: summing("day"), model: summing("model") };

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

const hourOf = (day: string, hour: number): string => `${day}T${String(hour).padStart(2, "0")}`;

/** Sums of an hour (0 to 23) of a day (UTC, YYYY-MM-DD): everybody's, or what one user asked. An hour of a busy server is read in a millisecond. */
export const sumCalls = (db: Connection, by: UsageKind, day: string, hour: number, asker_no: number | null): SumRow[] => {
  const { everybody, asker } = sums[by](db);
  const [from, to] = [hourOf(day, hour), hourOf(day, hour + 1)];
  return asker_no === null ? everybody.all(from, to) : asker.all(asker_no, from, to);
};
