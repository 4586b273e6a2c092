import { type Block, inBlocks } from "./blocks.ts";
import { type Child, element } from "./element.ts";
import { type Runs, roles } from "./runs.ts";
import { MOST_MARKS, withMarks } from "./unseen.ts";

type Look = { text: string; runs?: Runs; numbered?: boolean; wrapped?: boolean };

/** Letters of a line of code that is as wide as the column, about: to guess the height of what is not drawn yet. */
const WIDTH = 110;

/** What a machine wrote, as the children of a `pre`: coloured by `runs`, unseen characters marked, long texts in blocks that are drawn when they come near the view. */
export const drawLines = ({ text, runs = [], numbered = false, wrapped = false }: Look): DocumentFragment => {
  const fragment = document.createDocumentFragment();
  const pieces = cutter(runs);
  for (const block of inBlocks(text, wrapped ? WIDTH : undefined)) {
    const box = element("div", [], block.height === null ? "block" : "block late");
    if (block.height !== null) box.style.containIntrinsicBlockSize = `${wrapped ? "auto " : ""}${block.height}lh`;
    if (!numbered) box.append(...pieces(block.text));
    else if (wrapped) box.append(...numberedLines(block, pieces));
    else box.append(gutter(block), element("span", pieces(block.text), "text"));
    fragment.append(box);
  }
  return fragment;
};

const gutter = ({ from, lines }: Block): HTMLElement => {
  const numbers = element("span", [Array.from({ length: lines }, (_, at) => from + at + 1).join("\n")], "gutter");
  numbers.ariaHidden = "true";
  return numbers;
};

/** A wrapped line has its number at its first row. */
const numberedLines = ({ text, from, goesOn }: Block, pieces: (text: string) => Child[]): HTMLElement[] =>
  (text.match(/[^\n]*\n|[^\n]+/g) ?? []).map((line, at) => {
    const made = element("div", pieces(line), "line");
    if (at > 0 || !goesOn) made.dataset.number = String(from + at + 1);
    return made;
  });

/** Gives the next pieces of a text, each time as long as what is asked for, in their colours. */
const cutter = (runs: Runs): ((text: string) => Child[]) => {
  let at = 0;
  let left = runs[0] ?? 0;
  const marks = { left: MOST_MARKS };
  return (text) => {
    const pieces: Child[] = [];
    for (let from = 0; from < text.length; ) {
      const length = at < runs.length ? Math.min(left, text.length - from) : text.length - from;
      const role = roles[runs[at + 1] ?? 0];
      const inner = withMarks(text.slice(from, from + length), marks);
      if (role) pieces.push(element("span", inner, `hljs-${role}`));
      else pieces.push(...inner);
      from += length;
      left -= length;
      if (left <= 0 && at < runs.length) {
        at += 2;
        left = runs[at] ?? 0;
      }
    }
    return pieces;
  };
};
