import { rowId } from "./rowId.ts";

/** Pixels by which the end of a row may stand out of what is in view. */
const SLACK = 6;

/** Whether the end of a message is in view, on a page that is looked at. What was opened over it, as a source of an answer, was opened by who had it in view. */
export const isEndSeen = (message_id: string): boolean => {
  const row = document.getElementById(rowId(message_id));
  if (!row || document.visibilityState !== "visible" || !document.hasFocus()) return false;
  let list = row.parentElement;
  while (list && !/auto|scroll/.test(getComputedStyle(list).overflowY)) list = list.parentElement;
  const [view, { bottom }] = [list?.getBoundingClientRect(), row.getBoundingClientRect()];
  return view !== undefined && bottom > view.top && bottom <= view.bottom + SLACK;
};
