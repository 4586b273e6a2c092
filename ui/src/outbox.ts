import type { Pending } from "./reduce.ts";

/** Posts that are not yet on the server's disk, kept in the browser: each in an entry of its own, so that tabs do not overwrite each other's. */
const prefix = (user_id: string) => `colony.unsent.${user_id}.`;

export const keep = (user_id: string, pending: Pending): void => {
  try {
    localStorage.setItem(prefix(user_id) + pending.key, JSON.stringify(pending));
  } catch {
    // Storage is full or forbidden: the post still goes out, it only would not survive a reload.
  }
};

export const forget = (user_id: string, key: string): void => localStorage.removeItem(prefix(user_id) + key);

export const kept = (user_id: string): Pending[] =>
  Object.keys(localStorage)
    .filter((name) => name.startsWith(prefix(user_id)))
    .flatMap((name) => parse(localStorage.getItem(name)))
    .sort((a, b) => a.created_at.localeCompare(b.created_at));

const parse = (text: string | null): Pending[] => {
  try {
    const pending = JSON.parse(text ?? "");
    return typeof pending?.key === "string" ? [{ ...pending, seen: null }] : [];
  } catch {
    return [];
  }
};
