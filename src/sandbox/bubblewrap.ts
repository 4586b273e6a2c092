import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { type Cgroups, openCgroups } from "./cgroups.ts";
import type { Driver, Place, Process, Sandbox } from "./driver.ts";
import { etcIn } from "./etc.ts";
import { Holder } from "./holder.ts";
import { bunArguments, environmentArguments, jailArguments } from "./jail.ts";
import { processorsOfRuns } from "./processors.ts";
import { start } from "./run.ts";
import { systemCallFilter } from "./seccomp.ts";
import { SYSTEM_PATH } from "./slirp.ts";
import { sweepProcesses } from "./sweep.ts";
import { tryOut } from "./tryout.ts";
import { type Unowned, unownedIn } from "./unowned.ts";

/** What a driver of one data folder holds ready: found once, when it is first wanted. */
export type Kit = Unowned & {
  /** Its options, as its help has them. */
  knows: (option: string) => boolean;
  version: string;
  /** The server's own folder for sandboxes, seen by none of them but for what it holds as their /etc. */
  folder: string;
  mark: string;
  cgroups: Cgroups | null;
  filter: number | null;
  /** Whether the system counts the processes of each user namespace for themselves: Linux does since 5.14, and never those of root. */
  counts: boolean;
};

/** What of the machine a driver uses. */
type Machine = { path: string; cgroups: boolean };

/** The driver that needs nothing but Linux and bubblewrap: each run in namespaces of its own, made by an ordinary user. @param data the data folder @param network whether projects may have a network @param machine what of the machine is used: where bwrap is looked for, and whether control groups are */
export const bubblewrap = (data: string, network: boolean, machine: Machine = { path: SYSTEM_PATH, cgroups: true }): Driver => {
  let kit: Promise<Kit> | undefined;
  const ready = () => {
    kit ??= assemble(data, machine);
    return kit;
  };
  return {
    name: "bubblewrap",
    probe: () => tryOut(ready, open, { network, path: machine.path }),
    open: async (place) => open(await ready(), place),
    sweep: async () => sweepProcesses(data, await ready()),
  };
};

/** Finds what is there. @throws Error where bubblewrap is not installed */
const assemble = async (data: string, { path, cgroups }: Machine): Promise<Kit> => {
  const bwrap = Bun.which("bwrap", { PATH: path });
  if (!bwrap) throw new Error("bubblewrap is not installed");
  const said = async (option: string) => {
    const { stdout, stderr } = Bun.spawn([bwrap, option], { env: {}, cwd: "/", stdin: "ignore", stderr: "pipe" });
    return (await Promise.all([new Response(stdout).text(), new Response(stderr).text()])).join("");
  };
  const [help, version] = await Promise.all([said("--help"), said("--version")]);
  const mark = createHash("sha256").update(data).digest("hex").slice(0, 16);
  const folder = join(data, "sandbox");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    ...unownedIn(bwrap, folder, mark),
    knows: (option) => help.includes(`${option} `),
    version: version.trim(),
    folder,
    mark,
    cgroups: cgroups ? openCgroups(mark) : null,
    filter: systemCallFilter(),
    counts: process.getuid?.() !== 0 && isSince(5, 14),
  };
};

/** Whether the kernel is of a version or a later one. */
const isSince = (major: number, minor: number): boolean => {
  const [its = 0, itsMinor = 0] = release()
    .split(".")
    .map((word) => Number.parseInt(word, 10));
  return its > major || (its === major && itsMinor >= minor);
};

const open = async (kit: Kit, place: Place): Promise<Sandbox> => {
  const holder = await Holder.open(kit.bwrap, place, kit.mark);
  const jail = jailArguments(place, { etc: await etcIn(kit.folder), bun: bunArguments(kit.folder), devices: kit.devices }, kit.knows);
  const running = new Set<Process>();
  return {
    run: async (command, hearing) => {
      const options = [...jail, ...environmentArguments(command.env)];
      const group = kit.cgroups?.make(command.run, command.limits) ?? null;
      const from = {
        command,
        processors: kit.cgroups?.cpuset ? "" : processorsOfRuns(),
        enter: holder.enter,
        bwrap: kit.bwrap,
        nothing: kit.nothing,
        options,
        filter: kit.filter,
        counts: kit.counts,
        group,
        mark: kit.mark,
      };
      const process = await start(from, hearing);
      running.add(process);
      process.ended.finally(() => running.delete(process)).catch(() => {});
      return process;
    },
    alive: async () => holder.alive,
    close: async () => {
      await Promise.allSettled([...running].map((one) => one.stop(0)));
      await holder.close();
    },
  };
};
