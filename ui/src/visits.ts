import { createEffect, createMemo, createSignal } from "solid-js";
import { store, stored } from "./stored.ts";

/** Channels that are remembered: more than a switcher shows, few enough to keep. */
const KEPT = 30;

const read = (name: string): string[] => {
  try {
    const kept: unknown = JSON.parse(stored(name) ?? "[]");
    return Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
};

/** The channels a user was in, newest first, by id; the one that is open stands first. `user_id` is asked for once. */
export const createVisits = (user_id: string, open: () => string | undefined) => {
  const name = `colony.visits.${user_id}`;
  const [visits, setVisits] = createSignal<readonly string[]>(read(name));
  const opened = createMemo(open);
  createEffect(() => {
    const id = opened();
    if (id === undefined) return;
    const now = setVisits((before) => [id, ...before.filter((other) => other !== id)].slice(0, KEPT));
    store(name, JSON.stringify(now));
  });
  return visits;
};
