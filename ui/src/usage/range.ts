/** Days that one may look back over. */
export const ranges = [7, 30, 90] as const;
export type Range = (typeof ranges)[number];

const DAY = 24 * 60 * 60 * 1_000;

/** The range that an address names; a month where it names none. */
export const rangeOf = (named: string | null): Range => ranges.find((days) => String(days) === named) ?? 30;

/** A day as the server counts them, in UTC: `2026-03-29`. `at`: milliseconds since 1970. */
const utcDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The first and the last of so many days up to today's. `now`: milliseconds since 1970. */
export const spanOf = (range: Range, now: number): { from: string; to: string } => ({ from: utcDay(now - (range - 1) * DAY), to: utcDay(now) });

const long = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
const short = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });

/** A day in words. `briefly`: as under a bar. */
export const dayWords = (day: string, briefly = false): string => (day === "" ? "" : (briefly ? short : long).format(new Date(`${day}T00:00:00.000Z`)));

/** Days between two that are named under the bars: what has room on a phone. */
const apart = (days: number): number => Math.max(1, Math.ceil(days / 5));

/** Whether a day is named under its bar; the last is, and from there back at even distances. */
export const tickOf = (index: number, days: number): boolean => (days - 1 - index) % apart(days) === 0;
