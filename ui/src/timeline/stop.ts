import { rowId } from "./rowId.ts";

const tabbable = "a[href], button, summary, input, select, textarea, [tabindex='0']";

type Needs = {
  /** The row that the Tab key comes to. */
  row: () => string | null;
  /** Brings a row into view and gives it the focus. */
  show: (key: string) => void;
  /** What stands before and after the rows, to go on from. */
  edges: () => { before: HTMLElement | undefined; after: HTMLElement | undefined };
};

/**
 * Makes a list of rows one stop on the way of the Tab key: it comes to one row, goes through that row's controls, and leaves.
 * Without it one would pass each link and button of each row on the way to the box.
 */
export const createOneStop = ({ row, show, edges }: Needs) => {
  let pointing = false;
  let focused: HTMLElement | null = null;

  const onPointerDown = () => {
    pointing = true;
    focused = null;
    requestAnimationFrame(() => {
      pointing = false;
    });
  };

  const onFocusIn = (event: FocusEvent & { currentTarget: HTMLElement; target: Element }) => {
    focused = event.target instanceof HTMLElement ? event.target : null;
    const key = row();
    if (pointing || key === null || (event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) return;
    const entered = event.target.closest("article")?.id;
    if (entered !== undefined && entered !== rowId(key)) show(key);
  };

  const onKeyDown = (event: KeyboardEvent & { target: Element }) => {
    if (event.key !== "Tab" || event.ctrlKey || event.altKey || event.metaKey) return;
    const article = event.target.closest("article");
    if (!article) return;
    const { before, after } = edges();
    const last = [...article.querySelectorAll(tabbable)].filter((control) => control.checkVisibility()).at(-1) ?? article;
    // The browser goes on from where the focus is once this handler is done.
    if (event.shiftKey && event.target === article) before?.focus();
    else if (!event.shiftKey && event.target === last) after?.focus();
  };

  const onFocusOut = (event: FocusEvent) => {
    if (event.relatedTarget !== null) focused = null;
  };

  const giveBack = () => {
    if (focused?.isConnected && document.activeElement === document.body) focused.focus({ preventScroll: true });
  };

  /** Rows that are scrolled by are moved about in the document once this is done, and what is moved loses the focus: it gets it back. */
  const keep = () => {
    if (focused !== null) requestAnimationFrame(giveBack);
  };

  return { row, keep, onPointerDown, onFocusIn, onFocusOut, onKeyDown };
};
