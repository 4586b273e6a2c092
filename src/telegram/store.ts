import { and, asc, desc, eq, lt } from "drizzle-orm";
import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { messageKey } from "../messages/table.ts";
import { telegramBots, telegramCodes, telegramLinks, telegramNotes, telegramUpdates, telegramWatches } from "./table.ts";

export type LinkRow = typeof telegramLinks.$inferSelect;
export type CodeRow = typeof telegramCodes.$inferSelect;
export type UpdateRow = typeof telegramUpdates.$inferSelect;
export type WatchRow = typeof telegramWatches.$inferSelect;
export type NoteRow = typeof telegramNotes.$inferSelect;

/** The link of a user's Telegram. */
export const linkOfUser = (db: Connection, user_no: number): LinkRow | undefined => db.sql.select().from(telegramLinks).where(eq(telegramLinks.user_no, user_no)).get();

/** Whose Telegram a chat is. */
export const linkOfChat = (db: Connection, chat_id: number): LinkRow | undefined => db.sql.select().from(telegramLinks).where(eq(telegramLinks.chat_id, chat_id)).get();

export const allLinks = (db: Connection): LinkRow[] => db.sql.select().from(telegramLinks).all();

/** Puts a link in the place of the one that its user had. */
export const putLink = (tx: Tx, row: typeof telegramLinks.$inferInsert): void => {
  const { user_no, ...set } = row;
  tx.sql
    .insert(telegramLinks)
    .values(row)
    .onConflictDoUpdate({ target: telegramLinks.user_no, set: { project_no: null, away_at: null, ...set } })
    .run();
};

export const updateLink = (tx: Tx, user_no: number, change: Partial<Omit<LinkRow, "user_no">>): void => {
  tx.sql.update(telegramLinks).set(change).where(eq(telegramLinks.user_no, user_no)).run();
};

/** Puts a code in the place of the one that its user had. */
export const putCode = (tx: Tx, row: Omit<CodeRow, "chat_id">): void => {
  const { user_no, ...set } = row;
  tx.sql
    .insert(telegramCodes)
    .values(row)
    .onConflictDoUpdate({ target: telegramCodes.user_no, set: { ...set, chat_id: null } })
    .run();
};

export const findCode = (db: Connection, hash: string): CodeRow | undefined => db.sql.select().from(telegramCodes).where(eq(telegramCodes.hash, hash)).get();

/** Notes in which chat a code was used. */
export const useCode = (tx: Tx, user_no: number, chat_id: number): void => {
  tx.sql.update(telegramCodes).set({ chat_id }).where(eq(telegramCodes.user_no, user_no)).run();
};

/** How far a bot's updates were taken: the next id, and when the last came; undefined before its first. */
export const botRow = (db: Connection, bot_id: number) => db.sql.select().from(telegramBots).where(eq(telegramBots.bot_id, bot_id)).get();

export const moveBot = (tx: Tx, bot_id: number, next_update: number): void => {
  tx.sql
    .insert(telegramBots)
    .values({ bot_id, next_update, at: tx.now })
    .onConflictDoUpdate({ target: telegramBots.bot_id, set: { next_update, at: tx.now } })
    .run();
};

/** Puts an update away to be dealt with; one that is there stays as it is. */
export const keepUpdate = (tx: Tx, row: UpdateRow): void => {
  tx.sql.insert(telegramUpdates).values(row).onConflictDoNothing().run();
};

/** What a bot has not dealt with yet, in the order it came. */
export const openUpdates = (db: Connection, bot_id: number): UpdateRow[] =>
  db.sql.select().from(telegramUpdates).where(eq(telegramUpdates.bot_id, bot_id)).orderBy(asc(telegramUpdates.update_id)).all();

export const endUpdate = (tx: Tx, { bot_id, update_id }: Pick<UpdateRow, "bot_id" | "update_id">): void => {
  tx.sql
    .delete(telegramUpdates)
    .where(and(eq(telegramUpdates.bot_id, bot_id), eq(telegramUpdates.update_id, update_id)))
    .run();
};

/** Begins to watch something in a chat; what is watched there already stays as it is. @returns its number, null where it is watched already */
export const insertWatch = (tx: Tx, row: Omit<WatchRow, "no" | "message_id" | "done">): number | null =>
  tx.sql.insert(telegramWatches).values(row).onConflictDoNothing().returning({ no: telegramWatches.no }).get()?.no ?? null;

export const watchByNo = (db: Connection, no: number): WatchRow | undefined => db.sql.select().from(telegramWatches).where(eq(telegramWatches.no, no)).get();

/** What of a subject is watched in a chat, or was lately. */
export const watchOf = (db: Connection, chat_id: number, subject: string): WatchRow | undefined =>
  db.sql
    .select()
    .from(telegramWatches)
    .where(and(eq(telegramWatches.chat_id, chat_id), eq(telegramWatches.subject, subject)))
    .get();

/** What a message in a chat shows. */
export const watchShownBy = (db: Connection, chat_id: number, message_id: number): WatchRow | undefined =>
  db.sql
    .select()
    .from(telegramWatches)
    .where(and(eq(telegramWatches.chat_id, chat_id), eq(telegramWatches.message_id, message_id)))
    .get();

export const openWatches = (db: Connection): WatchRow[] => db.sql.select().from(telegramWatches).where(eq(telegramWatches.done, false)).orderBy(desc(telegramWatches.no)).all();

export const updateWatch = (tx: Tx, no: number, change: Partial<Pick<WatchRow, "message_id" | "done">>): void => {
  tx.sql.update(telegramWatches).set(change).where(eq(telegramWatches.no, no)).run();
};

export const insertNote = (tx: Tx, row: NoteRow): void => {
  tx.sql.insert(telegramNotes).values(row).onConflictDoNothing().run();
};

/** Which message of Colony a message in a chat tells of. */
export const noteAt = (db: Connection, chat_id: number, message_id: number): NoteRow | undefined =>
  db.sql
    .select()
    .from(telegramNotes)
    .where(and(eq(telegramNotes.chat_id, chat_id), eq(telegramNotes.message_id, message_id)))
    .get();

/** Where a question stands with buttons under it; of all questions when `message_key` is left out. */
export const openNotes = (db: Connection, message_key?: number): NoteRow[] =>
  db.sql
    .select()
    .from(telegramNotes)
    .where(and(eq(telegramNotes.open, true), message_key === undefined ? undefined : eq(telegramNotes.message_key, message_key)))
    .all();

export const closeNote = (tx: Tx, { chat_id, message_id }: Pick<NoteRow, "chat_id" | "message_id">): void => {
  tx.sql
    .update(telegramNotes)
    .set({ open: false })
    .where(and(eq(telegramNotes.chat_id, chat_id), eq(telegramNotes.message_id, message_id)))
    .run();
};

/** Forgets notes and ended watches from before `before` (ISO time). */
export const removeOldNotes = (tx: Tx, before: string): void => {
  tx.sql.delete(telegramNotes).where(lt(telegramNotes.at, before)).run();
  tx.sql
    .delete(telegramWatches)
    .where(and(lt(telegramWatches.at, before), eq(telegramWatches.done, true)))
    .run();
};

/** A run that failed, by the message that tells of it in its project's channel. */
export type FailedRun = { key: number; message_id: string; run_id: string };

const failed = prepare(({ raw }) =>
  raw.query<FailedRun, [number, number, number]>(
    `SELECT m.key, m.id AS message_id, r.id AS run_id FROM messages m JOIN runs r ON r.id = json_extract(m.metadata, '$.run_id')
     WHERE m.key > ? AND m.key <= ? AND m.type = 'error' AND m.deleted_at IS NULL AND r.message_key = m.key ORDER BY m.key LIMIT ?`,
  ),
);

/** What failed in a project, told of in its channel after a seq up to and with another, oldest first. */
export const failedRuns = (db: Connection, channel_no: number, after: number, through: number, limit: number): FailedRun[] =>
  failed(db).all(messageKey(channel_no, after), messageKey(channel_no, through), limit);
