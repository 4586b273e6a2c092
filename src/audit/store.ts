import { and, desc, eq, gte, inArray, lt, lte, notExists, type SQL, sql } from "drizzle-orm";
import { audit, tokens } from "../accounts/table.ts";
import { channels, members } from "../channels/table.ts";
import { type Connection, prepare } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { meta } from "../feed/table.ts";
import { invites } from "../registration/table.ts";

export type AuditRow = typeof audit.$inferSelect;

/** Which entries: `actions` empty for all; `since` and `until` are ISO times, both inclusive; `before` a row's number; `reader` who asks. */
export type AuditFilter = { actions: string[]; user?: { no: number; id: string }; since?: string; until?: string; before?: number; reader: number };

/** What was done to a user where the subject is another thing, a channel or a token; not in channels hidden from `reader`, who learns of no one there. */
const doneTo = (db: Connection, user_id: string, reader: number): SQL => {
  const member = db.sql
    .select({ no: members.user_no })
    .from(members)
    .where(and(eq(members.channel_no, channels.no), eq(members.user_no, reader)));
  const hidden = db.sql
    .select({ no: channels.no })
    .from(channels)
    .where(and(eq(channels.id, audit.subject), sql`${channels.visibility} <> 'public'`, notExists(member)));
  return sql`json_extract(${audit.details}, '$.user') = ${user_id} AND ${notExists(hidden)}`;
};

const edges = prepare(({ raw }) => ({
  since: raw.query<{ no: number }, [string]>("SELECT no FROM audit WHERE at >= ? ORDER BY at, no LIMIT 1"),
  until: raw.query<{ no: number }, [string]>("SELECT no FROM audit WHERE at <= ? ORDER BY at DESC, no DESC LIMIT 1"),
}));

/** Entries that match, newest first, at most `limit`. Each query walks one index from its end, so that a page costs the same after years. */
export const listAudit = (db: Connection, { actions, user, since, until, before, reader }: AuditFilter, limit: number): AuditRow[] => {
  const conditions: SQL[] = [];
  if (actions.length > 0) conditions.push(inArray(audit.action, actions));
  // Numbers grow with time: a stretch of time is one of numbers, give or take a clock that was set back.
  if (since !== undefined) conditions.push(gte(audit.no, edges(db).since.get(since)?.no ?? Number.MAX_SAFE_INTEGER), sql`+${audit.at} >= ${since}`);
  if (until !== undefined) conditions.push(lte(audit.no, edges(db).until.get(until)?.no ?? 0), sql`+${audit.at} <= ${until}`);
  if (before !== undefined) conditions.push(lt(audit.no, before));
  const newest = (...more: SQL[]): AuditRow[] =>
    db.sql
      .select()
      .from(audit)
      .where(and(...conditions, ...more))
      .orderBy(desc(audit.no))
      .limit(limit)
      .all();
  if (!user) return newest();
  const all = [eq(audit.actor_no, user.no), eq(audit.subject, user.id), doneTo(db, user.id, reader)].flatMap((one) => newest(one));
  return [...new Map(all.map((row) => [row.no, row])).values()].toSorted((a, b) => b.no - a.no).slice(0, limit);
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
