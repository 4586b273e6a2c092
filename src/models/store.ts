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
      channel: raw.query<SumRow, [number, string, string]>(select("(SELECT channel_no FROM agent_jobs WHERE no = job_no) = ? AND")),
    };
  });
const sums = { agent: summing("agent"), user: summing("user"), day: summing("day"), model: summing("model") };

const statements = prepare(({ raw }) => ({
  next: raw.query<{ at: string }, [string, string]>("SELECT at FROM model_calls WHERE at >= ? AND at < ? ORDER BY at LIMIT 1"),
  nextOf: raw.query<{ at: string }, [number, string, string]>("SELECT at FROM model_calls WHERE asker_no = ? AND at >= ? AND at < ? ORDER BY at LIMIT 1"),
  spent: raw.query<{ units: number }, [string, string]>(
    `SELECT CAST(coalesce(sum(CAST(round(cost_usd * ${UNITS_PER_DOLLAR}) AS INTEGER)), 0) AS REAL) AS units FROM model_calls WHERE at >= ? AND at < ?`,
  ),
}));

/** A row a call, never taken away: they are what a bill is held against, and a million of them are some 150 MiB. */
export const insertCall = (tx: Tx, row: Omit<typeof modelCalls.$inferInsert, "no">): void => {
  const columns = Object.keys(row);
  tx.raw.query(`INSERT INTO model_calls (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`).run(...Object.values(row));
};

/** Texts that sort after all times of a day (YYYY-MM-DD) or of an hour (YYYY-MM-DDTHH), and before those of the next. */
export const afterDay = (day: string): string => `${day}U`;
export const afterHour = (hour: string): string => `${hour}~`;

/** Whether the database is of a version that writes calls down. */
export const knowsCalls = ({ raw }: Connection): boolean => raw.query("SELECT 1 FROM sqlite_master WHERE name = 'model_calls'").get() !== null;

/** What the calls of a day (UTC, YYYY-MM-DD) cost, in units of a dollar. */
export const spentOn = (db: Connection, day: string): number => statements(db).spent.get(day, afterDay(day))?.units ?? 0;

/** When the first call at or after `from` and before `before` was (parts of times that sort with them): everybody's, or one that a user asked for; undefined for none. */
export const nextCall = (db: Connection, from: string, before: string, asker_no: number | null): string | undefined => {
  const { next, nextOf } = statements(db);
  return (asker_no === null ? next.get(from, before) : nextOf.get(asker_no, from, before))?.at;
};

/** Sums of an hour (UTC, YYYY-MM-DDTHH): everybody's, what one user asked, or what was asked in one channel. An hour of a busy server is read in a millisecond. */
export const sumCalls = (db: Connection, by: UsageKind, hour: string, asker_no: number | null, channel_no: number | null): SumRow[] => {
  const { everybody, asker, channel } = sums[by](db);
  if (channel_no !== null) return channel.all(channel_no, hour, afterHour(hour));
  return asker_no === null ? everybody.all(hour, afterHour(hour)) : asker.all(asker_no, hour, afterHour(hour));
};
