import type { Message } from "../api.ts";
import { dayOf } from "../parts/time.ts";
import type { Pending } from "../reduce.ts";

export type Row = { kind: "day"; day: string } | { kind: "new" } | { kind: "message"; message: Message; head: boolean } | { kind: "pending"; pending: Pending; head: boolean };

/** Rows by key, and the keys in order. A key stays the same while its row is on the page. */
export type Layout = { keys: string[]; rows: Map<string, Row> };

/** Milliseconds within which messages of one author and session stand under one head. */
const RUN = 5 * 60 * 1000;

type Speaker = { user_id: string | undefined; session: unknown; at: string };

const sameRun = (a: Speaker, b: Speaker): boolean => a.user_id === b.user_id && a.session === b.session && Date.parse(b.at) - Date.parse(a.at) < RUN;

/** Lays a timeline out: day marks, the line above what is new, runs of one speaker, and own posts that are not yet acknowledged. */
export const layOut = (messages: readonly Message[], pending: readonly Pending[], me: string | undefined, newFrom: number | null): Layout => {
  const rows = new Map<string, Row>();
  let speaker: Speaker | null = null;
  let day = "";

  /** @returns whether the next one needs a head */
  const step = (next: Speaker, isNew: boolean): boolean => {
    const today = dayOf(next.at);
    const breaks = today !== day;
    if (breaks) rows.set(`day:${today}`, { kind: "day", day: today });
    if (isNew) rows.set("new", { kind: "new" });
    const head = breaks || isNew || speaker === null || !sameRun(speaker, next);
    speaker = next;
    day = today;
    return head;
  };

  for (const message of messages) {
    const isNew = newFrom !== null && message.seq >= newFrom && !rows.has("new");
    const head = step({ user_id: message.user.id, session: message.metadata?.session_id, at: message.created_at }, isNew);
    if (message.deleted_at !== null) speaker = null;
    rows.set(message.id, { kind: "message", message, head });
  }
  for (const one of pending) {
    if (one.seen !== null && messages.some(({ id }) => id === one.seen)) continue;
    rows.set(one.key, { kind: "pending", pending: one, head: step({ user_id: me, session: undefined, at: one.created_at }, false) });
  }
  return { keys: [...rows.keys()], rows };
};

/** The seq from which the last `unread` messages of others stand; null when there are none, or their first is not among these. */
export const firstUnread = (messages: readonly Message[], unread: number, me: string | undefined): number | null => {
  let left = unread;
  for (let at = messages.length - 1; at >= 0 && left > 0; at--) {
    const message = messages[at];
    if (!message || message.user.id === me || message.deleted_at !== null) continue;
    left--;
    if (left === 0) return message.seq;
  }
  return null;
};
