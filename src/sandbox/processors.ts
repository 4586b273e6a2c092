import { readFile } from "./hierarchies.ts";
import { SYSTEM_PATH } from "./slirp.ts";

/** The numbers of a list as the kernel has it: `0-3,6`. */
const numbersOf = (list: string): number[] =>
  list
    .split(",")
    .filter(Boolean)
    .flatMap((part) => {
      const [from = 0, to = from] = part.split("-").map(Number);
      return Array.from({ length: to - from + 1 }, (_, n) => from + n);
    });

/**
 * The processors that runs may use: all but the first, where there is more than one. Beside programs that want all there are a
 * server waits in the queue for each; one of them is always its own and everybody else's.
 * @param list as the kernel has it: `0-3,6` @returns such a list too: `1,2,3,6`
 */
export const forRuns = (list: string): string => {
  const all = numbersOf(list);
  return all.slice(all.length > 1 ? 1 : 0).join(",");
};

/** The processors that this process may use, as such a list. */
export const ownProcessors = (): string => {
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFile("/proc/self/status"))?.[1] ?? "";
  // A process that nobody restricted is allowed those too that the machine could have and has not.
  const there = new Set(numbersOf(readFile("/sys/devices/system/cpu/online")));
  return numbersOf(allowed)
    .filter((processor) => there.has(processor))
    .join(",");
};

/** Begins a run on its processors where no control group keeps it on them; it may leave them if it means to. */
export const asked = (): string[] => {
  const processors = forRuns(ownProcessors());
  return processors && Bun.which("taskset", { PATH: SYSTEM_PATH }) ? ["taskset", "-c", processors] : [];
};
