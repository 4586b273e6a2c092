import { createSignal, onCleanup } from "solid-js";
import type { VirtualizerHandle } from "virtua/solid";

/** Pixels from the end within which the reader counts as being there. */
const NEAR_END = 48;
/** Milliseconds after a hand's movement in which a scroll is taken for its doing: a finger's flick goes on scrolling by itself. */
const BY_HAND = 700;
/** Milliseconds after a change of size in which a scroll is taken for its doing. */
const BY_SIZE = 500;
/** Milliseconds after the list was told to go somewhere in which what comes late, as a picture or a part of the page, does not carry it away from there. */
const SETTLING = 3_000;
const hands = ["wheel", "touchmove", "keydown", "pointerdown"] as const;

/**
 * The reader's place in a virtual list: at the end it stays at the end while rows come and grow; elsewhere the list itself
 * keeps what is in view where it is. `isLive`: the end is the newest there is. `onMove`: after each scroll or change of size.
 */
export const createPlace = (isLive: () => boolean, onMove: () => void) => {
  const [atEnd, setAtEnd] = createSignal(true);
  let scroller: HTMLElement | undefined;
  let list: VirtualizerHandle | undefined;
  let stuck = true;
  let lastTop = 0;
  let movedAt = -BY_HAND;
  let sizedAt = -BY_SIZE;
  let dragging = false;
  /** Where the list was last told to go, until a hand moves it: the list goes on towards an index while rows are measured. `until`: it is held there till then, as performance.now() tells time. */
  let goal: { index: number; part: number; until: number } | null = null;

  const isGoing = () => goal !== null && performance.now() < goal.until;
  const bySize = () => performance.now() - sizedAt < BY_SIZE;
  const byHand = () => dragging || performance.now() - movedAt < BY_HAND;

  const onHand = (event: Event) => {
    movedAt = performance.now();
    dragging = event.type === "pointerdown" && event.target === scroller;
    goal = null;
  };
  const onRelease = () => {
    dragging = false;
  };

  const look = () => {
    if (!scroller) return;
    const { scrollTop } = scroller;
    // Rows that come carry the end away from a reader who did not move, and measuring them moves the page: only who goes up by hand has left it.
    if (scroller.scrollHeight - scrollTop - scroller.clientHeight < NEAR_END) stuck = true;
    else if (scrollTop < lastTop && byHand()) stuck = false;
    else if (isGoing()) stuck = false;
    else if (stuck && bySize() && isLive()) scroller.scrollTop = scroller.scrollHeight;
    lastTop = scrollTop;
    setAtEnd(stuck);
    onMove();
  };

  const go = ({ index, part }: { index: number; part: number }) => list?.scrollToIndex(index, { align: "start", offset: -part * (scroller?.clientHeight ?? 0) });

  const settle = () => {
    if (!scroller) return;
    if (goal && isGoing()) go(goal);
    else if (stuck && isLive()) scroller.scrollTop = scroller.scrollHeight;
    look();
  };

  const toRow = (index: number, part: number, until = 0) => {
    goal = { index, part, until };
    stuck = false;
    go(goal);
  };

  const sizes = new ResizeObserver(() => {
    sizedAt = performance.now();
    settle();
  });
  onCleanup(() => {
    sizes.disconnect();
    removeEventListener("pointerup", onRelease);
  });

  return {
    atEnd,
    settle,
    /** `content` holds the list and what stands around it. */
    attach: (outer: HTMLElement, content: HTMLElement) => {
      scroller = outer;
      sizes.observe(outer);
      sizes.observe(content);
      outer.addEventListener("scroll", look, { passive: true });
      for (const hand of hands) outer.addEventListener(hand, onHand, { passive: true });
      addEventListener("pointerup", onRelease);
    },
    /** The list that is there now. */
    take: (handle: VirtualizerHandle | undefined) => {
      list = handle;
    },
    /** Lets what is unfolded by the reader's own hand grow downwards, even at the end. */
    release: () => {
      stuck = false;
    },
    toEnd: () => {
      goal = null;
      stuck = true;
      // It may still be on its way to a row: told of another place it lets that go.
      if (scroller) list?.scrollTo(scroller.scrollHeight);
      settle();
    },
    /** Brings a row to a part of the height from the top: 0 is the top edge, 1 the bottom. */
    toRow: (index: number, part: number) => toRow(index, part),
    /** Brings a row there, and holds it there while what is around it still grows. */
    holdRow: (index: number, part: number) => toRow(index, part, performance.now() + SETTLING),
    /** Says that `by` rows came before all others, or went: what is gone to is another index now. */
    shift: (by: number) => {
      if (goal) toRow(goal.index + by, goal.part, goal.until);
    },
    /** Brings a row into view, if it is not, by the shortest way. */
    showRow: (index: number) => {
      goal = null;
      stuck = false;
      list?.scrollToIndex(index, { align: "nearest" });
    },
    /** The rows in view: the first and the last that are in it in part. */
    inView: (): [number, number] => {
      if (!list || !scroller) return [0, 0];
      return [list.findItemIndex(scroller.scrollTop), list.findItemIndex(scroller.scrollTop + scroller.clientHeight)];
    },
    /** Pixels of the timeline above and below what is in view. */
    room: () => (scroller ? { above: scroller.scrollTop, below: scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight } : { above: 0, below: 0 }),
  };
};

export type ReaderPlace = ReturnType<typeof createPlace>;
