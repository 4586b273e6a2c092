import type { Static } from "@sinclair/typebox";
import { type Deed, deeds, operator, record } from "../accounts/audit.ts";
import type { Actor } from "../accounts/credentials.ts";
import { adminOnly } from "../accounts/standing.ts";
import type { Channel } from "../channels/directory.ts";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";
import type { Connection } from "../db/open.ts";
import { invalid } from "../errors.ts";
import { AUDIT_ENTRIES } from "../limits.ts";
import type { Audit, Entry } from "./model.ts";
import { type AuditRow, inviteNotes, keepSettings, lastSettings, listAudit, tokenNames } from "./store.ts";

type EntryWire = Static<typeof Entry>;

/** `user` is an id or username, `action` a list with commas between; times are ISO. */
export type Asked = { action?: string; user?: string; since?: string; until?: string; before?: number; limit?: number };

const isDeed = (action: string): action is Deed => action in deeds;

/** What was done here, newest first, as an admin. Of channels hidden from that admin it tells that something was done, and nothing else. @throws AppError `forbidden`, `not_found`, `validation_failed` */
export const readAudit = (ctx: Context, actor: Actor, asked: Asked): Static<typeof Audit> => {
  adminOnly(actor);
  const actions = asked.action?.split(",").map((action) => action.trim()) ?? [];
  const wrong = actions.find((action) => !isDeed(action));
  if (wrong !== undefined) throw invalid("action", `'${wrong.slice(0, 40)}' is not a deed`, `Send some of ${Object.keys(deeds).join(", ")}, with commas between.`);
  const { since, until, before, limit = AUDIT_ENTRIES.default } = asked;
  const user = asked.user === undefined ? undefined : ctx.users.get(asked.user);
  const rows = listAudit(ctx.db, { actions, user, since, until, before, reader: actor.user.no }, limit + 1);
  const shown = rows.slice(0, limit);
  return { entries: show(ctx, actor, shown), next_before: rows.length > limit ? (shown.at(-1)?.no ?? null) : null };
};

const kindOf = (action: string) => (isDeed(action) ? deeds[action] : null);

const show = (ctx: Context, actor: Actor, rows: AuditRow[]): EntryWire[] => {
  const ids = (kind: string) => rows.flatMap(({ action, subject }) => (subject !== null && kindOf(action) === kind ? [subject] : []));
  const names = new Map([...tokenNames(ctx.db, ids("token")), ...inviteNotes(ctx.db, ids("invite"))]);
  const nameOf = (kind: string, id: string): string | null => {
    if (kind === "user") return ctx.users.find(id)?.username ?? null;
    return kind === "channel" ? (ctx.channels.find(id)?.name ?? null) : (names.get(id) ?? null);
  };
  return rows.map((row) => {
    const { operator: account = null, ...details } = row.details ?? {};
    const kind = kindOf(row.action);
    // Where a deleted file was seen is not known any more.
    const hidden = kind === "file" || channelsOf(ctx, row).some((channel) => !canRead(channel, actor.user.no));
    const told = hidden ? {} : inWords(ctx, details);
    return {
      id: row.no,
      at: row.at,
      action: row.action,
      actor: row.actor_no === null ? null : ctx.users.author(row.actor_no),
      operator: typeof account === "string" ? account : null,
      subject: kind === null || row.subject === null ? null : { kind, ...(hidden ? { id: null, name: null } : { id: row.subject, name: nameOf(kind, row.subject) }) },
      address: row.address,
      details: Object.keys(told).length > 0 ? told : null,
    };
  });
};

/** The channels that an entry speaks of. */
const channelsOf = (ctx: Context, { action, subject, details }: AuditRow): Channel[] =>
  [kindOf(action) === "channel" ? subject : null, details?.channel].flatMap((id) => (typeof id === "string" ? (ctx.channels.find(id) ?? []) : []));

/** Details as people read them: the names of those who stand in them by id. */
const inWords = (ctx: Context, { user, channel, ...details }: Record<string, unknown>): Record<string, unknown> => ({
  ...details,
  ...(typeof user === "string" && { user: ctx.users.find(user)?.username ?? user }),
  ...(typeof channel === "string" && { channel: ctx.channels.find(channel)?.name ?? channel }),
});

/** Writes down which settings are others than at the last start. Of a secret one only that it is set. */
export const noteSettings = async (ctx: Context): Promise<void> => {
  const now = ctx.config.shown;
  const text = JSON.stringify(now);
  const last = lastSettings(ctx.db);
  if (last === text) return;
  const before: Record<string, string> = last === undefined ? now : JSON.parse(last);
  await ctx.write((tx) => {
    keepSettings(tx, text);
    for (const [setting, to] of Object.entries(now)) {
      const from = before[setting] ?? null;
      if (from !== to) record(tx, operator, "setting_changed", null, { setting, from, to });
    }
  });
};

/** The settings of the last start as `noteSettings` wrote them down, by name, as JSON texts (`set` for a secret that is set); null when there was none. */
export const settingsAtStart = (db: Connection): Record<string, string> | null => {
  const text = lastSettings(db);
  return text === undefined ? null : JSON.parse(text);
};
