import { apple } from "../keys.ts";

/** Shows or hides the preview, in the words of the table of keys. */
export const PREVIEW = "Mod+Shift+p";

export type Mark = "bold" | "italic" | "code" | "link" | "preview";

const marks: readonly { mark: Mark; stroke: string; words: string }[] = [
  { mark: "bold", stroke: "Mod+b", words: "Bold" },
  { mark: "italic", stroke: "Mod+i", words: "Italic" },
  { mark: "code", stroke: "Mod+e", words: "Code" },
  { mark: "link", stroke: "Mod+Shift+k", words: "Link" },
  { mark: "preview", stroke: PREVIEW, words: "Show or hide the preview" },
];
const byStroke = new Map(marks.map(({ stroke, mark }) => [stroke, mark]));

/** What a stroke in the box asks for. On a Mac by ⌘: Ctrl with a letter moves the cursor there. */
export const markOf = ({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): Mark | undefined => {
  const [mod, foreign] = apple ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
  return mod && !foreign && !altKey ? byStroke.get(`Mod+${shiftKey ? "Shift+" : ""}${key.toLowerCase()}`) : undefined;
};

/** The keys of the box, as the sheet of keys tells of them. */
export const boxKeys: readonly { words: string; strokes: readonly string[] }[] = [
  { words: "Send", strokes: ["Enter", "Mod+Enter"] },
  { words: "A new line", strokes: ["Shift+Enter"] },
  { words: "Edit your last message, from an empty box", strokes: ["ArrowUp"] },
  ...marks.map(({ words, stroke }) => ({ words, strokes: [stroke] })),
  { words: "Indent and back, in code and plans", strokes: ["Tab", "Shift+Tab"] },
  { words: "Drop a reply or an edit; leave the box", strokes: ["Escape"] },
];
