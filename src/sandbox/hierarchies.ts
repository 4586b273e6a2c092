import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";

/** A tree of control groups, and the group of this process in it. */
export type Hierarchy = { point: string; own: string; controllers: string[]; unified: boolean };

/** The trees of control groups that are mounted here: one for all controllers (version 2), some for a few each (version 1), or both. */
export const hierarchies = (): Hierarchy[] => {
  const groups = readFile("/proc/self/cgroup")
    .split("\n")
    .map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  return readFile("/proc/self/mountinfo")
    .split("\n")
    .flatMap((line) => {
      const [before = "", after = ""] = line.split(" - ");
      const [, , , root = "/", point = ""] = before.split(" ");
      const [kind, , options = ""] = after.split(" ");
      if (kind !== "cgroup" && kind !== "cgroup2") return [];
      const unified = kind === "cgroup2";
      const carried = options.split(",");
      const path =
        groups.find((match) => match && (unified ? match[1] === "" : match[1] !== "" && match[1]?.split(",").every((controller) => carried.includes(controller))))?.[2] ?? "/";
      const inside = join(point, relative(root, path));
      // In a container the path may be the host's, and is not to be found here.
      const own = inside.startsWith(point) && existsSync(inside) ? inside : point;
      return [{ point, own, unified, controllers: unified ? words(own, "cgroup.controllers") : carried }];
    });
};

/**
 * The group under which a server's own groups may stand in the one tree of version 2, which lets a group have either processes
 * or groups with limits: where this server's group is its alone (systemd's Delegate=yes) the server moves into a leaf of it;
 * else the nearest group above that already shares out memory and processes is taken.
 * @returns its folder; null where this server may do neither
 */
export const unifiedGround = ({ own }: Hierarchy): string | null => {
  const leaf = "colony-server";
  let group = own.endsWith(`/${leaf}`) ? own.slice(0, -leaf.length - 1) : own;
  const members = numbers(group, "cgroup.procs");
  if (!sharesOut(group) && group === own && members.every((pid) => pid === process.pid || isChild(pid))) {
    attempt(() => {
      mkdirSync(join(group, leaf), { recursive: true });
      for (const pid of members) write(join(group, leaf), "cgroup.procs", pid);
      shareOut(group);
    });
  }
  for (; existsSync(join(group, "cgroup.subtree_control")); group = join(group, "..")) {
    if (sharesOut(group) && mayMakeIn(group)) return group;
  }
  return null;
};

const isChild = (pid: number): boolean => new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(readFile(`/proc/${pid}/status`));

/** Whether this process may make groups in one. */
export const mayMakeIn = (group: string): boolean => {
  const trial = join(group, `colony-trial-${process.pid}`);
  return attempt(() => mkdirSync(trial)) && attempt(() => rmdirSync(trial));
};

/** Lets groups below one of version 2 have limits of their own. @throws Error where the system has no such controllers */
export const shareOut = (folder: string): void => {
  write(folder, "cgroup.subtree_control", "+memory +pids");
  for (const controller of ["cpu", "cpuset"]) attempt(() => write(folder, "cgroup.subtree_control", `+${controller}`));
};

const sharesOut = (folder: string): boolean => {
  const shared = words(folder, "cgroup.subtree_control");
  return shared.includes("memory") && shared.includes("pids");
};

/** All groups of a name, wherever in a tree they stand: a server may be started from elsewhere than the one before. */
export const groupsNamed = async (point: string, name: string): Promise<string[]> => {
  const entries = await readdir(point, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory());
  const below = await Promise.all(folders.map((entry) => (entry.name === name ? [join(point, name)] : groupsNamed(join(point, entry.name), name))));
  return below.flat();
};

/** The groups right below one. */
export const groupsBelow = (folder: string): string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [join(folder, entry.name)] : []));
  } catch {
    return [];
  }
};

/** The number after a word in a file of `word number` lines; null where there is none. */
export const field = (folder: string, file: string, word: string): number | null => {
  const found = new RegExp(`^${word} (\\d+)$`, "m").exec(readFile(join(folder, file)));
  return found ? Number(found[1]) : null;
};

/** The number that a file holds; null where there is none. */
export const number = (folder: string, file: string): number | null => {
  const text = readFile(join(folder, file));
  return /^\d+$/.test(text) ? Number(text) : null;
};

/** The numbers that a file holds, one a line. */
export const numbers = (folder: string, file: string): number[] => words(folder, file).map(Number);

const words = (folder: string, file: string): string[] => readFile(join(folder, file)).split(/\s+/).filter(Boolean);

/** What a file says, or nothing where it is not there: groups come and go. */
export const readFile = (path: string): string => {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
};

/** Writes a setting of a group. @throws Error where it may not be written, or is not there */
export const write = (folder: string, file: string, value: string | number): void => writeFileSync(join(folder, file), String(value));

/** Does what may fail, where its failing is an answer. @returns whether it was done */
export const attempt = (deed: () => unknown): boolean => {
  try {
    deed();
    return true;
  } catch {
    return false;
  }
};
