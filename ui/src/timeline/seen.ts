import { rowId } from "./rowId.ts";

/** Pixels from the corner of a row at which one looks whether it is covered. */
const INSIDE = 6;

/** Whether the end of a message is in view, and nothing over it, on a page that is looked at. */
export const isEndSeen = (message_id: string): boolean => {
  const row = document.getElementById(rowId(message_id));
  if (!row || document.visibilityState !== "visible" || !document.hasFocus()) return false;
  const { left, bottom } = row.getBoundingClientRect();
  return row.contains(document.elementFromPoint(left + INSIDE, bottom - INSIDE));
};
