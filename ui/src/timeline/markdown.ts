import { Lexer } from "marked";
import { Kept } from "../parts/kept.ts";
import { inBlocks } from "./blocks.ts";
import { draw } from "./elements.ts";
import { type Reader, withMentions } from "./mentions.ts";
import { withoutColours } from "./shapes.ts";
import { withUnits } from "./units.ts";

export { excerpt } from "./excerpt.ts";
export type { Reader } from "./mentions.ts";

/** Characters of markdown at most: what is longer is a log, and reads as one. */
export const LONGEST = 20_000;
/** Marks that may open or close emphasis, a link or code: the parser pairs each with each of its paragraph. Squared and summed over paragraphs, so many cost some 100 ms. */
const MOST_PAIRS = 3_000_000;
/** Quotes and lists within each other at most: the parser reads what is inside anew at each level. */
const nested = /^(?:[ \t]{0,8}(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))){16}|^[ \t]{60}[ \t]*(?:[-+*>]|\d{1,9}[.)])/m;
const marks = /[*~!\][`<]|(?<!\w)_|_(?!\w)/g;

/** What the parsed messages may weigh in characters of their sources: some thousand usual messages, a few megabytes of elements. */
const KEPT = 500_000;
const parsed = new Kept<{ drawn: DocumentFragment; for: string }>(KEPT, (_, source) => source.length);

/** Anything that markdown might make more of than a line break: where there is none, the parser is not asked. */
const special = /[*`~#<>[\]|\\&]|(?<!\w)_|_(?!\w)|:\/\/|www\.|\w@\w|\n[ \t]*\n|^[ \t]*(?:[-+=]|\d{1,9}[.)]|\t| {4})/m;

/** Letters on a line of prose, about: to guess the height of what is not drawn yet. */
const PROSE_WIDTH = 80;

/**
 * Renders a message's markdown, inert. Names that it mentions are marked; the reader's own stands out. A block of code is a `pre[data-language]`.
 * `keep`: whether it is kept, to be drawn at once when it is shown again.
 */
export const render = (written: string, reader: Reader, keep = true): DocumentFragment => {
  const source = withoutColours(written);
  if (!special.test(source)) return plain(source, reader);
  const readBy = reader.mentions.length === 0 ? "" : `${reader.me} ${reader.mentions.join(" ")}`;
  const known = parsed.get(source);
  if (known?.for === readBy) return known.drawn.cloneNode(true) as DocumentFragment;
  const drawn = drawMarkdown(source, reader);
  if (drawn === null) return plain(source, reader);
  if (!keep) return drawn;
  parsed.set(source, { drawn, for: readBy });
  return drawn.cloneNode(true) as DocumentFragment;
};

/** @returns null when it is not to be read as markdown */
const drawMarkdown = (source: string, reader: Reader): DocumentFragment | null => {
  if (source.length > LONGEST || nested.test(source) || pairs(source) > MOST_PAIRS) return null;
  try {
    return draw(Lexer.lex(source, { gfm: true, breaks: true }), reader);
  } catch {
    // Nested deeper than the stack in some way not thought of: it stands as it was written.
    return null;
  }
};

const pairs = (source: string): number => source.split(/\n[ \t]*\n/).reduce((sum, paragraph) => sum + (paragraph.match(marks)?.length ?? 0) ** 2, 0);

const plain = (source: string, reader: Reader): DocumentFragment => {
  const fragment = document.createDocumentFragment();
  for (const { text, height } of inBlocks(source.replace(/^(?:[ \t]*\n)+/, "").trimEnd(), PROSE_WIDTH)) {
    const paragraph = document.createElement("p");
    paragraph.className = "raw";
    if (height !== null) {
      paragraph.classList.add("late");
      paragraph.style.containIntrinsicBlockSize = `auto ${height}lh`;
    }
    paragraph.append(...withMentions(withUnits(text), reader));
    fragment.append(paragraph);
  }
  return fragment;
};
