import { readdirSync, readFileSync } from "node:fs";

const MICROSECONDS_PER_TICK = 10_000;

/**
 * CPU time a process has used, in µs, user and system. The scheduler's own nanoseconds of each thread where the kernel
 * keeps them; else the 10 ms ticks of /proc/<pid>/stat.
 */
export function cpu(pid: number): number {
  try {
    let nanoseconds = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1").split(" ")[0]);
    }
    if (nanoseconds > 0) return nanoseconds / 1_000;
  } catch {
    // No schedstat in this kernel, or a thread ended while we looked.
  }
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_PER_TICK;
}

/** Resident memory of a process in bytes. */
export function rss(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
  return Number(kilobytes ?? 0) * 1_024;
}

/** Watches resident memory every `every` ms until stopped → the highest seen, in bytes. */
export function watchRss(pid: number, every = 20): () => number {
  let highest = rss(pid);
  const look = () => {
    highest = Math.max(highest, rss(pid));
  };
  const timer = setInterval(look, every);
  return () => {
    clearInterval(timer);
    look();
    return highest;
  };
}
