import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Limits } from "../projects/directory.ts";
import type { Figures } from "./driver.ts";

const MiB = 1024 * 1024;
/** Microseconds of a period in which a run's share of the processors is counted: the kernel's own default. */
const PERIOD = 100_000;
/** Processes of a run that are bubblewrap's: the one that waits outside and the first one inside. */
const WRAPPERS = 2;
/** How much all runs of a server weigh beside it where both want a processor: half. */
const WEIGHT = 50;

/** What a run took, and which limit the kernel held it to. */
export type Account = { memory_hit: boolean; processes_hit: boolean; peak_memory: number | null; cpu_ms: number | null };

/** The control groups of one run. */
export type Group = {
  /** Folders whose `cgroup.procs` the run's first process writes itself into before it becomes the run. */
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
  /** How far a limit can be held: what of it the system has no controller for is missing. */
  controllers: Set<string>;
  make: (run: string, limits: Limits) => Group;
  /** Groups of an earlier server with this data folder: processes in them, and taking them away. */
  left: () => Group[];
};

type Hierarchy = { folder: string; controllers: string[]; unified: boolean };

/** @returns null where this server may not make control groups. @param mark names the server's data folder: letters and digits */
export const openCgroups = (mark: string): Cgroups | null => {
  const name = `colony-${mark}`;
  const all = hierarchies();
  const unified = all.find((one) => one.unified && one.controllers.includes("memory") && one.controllers.includes("pids"));
  if (unified) {
    const base = unifiedBase(unified.folder, name);
    return base ? groupsIn(2, [{ ...unified, folder: base }]) : null;
  }
  const wanted = all.filter((one) => !one.unified && one.controllers.some((controller) => ["memory", "pids", "cpu", "cpuacct"].includes(controller)));
  const bases = wanted.flatMap((one) => {
    const base = join(one.folder, name);
    if (!tried(() => mkdirSync(base, { recursive: true }))) return [];
    return [{ ...one, folder: base }];
  });
  return bases.some(({ controllers }) => controllers.includes("memory")) && bases.some(({ controllers }) => controllers.includes("pids")) ? groupsIn(1, bases) : null;
};

/** The hierarchies of control groups that are mounted, each with the folder of the group in which this process is. */
const hierarchies = (): Hierarchy[] => {
  const mounts = tried(() => readFileSync("/proc/self/mountinfo", "utf8")) ?? "";
  const own = (tried(() => readFileSync("/proc/self/cgroup", "utf8")) ?? "").split("\n").map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  return mounts.split("\n").flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ");
    const [, , , root = "/", point = ""] = before.split(" ");
    const [kind, , options = ""] = after.split(" ");
    if (kind !== "cgroup" && kind !== "cgroup2") return [];
    const unified = kind === "cgroup2";
    const controllers = unified ? [] : options.split(",").filter((option) => !/^(rw|ro|relatime|nosuid|nodev|noexec)$/.test(option));
    const path = own.find((match) => match && (unified ? match[1] === "" : match[1]?.split(",").some((controller) => controllers.includes(controller))))?.[2] ?? "/";
    const inside = join(point, relative(root, path));
    const folder = inside.startsWith(point) && existsSync(inside) ? inside : point;
    return [{ folder, unified, controllers: unified ? read(folder, "cgroup.controllers").split(" ") : controllers }];
  });
};

/**
 * A group of ours on the one hierarchy of version 2, which lets a group have either processes or groups with limits: where
 * this server's own group is its alone (systemd's Delegate=yes), the server moves into a leaf of it; else the nearest group
 * above that already shares out memory and processes is taken.
 */
const unifiedBase = (own: string, name: string): string | null => {
  const leaf = "colony-server";
  let group = own.endsWith(`/${leaf}`) ? own.slice(0, -leaf.length - 1) : own;
  const shared = (folder: string) => ["memory", "pids"].every((controller) => read(folder, "cgroup.subtree_control").split(" ").includes(controller));
  const alone = group === own && numbers(group, "cgroup.procs").every((pid) => pid === process.pid);
  if (!shared(group) && alone) {
    tried(() => {
      mkdirSync(join(group, leaf), { recursive: true });
      write(join(group, leaf), "cgroup.procs", process.pid);
      shareOut(group);
    });
  }
  for (; existsSync(join(group, "cgroup.subtree_control")); group = join(group, "..")) {
    if (!shared(group)) continue;
    const base = join(group, name);
    if (tried(() => mkdirSync(base, { recursive: true })) && tried(() => shareOut(base))) {
      tried(() => write(base, "cpu.weight", WEIGHT));
      return base;
    }
  }
  return null;
};

const shareOut = (folder: string): true => {
  write(folder, "cgroup.subtree_control", "+memory +pids");
  tried(() => write(folder, "cgroup.subtree_control", "+cpu"));
  return true;
};

const groupsIn = (version: 1 | 2, bases: Hierarchy[]): Cgroups => {
  const groupOf = (run: string): Group => {
    const place = (controller: string) => {
      const base = bases.find(({ controllers }) => controllers.includes(controller));
      return base && join(base.folder, run);
    };
    return group(
      version,
      bases.map(({ folder }) => join(folder, run)),
      place,
    );
  };
  return {
    version,
    controllers: new Set(bases.flatMap(({ controllers }) => controllers)),
    make: (run, limits) => {
      for (const { folder, controllers } of bases) {
        const own = join(folder, run);
        mkdirSync(own);
        limit(version, own, controllers, limits);
      }
      return groupOf(run);
    },
    left: () => {
      const runs = new Set(
        bases.flatMap(({ folder }) => tried(() => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))) ?? []),
      );
      return [...runs].map(groupOf);
    },
  };
};

const limit = (version: 1 | 2, folder: string, controllers: string[], limits: Limits): void => {
  const memory = limits.memory_mib * MiB;
  const quota = Math.max(1000, Math.round(limits.cpus * PERIOD));
  if (controllers.includes("memory")) {
    write(folder, version === 2 ? "memory.max" : "memory.limit_in_bytes", memory);
    // Where the kernel has no swap there is nothing to forbid.
    tried(() => (version === 2 ? write(folder, "memory.swap.max", 0) : write(folder, "memory.memsw.limit_in_bytes", memory)));
  }
  if (controllers.includes("pids")) write(folder, "pids.max", limits.processes + WRAPPERS);
  if (!controllers.includes("cpu")) return;
  if (version === 2) tried(() => write(folder, "cpu.max", `${quota} ${PERIOD}`));
  else tried(() => write(folder, "cpu.cfs_quota_us", quota));
};

const group = (version: 1 | 2, folders: string[], place: (controller: string) => string | undefined): Group => {
  const memory = place("memory") ?? "";
  const pids = place("pids") ?? "";
  const cpu = (): number | null => {
    if (version === 2) return micros(field(folders[0] ?? "", "cpu.stat", "usage_usec"));
    const folder = place("cpuacct");
    return folder === undefined ? null : micros((number(folder, "cpuacct.usage") ?? 0) / 1000);
  };
  return {
    folders,
    pids: () => [...new Set(folders.flatMap((folder) => numbers(folder, "cgroup.procs")))],
    figures: () => {
      const used = number(memory, version === 2 ? "memory.current" : "memory.usage_in_bytes");
      // What the kernel would give back at once is not counted: it is files that were read once.
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
    remove: () => folders.map((folder) => !existsSync(folder) || tried(() => rmdirSync(folder)) !== null || !existsSync(folder)).every(Boolean),
  };
};

const micros = (value: number | null): number | null => (value === null ? null : Math.round(value / 1000));

/** The number after a word in a file of `word number` lines. */
const field = (folder: string, file: string, word: string): number | null => {
  const found = new RegExp(`^${word} (\\d+)$`, "m").exec(read(folder, file));
  return found ? Number(found[1]) : null;
};

const number = (folder: string, file: string): number | null => {
  const text = read(folder, file);
  return /^\d+$/.test(text) ? Number(text) : null;
};

const numbers = (folder: string, file: string): number[] => read(folder, file).split("\n").filter(Boolean).map(Number);

const read = (folder: string, file: string): string => tried(() => readFileSync(join(folder, file), "utf8").trim()) ?? "";

const write = (folder: string, file: string, value: string | number): true => {
  writeFileSync(join(folder, file), String(value));
  return true;
};

/** What a look into the system gives, or null where it may not be done: control groups come and go. */
const tried = <T>(look: () => T): T | null => {
  try {
    return look() ?? (true as T);
  } catch {
    return null;
  }
};
