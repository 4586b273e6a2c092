import { isSafe, keep as keepText, keptNames, kept as keptText, onKeptElsewhere } from "./keeping.ts";
import type { Pending } from "./reduce.ts";

/** Posts that are not yet on the server's disk, kept in the browser: each in an entry of its own, so that tabs do not overwrite each other's. */
const prefix = "colony.unsent.";
const nameOf = (user_id: string, key: string): string => `${prefix}${user_id}.${key}`;

export const keep = (user_id: string, pending: Pending): void => keepText(nameOf(user_id, pending.key), JSON.stringify({ ...pending, seen: null }));

export const forget = (user_id: string, key: string): void => keepText(nameOf(user_id, key), null);

/** Whether it would outlive the page. */
export const isKept = (user_id: string, key: string): boolean => isSafe(nameOf(user_id, key));

/** A user's unsent posts, in the order in which they were written. */
export const kept = (user_id: string): Pending[] =>
  keptNames(nameOf(user_id, ""))
    .flatMap((name) => parse(keptText(name)))
    .sort(inOrder);

export const inOrder = (a: Pending, b: Pending): number => a.created_at.localeCompare(b.created_at);

/** Tells what other tabs did with a user's unsent posts: one as it is now, or null when it was sent or thrown away. */
export const onElsewhere = (tell: (user_id: string, key: string, now: Pending | null) => void): void =>
  onKeptElsewhere(prefix, (rest, text) => {
    const [user_id = "", key = ""] = rest.split(".");
    tell(user_id, key, parse(text)[0] ?? null);
  });

const parse = (text: string | null): Pending[] => {
  try {
    const pending = JSON.parse(text ?? "");
    return typeof pending?.key === "string" ? [{ ...pending, seen: null }] : [];
  } catch {
    return [];
  }
};
