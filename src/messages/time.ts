import { invalid } from "../errors.ts";

const isoTime = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+ -]\d{2}:?\d{2})?)?$/;

/**
 * An ISO 8601 time in the form the store compares: UTC with milliseconds; null when it is none. A date is its first moment,
 * a time without a zone is UTC; a `+` of an offset arrives as a space when it was not escaped in a query.
 */
export const utcTime = (written: string): string | null => {
  const text = isoTime.test(written) ? written.replace(/^(.{10}) /, "$1T").replace(/ (\d{2}:?\d{2})$/, "+$1") : "";
  const zoned = /T/.test(text) && !/([Zz]|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
};

/** As `utcTime`. `path` names the field it came in. @throws AppError `validation_failed` */
export const parseTime = (path: string, written: string): string => {
  const time = utcTime(written);
  if (time === null) throw invalid(path, "is not an ISO 8601 time", `Send for example ${path}${path === "since" ? "=" : ": "}2026-03-29T16:05:00Z.`);
  return time;
};
