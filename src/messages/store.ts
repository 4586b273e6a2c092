import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { HISTORY_PAGE_CHARACTERS, HISTORY_PAGE_ROWS, HISTORY_WINDOW_SEQS, SINCE_INDEX_ROWS } from "../limits.ts";
import { messageKey, type pins, seqOf } from "./table.ts";
import type { MessageRow } from "./wire.ts";

export type PinRow = typeof pins.$inferSelect;
type PinnedRow = MessageRow & { pinned_by: number; pinned_at: string };

const statements = prepare(({ raw }) => ({
  insert: raw.query<
    unknown,
    [number, string, number, string, string, string | null, string | null, string | null, string, string, string, string | null, string | null, string | null, number]
  >(
    `INSERT INTO messages (key, id, user_no, type, content, metadata, mentions, reply_to, via, created_at, changed_at, attachments, ask, caused_by, hops)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  insertPast: raw.query<unknown, [number, string, number, string, string | null, string | null, string, string, string | null, string, string | null, string | null, number]>(
    `INSERT INTO messages (key, id, user_no, type, content, metadata, reply_to, via, created_at, updated_at, changed_at, attachments, reactions, hops)
     VALUES (?, ?, ?, 'text', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  byId: raw.query<MessageRow, [string]>("SELECT * FROM messages WHERE id = ?"),
  byKey: raw.query<MessageRow, [number]>("SELECT * FROM messages WHERE key = ?"),
  edit: raw.query<unknown, [string, string, string | null, string | null, string, string, number]>(
    "UPDATE messages SET type = ?, content = ?, metadata = ?, mentions = ?, updated_at = ?, changed_at = ? WHERE key = ?",
  ),
  grow: raw.query<unknown, [string, string, string | null, string | null, string | null, string, number]>(
    "UPDATE messages SET type = ?, content = ?, metadata = ?, mentions = ?, attachments = ?, changed_at = ? WHERE key = ?",
  ),
  attachments: raw.query<unknown, [string | null, string, number]>("UPDATE messages SET attachments = ?, changed_at = ? WHERE key = ?"),
  remove: raw.query<
    unknown,
    [string, string, number]
  >(`UPDATE messages SET content = '', metadata = NULL, mentions = NULL, attachments = NULL, reactions = NULL, ask = NULL, answer = NULL,
       claimed_by = NULL, claimed_until = NULL, deleted_at = ?, changed_at = ? WHERE key = ?`),
  react: raw.query<unknown, [string | null, string, number]>("UPDATE messages SET reactions = ?, changed_at = ? WHERE key = ?"),
  claim: raw.query<unknown, [number | null, string | null, string, number]>("UPDATE messages SET claimed_by = ?, claimed_until = ?, changed_at = ? WHERE key = ?"),
  answer: raw.query<unknown, [string, string, number]>("UPDATE messages SET answer = ?, changed_at = ? WHERE key = ?"),
  // The conditions and the expression are those of the index, word for word, or it is not used.
  openQuestions: raw.query<MessageRow, [string]>(
    `SELECT * FROM messages INDEXED BY messages_open_questions
     WHERE ask IS NOT NULL AND answer IS NULL AND coalesce(json_extract(ask, '$.expires_at'), '9999') > ? ORDER BY created_at, key`,
  ),
  pin: raw.query<unknown, [number, number, string]>("INSERT INTO pins (message_key, user_no, at) VALUES (?, ?, ?)"),
  unpin: raw.query<unknown, [number]>("DELETE FROM pins WHERE message_key = ?"),
  findPin: raw.query<PinRow, [number]>("SELECT * FROM pins WHERE message_key = ?"),
  countPins: raw.query<{ n: number }, [number, number]>("SELECT count(*) AS n FROM pins WHERE message_key >= ? AND message_key < ?"),
  pinned: raw.query<PinnedRow, [number, number]>(
    `SELECT m.*, p.user_no AS pinned_by, p.at AS pinned_at FROM pins p JOIN messages m ON m.key = p.message_key
     WHERE p.message_key >= ? AND p.message_key < ? ORDER BY p.at DESC, m.key DESC`,
  ),
  heldBy: raw.query<MessageRow, [number, string]>("SELECT * FROM messages INDEXED BY messages_claimed WHERE claimed_by = ? AND claimed_until > ? ORDER BY claimed_until, key"),
  byPerson: raw.query<{ key: number }, [number, number, number]>(
    `SELECT m.key FROM (SELECT key, user_no, via FROM messages WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT ?) m
     JOIN users u ON u.no = m.user_no WHERE u.role = 'ape' AND m.via <> 'import' ORDER BY m.key DESC LIMIT 1`,
  ),
  parents: raw.query<MessageRow, [string]>(
    `WITH RECURSIVE up (id, reply_to, depth) AS (
       SELECT id, reply_to, 0 FROM messages WHERE id = ?
       UNION SELECT m.id, m.reply_to, up.depth + 1 FROM messages m JOIN up ON m.id = up.reply_to)
     SELECT m.* FROM messages m JOIN up ON m.id = up.id WHERE up.depth > 0 ORDER BY m.key`,
  ),
  replies: raw.query<MessageRow, [string]>(
    `WITH RECURSIVE down (id) AS (
       SELECT id FROM messages WHERE reply_to = ?
       UNION SELECT m.id FROM messages m JOIN down ON m.reply_to = down.id)
     SELECT m.* FROM messages m JOIN down ON m.id = down.id ORDER BY m.key`,
  ),
  changedSince: raw.query<{ n: number }, [string, number]>("SELECT count(*) AS n FROM (SELECT 1 FROM messages WHERE changed_at >= ? LIMIT ?)"),
}));

/** Puts a new message in, without what can only come to it later. */
export const insertMessage = (tx: Tx, row: MessageRow): void => {
  const { key, id, user_no, type, content, metadata, mentions, reply_to, via, created_at, attachments, ask, caused_by, hops } = row;
  statements(tx).insert.run(key, id, user_no, type, content, metadata, mentions, reply_to, via, created_at, created_at, attachments, ask, caused_by, hops);
};

/** A message that was said elsewhere, at another time: as much of a row as it has. */
export type PastRow = Pick<MessageRow, "key" | "id" | "user_no" | "content" | "metadata" | "reply_to" | "via" | "created_at" | "updated_at" | "attachments" | "reactions" | "hops">;

/** Puts in what was said before; to pollers by time it is a change of now. */
export const insertPast = (tx: Tx, row: PastRow): void => {
  const { key, id, user_no, content, metadata, reply_to, via, created_at, updated_at, attachments, reactions, hops } = row;
  statements(tx).insertPast.run(key, id, user_no, content, metadata, reply_to, via, created_at, updated_at, tx.now, attachments, reactions, hops);
};

export const findMessage = (db: Connection, id: string): MessageRow | undefined => statements(db).byId.get(id) ?? undefined;

export const findMessageByKey = (db: Connection, key: number): MessageRow | undefined => statements(db).byKey.get(key) ?? undefined;

export const editMessage = (tx: Tx, row: Pick<MessageRow, "key" | "type" | "content" | "metadata" | "mentions">): void => {
  statements(tx).edit.run(row.type, row.content, row.metadata, row.mentions, tx.now, tx.now, row.key);
};

/** As `editMessage`, of one that its author has not edited: it is still being said. */
export const growRow = (tx: Tx, { type, content, metadata, mentions, attachments, key }: MessageRow): void => {
  statements(tx).grow.run(type, content, metadata, mentions, attachments, tx.now, key);
};

/** Sets what a message carries: JSON as on the wire, null for nothing. */
export const setAttachments = (tx: Tx, key: number, attachments: string | null): void => {
  statements(tx).attachments.run(attachments, tx.now, key);
};

/** Takes a message's words away and leaves its place. */
export const clearMessage = (tx: Tx, key: number): void => {
  statements(tx).remove.run(tx.now, tx.now, key);
};

/** Sets the reactions of a message: JSON text of emoji → numbers of users, null for none. */
export const setReactions = (tx: Tx, key: number, reactions: string | null): void => {
  statements(tx).react.run(reactions, tx.now, key);
};

/** Sets who holds a message and until when (ISO time); null for nobody. */
export const setClaim = (tx: Tx, key: number, claimed_by: number | null, claimed_until: string | null): void => {
  statements(tx).claim.run(claimed_by, claimed_until, tx.now, key);
};

/** Sets the answer of a question, as JSON text. */
export const setAnswer = (tx: Tx, key: number, answer: string): void => {
  statements(tx).answer.run(answer, tx.now, key);
};

/** The seq of the newest message of a person among the newest `rows` of a channel; 0 when there is none. */
export const lastByPerson = (db: Connection, channel_no: number, rows: number): number => {
  const last = statements(db).byPerson.get(messageKey(channel_no, 0), messageKey(channel_no + 1, 0), rows);
  return last ? seqOf(last.key) : 0;
};

export const insertPin = (tx: Tx, { message_key, user_no, at }: PinRow): void => {
  statements(tx).pin.run(message_key, user_no, at);
};

/** Takes a pin away. @returns whether there was one */
export const removePin = (tx: Tx, message_key: number): boolean => statements(tx).unpin.run(message_key).changes > 0;

export const findPin = (db: Connection, message_key: number): PinRow | undefined => statements(db).findPin.get(message_key) ?? undefined;

export const countPins = (db: Connection, channel_no: number): number => statements(db).countPins.get(messageKey(channel_no, 0), messageKey(channel_no + 1, 0))?.n ?? 0;

/** The pinned messages of a channel with who pinned each and when, the latest pin first. */
export const pinnedIn = (db: Connection, channel_no: number): PinnedRow[] => statements(db).pinned.all(messageKey(channel_no, 0), messageKey(channel_no + 1, 0));

/** The messages that a user holds at `now` (ISO time), the first to end first. */
export const heldBy = (db: Connection, user_no: number, now: string): MessageRow[] => statements(db).heldBy.all(user_no, now);

/** The questions that are neither answered nor over at `now` (ISO time), in all channels, oldest first. */
export const openQuestions = (db: Connection, now: string): MessageRow[] => statements(db).openQuestions.all(now);

/** The chain of messages that one answers, the first of it first. */
export const parentsOf = (db: Connection, id: string): MessageRow[] => statements(db).parents.all(id);

/** All that answers a message, and what answers that, in order. */
export const repliesTo = (db: Connection, id: string): MessageRow[] => statements(db).replies.all(id);

/** Which messages of a channel: seqs in (after, before), and what they must be. `since` is an ISO time. */
export type Filter = { after: number; before: number; since?: string; types?: string[]; user_no?: number; session_id?: string };

type Condition = { sql: string; values: (string | number)[] };

const condition = (db: Connection, filter: Filter): Condition => {
  const parts: Condition[] = [];
  if (filter.types) parts.push({ sql: `type IN (${filter.types.map(() => "?").join(", ")})`, values: filter.types });
  if (filter.user_no !== undefined) parts.push({ sql: "user_no = ?", values: [filter.user_no] });
  if (filter.session_id !== undefined) parts.push({ sql: "json_extract(metadata, '$.session_id') = ?", values: [filter.session_id] });
  if (filter.since !== undefined) {
    // A poller asks for the last minute: few rows, found by the index on their change. Long ago: a walk of the channel.
    const few = (statements(db).changedSince.get(filter.since, SINCE_INDEX_ROWS + 1)?.n ?? 0) <= SINCE_INDEX_ROWS;
    parts.push(
      few
        ? { sql: "key IN (SELECT key FROM messages INDEXED BY messages_changed WHERE changed_at >= ?)", values: [filter.since] }
        : { sql: "+changed_at >= ?", values: [filter.since] },
    );
  }
  return { sql: parts.map(({ sql }) => ` AND ${sql}`).join(""), values: parts.flatMap(({ values }) => values) };
};

/**
 * The messages of a channel that match, oldest first, in pages of at most HISTORY_PAGE_ROWS and hardly more than HISTORY_PAGE_CHARACTERS. Each page is one short query:
 * a filtered one walks at most HISTORY_WINDOW_SEQS of the number line, so some pages are empty.
 */
export function* pagesForward(db: Connection, channel_no: number, filter: Filter): Generator<MessageRow[]> {
  const { sql, values } = condition(db, filter);
  const query = db.raw.query<MessageRow, (string | number)[]>(`SELECT * FROM messages WHERE key > ? AND key <= ?${sql} ORDER BY key LIMIT ${HISTORY_PAGE_ROWS}`);
  const end = messageKey(channel_no, filter.before) - 1;
  let from = messageKey(channel_no, filter.after);
  while (from < end) {
    const to = sql ? Math.min(from + HISTORY_WINDOW_SEQS, end) : end;
    const { rows, full } = readPage(query.iterate(from, to, ...values));
    yield rows;
    from = full ? (rows.at(-1)?.key ?? end) : to;
  }
}

/** As `pagesForward`, newest first, in pages of `most` rows. */
export function* pagesBackward(db: Connection, channel_no: number, filter: Filter, most = HISTORY_PAGE_ROWS): Generator<MessageRow[]> {
  const { sql, values } = condition(db, filter);
  const query = db.raw.query<MessageRow, (string | number)[]>(`SELECT * FROM messages WHERE key > ? AND key < ?${sql} ORDER BY key DESC LIMIT ?`);
  const start = messageKey(channel_no, filter.after);
  let to = messageKey(channel_no, filter.before);
  while (to > start + 1) {
    const from = sql ? Math.max(to - 1 - HISTORY_WINDOW_SEQS, start) : start;
    const { rows, full } = readPage(query.iterate(from, to, ...values, most), most);
    yield rows;
    to = full ? (rows.at(-1)?.key ?? start) : from + 1;
  }
}

/** As many rows as make one page; `full` when there may be more. */
const readPage = (rows: Iterable<MessageRow>, most = HISTORY_PAGE_ROWS): { rows: MessageRow[]; full: boolean } => {
  const page: MessageRow[] = [];
  let characters = 0;
  for (const row of rows) {
    page.push(row);
    characters += row.content.length;
    if (page.length === most || characters >= HISTORY_PAGE_CHARACTERS) return { rows: page, full: true };
  }
  return { rows: page, full: false };
};

/** Where the newest `count` matching messages begin: the seq before the first of them. */
export const startOfNewest = (db: Connection, channel_no: number, filter: Filter, count: number): number => {
  let left = count;
  for (const page of pagesBackward(db, channel_no, filter)) {
    const last = page[left - 1];
    if (last) return last.key - messageKey(channel_no, 0) - 1;
    left -= page.length;
  }
  return filter.after;
};
