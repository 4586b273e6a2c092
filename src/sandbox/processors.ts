import { readFile } from "./hierarchies.ts";

/** The numbers of a list as the kernel has it: `0-3,6`. */
const numbersOf = (list: string): number[] =>
  list
    .split(",")
    .filter(Boolean)
    .flatMap((part) => {
      const [from = 0, to = from] = part.split("-").map(Number);
      return Array.from({ length: to - from + 1 }, (_, n) => from + n);
    });

/** The processors that this machine has and uses. */
export const processorsThere = (): number[] => numbersOf(readFile("/sys/devices/system/cpu/online"));

/**
 * The processors that runs may use: all that this process may but the first, where there is more than one. Beside programs that
 * want all there are a server waits in the queue for each; one of them is always its own and everybody else's.
 * @param allowed as the kernel has it: `0-3,6` @returns such a list too: `1,2,3,6`, empty where the system does not say
 */
export const processorsOfRuns = (allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFile("/proc/self/status"))?.[1] ?? "", there = processorsThere()): string => {
  // A process that nobody restricted is allowed those too that the machine could have and has not.
  const own = numbersOf(allowed).filter((processor) => there.includes(processor));
  return own.slice(own.length > 1 ? 1 : 0).join(",");
};
