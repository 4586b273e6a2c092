import { isAnswer } from "../agents/growing.ts";
import type { Message } from "../api.ts";
import { dayOf } from "../parts/time.ts";
import type { Pending } from "../reduce.ts";

/** What stands above a row: the day it begins, the line above what is new. `head`: it names its speaker. */
type Above = { day: string | null; isNew: boolean; head: boolean };

/** `answers`: whether it says what it answers. */
export type MessageRow = Above & { kind: "message"; message: Message; replies: number; answers: boolean };
export type PendingRow = Above & { kind: "pending"; pending: Pending };
export type Row = MessageRow | PendingRow;

/**
 * Rows by key, the keys in order, and where each stands. A key stays the same while its row is on the page.
 * `stretch` changes when nothing of the stretch before is left; `shift`: rows came or went at the start.
 */
export type Layout = { keys: readonly string[]; rows: ReadonlyMap<string, Row>; places: ReadonlyMap<string, number>; stretch: number; shift: boolean };

export const noRows: Layout = { keys: [], rows: new Map(), places: new Map(), stretch: 0, shift: false };

/** Milliseconds within which messages of one author and session stand under one head. */
const RUN = 5 * 60 * 1000;

type Speaker = { user_id: string | undefined; session: unknown; at: string };

const sameRun = (a: Speaker, b: Speaker): boolean => a.user_id === b.user_id && a.session === b.session && Date.parse(b.at) - Date.parse(a.at) < RUN;

type Input = { messages: readonly Message[]; pending: readonly Pending[]; me: string | undefined; newFrom: number | null; ofTwo: boolean };

/**
 * Lays a timeline out: day marks, the line above what is new, runs of one speaker, and own posts that are not yet acknowledged.
 * `ofTwo`: it is all that two say to each other, where an answer right under what it answers need not say so.
 */
export const layOut = ({ messages, pending, me, newFrom, ofTwo }: Input, before: Layout): Layout => {
  const rows = new Map<string, Row>();
  const right = new Set(ofTwo ? messages.flatMap(({ id, reply_to }, at) => (reply_to !== null && reply_to === messages[at - 1]?.id ? [id] : [])) : []);
  const replies = repliesIn(messages, right);
  let speaker: Speaker | null = null;
  let day = "";
  let marked = newFrom === null;

  const above = (next: Speaker, isNew: boolean): Above => {
    const today = dayOf(next.at);
    const breaks = today !== day;
    const head = breaks || isNew || speaker === null || !sameRun(speaker, next);
    speaker = next;
    day = today;
    return { day: breaks ? today : null, isNew, head };
  };

  for (const message of messages) {
    const isNew = !marked && message.seq >= (newFrom ?? 0);
    marked ||= isNew;
    // An answer of a resident names its speaker always: what it cost stands there.
    const session = isAnswer(message) ? message.id : message.metadata?.session_id;
    const speaks = { user_id: message.user.id, session, at: message.created_at };
    rows.set(message.id, {
      ...above(speaks, isNew),
      kind: "message",
      message,
      replies: replies.get(message.id) ?? 0,
      answers: message.reply_to !== null && !right.has(message.id),
    });
    if (message.deleted_at !== null) speaker = null;
  }
  for (const one of pending) {
    if (one.seen !== null && rows.has(one.seen)) continue;
    rows.set(one.key, { ...above({ user_id: me, session: undefined, at: one.created_at }, false), kind: "pending", pending: one });
  }
  const keys = [...rows.keys()];
  return { keys, rows, places: new Map(keys.map((key, at) => [key, at])), ...moved(keys, rows, before) };
};

/** How many messages answer each; nothing of those whose only answer stands right under them. */
const repliesIn = (messages: readonly Message[], right: ReadonlySet<string>): Map<string, number> => {
  const count = new Map<string, number>();
  const elsewhere = new Set<string>();
  for (const { id, reply_to, deleted_at } of messages) {
    if (reply_to === null || deleted_at !== null) continue;
    count.set(reply_to, (count.get(reply_to) ?? 0) + 1);
    if (!right.has(id)) elsewhere.add(reply_to);
  }
  return right.size === 0 ? count : new Map([...count].filter(([id]) => elsewhere.has(id)));
};

const moved = (keys: readonly string[], rows: ReadonlyMap<string, Row>, before: Layout): Pick<Layout, "stretch" | "shift"> => {
  // An own post changes its key when it is acknowledged: it says nothing of where the list stands.
  const stood = (key: string) => before.rows.get(key)?.kind === "message";
  const [first, last] = [before.keys.find(stood), before.keys.findLast(stood)];
  if (first === undefined || last === undefined) return { stretch: before.stretch, shift: false };
  if (!rows.has(first) && !rows.has(last)) return { stretch: before.stretch + 1, shift: false };
  return { stretch: before.stretch, shift: keys[0] !== first };
};
