import { Cron } from "croner";
import { AppError } from "../errors.ts";
import { SCHEDULE_NEXT_TIMES } from "../limits.ts";

/** When something is due. `timezone`: an IANA name. */
export type When = { cron: string; timezone: string };

const NEVER = "names a time that never comes";
const ZONE = /^[A-Za-z][A-Za-z0-9_+\-/]*$/;

const parsed = ({ cron, timezone }: When): Cron => new Cron(cron, { mode: "5-part", timezone, paused: true });

/** The first due time after a moment; null when there is none. In a night in which clocks change a time that comes twice is due once, and one that is left out is due as soon as clocks go on. */
export const nextOf = (when: When, after: Date): Date | null => parsed(when).nextRun(after);

/** The latest due time at or before a moment, of which one due time is known. */
export const latestOf = (when: When, known: Date, now: Date): Date => {
  const [latest] = parsed(when).previousRuns(1, new Date(now.getTime() + 1));
  return latest && latest > known && latest <= now ? latest : known;
};

/** What is wrong with a cron expression or its zone, and where; null when it can be used. */
export const problemOf = ({ cron, timezone }: When, now: Date): { field: keyof When; problem: string } | null => {
  if (!isZone(timezone)) return { field: "timezone", problem: `'${timezone}' is no time zone that is known here` };
  const fields = cron.trim().split(/\s+/).length;
  if (fields !== 5 || /[\r\n]/.test(cron)) return { field: "cron", problem: `must have five fields (minute, hour, day of the month, month, day of the week), not ${fields}` };
  try {
    return nextOf({ cron, timezone }, now) ? null : { field: "cron", problem: NEVER };
  } catch (error) {
    return { field: "cron", problem: (error instanceof Error ? error.message : String(error)).replace(/^CronPattern: /, "") };
  }
};

const isZone = (timezone: string): boolean => {
  try {
    return ZONE.test(timezone) && new Intl.DateTimeFormat("en", { timeZone: timezone }) !== null;
  } catch {
    return false;
  }
};

/** The next times, as they go on the wire. */
export const nextTimes = (when: When, now: Date): string[] =>
  parsed(when)
    .nextRuns(SCHEDULE_NEXT_TIMES, now)
    .map((time) => time.toISOString());

/** @returns the next due time @throws AppError `bad_schedule` */
export const dueNext = (when: When, now: Date): string => {
  const { field, problem } = problemOf(when, now) ?? { field: "cron", problem: NEVER };
  const next = problem === NEVER ? nextOf(when, now) : null;
  if (!next) throw new AppError("bad_schedule", { message: `${field} ${problem}.`, details: [{ path: field, message: problem }] });
  return next.toISOString();
};
