import { createEffect, createSignal, onCleanup } from "solid-js";

/** Milliseconds that a timer can wait at most; what is farther is looked at again then. */
const LONGEST = 2 ** 31 - 1;

/** Whether a time has come, told the moment it does. `at`: an ISO time; null never comes. */
export const createUntil = (at: () => string | null): (() => boolean) => {
  const [now, setNow] = createSignal(Date.now());
  createEffect(() => {
    const end = at();
    const left = end === null ? 0 : Date.parse(end) - now();
    if (left <= 0) return;
    const timer = setTimeout(() => setNow(Date.now()), Math.min(LONGEST, left + 1));
    onCleanup(() => clearTimeout(timer));
  });
  return () => {
    const end = at();
    return end !== null && Date.parse(end) <= Math.max(now(), Date.now());
  };
};
