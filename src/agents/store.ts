import { and, asc, count, eq, inArray, isNull, lte, sql } from "drizzle-orm";
import { users } from "../accounts/table.ts";
import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { messageKey } from "../messages/table.ts";
import type { JobRow } from "./answer.ts";
import { agentJobs, residents } from "./table.ts";

export type NewJob = Pick<JobRow, "agent_no" | "asker_no" | "channel_no" | "question_key" | "reason"> & { parent_no?: number | null };

/** Written out, as the partial indexes have it: with parameters they are not used. */
const open = sql`state IN ('queued', 'running')`;

const statements = prepare(({ raw }) => ({
  insert: raw.query<{ no: number }, [number, number, number, number, string, number | null, string]>(
    `INSERT INTO agent_jobs (agent_no, asker_no, channel_no, question_key, reason, parent_no, state, created_at) VALUES (?, ?, ?, ?, ?, ?, 'queued', ?)
     ON CONFLICT (question_key, agent_no) DO NOTHING RETURNING no`,
  ),
  calls: raw.query<{ n: number }, [number, number, number, number]>(
    `SELECT count(*) AS n FROM (SELECT 1 FROM agent_jobs j JOIN messages m ON m.key = j.question_key
     WHERE j.question_key > ? AND j.question_key < ? AND j.asker_no = ? AND m.via = 'resident' LIMIT ?)`,
  ),
  byNo: raw.query<JobRow, [number]>("SELECT * FROM agent_jobs WHERE no = ?"),
  open: raw.query<JobRow, []>("SELECT * FROM agent_jobs INDEXED BY agent_jobs_open WHERE state IN ('queued', 'running') ORDER BY channel_no, no"),
  parts: raw.query<JobRow, [number]>("SELECT * FROM agent_jobs WHERE parent_no = ? ORDER BY no"),
  exchanged: raw.query<{ key: number }, [number, number, number, number]>(
    `WITH jobs AS (SELECT question_key, answer_key, plan_key FROM agent_jobs WHERE question_key > ? AND question_key < ?)
     SELECT key FROM (SELECT question_key AS key FROM jobs UNION SELECT answer_key FROM jobs UNION SELECT plan_key FROM jobs) WHERE key < ? ORDER BY key DESC LIMIT ?`,
  ),
  next: raw.query<JobRow, [number]>(
    "SELECT * FROM agent_jobs INDEXED BY agent_jobs_open WHERE channel_no = ? AND state IN ('queued', 'running') AND state = 'queued' AND parent_no IS NULL ORDER BY no LIMIT 1",
  ),
}));

/** Puts a question to an agent. @returns the job's number; null when that agent was asked this already */
export const insertJob = (tx: Tx, { agent_no, asker_no, channel_no, question_key, reason, parent_no = null }: NewJob): number | null =>
  statements(tx).insert.get(agent_no, asker_no, channel_no, question_key, reason, parent_no, tx.now)?.no ?? null;

/** How many questions residents put to each other by the right of one asker, in a channel after the message `after`; counted up to `most`. */
export const countCalls = (tx: Tx, { channel_no, after, asker_no, most }: { channel_no: number; after: number; asker_no: number; most: number }): number =>
  statements(tx).calls.get(after, messageKey(channel_no + 1, 0), asker_no, most)?.n ?? 0;

export const updateJob = (tx: Tx, no: number, change: Partial<Omit<JobRow, "no">>): void => {
  const columns = Object.keys(change);
  // Prepared once for each set of columns: `raw.query` keeps what it has prepared.
  tx.raw.query(`UPDATE agent_jobs SET ${columns.map((name) => `${name} = ?`).join(", ")} WHERE no = ?`).run(...Object.values(change), no);
};

export const jobByNo = (db: Connection, no: number): JobRow | undefined => statements(db).byNo.get(no) ?? undefined;

/** What a job handed over to others, in the order in which it did. */
export const partsOf = (db: Connection, no: number): JobRow[] => statements(db).parts.all(no);

/** The next question of a channel whose turn it is, parts of others apart; undefined when none waits. */
export const nextJob = (db: Connection, channel_no: number): JobRow | undefined => statements(db).next.get(channel_no) ?? undefined;

/** What a message gave an agent to do: as the question, or as its answer. */
export const jobOfMessage = (db: Connection, key: number, agent_no: number): JobRow | undefined =>
  db.sql
    .select()
    .from(agentJobs)
    .where(and(eq(agentJobs.question_key, key), eq(agentJobs.agent_no, agent_no)))
    .get() ??
  db.sql
    .select()
    .from(agentJobs)
    .where(and(eq(agentJobs.answer_key, key), eq(agentJobs.agent_no, agent_no)))
    .get();

/** Puts back what the server before was at when it ended. */
export const requeueJobs = (tx: Tx): void => {
  tx.sql
    .update(agentJobs)
    .set({ state: "queued" })
    .where(and(open, eq(agentJobs.state, "running")))
    .run();
};

/** The channels in which questions wait, those that waited longest first. */
export const channelsWaiting = (db: Connection): number[] =>
  db.sql
    .select({ no: agentJobs.channel_no })
    .from(agentJobs)
    .where(open)
    .groupBy(agentJobs.channel_no)
    .orderBy(asc(sql`min(${agentJobs.no})`))
    .all()
    .map(({ no }) => no);

/** How many questions of an asker wait or are being answered, up to and with the job `through`. */
export const countWaiting = (db: Connection, asker_no: number, through: number): number =>
  db.sql
    .select({ n: count() })
    .from(agentJobs)
    .where(and(open, eq(agentJobs.asker_no, asker_no), lte(agentJobs.no, through)))
    .get()?.n ?? 0;

/** All that waits or is being answered, in the order of channels and there the oldest first; read as it is asked for. */
export const openJobs = (db: Connection): Iterable<JobRow> => statements(db).open.iterate();

/** Keys of the newest messages of a channel before one that asked a resident, or that a resident wrote for a question: up to `limit`, oldest first. */
export const exchanged = (db: Connection, channel_no: number, before: number, limit: number): number[] =>
  statements(db)
    .exchanged.all(messageKey(channel_no, 0), messageKey(channel_no + 1, 0), before, limit)
    .map(({ key }) => key)
    .reverse();

/** How many questions wait for each agent, by its number; in one channel where it is given. */
export const waitingFor = (db: Connection, channel_no?: number): Map<number, number> =>
  new Map(
    db.sql
      .select({ agent_no: agentJobs.agent_no, n: count() })
      .from(agentJobs)
      .where(and(open, eq(agentJobs.state, "queued"), channel_no === undefined ? undefined : eq(agentJobs.channel_no, channel_no)))
      .groupBy(agentJobs.agent_no)
      .all()
      .map(({ agent_no, n }) => [agent_no, n]),
  );

/** The users that the server runs or has run, by the name of their persona. */
export const residentRows = (db: Connection): { name: string; user_no: number }[] => db.sql.select().from(residents).all();

export const insertResident = (tx: Tx, name: string, user_no: number): void => {
  tx.sql.insert(residents).values({ name, user_no }).run();
};

/** Which of these usernames belong to users whom the server does not run. */
export const othersNamed = (db: Connection, names: string[]): Set<string> =>
  new Set(
    db.sql
      .select({ username: users.username })
      .from(users)
      .leftJoin(residents, eq(residents.user_no, users.no))
      .where(and(inArray(users.username, names), isNull(residents.user_no)))
      .all()
      .map(({ username }) => username),
  );
