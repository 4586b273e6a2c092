import { and, eq, lt, sql } from "drizzle-orm";
import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { idempotency } from "./table.ts";

export type KeyRow = typeof idempotency.$inferSelect;

const find = prepare(({ sql: db }) =>
  db
    .select()
    .from(idempotency)
    .where(and(eq(idempotency.user_no, sql.placeholder("user_no")), eq(idempotency.key, sql.placeholder("key"))))
    .prepare(),
);
const insert = prepare(({ raw }) =>
  raw.query<unknown, [number, string, string, number | null, string | null, string]>(
    "INSERT OR REPLACE INTO idempotency (user_no, key, fingerprint, message_key, sealed, at) VALUES (?, ?, ?, ?, ?, ?)",
  ),
);

export const findKey = (db: Connection, user_no: number, key: string): KeyRow | undefined => find(db).get({ user_no, key });

export const insertKey = (tx: Tx, row: KeyRow): void => {
  insert(tx).run(row.user_no, row.key, row.fingerprint, row.message_key, row.sealed, row.at);
};

/** Removes keys older than `before` (ISO time), at most `limit`. */
export const removeOldKeys = (tx: Tx, before: string, limit: number): boolean => {
  const old = tx.sql.select({ row: sql<number>`rowid` }).from(idempotency).where(lt(idempotency.at, before)).limit(limit);
  return tx.sql.delete(idempotency).where(sql`rowid IN ${old}`).returning({ key: idempotency.key }).all().length === limit;
};
