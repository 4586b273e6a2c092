import { type Accessor, createMemo, createSignal } from "solid-js";

/** The one of a list's rows that keys act on and that Tab comes to: the one that was last chosen, else the first. `ids`: of the rows, in order; each row carries its own as `data-row`. */
export const createStops = <Id extends string | number>(ids: Accessor<readonly Id[]>) => {
  const [selected, setSelected] = createSignal<Id | null>(null);
  const stop = createMemo((): Id | null => {
    const now = selected();
    return now !== null && ids().includes(now) ? now : (ids()[0] ?? null);
  });
  let heading: HTMLElement | undefined;
  let list: HTMLElement | undefined;

  const hasFocus = () => list?.contains(document.activeElement) === true;
  const select = (id: Id) => {
    setSelected(() => id);
  };

  /** Where there is no such row, the page's heading has the focus. */
  const focusRow = (id: Id | undefined) => {
    const row = id === undefined ? undefined : list?.querySelector<HTMLElement>(`[data-row="${id}"]`);
    (row ?? heading)?.focus();
  };

  const step = (by: 1 | -1) => {
    const now = stop();
    const id = ids()[hasFocus() && now !== null ? ids().indexOf(now) + by : 0];
    if (id !== undefined) focusRow(id);
  };

  return {
    stop,
    select,
    /** It is pointed at: that counts while the keyboard is elsewhere. */
    point: (id: Id) => {
      if (!hasFocus()) select(id);
    },
    hasFocus,
    focusRow,
    step,
    takeHeading: (element: HTMLElement) => {
      heading = element;
    },
    takeList: (element: HTMLElement) => {
      list = element;
    },
  };
};
