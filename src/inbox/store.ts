import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import type { MessageRow } from "../messages/wire.ts";

export type Reason = "mention" | "reply" | "direct" | "ask" | "answer";
export type InboxRow = MessageRow & { at_seq: number; reasons: string };

const statements = prepare(({ raw }) => ({
  insert: raw.query<unknown, [number, number, number, string]>("INSERT OR IGNORE INTO inbox (user_no, seq, message_key, reason) VALUES (?, ?, ?, ?)"),
  mentioned: raw.query<{ user_no: number }, [number]>("SELECT user_no FROM inbox WHERE message_key = ? AND reason = 'mention'"),
  unmention: raw.query<unknown, [number, number]>("DELETE FROM inbox WHERE message_key = ? AND user_no = ? AND reason = 'mention'"),
  // The newest of each reason is the end of one range of `inbox_unread`.
  newest: raw.query<{ key: number | null }, [number, number, number]>(
    `SELECT max(key) AS key FROM (${["mention", "reply", "direct", "ask"]
      .map((reason) => `SELECT max(message_key) AS key FROM inbox WHERE user_no = ?1 AND reason = '${reason}' AND message_key >= ?2 AND message_key < ?3`)
      .join(" UNION ALL ")})`,
  ),
  unask: raw.query<unknown, [number]>("DELETE FROM inbox WHERE message_key = ? AND reason = 'ask'"),
  forget: raw.query<unknown, [number]>("DELETE FROM inbox WHERE message_key = ?"),
  read: raw.query<InboxRow, [number, number, number]>(
    `SELECT m.*, i.seq AS at_seq, group_concat(i.reason) AS reasons FROM inbox i JOIN messages m ON m.key = i.message_key
     WHERE i.user_no = ? AND i.seq > ? AND i.seq <= ? AND m.deleted_at IS NULL GROUP BY i.seq ORDER BY i.seq`,
  ),
  mark: raw.query<{ inbox_seq: number }, [number]>("SELECT inbox_seq FROM users WHERE no = ?"),
  setMark: raw.query<unknown, [number, number]>("UPDATE users SET inbox_seq = ? WHERE no = ?"),
}));

export const insertEntry = (tx: Tx, user_no: number, seq: number, message_key: number, reason: Reason): void => {
  statements(tx).insert.run(user_no, seq, message_key, reason);
};

/** Whom a message has told that it mentions them. */
export const mentionedBy = (tx: Tx, message_key: number): number[] =>
  statements(tx)
    .mentioned.all(message_key)
    .map(({ user_no }) => user_no);

export const removeMention = (tx: Tx, message_key: number, user_no: number): void => {
  statements(tx).unmention.run(message_key, user_no);
};

/** The newest message between two keys that was put into a user's inbox by another; null when none was. */
export const newestEntry = (db: Connection, user_no: number, from: number, before: number): number | null => statements(db).newest.get(user_no, from, before)?.key ?? null;

/** Takes an answered question back from those it was put to. */
export const removeAsk = (tx: Tx, message_key: number): void => {
  statements(tx).unask.run(message_key);
};

export const removeEntries = (tx: Tx, message_key: number): void => {
  statements(tx).forget.run(message_key);
};

/** What was said to a user after `after` up to and with `through`, oldest first, read as it is asked for; `reasons` has commas between. */
export const readEntries = (db: Connection, user_no: number, after: number, through: number): Iterable<InboxRow> => statements(db).read.iterate(user_no, after, through);

export const inboxMark = (db: Connection, user_no: number): number => statements(db).mark.get(user_no)?.inbox_seq ?? 0;

export const setInboxMark = (tx: Tx, user_no: number, seq: number): void => {
  statements(tx).setMark.run(seq, user_no);
};
