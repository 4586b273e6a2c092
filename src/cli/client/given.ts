import { CommandError, EXIT } from "../failure.ts";

const spans: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

const span = (text: string): number | null => {
  const [, digits = "", unit = "s"] = /^(\d{1,9})([smhdw]?)$/.exec(text) ?? [];
  return digits === "" ? null : Number(digits) * (spans[unit || "s"] ?? 1);
};

/** A whole number that somebody gave. @param what the option it was given to @throws CommandError */
export const count = (text: string, what: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new CommandError(`${what} takes a whole number, not '${text}'.`, EXIT.usage);
  return Number(text);
};

/** A time that somebody gave, in seconds: `90`, `15m`, `2h`, `1d`. @throws CommandError */
export const seconds = (text: string): number => {
  const given = span(text);
  if (given === null) throw new CommandError(`'${text}' is no time: give seconds, or 15m, 2h, 1d.`, EXIT.usage);
  return given;
};

/** A moment that somebody gave: so long ago (`15m`, `2h`, `1d`), or as the API has it. @throws CommandError */
export const sinceTime = (text: string): string => {
  const ago = /[smhdw]$/.test(text) ? span(text) : null;
  return ago === null ? moment(text) : new Date(Date.now() - ago * 1000).toISOString();
};

/** A moment so long from now, or as the API has it. @throws CommandError */
export const untilTime = (text: string): string => {
  const ahead = span(text);
  return ahead === null ? moment(text) : new Date(Date.now() + ahead * 1000).toISOString();
};

const moment = (text: string): string => {
  if (/^\d{4}-/.test(text)) return text;
  throw new CommandError(`'${text}' is no time: give 15m, 2h or 1d, or a moment such as 2026-03-29T16:05:00Z.`, EXIT.usage);
};
