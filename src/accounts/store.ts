import { and, desc, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import { residents } from "../agents/table.ts";
import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { telegramCodes, telegramLinks } from "../telegram/table.ts";
import type { Used } from "./credentials.ts";
import { audit, sessions, signatures, tokens, users } from "./table.ts";

type NewUserRow = Omit<typeof users.$inferInsert, "no">;
type UserChange = Partial<Pick<typeof users.$inferInsert, "display_name" | "job" | "role" | "admin" | "password_hash" | "deactivated_at">>;
export type TokenRow = typeof tokens.$inferSelect;
export type SessionRow = typeof sessions.$inferSelect;

/** What is held in memory and shown; the password's hash never leaves this file but by `passwordHash`. */
const publicColumns = {
  no: users.no,
  id: users.id,
  username: users.username,
  display_name: users.display_name,
  role: users.role,
  admin: users.admin,
  job: users.job,
  created_at: users.created_at,
  deactivated_at: users.deactivated_at,
  resident: sql<boolean>`${residents.user_no} IS NOT NULL`.mapWith(Boolean),
};

/** Every user, oldest first, without password hashes. */
export const loadUsers = (db: Connection) => db.sql.select(publicColumns).from(users).leftJoin(residents, eq(residents.user_no, users.no)).orderBy(users.no).all();

export const loadUser = (db: Connection, no: number) => db.sql.select(publicColumns).from(users).leftJoin(residents, eq(residents.user_no, users.no)).where(eq(users.no, no)).get();

/** The hash kept for a user, or null when there is no password (agents). */
export const passwordHash = (db: Connection, user_no: number): string | null =>
  db.sql.select({ hash: users.password_hash }).from(users).where(eq(users.no, user_no)).get()?.hash ?? null;

/** Whether the username stands in the database, uncommitted rows of this transaction included. */
export const usernameTaken = (tx: Tx, username: string): boolean => tx.sql.select({ no: users.no }).from(users).where(eq(users.username, username)).get() !== undefined;

export const insertUser = (tx: Tx, row: NewUserRow): number => tx.sql.insert(users).values(row).returning({ no: users.no }).get().no;

export const updateUser = (tx: Tx, no: number, change: UserChange): void => {
  tx.sql.update(users).set(change).where(eq(users.no, no)).run();
};

/** How many active admins there are, counted inside the transaction. */
export const activeAdmins = (tx: Tx): number =>
  tx.sql
    .select({ n: sql<number>`count(*)` })
    .from(users)
    .where(and(eq(users.admin, true), isNull(users.deactivated_at)))
    .get()?.n ?? 0;

export const insertSession = (tx: Tx, row: Omit<SessionRow, "ended_at" | "last_used_at">): void => {
  tx.sql.insert(sessions).values(row).run();
};

const session = prepare(({ sql: db }) =>
  db
    .select()
    .from(sessions)
    .where(eq(sessions.id, sql.placeholder("id")))
    .prepare(),
);

/** A session as it stands, ended or not. */
export const findSession = (db: Connection, id: string): SessionRow | undefined => session(db).get({ id });

export const endSession = (tx: Tx, id: string): void => {
  tx.sql
    .update(sessions)
    .set({ ended_at: tx.now })
    .where(and(eq(sessions.id, id), isNull(sessions.ended_at)))
    .run();
};

/** Ends a user's sessions, all but `keep`. @returns how many of them had still been good */
export const endSessions = (tx: Tx, user_no: number, keep: string | null): number =>
  tx.sql
    .update(sessions)
    .set({ ended_at: tx.now })
    .where(and(eq(sessions.user_no, user_no), isNull(sessions.ended_at), sql`${sessions.id} IS NOT ${keep}`))
    .returning({ expires_at: sessions.expires_at })
    .all()
    .filter(({ expires_at }) => expires_at > tx.now).length;

/** A user's sessions that are still good, newest first. */
export const listSessions = (db: Connection, user_no: number, now: string): SessionRow[] =>
  db.sql
    .select()
    .from(sessions)
    .where(and(eq(sessions.user_no, user_no), isNull(sessions.ended_at), gt(sessions.expires_at, now)))
    .orderBy(desc(sessions.created_at))
    .all();

export const insertToken = (tx: Tx, row: Omit<TokenRow, "last_used_at" | "revoked_at">): void => {
  tx.sql.insert(tokens).values(row).run();
};

const byPrefix = prepare(({ sql: db }) =>
  db
    .select()
    .from(tokens)
    .where(eq(tokens.token_prefix, sql.placeholder("prefix")))
    .prepare(),
);
const byId = prepare(({ sql: db }) =>
  db
    .select()
    .from(tokens)
    .where(eq(tokens.id, sql.placeholder("id")))
    .prepare(),
);

/** The token of a prefix, revoked or not. */
export const findTokenByPrefix = (db: Connection, prefix: string): TokenRow | undefined => byPrefix(db).get({ prefix });

export const findToken = (db: Connection, id: string): TokenRow | undefined => byId(db).get({ id });

const usable = (now: string) => and(isNull(tokens.revoked_at), or(isNull(tokens.expires_at), gt(tokens.expires_at, now)));

/** A user's tokens that still work, newest first. */
export const listTokens = (db: Connection, user_no: number, now: string): TokenRow[] =>
  db.sql
    .select()
    .from(tokens)
    .where(and(eq(tokens.user_no, user_no), usable(now)))
    .orderBy(desc(tokens.created_at))
    .all();

export const countTokens = (tx: Tx, user_no: number): number =>
  tx.sql
    .select({ n: sql<number>`count(*)` })
    .from(tokens)
    .where(and(eq(tokens.user_no, user_no), usable(tx.now)))
    .get()?.n ?? 0;

export const revokeToken = (tx: Tx, id: string): void => {
  tx.sql.update(tokens).set({ revoked_at: tx.now }).where(eq(tokens.id, id)).run();
};

export const revokeTokens = (tx: Tx, user_no: number): void => {
  tx.sql
    .update(tokens)
    .set({ revoked_at: tx.now })
    .where(and(eq(tokens.user_no, user_no), isNull(tokens.revoked_at)))
    .run();
};

const link = prepare(({ sql: db }) =>
  db
    .select({ id: telegramLinks.id })
    .from(telegramLinks)
    .where(eq(telegramLinks.id, sql.placeholder("id")))
    .prepare(),
);

/** Whether a link of a user's Telegram still stands. */
export const telegramLinked = (db: Connection, id: string): boolean => link(db).get({ id }) !== undefined;

/** Ends the link of a user's Telegram, and the code that would make one. @returns whether there was a link */
export const endTelegram = (tx: Tx, user_no: number): boolean => {
  tx.sql.delete(telegramCodes).where(eq(telegramCodes.user_no, user_no)).run();
  return tx.sql.delete(telegramLinks).where(eq(telegramLinks.user_no, user_no)).returning({ id: telegramLinks.id }).all().length > 0;
};

/** Writes down when a credential was last used: a token, or a session. */
export const touchCredential = (tx: Tx, id: string, { kind, at }: Used): void => {
  const table = kind === "token" ? tokens : sessions;
  tx.sql.update(table).set({ last_used_at: at }).where(eq(table.id, id)).run();
};

export const insertAudit = (tx: Tx, row: Omit<typeof audit.$inferInsert, "no">): void => {
  tx.sql.insert(audit).values(row).run();
};

/** Removes sessions that ended or expired before `before`, at most `limit`. */
export const removeOldSessions = (tx: Tx, before: string, limit: number): boolean => {
  const old = tx.sql
    .select({ id: sessions.id })
    .from(sessions)
    .where(or(lt(sessions.expires_at, before), lt(sessions.ended_at, before)))
    .limit(limit);
  return tx.sql.delete(sessions).where(sql`${sessions.id} IN ${old}`).returning({ id: sessions.id }).all().length === limit;
};

/** Marks a signature as used. @returns false when it was */
export const useSignature = (tx: Tx, signature: string): boolean =>
  tx.sql.insert(signatures).values({ signature, at: tx.now }).onConflictDoNothing().returning({ at: signatures.at }).all().length > 0;

/** Removes signatures used before `before` (ISO time), at most `limit`. */
export const removeOldSignatures = (tx: Tx, before: string, limit: number): boolean => {
  const old = tx.sql.select({ signature: signatures.signature }).from(signatures).where(lt(signatures.at, before)).limit(limit);
  return tx.sql.delete(signatures).where(sql`${signatures.signature} IN ${old}`).returning({ at: signatures.at }).all().length === limit;
};
