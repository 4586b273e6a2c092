import { constants } from "node:os";
import type { Ending } from "./driver.ts";

// Of two names for one signal the usual one comes first, and is taken.
const names = new Map(
  Object.entries(constants.signals)
    .map(([name, number]): [number, string] => [number, name])
    .reverse(),
);

/** What an exit code says: one over 128 is the signal that ended the command, as every shell has it. */
export const endedBy = (code: number): Pick<Ending, "exit_code" | "signal"> => ({ exit_code: code, signal: names.get(code - 128) ?? null });
