import { and, asc, desc, eq, gt, isNull, lt, ne, type SQL, sql } from "drizzle-orm";
import type { Connection } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { deliveries, webhooks } from "./table.ts";

export type HookRow = typeof webhooks.$inferSelect;
export type DeliveryRow = typeof deliveries.$inferSelect;

export const insertHook = (tx: Tx, row: Omit<typeof webhooks.$inferInsert, "no">): HookRow => tx.sql.insert(webhooks).values(row).returning().get();

export const updateHook = (tx: Tx, no: number, change: Partial<Omit<HookRow, "no" | "id">>): void => {
  tx.sql.update(webhooks).set(change).where(eq(webhooks.no, no)).run();
};

/** Webhooks that have not ended and are as asked for, oldest first. */
const standing = (db: Connection, ...asked: SQL[]) =>
  db.sql
    .select()
    .from(webhooks)
    .where(and(isNull(webhooks.ended_at), ...asked))
    .orderBy(asc(webhooks.no));

export const findHook = (db: Connection, id: string): HookRow | undefined => standing(db, eq(webhooks.id, id)).get();

export const hookByNo = (db: Connection, no: number): HookRow | undefined => standing(db, eq(webhooks.no, no)).get();

export const hookBySecret = (db: Connection, secret_hash: string): HookRow | undefined => standing(db, eq(webhooks.secret_hash, secret_hash)).get();

export const hooksOf = (db: Connection, channel_no: number): HookRow[] => standing(db, eq(webhooks.channel_no, channel_no)).all();

/** All that go out and are not paused. */
export const sendingHooks = (db: Connection): HookRow[] => standing(db, eq(webhooks.kind, "out"), isNull(webhooks.paused_at)).all();

export const insertDelivery = (tx: Tx, row: Pick<DeliveryRow, "id" | "hook_no" | "event" | "seq" | "created_at"> & Partial<DeliveryRow>): DeliveryRow =>
  tx.sql
    .insert(deliveries)
    .values({ state: "waiting", attempts: 0, ...row })
    .returning()
    .get();

/** The oldest delivery of a webhook that waits, behind the one numbered `after`. */
export const nextDelivery = (db: Connection, hook_no: number, after: number): DeliveryRow | undefined =>
  db.sql
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.hook_no, hook_no), eq(deliveries.state, "waiting"), gt(deliveries.no, after)))
    .orderBy(asc(deliveries.no))
    .limit(1)
    .get();

export const findDelivery = (db: Connection, hook_no: number, id: string): DeliveryRow | undefined =>
  db.sql
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.hook_no, hook_no), eq(deliveries.id, id)))
    .get();

/** Deliveries of a webhook, newest first. */
export const listDeliveries = (db: Connection, hook_no: number, limit: number): DeliveryRow[] =>
  db.sql.select().from(deliveries).where(eq(deliveries.hook_no, hook_no)).orderBy(desc(deliveries.no)).limit(limit).all();

export const updateDelivery = (tx: Tx, no: number, change: Partial<Omit<DeliveryRow, "no" | "id">>): void => {
  tx.sql.update(deliveries).set(change).where(eq(deliveries.no, no)).run();
};

/** Removes what was settled of a webhook but for the newest `keep`. */
export const trimDeliveries = (tx: Tx, hook_no: number, keep: number): void => {
  const settled = and(eq(deliveries.hook_no, hook_no), ne(deliveries.state, "waiting"));
  const oldest = tx.sql.select({ no: deliveries.no }).from(deliveries).where(settled).orderBy(desc(deliveries.no)).limit(1).offset(keep);
  tx.sql
    .delete(deliveries)
    .where(and(settled, lt(deliveries.no, sql`${oldest} + 1`)))
    .run();
};

export const removeDeliveries = (tx: Tx, hook_no: number): void => {
  tx.sql.delete(deliveries).where(eq(deliveries.hook_no, hook_no)).run();
};
