import { createSignal, onCleanup } from "solid-js";

/** Pixels from the end within which the reader counts as being there. */
const NEAR_END = 48;

/**
 * Keeps the reader's place while the timeline changes around it: at the end it stays at the end, elsewhere the first row in
 * view stays where it is, whatever is loaded, edited or taken away above it. `isLive`: the end is the newest there is.
 */
export const createAnchor = (isLive: () => boolean, onMove: () => void) => {
  const [atEnd, setAtEnd] = createSignal(true);
  let scroller: HTMLElement | undefined;
  let list: HTMLElement | undefined;
  let held: { row: Element; top: number } | null = null;
  let stuck = true;

  const topOf = (row: Element) => row.getBoundingClientRect().top - (scroller?.getBoundingClientRect().top ?? 0);

  const firstInView = (): Element | undefined => {
    const rows = list?.children ?? new HTMLCollection();
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = rows[middle];
      if (row && topOf(row) + row.clientHeight <= 0) low = middle + 1;
      else high = middle;
    }
    return rows[low];
  };

  const look = () => {
    if (!scroller) return;
    stuck = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;
    setAtEnd(stuck);
    const row = firstInView();
    held = row ? { row, top: topOf(row) } : null;
    onMove();
  };

  const settle = () => {
    if (!scroller) return;
    if (stuck && isLive()) scroller.scrollTop = scroller.scrollHeight;
    else if (held?.row.isConnected) scroller.scrollTop += topOf(held.row) - held.top;
    look();
  };

  const sizes = new ResizeObserver(settle);
  onCleanup(() => sizes.disconnect());

  return {
    atEnd,
    /** `content` holds the rows' list and what stands around it. */
    attach: (outer: HTMLElement, content: HTMLElement, rows: HTMLElement) => {
      scroller = outer;
      list = rows;
      sizes.observe(outer);
      sizes.observe(content);
      outer.addEventListener("scroll", look, { passive: true });
    },
    /** Stays with a row while it grows or shrinks by the reader's own hand, even at the end. */
    hold: (row: Element) => {
      stuck = false;
      held = { row, top: topOf(row) };
    },
    toEnd: () => {
      stuck = true;
      settle();
    },
    /** Brings a row to a part of the height from the top: 0 is the top edge, 1 the bottom. */
    toRow: (row: Element, part: number) => {
      if (!scroller) return;
      stuck = false;
      scroller.scrollTop += topOf(row) - scroller.clientHeight * part;
      look();
    },
    /** Pixels of the timeline above and below what is in view. */
    room: () => (scroller ? { above: scroller.scrollTop, below: scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight } : { above: 0, below: 0 }),
  };
};

export type Anchor = ReturnType<typeof createAnchor>;
