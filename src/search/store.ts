import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { SEARCH_BLOCK_SEQS, SEARCH_VOLUME_SEQS } from "../limits.ts";
import { messageKey } from "../messages/table.ts";
import type { MessageRow } from "../messages/wire.ts";

/**
 * The index is a row of volumes, `search_0` the oldest: FTS5 tables of SEARCH_VOLUME_SEQS seqs each, without a copy of the
 * text (`content=''`), in which a row can be taken back by its number alone (`contentless_delete`). They are made as the
 * line comes to them. Words arrive folded and cut (terms.ts), so the tokenizer only has to part them at spaces.
 */
const volumeOf = (seq: number): number => Math.floor(seq / SEARCH_VOLUME_SEQS);
const blockOf = (seq: number): number => Math.floor(seq / SEARCH_BLOCK_SEQS);
const name = (volume: number): string => `search_${volume}`;

/** Rows of `search_progress`. */
const THROUGH = 1;
const MERGED = 2;

const statements = prepare(({ raw }) => ({
  progress: raw.query<{ seq: number }, [number]>("SELECT seq FROM search_progress WHERE no = ?"),
  setProgress: raw.query<unknown, [number, number]>("INSERT INTO search_progress (no, seq) VALUES (?, ?) ON CONFLICT (no) DO UPDATE SET seq = excluded.seq"),
  changes: raw.query<{ n: number }, []>("SELECT total_changes() AS n"),
  addDoc: raw.query<unknown, [number, number]>("INSERT OR REPLACE INTO search_docs (seq, channel_no) VALUES (?, ?)"),
  removeDoc: raw.query<unknown, [number]>("DELETE FROM search_docs WHERE seq = ?"),
  addTime: raw.query<unknown, [number, string, string]>(
    `INSERT INTO search_blocks (no, first_at, last_at) VALUES (?, ?, ?)
     ON CONFLICT (no) DO UPDATE SET first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)`,
  ),
  blocks: raw.query<{ first: number | null; last: number | null }, [string, string]>(
    "SELECT min(no) AS first, max(no) AS last FROM search_blocks WHERE last_at >= ? AND first_at < ?",
  ),
  stretch: raw.query<MessageRow, [number, number]>("SELECT * FROM messages WHERE key > ? AND key <= ?"),
  byKey: raw.query<MessageRow, [number]>("SELECT * FROM messages WHERE key = ? AND deleted_at IS NULL"),
}));

const inVolume = (volume: number) =>
  prepare(({ raw }) => {
    const hits = `SELECT m.* FROM ${name(volume)} CROSS JOIN search_docs d ON d.seq = ${name(volume)}.rowid CROSS JOIN messages m ON m.key = d.channel_no * ${messageKey(1, 0)} + d.seq
      WHERE words MATCH ? AND ${name(volume)}.rowid > ? AND ${name(volume)}.rowid <= ? AND m.created_at >= ? AND m.created_at < ? AND m.deleted_at IS NULL`;
    const order = `ORDER BY ${name(volume)}.rowid DESC LIMIT ?`;
    return {
      put: raw.query<unknown, [number, string]>(`INSERT OR REPLACE INTO ${name(volume)} (rowid, words) VALUES (?, ?)`),
      remove: raw.query<unknown, [number]>(`DELETE FROM ${name(volume)} WHERE rowid = ?`),
      hits: raw.query<MessageRow, [string, number, number, string, string, number]>(`${hits} ${order}`),
      hitsIn: raw.query<MessageRow, [string, number, number, string, string, string, number]>(`${hits} AND d.channel_no IN (SELECT value FROM json_each(?)) ${order}`),
      merge: raw.query<unknown, [number]>(`INSERT INTO ${name(volume)} (${name(volume)}, rank) VALUES ('merge', ?)`),
      share: raw.query<{ n: number; oldest: number | null }, [string, number]>(
        `SELECT count(*) AS n, min(rowid) AS oldest FROM (SELECT rowid FROM ${name(volume)} WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?)`,
      ),
    };
  });
const volumes = new Map<number, ReturnType<typeof inVolume>>();

const volume = (no: number, db: Connection) => {
  const kept = volumes.get(no) ?? inVolume(no);
  volumes.set(no, kept);
  return kept(db);
};

/** The seq through which everything is in the index; 0 before its beginning. */
export const indexedThrough = (db: Connection): number => statements(db).progress.get(THROUGH)?.seq ?? 0;

export const setIndexedThrough = (tx: Tx, seq: number): void => {
  statements(tx).setProgress.run(THROUGH, seq);
};

/** Makes the volume that holds a seq when there is none yet. It does not merge by itself, in lumps of many ms: `tidyVolume` does, in small ones. */
export const openVolume = (tx: Tx, seq: number): void => {
  const table = name(volumeOf(seq));
  if (tx.raw.query("SELECT 1 FROM sqlite_master WHERE name = ?").get(table) !== null) return;
  tx.raw.run(`CREATE VIRTUAL TABLE ${table} USING fts5(words, content='', contentless_delete=1, tokenize='ascii')`);
  tx.raw.run(`INSERT INTO ${table} (${table}, rank) VALUES ('automerge', 0)`);
};

/** Merges a bounded piece of what batches have left in the newest volume, so that a search of it looks in few places. */
export const tidyVolume = (tx: Tx, pages: number): void => {
  volume(volumeOf(indexedThrough(tx)), tx).merge.run(pages);
};

/** The last seq of the volume that holds `seq`. */
export const endOfVolume = (seq: number): number => (volumeOf(seq) + 1) * SEARCH_VOLUME_SEQS - 1;

/** Puts a message's terms, with spaces between, into the index in place of what it had there. */
export const putWords = (tx: Tx, seq: number, channel_no: number, words: string): void => {
  volume(volumeOf(seq), tx).put.run(seq, words);
  statements(tx).addDoc.run(seq, channel_no);
};

/** Takes all of a message's words out of the index. */
export const removeWords = (tx: Tx, seq: number): void => {
  volume(volumeOf(seq), tx).remove.run(seq);
  statements(tx).removeDoc.run(seq);
};

/** Notes that everything from seq `from` to `to`, less than a block of them, was posted from `first` to `last`. */
export const noteTimes = (tx: Tx, from: number, to: number, first: string, last: string): void => {
  for (const block of new Set([blockOf(from), blockOf(to)])) statements(tx).addTime.run(block, first, last);
};

/** Outside of which seqs nothing indexed was posted between two times; null when nothing was. */
export const seqsBetween = (db: Connection, after: string, before: string): { after: number; through: number } | null => {
  const { first, last } = statements(db).blocks.get(after, before) ?? { first: null, last: null };
  return first === null || last === null ? null : { after: first * SEARCH_BLOCK_SEQS - 1, through: (last + 1) * SEARCH_BLOCK_SEQS - 1 };
};

/** The messages of a channel with seqs after `after` up to and with `through`, oldest first, the deleted ones too. */
export const readStretch = (db: Connection, channel_no: number, after: number, through: number): MessageRow[] =>
  statements(db).stretch.all(messageKey(channel_no, after), messageKey(channel_no, through));

/** A message that stands, by its key. */
export const readStanding = (db: Connection, key: number): MessageRow | undefined => statements(db).byKey.get(key) ?? undefined;

/** Where hits are looked for: seqs after `after` up to and with `through`, posted in [since, before). `channels`: JSON list of numbers, null for all. */
export type Window = { after: number; through: number; since: string; before: string; channels: string | null };

/**
 * The messages in one volume, that of `through`, which an FTS5 expression matches; newest first, at most `most`, read as
 * they are asked for. Where the volume begins is for the caller to know: `startOfVolume`.
 */
export const readHits = (db: Connection, expression: string, { after, through, since, before, channels }: Window, most: number): Iterable<MessageRow> => {
  const { hits, hitsIn } = volume(volumeOf(through), db);
  return channels === null ? hits.iterate(expression, after, through, since, before, most) : hitsIn.iterate(expression, after, through, since, before, channels, most);
};

/** The seq before the first of the volume that holds `seq`. */
export const startOfVolume = (seq: number): number => volumeOf(seq) * SEARCH_VOLUME_SEQS - 1;

/** Of how many messages one holds what an expression asks, judged by the newest `most` of those in the newest volume: 1 for all. */
export const shareOf = (db: Connection, expression: string, through: number, most: number): number => {
  const { n, oldest } = volume(volumeOf(through), db).share.get(expression, most) ?? { n: 0, oldest: null };
  const span = through - (n === most && oldest !== null ? oldest - 1 : startOfVolume(through));
  return Math.min(1, (n + 1) / (span + 1));
};

/** Whether a volume is full and not merged yet. */
export const mergeIsDue = (db: Connection): boolean => endOfVolume(statements(db).progress.get(MERGED)?.seq ?? 0) < indexedThrough(db);

/**
 * Does a bounded piece of making one segment of each volume that is full: a search of it then costs one look instead of twenty,
 * and it takes a third less room. @returns whether there is more to do
 */
export const mergeSome = (tx: Tx, pages: number): boolean => {
  if (!mergeIsDue(tx)) return false;
  const { progress, setProgress, changes } = statements(tx);
  const merged = progress.get(MERGED)?.seq ?? 0;
  const before = changes.get()?.n ?? 0;
  volume(volumeOf(merged), tx).merge.run(-pages);
  // SQLite's own word for it: a merge that found nothing to do has changed at most one row.
  if ((changes.get()?.n ?? 0) - before < 2) setProgress.run(MERGED, endOfVolume(merged) + 1);
  return true;
};

const volumesOf = ({ raw }: Connection): string[] =>
  raw
    .query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'search_[0-9]*' AND sql LIKE 'CREATE VIRTUAL TABLE%' ORDER BY name")
    .all()
    .map((row) => row.name);

/** Whether the database has a place for an index: one of an older version gets it at the next start. */
export const hasIndex = ({ raw }: Connection): boolean => raw.query("SELECT 1 FROM sqlite_master WHERE name = 'search_progress'").get() !== null;

/** Takes the whole index away; what builds it begins at the beginning. */
export const dropIndex = (tx: Connection): void => {
  for (const table of volumesOf(tx)) tx.raw.run(`DROP TABLE ${table}`);
  for (const table of ["search_docs", "search_blocks", "search_progress"]) tx.raw.run(`DELETE FROM ${table}`);
};

/** What is wrong with the index, in its volumes and beside the messages; an empty list when nothing is. Reads all of it, and every message. */
export const faultsOf = (db: Connection, through: number): string[] => {
  const { raw } = db;
  const count = (sql: string, ...values: number[]) => raw.query<{ n: number }, number[]>(sql).get(...values)?.n ?? 0;
  const faults: string[] = [];
  let words = 0;
  for (const table of volumesOf(db)) {
    const verdict = raw.query<{ verdict: string }, []>(`SELECT quick_check AS verdict FROM pragma_quick_check('${table}')`).get()?.verdict ?? "no answer";
    if (verdict !== "ok") faults.push(`${table} is damaged (${verdict})`);
    words += count(`SELECT count(*) AS n FROM ${table}_docsize`);
  }
  const docs = count("SELECT count(*) AS n FROM search_docs");
  if (words !== docs) faults.push(`it holds the words of ${words} messages and lists ${docs}`);
  const missing = count(
    "SELECT count(*) AS n FROM messages WHERE deleted_at IS NULL AND key % ?1 <= ?2 AND NOT EXISTS (SELECT 1 FROM search_docs WHERE seq = key % ?1)",
    messageKey(1, 0),
    through,
  );
  if (missing > 0) faults.push(`${missing} messages are missing`);
  const gone = count("SELECT count(*) AS n FROM search_docs WHERE NOT EXISTS (SELECT 1 FROM messages WHERE key = channel_no * ?1 + seq AND deleted_at IS NULL)", messageKey(1, 0));
  if (gone > 0) faults.push(`${gone} deleted messages are still in it`);
  return faults;
};
