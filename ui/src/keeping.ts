import { createSignal } from "solid-js";
import { stored } from "./stored.ts";

/** What storage would not take, by name: it lives as long as the page does. */
const [unkept, setUnkept] = createSignal<ReadonlyMap<string, string>>(new Map());

/**
 * Keeps what somebody wrote. Where the browser's storage is full or forbidden the page holds it, and warns before it is closed.
 * @param text null forgets what stands under the name
 */
export const keep = (name: string, text: string | null): void => {
  let done = true;
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
  } catch {
    done = text === null;
  }
  if (done && !unkept().has(name)) return;
  const now = new Map(unkept());
  if (done || text === null) now.delete(name);
  else now.set(name, text);
  setUnkept(now);
};

/** What is kept under a name, in storage or in the page. */
export const kept = (name: string): string | null => unkept().get(name) ?? stored(name);

/** Whether it would outlive the page. */
export const isSafe = (name: string): boolean => !unkept().has(name);

/** The names that begin with `prefix`, of all that is kept. */
export const keptNames = (prefix: string): string[] => {
  let inStorage: string[] = [];
  try {
    inStorage = Object.keys(localStorage);
  } catch {
    // Storage is forbidden.
  }
  return [...new Set([...inStorage, ...unkept().keys()])].filter((name) => name.startsWith(prefix));
};

/** Tells of what other tabs keep (or forget: null) under names that begin with `prefix`; `rest` is what follows it. */
export const onKeptElsewhere = (prefix: string, tell: (rest: string, text: string | null) => void): void =>
  addEventListener("storage", (event) => {
    if (event instanceof StorageEvent && event.key?.startsWith(prefix)) tell(event.key.slice(prefix.length), event.newValue);
  });

addEventListener("beforeunload", (event) => {
  if (unkept().size > 0) event.preventDefault();
});
