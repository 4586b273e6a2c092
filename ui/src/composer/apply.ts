import type { Box, Edit } from "./typing.ts";

export const boxOf = ({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): Box => ({ text: value, start: selectionStart, end: selectionEnd });

/** Makes a change as if it had been typed, so that the browser can undo it. */
export const apply = (box: HTMLTextAreaElement, { from, to, text, select }: Edit): void => {
  box.focus();
  box.setSelectionRange(from, to);
  if (from !== to || text !== "") {
    // Said to be out of date, and yet the only way into the browser's own undo.
    const done = text === "" ? document.execCommand("delete") : document.execCommand("insertText", false, text);
    if (!done) {
      box.setRangeText(text, from, to, "end");
      box.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
    }
  }
  if (select) box.setSelectionRange(...select);
};
