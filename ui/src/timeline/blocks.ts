/** Lines in a block: a screen or two of the smallest text, drawn in a few milliseconds. */
const LINES = 100;
/** Characters in a block where lines wrap: about as much. A longer line goes on in the next block, where it would wrap anyway. */
const CHARACTERS = 4_000;

/** `text`: with the ends of its lines. `from`: lines that ended before it. `goesOn`: it begins within a line. `height`: lines, about where they wrap; null for a block that is all there is. */
export type Block = { text: string; from: number; lines: number; goesOn: boolean; height: number | null };

/** A long text in blocks that the browser draws when they come near the view. `width`: letters on a line, where lines wrap. */
export const inBlocks = (text: string, width?: number): Block[] => {
  const blocks: Block[] = [];
  let [start, from, ended, height, goesOn] = [0, 0, 0, 0, false];
  for (let at = 0; at < text.length || blocks.length === 0; ) {
    const found = text.indexOf("\n", at);
    let end = found < 0 ? text.length : found + 1;
    const isCut = width !== undefined && end - start > CHARACTERS;
    if (isCut) end = cutAt(text, at, start + CHARACTERS);
    else ended++;
    height += width === undefined ? 1 : Math.max(1, Math.ceil((end - at) / width));
    at = end;
    if (!isCut && ended < LINES && end < text.length) continue;
    blocks.push({ text: text.slice(start, end), from, lines: ended, goesOn, height });
    from += ended;
    [start, ended, height, goesOn] = [end, 0, 0, isCut];
  }
  return blocks.length === 1 ? blocks.map((block) => ({ ...block, height: null })) : blocks;
};

/** The end of a word, or at least of a character, before `end`. */
const cutAt = (text: string, start: number, end: number): number => {
  const space = text.lastIndexOf(" ", end);
  if (space > start && end - space < 200) return space + 1;
  return /[\udc00-\udfff]/.test(text[end] ?? "") ? end + 1 : end;
};
