import { readFileSync } from "node:fs";
import { SYSTEM_PATH } from "./slirp.ts";

/**
 * The processors that runs may use: all but the first, where there is more than one. Beside programs that want all there are a
 * server waits in the queue for each; one of them is always its own and everybody else's.
 * @param list as the kernel has it: `0-3,6` @returns such a list too: `1,2,3,6`
 */
export const forRuns = (list: string): string => {
  const all = list.split(",").flatMap((part) => {
    const [from = 0, to = from] = part.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, n) => from + n);
  });
  return all.slice(all.length > 1 ? 1 : 0).join(",");
};

/** The processors that this process may use, as such a list. */
export const ownProcessors = (): string => /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";

/** Begins a run on its processors where no control group keeps it on them; it may leave them if it means to. */
export const asked = (): string[] => (Bun.which("taskset", { PATH: SYSTEM_PATH }) ? ["taskset", "-c", forRuns(ownProcessors())] : []);
