import { type Connection, prepare } from "../db/open.ts";
import type { FeedRow, Tx } from "../db/write.ts";

const SEQS = 2 ** 32;

type Meta = { head: number; floor: number; epoch: string };

/** Where the line stands: its newest seq, the seq through which it was pruned, the name of its life. */
export const readMeta = (db: Connection): Meta => {
  const facts = new Map(
    db.raw
      .query<{ name: string; value: string }, []>("SELECT name, value FROM meta")
      .all()
      .map(({ name, value }) => [name, value]),
  );
  const head = db.raw.query<{ seq: number | null }, []>("SELECT max(seq) AS seq FROM feed").get()?.seq ?? 0;
  return { head, floor: Number(facts.get("pruned_through") ?? 0), epoch: facts.get("epoch") ?? "" };
};

const statements = prepare(({ raw }) => ({
  all: raw.query<FeedRow, [number, number, number]>("SELECT * FROM feed WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"),
  forUser: raw.query<FeedRow, [number, number, number, number]>("SELECT * FROM feed WHERE seq > ? AND seq <= ? AND (user_no IS NULL OR user_no = ?) ORDER BY seq LIMIT ?"),
  // Two ordered ranges merged: posts from `messages`, all else from the feed's index of a channel. Of what was imported, its batch's one event tells.
  channel: raw.query<FeedRow, [number, number, number, number, number, number, number, number, number, number]>(
    `SELECT key - ? * ${SEQS} AS seq, 'message' AS kind, ? AS channel_no, key - ? * ${SEQS} AS subject, user_no AS actor_no, NULL AS user_no, created_at AS at
       FROM messages WHERE key > ? AND key <= ? AND via <> 'import'
     UNION ALL
     SELECT seq, kind, channel_no, subject, actor_no, user_no, at
       FROM feed INDEXED BY feed_channel WHERE kind <> 'message' AND channel_no = ? AND seq > ? AND seq <= ? AND (user_no IS NULL OR user_no = ?)
     ORDER BY 1 LIMIT ?`,
  ),
}));

/** Rows after `after` up to and with `through`, oldest first, at most `limit`, whoever they are for. */
export const readAll = (db: Connection, after: number, through: number, limit: number): FeedRow[] => statements(db).all.all(after, through, limit);

/** As `readAll`, without what is for other users alone. */
export const readForUser = (db: Connection, after: number, through: number, user_no: number, limit: number): FeedRow[] =>
  statements(db).forUser.all(after, through, user_no, limit);

/** The rows of one channel, with what is for `user_no` alone. */
export const readChannel = (db: Connection, channel_no: number, after: number, through: number, user_no: number, limit: number): FeedRow[] => {
  const from = channel_no * SEQS;
  return statements(db).channel.all(channel_no, channel_no, channel_no, from + after, from + through, channel_no, after, through, user_no, limit);
};

/**
 * Takes rows older than `before` (ISO time) off the line, at most `limit`, oldest first. The newest row always stays: it
 * holds the count. @returns the seq through which the line is now pruned, or null when nothing was
 */
export const prune = (tx: Tx, before: string, limit: number): number | null => {
  const last = tx.raw
    .query<{ seq: number | null }, [string, number]>(
      "SELECT max(seq) AS seq FROM (SELECT seq, at FROM feed WHERE seq < (SELECT max(seq) FROM feed) ORDER BY seq LIMIT ?2) WHERE at < ?1",
    )
    .get(before, limit)?.seq;
  if (last === null || last === undefined) return null;
  tx.raw.query<unknown, [number]>("DELETE FROM feed WHERE seq <= ?").run(last);
  setMeta(tx, "pruned_through", String(last));
  return last;
};

/** Sets a fact about the database. */
export const setMeta = (tx: Pick<Tx, "raw">, name: string, value: string): void => {
  tx.raw.query<unknown, [string, string]>("INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value").run(name, value);
};
