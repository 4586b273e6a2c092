import { eq } from "drizzle-orm";
import type { Connection } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { telegramCodes, telegramLinks, type telegramNotes, type telegramUpdates, type telegramWatches } from "./table.ts";

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
