import { and, desc, eq, gt, inArray, isNull } from "drizzle-orm";
import { users } from "../accounts/table.ts";
import type { Connection } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { invites } from "./table.ts";

export type InviteRow = typeof invites.$inferSelect;

/** Neither used, revoked nor over, and made by someone who still may invite. */
const open = (db: Connection, now: string) =>
  and(
    isNull(invites.used_at),
    isNull(invites.revoked_at),
    gt(invites.expires_at, now),
    inArray(
      invites.created_by,
      db.sql
        .select({ no: users.no })
        .from(users)
        .where(and(eq(users.admin, true), isNull(users.deactivated_at))),
    ),
  );

export const insertInvite = (tx: Tx, row: Omit<InviteRow, "used_at" | "used_by" | "revoked_at">): void => {
  tx.sql.insert(invites).values(row).run();
};

/** Invitations that can still be used, newest first. */
export const listInvites = (db: Connection, now: string): InviteRow[] => db.sql.select().from(invites).where(open(db, now)).orderBy(desc(invites.created_at)).all();

/** The invitation of a code (by its hash) that can still be used. */
export const findOpenInvite = (db: Connection, code_hash: string, now: string): InviteRow | undefined =>
  db.sql
    .select()
    .from(invites)
    .where(and(eq(invites.code_hash, code_hash), open(db, now)))
    .get();

export const spendInvite = (tx: Tx, id: string, user_no: number): void => {
  tx.sql.update(invites).set({ used_at: tx.now, used_by: user_no }).where(eq(invites.id, id)).run();
};

/** Ends an invitation that can still be used. @returns false when there is none of this id */
export const revokeInvite = (tx: Tx, id: string): boolean =>
  tx.sql
    .update(invites)
    .set({ revoked_at: tx.now })
    .where(and(eq(invites.id, id), open(tx, tx.now)))
    .returning({ id: invites.id })
    .all().length > 0;
