import type { Name } from "./subjects.ts";

/** How much is measured. Every count is a ceiling: nothing here waits for a figure to look good. */
export interface Plan {
  rounds: number;
  subjects: Name[];
  /** A file for what the browser's processor did while the viewer was flung; null for none. */
  profile: string | null;
  /** Length of one measurement by time, s. */
  seconds: number;
  /** Live connections that a message goes out to in fan-out. */
  listeners: number;
  /** Single messages timed in one round. */
  singles: number;
  /** Messages in the history that is read whole. */
  history: number;
  /** Messages stored for start and growth. */
  stored: number;
  /** Live connections held for memory and sockets. */
  sockets: number;
  /** Requests of one kind in one round of growth. */
  slice: number;
  /** Bytes of the file that goes up and comes down. */
  file: number;
}

export const FULL: Omit<Plan, "subjects" | "profile"> = {
  rounds: 5,
  seconds: 2,
  listeners: 1_000,
  singles: 200,
  history: 100_000,
  stored: 1_000_000,
  sockets: 5_000,
  slice: 2_000,
  file: 2 ** 30,
};

export const QUICK: Omit<Plan, "subjects" | "profile"> = {
  rounds: 2,
  seconds: 0.7,
  listeners: 1_000,
  singles: 50,
  history: 20_000,
  stored: 100_000,
  sockets: 1_000,
  slice: 500,
  file: 2 ** 28,
};

/** What was measured, one value a round for each program that took part. */
export interface Figure {
  name: string;
  unit: string;
  floor?: number[];
  colony?: number[];
  peer?: number[];
  /** What SPEC promises of it: Colony's own value, or its ratio to another in the same round. */
  promises: Promised[];
}

export interface Promised {
  of: "floor" | "peer" | "itself";
  at: "least" | "most";
  value: number;
}

/** Measures every subject in turn, round after round, so that a drift of the machine meets all alike. */
export async function interleave<Who extends { name: Name }, Measured>(
  rounds: number,
  subjects: Who[],
  measure: (subject: Who) => Promise<Measured>,
): Promise<Map<Name, Measured[]>> {
  const measured = new Map<Name, Measured[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects) measured.get(subject.name)?.push(await measure(subject));
  }
  return measured;
}

/** One figure out of what `interleave` gave. */
export function figure<Measured>(name: string, unit: string, measured: Map<Name, Measured[]>, pick: (measured: Measured) => number, ...promises: Promised[]): Figure {
  const values = [...measured].map(([subject, all]) => [subject, all.map(pick)] as const);
  return { name, unit, ...Object.fromEntries(values), promises };
}
