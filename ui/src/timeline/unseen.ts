/**
 * Characters that are not seen but act: those that turn the direction of what follows, that have no width, that control a terminal. In code and traces
 * they are shown, for they can make a program read otherwise than it runs (CVE-2021-42574). What joins an emoji is left alone.
 */
const unseen = new RegExp(
  `(?:${[
    String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]`,
    String.raw`(?<![\ud83c-\ud83e][\udc00-\udfff]|[\ufe0f\u2600-\u27bf])\u200d`,
    String.raw`\udb40[\udc00-\udc7f]`,
  ].join("|")})+`,
  "g",
);

/** Marks in one text: a hostile one is nothing but such characters, and each mark is an element. Beyond it they are shown as U+FFFD. */
export const MOST_MARKS = 500;

const names: Readonly<Record<string, string>> = {
  "0000": "null",
  "001B": "escape",
  "00AD": "soft hyphen",
  "200B": "zero width space",
  "200C": "zero width non-joiner",
  "200D": "zero width joiner",
  "200E": "left-to-right mark",
  "200F": "right-to-left mark",
  "202A": "left-to-right embedding",
  "202B": "right-to-left embedding",
  "202C": "pop directional formatting",
  "202D": "left-to-right override",
  "202E": "right-to-left override",
  "2066": "left-to-right isolate",
  "2067": "right-to-left isolate",
  "2068": "first strong isolate",
  "2069": "pop directional isolate",
  FEFF: "zero width no-break space",
};

const pointOf = (character: string): string => (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");

/** Text as nodes, what is unseen in it as boxed marks. The text of the nodes is the text itself, so that it is copied as it is. `left`: how many marks may be made still. */
export const withMarks = (text: string, budget = { left: MOST_MARKS }): (Node | string)[] => {
  if (text.search(unseen) < 0) return [text];
  const pieces: (Node | string)[] = [];
  let from = 0;
  for (const match of text.matchAll(unseen)) {
    if (budget.left === 0) break;
    budget.left--;
    pieces.push(text.slice(from, match.index), mark(match[0]));
    from = match.index + match[0].length;
  }
  const rest = text.slice(from);
  pieces.push(budget.left === 0 ? rest.replace(unseen, "\ufffd") : rest);
  return pieces;
};

const mark = (characters: string): HTMLElement => {
  const points = [...new Set([...characters.slice(0, 20)].map(pointOf))];
  const more = points.length > 3 || characters.length > 20 ? " …" : "";
  const box = document.createElement("span");
  box.className = "unseen";
  // The mark is drawn by the style sheet from this, and is no part of the text.
  box.dataset.points = `U+${points.slice(0, 3).join(" ")}${more}`;
  box.title =
    points
      .slice(0, 3)
      .map((point) => `U+${point}${names[point] ? ` ${names[point]}` : ""}`)
      .join(", ") + more;
  box.textContent = characters;
  return box;
};
