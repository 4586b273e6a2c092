import { isTerminal } from "./say.ts";

const units: [seconds: number, name: string][] = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "min"],
  [1, "s"],
];

const counted = (seconds: number): string => {
  const [size, name] = units.find(([size]) => seconds >= size) ?? [1, "s"];
  const count = Math.floor(seconds / size);
  return `${count} ${name}${count > 1 && size > 60 ? "s" : ""}`;
};

/** A time as whoever reads wants it: on a terminal how long ago or ahead it is, for a program as it came. */
export const ago = (time: string | null): string => {
  if (time === null) return "";
  if (!isTerminal()) return time;
  const seconds = Math.round((Date.now() - Date.parse(time)) / 1_000);
  if (Math.abs(seconds) < 2) return "now";
  return seconds > 0 ? `${counted(seconds)} ago` : `in ${counted(-seconds)}`;
};

/** How long something took, or takes by now: "0.4 s", "3 min 12 s"; empty for what has not begun. */
export const lasting = (from: string | null, until: string | null): string => {
  if (from === null) return "";
  const ms = Math.max(0, (until === null ? Date.now() : Date.parse(until)) - Date.parse(from));
  if (!isTerminal()) return `${ms}ms`;
  const seconds = Math.round(ms / 1_000);
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

/** Seconds in words: "45 s", "27 min". */
export const span = (seconds: number): string => (seconds < 1 ? "0 s" : counted(seconds));
