import cronstrue from "cronstrue";

/** When a cron expression is due, as one says it; null for one that is none. */
export const cronWords = (cron: string): string | null => {
  if (cron.trim().split(/\s+/).length !== 5) return null;
  try {
    return cronstrue.toString(cron.trim(), { use24HourTimeFormat: true, throwExceptionOnParseError: true });
  } catch {
    return null;
  }
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** The zone that the reader's clock is in. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A time to the minute on the clock of a zone: `Mon 30 Mar, 09:00`. */
export const clockIn = (iso: string, zone: string): string => {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat(undefined, { timeZone: zone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  formats.set(zone, format);
  return format.format(new Date(iso));
};

/** The zones that a browser knows, UTC and one's own first. */
export const zones = (): string[] => [...new Set(["UTC", ownZone(), ...Intl.supportedValuesOf("timeZone")])];
