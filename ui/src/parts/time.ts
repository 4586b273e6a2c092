const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });
const nearDay = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const farDay = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

const ago = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const short = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Milliseconds that the server's clock may be ahead of ours: what just happened there is not to come. */
const SKEW = 10 * 1000;
/** Milliseconds from which a date says more than a count of days. */
const FAR = 14 * DAY;

export const timeOf = (iso: string): string => clock.format(new Date(iso));
export const momentOf = (iso: string): string => exact.format(new Date(iso));

/** A day of the reader's own calendar, as a key that sorts. */
export const dayOf = (iso: string): string => {
  const at = new Date(iso);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
};

const noonOf = (day: string): Date => new Date(`${day}T12:00:00`);

/** A day as one says it on another, `today`. */
export const dayName = (day: string, today: string): string => {
  if (day === today) return "Today";
  const [at, now] = [noonOf(day), noonOf(today)];
  if (day === dayOf(new Date(now.getTime() - DAY).toISOString())) return "Yesterday";
  return (at.getFullYear() === now.getFullYear() ? nearDay : farDay).format(at);
};

export const dateOf = (iso: string): string => short.format(new Date(iso));

/** How far a time is from now, as one says it; a date when it is far. */
export const nearly = (iso: string, now: number): string => {
  const away = Date.parse(iso) - now;
  const far = Math.abs(away);
  if (far < MINUTE) return away > SKEW ? "in a moment" : "just now";
  if (far < HOUR) return ago.format(Math.round(away / MINUTE), "minute");
  if (far < DAY) return ago.format(Math.round(away / HOUR), "hour");
  return far < FAR ? ago.format(Math.round(away / DAY), "day") : dateOf(iso);
};
