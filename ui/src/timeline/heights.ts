import type { Message } from "../api.ts";

/** Letters on a line and pixels of one, pixels of what stands around a message's lines, lines and letters that are shown of a long one: all about. */
const LETTERS = 100;
const LINE = 21;
const AROUND = 28;
const SHOWN = 30;
const LOOKED_AT = 3_000;

const heightOf = ({ content }: Message): number => {
  const lines = content.slice(0, LOOKED_AT).split("\n");
  const shown = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LETTERS)), 0);
  return AROUND + LINE * Math.min(SHOWN, shown);
};

/**
 * Pixels that a message among these takes on the mean, about: what the list counts on for rows that it has not measured.
 * By itself it takes the median of the first ones in view; where that is less than the truth, it draws several screens of rows at each step up.
 */
export const usualHeight = (messages: readonly Message[]): number | undefined =>
  messages.length === 0 ? undefined : Math.round(messages.reduce((sum, message) => sum + heightOf(message), 0) / messages.length);
