import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Limits } from "../projects/directory.ts";
import type { Figures } from "./driver.ts";
import { attempt, field, groupsBelow, groupsNamed, type Hierarchy, hierarchies, mayMakeIn, number, numbers, readFile, shareOut, unifiedGround, write } from "./hierarchies.ts";
import { processorsOfRuns } from "./processors.ts";

const MiB = 1024 * 1024;
/** Microseconds of a period in which a run's share of the processors is counted: the kernel's own default. */
const PERIOD = 100_000;
/** The least share of a period, in microseconds, that the kernel takes. */
const LEAST_QUOTA = 1000;
/** Processes of a run that are bubblewrap's: the one that waits outside and the first one inside. */
const WRAPPERS = 2;
/** How much all runs of a server weigh beside it where both want a processor: a fifth. */
const WEIGHT = 20;

/** What a run took, and which limits the kernel held it to. Memory counts files that it read or wrote too. */
export type Account = { memory_hit: boolean; processes_hit: boolean; peak_memory: number | null; cpu_ms: number | null };

/** What is left of a run that an earlier server began. */
export type Left = { pids: () => number[]; remove: () => boolean };

/** The control groups of one run. */
export type Group = Left & {
  /** Folders in whose `cgroup.procs` the run's first process writes itself before it becomes the run. */
  folders: string[];
  /** Ids of all its processes, bubblewrap's own included. */
  pids: () => number[];
  figures: () => Figures;
  account: () => Account;
  /** Takes the groups away; false while something is left in them. */
  remove: () => boolean;
};

/** Makes control groups for the runs of one server. */
export type Cgroups = {
  version: 1 | 2;
  /** Whether processors can be shared out too; memory and processes always can. */
  cpu: boolean;
  /** Whether a processor can be kept from runs. */
  cpuset: boolean;
  /** @throws Error where the system makes none */
  make: (run: string, limits: Limits) => Group;
  /** Groups that an earlier server with this data folder left. */
  left: () => Promise<Left[]>;
};

/** Where groups of one server stand in one tree. */
type Base = { folder: string; controllers: string[] };

/** Finds where this server may make control groups. @param mark names its data folder: letters and digits @returns null where it may make none */
export const openCgroups = (mark: string): Cgroups | null => {
  const name = `colony-${mark}`;
  const all = hierarchies();
  const unified = all.find((one) => one.unified && one.controllers.includes("memory") && one.controllers.includes("pids"));
  const ground = unified && unifiedGround(unified);
  if (unified) return ground ? cgroupsIn(2, all, [{ folder: join(ground, name), controllers: unified.controllers }]) : null;
  const bases = all
    .filter(({ unified, controllers }) => !unified && controllers.some((controller) => /^(memory|pids|cpu|cpuacct|cpuset)$/.test(controller)))
    .flatMap(({ own, controllers }) => (mayMakeIn(own) ? [{ folder: join(own, name), controllers }] : []));
  const held = new Set(bases.flatMap(({ controllers }) => controllers));
  return held.has("memory") && held.has("pids") ? cgroupsIn(1, all, bases) : null;
};

const cgroupsIn = (version: 1 | 2, all: Hierarchy[], bases: Base[]): Cgroups => ({
  version,
  cpu: bases.some(({ controllers }) => controllers.includes("cpu")),
  cpuset: bases.some(({ controllers }) => controllers.includes("cpuset")),
  make: (run, limits) => {
    const made = bases.filter(({ folder, controllers }) => {
      if (!existsSync(folder)) begin(version, folder);
      const group = join(folder, run);
      mkdirSync(group);
      limit(version, group, controllers, limits);
      const isPlaced = version === 2 || !controllers.includes("cpuset") || attempt(() => place([folder, group]));
      // Where it cannot be, the run goes without this group, if nothing else is held by it.
      return isPlaced || controllers.length > 1 || !removeAll([group]);
    });
    return groupOf(version, made, run);
  },
  left: async () => {
    const name = bases[0]?.folder.split("/").at(-1) ?? "";
    const found = await Promise.all(all.map(({ point }) => groupsNamed(point, name)));
    return found
      .flat()
      .flatMap(groupsBelow)
      .map((folder) => ({ pids: () => numbers(folder, "cgroup.procs"), remove: () => removeAll([folder]) }));
  },
});

const begin = (version: 1 | 2, folder: string): void => {
  mkdirSync(folder);
  if (version === 1) {
    // The tree that shares out processors has such a file, and no other; 1,024 is what weighs 100 in version 2.
    attempt(() => write(folder, "cpu.shares", Math.round((WEIGHT / 100) * 1024)));
    return;
  }
  shareOut(folder);
  attempt(() => write(folder, "cpu.weight", WEIGHT));
  attempt(() => write(folder, "cpuset.cpus", processorsOfRuns()));
};

/**
 * Keeps a processor from a run, in a tree of version 1: there a group says for itself which it is on, and whose memory it has,
 * and nothing enters one that says nothing. @param groups from above: the runs' one, and the run's
 * @throws Error where others have those processors for themselves alone
 */
const place = (groups: string[]): void => {
  const [cpus, mems] = [processorsOfRuns(), readFile(join(dirname(groups[0] ?? ""), "cpuset.effective_mems"))];
  if (!cpus || !mems) throw new Error("The system does not say which processors there are");
  for (const group of groups) {
    write(group, "cpuset.cpus", cpus);
    write(group, "cpuset.mems", mems);
  }
};

const limit = (version: 1 | 2, folder: string, controllers: string[], limits: Limits): void => {
  const memory = limits.memory_mib * MiB;
  const quota = Math.max(LEAST_QUOTA, Math.round(limits.cpus * PERIOD));
  if (controllers.includes("memory")) {
    write(folder, version === 2 ? "memory.max" : "memory.limit_in_bytes", memory);
    // Where the kernel has no swap there is nothing to forbid.
    attempt(() => (version === 2 ? write(folder, "memory.swap.max", 0) : write(folder, "memory.memsw.limit_in_bytes", memory)));
  }
  if (controllers.includes("pids")) write(folder, "pids.max", limits.processes + WRAPPERS);
  if (controllers.includes("cpu")) attempt(() => (version === 2 ? write(folder, "cpu.max", `${quota} ${PERIOD}`) : write(folder, "cpu.cfs_quota_us", quota)));
};

const groupOf = (version: 1 | 2, bases: Base[], run: string): Group => {
  const folders = bases.map(({ folder }) => join(folder, run));
  const of = (controller: string) => folders[bases.findIndex(({ controllers }) => controllers.includes(controller))] ?? "";
  const [memory, pids, accounts] = [of("memory"), of("pids"), of("cpuacct")];
  const cpu = (): number | null => {
    const microseconds = version === 2 ? field(memory, "cpu.stat", "usage_usec") : (number(accounts, "cpuacct.usage") ?? 0) / 1000;
    return microseconds === null ? null : Math.round(microseconds / 1000);
  };
  return {
    folders,
    pids: () => [...new Set(folders.flatMap((folder) => numbers(folder, "cgroup.procs")))],
    figures: () => {
      const used = number(memory, version === 2 ? "memory.current" : "memory.usage_in_bytes");
      // What the kernel would give back at once does not count: files that were read or written a while ago.
      const idle = field(memory, "memory.stat", version === 2 ? "inactive_file" : "total_inactive_file") ?? 0;
      const count = number(pids, "pids.current");
      return { memory: used === null ? null : Math.max(0, used - idle), cpu_ms: cpu(), processes: count === null ? null : Math.max(0, count - WRAPPERS) };
    },
    account: () => ({
      memory_hit: (field(memory, version === 2 ? "memory.events" : "memory.oom_control", "oom_kill") ?? 0) > 0,
      processes_hit: (field(pids, "pids.events", "max") ?? 0) > 0,
      peak_memory: number(memory, version === 2 ? "memory.peak" : "memory.max_usage_in_bytes"),
      cpu_ms: cpu(),
    }),
    remove: () => removeAll(folders),
  };
};

/** Takes groups away, and what they stand in with the last of them. */
const removeAll = (folders: string[]): boolean => {
  const gone = folders.filter((folder) => attempt(() => rmdirSync(folder)) || !existsSync(folder));
  for (const folder of gone) attempt(() => rmdirSync(dirname(folder)));
  return gone.length === folders.length;
};
