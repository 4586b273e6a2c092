/** `[2]`, or several as `[2, 5]`. */
const citation = /(?<!\w)\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]/g;

/**
 * Makes keys of the citations in drawn words; what stands in code or in a link is not one. Those whose number is one of `known` are buttons with their
 * number in `data-cites`. While an answer grows its sources are not known yet: all look as they will, and none can be pressed.
 */
export const withCites = (drawn: DocumentFragment, known: ReadonlySet<number>, growing: boolean): DocumentFragment => {
  if (known.size === 0 && !growing) return drawn;
  const walker = document.createTreeWalker(drawn, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) if (walker.currentNode instanceof Text && !walker.currentNode.parentElement?.closest("a, code, pre")) texts.push(walker.currentNode);
  for (const text of texts) cite(text, (n) => (growing ? keyOf("span", n) : known.has(n) ? button(n) : null));
  return drawn;
};

const cite = (text: Text, key: (n: number) => Node | null): void => {
  const pieces: (Node | string)[] = [];
  let from = 0;
  for (const match of text.data.matchAll(citation)) {
    const keys = (match[1] ?? "").split(/[,;]/).flatMap((n) => key(Number(n)) ?? []);
    if (keys.length === 0) continue;
    pieces.push(text.data.slice(from, match.index), ...keys);
    from = match.index + match[0].length;
  }
  if (pieces.length > 0) text.replaceWith(...pieces, text.data.slice(from));
};

const keyOf = <Tag extends "span" | "button">(tag: Tag, n: number): HTMLElementTagNameMap[Tag] => {
  const made = document.createElement(tag);
  made.className = "cites";
  made.textContent = String(n);
  return made;
};

const button = (n: number): HTMLButtonElement => {
  const made = keyOf("button", n);
  made.type = "button";
  made.dataset.cites = String(n);
  made.ariaLabel = `Source ${n}`;
  return made;
};
