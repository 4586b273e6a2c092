import { and, desc, eq, gte, inArray, lt, lte, or, type SQL } from "drizzle-orm";
import { audit, tokens } from "../accounts/table.ts";
import type { Connection } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { meta } from "../feed/table.ts";
import { invites } from "../registration/table.ts";

export type AuditRow = typeof audit.$inferSelect;

/** Which entries: `actions` empty for all; `since` and `until` are ISO times, both inclusive; `before` a row's number. */
export type AuditFilter = { actions: string[]; user?: { no: number; id: string }; since?: string; until?: string; before?: number };

/** Entries that match, newest first, at most `limit`. */
export const listAudit = (db: Connection, { actions, user, since, until, before }: AuditFilter, limit: number): AuditRow[] => {
  const conditions: (SQL | undefined)[] = [];
  if (actions.length > 0) conditions.push(inArray(audit.action, actions));
  if (user) conditions.push(or(eq(audit.actor_no, user.no), eq(audit.subject, user.id)));
  if (since !== undefined) conditions.push(gte(audit.at, since));
  if (until !== undefined) conditions.push(lte(audit.at, until));
  if (before !== undefined) conditions.push(lt(audit.no, before));
  return db.sql
    .select()
    .from(audit)
    .where(and(...conditions))
    .orderBy(desc(audit.no))
    .limit(limit)
    .all();
};

/** What tokens are called: id → name. */
export const tokenNames = (db: Connection, ids: string[]): Map<string, string> =>
  new Map(
    db.sql
      .select({ id: tokens.id, name: tokens.name })
      .from(tokens)
      .where(inArray(tokens.id, ids))
      .all()
      .map(({ id, name }) => [id, name]),
  );

/** Whom invitations are for: id → note, of those that have one. */
export const inviteNotes = (db: Connection, ids: string[]): Map<string, string> =>
  new Map(
    db.sql
      .select({ id: invites.id, note: invites.note })
      .from(invites)
      .where(inArray(invites.id, ids))
      .all()
      .flatMap(({ id, note }) => (note === null ? [] : [[id, note]])),
  );

/** The settings of the start before this one, as text; undefined on the first. */
export const lastSettings = (db: Connection): string | undefined => db.sql.select({ value: meta.value }).from(meta).where(eq(meta.name, "settings")).get()?.value;

export const keepSettings = (tx: Tx, value: string): void => {
  tx.sql.insert(meta).values({ name: "settings", value }).onConflictDoUpdate({ target: meta.name, set: { value } }).run();
};
