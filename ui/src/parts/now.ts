import { createSignal } from "solid-js";
import { dayOf } from "./time.ts";

/** Milliseconds: what the page says of time is told to the minute at most. */
const MINUTE = 60_000;

const [now, setNow] = createSignal(Date.now());
const [today, setToday] = createSignal(dayOf(new Date().toISOString()));

setInterval(() => {
  setNow(Date.now());
  setToday(dayOf(new Date().toISOString()));
}, MINUTE);

/** The time, as a signal that goes on each minute; and the reader's day, as `dayOf` names it, that changes at midnight: a page stays open for weeks. */
export { now, today };
