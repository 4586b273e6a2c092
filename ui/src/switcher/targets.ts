import type { Author, Channel } from "../api.ts";
import { LOOSE, match } from "./match.ts";

/** Something to go to or do. More kinds, as conversations and projects, are more of these. */
export type Target = {
  id: string;
  kind: "channel" | "person" | "command";
  /** What is looked for and shown. */
  label: string;
  /** Looked for and shown too, behind it. */
  also?: string;
  /** What one may write before its label, as in "message Benji". */
  verb?: string;
  /** What choosing it does, where its label does not say. */
  hint?: string;
  /** How it is drawn. */
  icon: { channel: Channel } | { user: Author } | "command" | "search";
  unread?: number;
  calls?: number;
  go: () => void;
};

/** A target as it stands in the list, with the letters that were found. */
export type Found = { target: Target; at: readonly number[]; alsoAt: readonly number[] };
export type Group = { name: string; found: readonly Found[] };

/** Rows that are drawn at most: more than one looks through, few enough for the eye and the machine. */
const ROWS = 50;
const RECENT = 8;
const WAITING = 12;

/** A query that begins with one of these looks among that kind alone. */
const only: Record<string, Target["kind"]> = { "#": "channel", "@": "person", ">": "command" };

const meant = /(?:^|\s)-?(?:from|in|type|has|before|after|session):/i;

const plain = (targets: readonly Target[]): Found[] => targets.map((target) => ({ target, at: [], alsoAt: [] }));

/**
 * Before anything is typed: where one was lately, what waits to be read, the channels and the commands.
 * @param recent ids of targets, the newest first
 */
const offered = (targets: readonly Target[], recent: readonly string[]): Group[] => {
  const byId = new Map(targets.map((target) => [target.id, target]));
  const visited = recent.flatMap((id) => byId.get(id) ?? []).slice(0, RECENT);
  const rest = targets.filter((target) => target.kind === "channel" && !visited.includes(target));
  const waiting = rest
    .filter(({ unread, calls }) => unread || calls)
    .sort((a, b) => Number(Boolean(b.calls)) - Number(Boolean(a.calls)))
    .slice(0, WAITING);
  const commands = targets.filter(({ kind }) => kind === "command");
  const channels = rest.filter((target) => !waiting.includes(target)).slice(0, Math.max(0, ROWS - visited.length - waiting.length - commands.length));
  return [
    { name: "Recent", found: plain(visited) },
    { name: "Unread", found: plain(waiting) },
    { name: "Channels", found: plain(channels) },
    { name: "Commands", found: plain(commands) },
  ].filter(({ found }) => found.length > 0);
};

/** A query that says what to do, as well as with whom. */
const asked = (words: string, { verb, label }: Target) => {
  const whole = verb === undefined ? null : match(words, `${verb} ${label}`);
  return whole && { ...whole, at: [] };
};

/** The targets that a query finds, the best first; of equals those that stand first, and of channels those where one was lately. */
const looked = (query: string, targets: readonly Target[], recent: readonly string[]): Found[] => {
  const kind = only[query[0] ?? ""];
  const words = kind ? query.slice(1) : query;
  const lately = new Map(recent.map((id, index) => [id, index]));
  return targets
    .flatMap((target) => {
      if (kind && target.kind !== kind) return [];
      const label = match(words, target.label) ?? asked(words, target);
      const also = target.also === undefined ? null : match(words, target.also);
      if (!label && !also) return [];
      const score = Math.min(label?.score ?? Infinity, also?.score ?? Infinity);
      // Enter does the first: letters that stand about in a command's name are no wish for it.
      if (target.kind === "command" && score >= LOOSE) return [];
      return [{ target, at: label?.at ?? [], alsoAt: also?.at ?? [], score: Math.floor(score), recent: lately.get(target.id) ?? Infinity, exact: score }];
    })
    .sort((a, b) => a.score - b.score || (a.recent === b.recent ? a.exact - b.exact : a.recent - b.recent))
    .slice(0, ROWS);
};

/** What stands in the list for a query. Groups have names only while nothing is typed: after that the best is first. */
export const listed = (query: string, targets: readonly Target[], recent: readonly string[]): Group[] => {
  if (query.trim() === "") return offered(targets, recent);
  const found = looked(query.trimStart(), targets, recent);
  return found.length > 0 ? [{ name: "", found }] : [];
};

/** Adds the search for what is typed, last, or first where an operator shows that it is meant; nothing where one kind alone is looked for. */
export const withSearch = (groups: Group[], query: string, go: (words: string) => void): Group[] => {
  const words = query.trim();
  if (words === "" || only[words[0] ?? ""]) return groups;
  const target: Target = { id: "search", kind: "command", label: `Search for “${words}”`, hint: "in what was said", icon: "search", go: () => go(words) };
  const search: Group = { name: "", found: plain([target]) };
  return meant.test(words) ? [search, ...groups] : [...groups, search];
};
