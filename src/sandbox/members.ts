import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Figures } from "./driver.ts";

/** Ticks of the clock in which the kernel counts time: the same on all machines that Colony is built for. */
const TICK_MS = 10;

/** Ids of all processes that live in a namespace of processes, its first one included, as the host counts them. @param namespace such as `pid:[4026532181]` */
export const membersOf = (namespace: string): number[] => processes().filter((pid) => namespaceOf(pid) === namespace && statOf(pid) !== null);

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

/** What some processes take now; of memory what is in no file, since they may share the rest. The first one, which is bubblewrap's, does not count as one. */
export const figuresOf = (pids: number[]): Figures => {
  const all = pids.flatMap((pid) => {
    const stat = statOf(pid);
    if (!stat) return [];
    const own = [...told(`/proc/${pid}/status`).matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)].reduce((sum, [, kib]) => sum + Number(kib) * 1024, 0);
    // User, system, and both of children that ended.
    const ticks = stat.slice(11, 15).reduce((sum, word) => sum + Number(word), 0);
    return [{ memory: own, cpu_ms: ticks * TICK_MS }];
  });
  const sum = (of: "memory" | "cpu_ms") => all.reduce((total, one) => total + one[of], 0);
  return { memory: sum("memory"), cpu_ms: sum("cpu_ms"), processes: Math.max(0, all.length - 1) };
};

/** What the kernel says of a process from its state on; null when it has ended, though its parent has not taken note yet. */
const statOf = (pid: number): string[] | null => {
  const stat = told(`/proc/${pid}/stat`);
  // What stands before the last bracket is the program's name, which may hold anything.
  const words = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return stat === "" || words[0] === "Z" || words[0] === "X" ? null : words;
};

/** What a file of /proc says, or nothing where the process is gone. */
export const told = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** Sends a signal to a process that may be gone already. */
export const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
};
