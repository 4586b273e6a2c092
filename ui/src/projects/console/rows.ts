import type { Line } from "../moments.ts";

/** What the console draws, a row each: the heading of a run where its lines begin, or `goesOn` after those of another, and the lines. */
export type Row = { kind: "head"; run_id: string; goesOn: boolean } | { kind: "line"; line: Line };

/** The rows of the lines that come behind those of `run_id`; `seen`: runs that have a heading already. */
export const rowsOf = (lines: readonly Line[], run_id: string | null, seen: Set<string>): Row[] => {
  const rows: Row[] = [];
  let last = run_id;
  for (const line of lines) {
    if (line.run_id !== last) {
      const goesOn = seen.has(line.run_id);
      rows.push({ kind: "head", run_id: line.run_id, goesOn });
      seen.add(line.run_id);
      last = line.run_id;
      // The heading says what ran already.
      if (!goesOn && line.stream === "system" && line.content.startsWith("$ ")) continue;
    }
    rows.push({ kind: "line", line });
  }
  return rows;
};
