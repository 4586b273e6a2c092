import { eq } from "drizzle-orm";
import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { messageKey, seqOf } from "../messages/table.ts";
import { channels, type marks, members } from "./table.ts";

export type Notify = NonNullable<(typeof marks.$inferSelect)["notify"]>;
/** How a user stands to a channel: the seq read up to, and what of it is told. */
export type Mark = { seq: number; notify: Notify };
export type Member = { user_no: number; joined_at: string };
type ChannelChange = Partial<Pick<typeof channels.$inferInsert, "name" | "description" | "topic" | "archived_at" | "imported_seq" | "created_at">>;

const statements = prepare(({ raw }) => ({
  member: raw.query<{ found: number }, [number, number]>("SELECT 1 AS found FROM members WHERE channel_no = ? AND user_no = ?"),
  join: raw.query<unknown, [number, number, string]>("INSERT OR IGNORE INTO members (channel_no, user_no, joined_at) VALUES (?, ?, ?)"),
  leave: raw.query<unknown, [number, number]>("DELETE FROM members WHERE channel_no = ? AND user_no = ?"),
  members: raw.query<Member, [number]>("SELECT user_no, joined_at FROM members WHERE channel_no = ? ORDER BY joined_at, user_no"),
  direct: raw.query<{ no: number; id: string }, [string]>("SELECT no, id FROM channels WHERE direct_key = ?"),
  archived: raw.query<{ archived_at: string | null }, [number]>("SELECT archived_at FROM channels WHERE no = ?"),
  lastMessage: raw.query<{ key: number }, [number, number]>("SELECT key FROM messages WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT 1"),
  lastChange: raw.query<{ seq: number | null }, [number]>("SELECT max(seq) AS seq FROM feed WHERE kind <> 'message' AND channel_no = ?"),
  marks: raw.query<{ channel_no: number; seq: number; notify: Notify | null }, [number]>("SELECT channel_no, seq, notify FROM marks WHERE user_no = ?"),
  mark: raw.query<{ seq: number; notify: Notify | null }, [number, number]>("SELECT seq, notify FROM marks WHERE user_no = ? AND channel_no = ?"),
  setNotify: raw.query<unknown, [number, number, Notify]>(
    "INSERT INTO marks (user_no, channel_no, seq, notify) VALUES (?, ?, 0, ?) ON CONFLICT (user_no, channel_no) DO UPDATE SET notify = excluded.notify",
  ),
  setMark: raw.query<unknown, [number, number, number]>(
    "INSERT INTO marks (user_no, channel_no, seq) VALUES (?, ?, ?) ON CONFLICT (user_no, channel_no) DO UPDATE SET seq = excluded.seq",
  ),
  unread: raw.query<{ n: number }, [number, number, number, number]>(
    "SELECT count(*) AS n FROM (SELECT 1 FROM messages WHERE key > ? AND key <= ? AND user_no <> ? AND deleted_at IS NULL AND via <> 'import' LIMIT ?)",
  ),
  // One range of `inbox_unread` and nothing of the messages: a deleted one has left every inbox.
  mentions: raw.query<{ n: number }, [number, number, number, number]>(
    "SELECT count(*) AS n FROM (SELECT 1 FROM inbox WHERE user_no = ? AND reason = 'mention' AND message_key > ? AND message_key <= ? LIMIT ?)",
  ),
}));

export const loadChannels = (db: Connection) => db.sql.select().from(channels).orderBy(channels.no).all();

export const loadChannel = (db: Connection, no: number) => db.sql.select().from(channels).where(eq(channels.no, no)).get();

export const loadMembers = (db: Connection) => db.sql.select({ channel_no: members.channel_no, user_no: members.user_no }).from(members).all();

export const isMember = (db: Connection, channel_no: number, user_no: number): boolean => statements(db).member.get(channel_no, user_no) !== null;

/** Whether the channel is archived in this very transaction, which may be ahead of what is held in memory. */
export const isArchived = (tx: Connection, channel_no: number): boolean => (statements(tx).archived.get(channel_no)?.archived_at ?? null) !== null;

/** The seq of a channel's newest message, 0 when it has none. */
export const lastMessageSeq = (db: Connection, channel_no: number): number => {
  const last = statements(db).lastMessage.get(messageKey(channel_no, 0), messageKey(channel_no + 1, 0));
  return last ? seqOf(last.key) : 0;
};

/** The seq of a channel's newest change that is not a post; 0 for none. */
export const lastChangeSeq = (db: Connection, channel_no: number): number => statements(db).lastChange.get(channel_no)?.seq ?? 0;

export const nameTaken = (tx: Tx, name: string): boolean => tx.sql.select({ no: channels.no }).from(channels).where(eq(channels.name, name)).get() !== undefined;

export const insertChannel = (tx: Tx, row: Omit<typeof channels.$inferInsert, "no">): number => tx.sql.insert(channels).values(row).returning({ no: channels.no }).get().no;

/** The conversation of these people as this very transaction knows it. */
export const findDirect = (tx: Tx, direct_key: string): { no: number; id: string } | undefined => statements(tx).direct.get(direct_key) ?? undefined;

export const updateChannel = (tx: Tx, no: number, change: ChannelChange): void => {
  tx.sql.update(channels).set(change).where(eq(channels.no, no)).run();
};

/** Makes a user a member. @returns false when the user was one */
export const insertMember = (tx: Tx, channel_no: number, user_no: number): boolean => statements(tx).join.run(channel_no, user_no, tx.now).changes > 0;

/** Takes a user out. @returns false when the user was no member */
export const removeMember = (tx: Tx, channel_no: number, user_no: number): boolean => statements(tx).leave.run(channel_no, user_no).changes > 0;

/** Who is in a channel and since when, in the order they came. */
export const listMembers = (db: Connection, channel_no: number): Member[] => statements(db).members.all(channel_no);

export const membersOf = (db: Connection, channel_no: number): number[] => listMembers(db, channel_no).map(({ user_no }) => user_no);

/** How a user stands to each channel by its number; a channel the user never said anything of is not in it. */
export const readMarks = (db: Connection, user_no: number): Map<number, Mark> =>
  new Map(
    statements(db)
      .marks.all(user_no)
      .map(({ channel_no, seq, notify }) => [channel_no, { seq, notify: notify ?? "all" }]),
  );

/** As `readMarks`, of one channel. */
export const readMark = (db: Connection, user_no: number, channel_no: number): Mark => {
  const { seq = 0, notify = null } = statements(db).mark.get(user_no, channel_no) ?? {};
  return { seq, notify: notify ?? "all" };
};

export const setNotifyLevel = (tx: Tx, user_no: number, channel_no: number, notify: Notify): void => {
  statements(tx).setNotify.run(user_no, channel_no, notify);
};

export const setMark = (tx: Tx, user_no: number, channel_no: number, seq: number): void => {
  statements(tx).setMark.run(user_no, channel_no, seq);
};

/** Messages of others after `after` up to and with `through` that still stand, counted up to `limit`. What was imported is news to nobody. */
export const countUnread = (db: Connection, channel_no: number, user_no: number, after: number, through: number, limit: number): number =>
  statements(db).unread.get(messageKey(channel_no, after), messageKey(channel_no, through), user_no, limit)?.n ?? 0;

/** As `countUnread`, of those that mention the user. */
export const countMentions = (db: Connection, channel_no: number, user_no: number, after: number, through: number, limit: number): number =>
  statements(db).mentions.get(user_no, messageKey(channel_no, after), messageKey(channel_no, through), limit)?.n ?? 0;
