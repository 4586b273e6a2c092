import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Figures } from "./driver.ts";

/** Bytes of a page of memory, and ticks of the clock in which the kernel counts time: the same on all machines that Colony is built for. */
const PAGE = 4096;
const TICK_MS = 10;

/** Ids of all processes whose namespace of processes this is, its first one included, as the host counts them. @param namespace such as `pid:[4026532181]` */
export const membersOf = (namespace: string): number[] => processes().filter((pid) => namespaceOf(pid) === namespace);

/** The namespace of processes that one is in; null when it is gone. */
export const namespaceOf = (pid: number): string | null => {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
};

/** Ids of all processes of this machine that this server may see. */
export const processes = (): number[] => readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));

/** What some processes take now: memory that is theirs in sum, shared pages counted for each. The first one, which is bubblewrap's, does not count as one. */
export const figuresOf = (pids: number[]): Figures => {
  const all = pids.flatMap((pid) => {
    try {
      const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // What stands before the last bracket is the program's name, which may hold anything.
      const [user = 0, system = 0, children = 0, childrensSystem = 0] = stat
        .slice(stat.lastIndexOf(")") + 2)
        .split(" ")
        .slice(11, 15)
        .map(Number);
      return [{ memory: pages * PAGE, cpu_ms: (user + system + children + childrensSystem) * TICK_MS }];
    } catch {
      return [];
    }
  });
  const sum = (of: "memory" | "cpu_ms") => all.reduce((total, one) => total + one[of], 0);
  return { memory: sum("memory"), cpu_ms: sum("cpu_ms"), processes: Math.max(0, all.length - 1) };
};

/** Sends a signal to a process that may be gone already. */
export const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
};
