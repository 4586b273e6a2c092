import { apple } from "../keys.ts";

/** Shows or hides the preview, in the words of the table of keys. */
export const PREVIEW = "Mod+Shift+p";

export type Mark = "bold" | "italic" | "code" | "link" | "preview";

const strokes: Record<string, Mark> = { b: "bold", i: "italic", e: "code", "Shift+k": "link", "Shift+p": "preview" };

/** What a stroke in the box asks for. On a Mac by ⌘: Ctrl with a letter moves the cursor there. */
export const markOf = ({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): Mark | undefined => {
  const [mod, foreign] = apple ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
  return mod && !foreign && !altKey ? strokes[(shiftKey ? "Shift+" : "") + key.toLowerCase()] : undefined;
};
