import type { JSX } from "solid-js";
import { momentOf } from "./time.ts";

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const ago = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Milliseconds from which a date says more than a count of days. */
const FAR = 14 * DAY;

/** How far a time is from now, as one says it; a date when it is far. */
export const nearly = (iso: string, now = Date.now()): string => {
  const away = Date.parse(iso) - now;
  const far = Math.abs(away);
  if (far < MINUTE) return "just now";
  if (far < HOUR) return ago.format(Math.round(away / MINUTE), "minute");
  if (far < DAY) return ago.format(Math.round(away / HOUR), "hour");
  return far < FAR ? ago.format(Math.round(away / DAY), "day") : day.format(new Date(iso));
};

/** A time in a word or two, to the second on pointing at it. `date`: as a date, however near. */
export const When = (props: { at: string; date?: boolean }): JSX.Element => (
  <time dateTime={props.at} data-tip={momentOf(props.at)}>
    {props.date ? day.format(new Date(props.at)) : nearly(props.at)}
  </time>
);
