import { createMemo, createSignal } from "solid-js";
import { placesOf, plain } from "./ansi.ts";
import type { Lines } from "./lines.ts";

/** Lines that are found at most: more nobody goes through one by one. */
const MOST = 10_000;

type Found = { query: string; shifted: number; taken: number; to: number; at: number[] };

/** Where a query stands among the lines that are held: looked through once, and on from there as lines come. */
export const createFinding = (lines: Pick<Lines, "rows" | "shifted" | "taken">) => {
  const [query, setQuery] = createSignal("");
  const [turn, setTurn] = createSignal<number | null>(null);
  const [asked, setAsked] = createSignal(0);

  const found = createMemo<Found>(
    (before) => {
      const rows = lines.rows();
      const wanted = query();
      const shifted = lines.shifted();
      const taken = lines.taken();
      const isOn = before.query === wanted && before.shifted === shifted && before.taken === taken && before.to <= rows.length;
      const at = isOn ? before.at : [];
      if (wanted === "") return { query: wanted, shifted, taken, to: rows.length, at: [] };
      for (let index = isOn ? before.to : 0; index < rows.length && at.length < MOST; index++) {
        const row = rows[index];
        if (row?.kind === "line" && placesOf(plain(row.line.content), wanted).length > 0) at.push(index);
      }
      return { query: wanted, shifted, taken, to: rows.length, at };
    },
    { query: "", shifted: 0, taken: 0, to: 0, at: [] },
    { equals: false },
  );
  const count = () => found().at.length;
  /** Which of them is gone to: the last at first, as one looks from the end upwards. */
  const index = () => (count() === 0 ? -1 : Math.min(turn() ?? count() - 1, count() - 1));

  return {
    query,
    setQuery: (words: string) => {
      setTurn(null);
      setQuery(words);
      setAsked((count) => count + 1);
    },
    count,
    isMost: () => count() >= MOST,
    index,
    /** The row that is gone to; undefined where nothing is found. */
    row: (): number | undefined => found().at[index()],
    /** Grows when it is to be gone to: what is found as lines come draws nobody away. */
    asked,
    /** Goes to the next, or with -1 to the one before, and round. */
    step: (by: 1 | -1): void => {
      if (count() === 0) return;
      setTurn((index() + by + count()) % count());
      setAsked((now) => now + 1);
    },
  };
};

export type Finding = ReturnType<typeof createFinding>;
