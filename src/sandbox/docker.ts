import { createHash } from "node:crypto";
import { mkdirSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import type { SandboxSettings } from "../config.ts";
import { HOLDER_MEMORY, HOLDER_PROCESSES, SANDBOX_OPEN_FILES, SANDBOX_SHM_BYTES } from "../limits.ts";
import { profile } from "./calls.ts";
import { begin } from "./container.ts";
import type { Command, Driver, Hearing, Place, Process, Sandbox } from "./driver.ts";
import { describeEngine, type Engine, findEngine, isGone, NoEngine } from "./engine.ts";
import { haveImage, imageOf } from "./images.ts";
import { environmentOf, HOME, WORKSPACE } from "./jail.ts";
import { PROXIES, WARDEN, WARDENS } from "./warden.ts";

/** Label of all that a server makes, with the mark of its data folder as value: by it a later start knows what it may take away. */
const OWNER = "colony.data";
const PLACE = "colony.place";

const NO_PROXIES = PROXIES.map((name) => `${name}=`);

/** What the holder of a place does: nothing, for as long as the place stands. */
const HOLDER = "while :; do sleep 86400; done";

/**
 * The driver for Docker, OrbStack and Podman, over the Engine API. A place is a container that does nothing but hold the
 * network; each run is a container of its own in that network, so that ending a container ends all of a run for certain.
 * @param data the data folder
 */
export const docker = (data: string, settings: Pick<SandboxSettings, "docker" | "image">): Driver => {
  let found: Promise<Engine> | undefined;
  const engine = (): Promise<Engine> => {
    found ??= findEngine(settings.docker).catch((error) => {
      found = undefined;
      throw error;
    });
    return found;
  };
  return {
    name: "docker",
    probe: async () => {
      try {
        found = undefined;
        return describeEngine(await engine());
      } catch (error) {
        if (error instanceof NoEngine) return error.probe;
        throw error;
      }
    },
    open: async (place) => {
      const found = await engine();
      return open({ ...found, filter: found.lenient ? filterIn(data) : null }, markOf(data), place, imageOf(place.template, settings.image));
    },
    sweep: async () => sweep((await engine()).api, { [OWNER]: markOf(data) }),
  };
};

/** Tells one data folder from all others that use the same engine, also from one that another machine or container has under the same path. */
const markOf = (data: string): string => {
  const { ino, birthtimeMs } = statSync(data);
  return createHash("sha256")
    .update([realpathSync(data), ino, birthtimeMs].join("\n"))
    .digest("hex")
    .slice(0, 24);
};

/** An engine with the filter of system calls that it is to read from a file, where its own does not do. */
type Filtered = Engine & { filter: string | null };

const filterIn = (data: string): string => {
  const folder = join(data, "sandbox");
  const path = join(folder, "seccomp.json");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path, JSON.stringify(profile()));
  return path;
};

const open = async (engine: Filtered, mark: string, place: Place, image: string): Promise<Sandbox> => {
  const { api } = engine;
  await haveImage(api, image);
  const labels = { [OWNER]: mark, [PLACE]: place.id };
  // What an earlier one of the same place may have left.
  await sweep(api, labels);
  const network = place.network ? (await api.createNetwork({ Name: `colony-${mark}-${place.id}`, Driver: "bridge", Labels: labels })).id : "none";
  const held = { processes: HOLDER_PROCESSES, memory: HOLDER_MEMORY, cpus: 0.1 };
  const holder = await api.createContainer({
    ...contained(engine, image, labels, HOLDER),
    HostConfig: { ...confined(engine, held), NetworkMode: network },
  });
  const running = new Set<Process>();
  let closed = false;
  const close = async () => {
    closed = true;
    await Promise.allSettled([...running].map((run) => run.stop(0)));
    await sweep(api, labels);
  };
  try {
    await holder.start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    run: async (command, hearing) => {
      if (closed) throw new Error("The sandbox is closed");
      const process = await run(engine, { image, labels, place, holder: holder.id }, command, hearing);
      running.add(process);
      process.ended.finally(() => running.delete(process)).catch(() => {});
      if (closed) await process.stop(0);
      return process;
    },
    alive: () =>
      holder.inspect().then(
        ({ State }) => State.Running,
        () => false,
      ),
    close,
  };
};

type Within = { image: string; labels: Record<string, string>; place: Place; holder: string };

const run = async (engine: Filtered, { image, labels, place, holder }: Within, { command, env, limits }: Command, hearing: Hearing): Promise<Process> => {
  const { memory_mib, processes, cpus, disk_mib } = limits;
  const confinement = confined(engine, { memory: memory_mib * 1024 * 1024, processes: processes + WARDENS, cpus });
  const container = await engine.api.createContainer({
    ...contained(engine, image, labels, WARDEN, "warden", command),
    Env: [...NO_PROXIES, ...Object.entries(environmentOf(env)).map(([name, value]) => `${name}=${value}`)],
    WorkingDir: WORKSPACE,
    ...{ OpenStdin: true, StdinOnce: true, AttachStdin: true },
    HostConfig: {
      ...confinement,
      NetworkMode: `container:${holder}`,
      Mounts: [mount(place.workspace, WORKSPACE), mount(place.home, HOME), mount(place.tmp, "/tmp")],
      Ulimits: [...(confinement.Ulimits ?? []), ulimit("fsize", disk_mib * 1024 * 1024)],
    },
  });
  return begin(container, hearing);
};

/** A container that runs a script of ours whatever its image would run, as the user to whom the server's files belong. */
const contained = (engine: Engine, Image: string, Labels: Record<string, string>, script: string, ...args: string[]): Docker.ContainerCreateOptions => ({
  Image,
  Labels,
  User: userOf(engine),
  Entrypoint: ["/bin/sh"],
  Cmd: ["-c", script, ...args],
  Env: NO_PROXIES,
  Healthcheck: { Test: ["NONE"] },
  Tty: false,
  OpenStdin: false,
});

/** Root of a rootless engine's container is the engine's own user, which is the server's; elsewhere users have the same number in and out, and where a virtual machine lies between, it sees to it. */
const userOf = ({ rootless }: Engine): string => (rootless ? "0:0" : `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`);

/** What no container of ours may do, and how much it may take. Limits that the engine cannot hold are left out, or it would refuse the container. */
const confined = (engine: Filtered, { memory, processes, cpus }: { memory: number; processes: number; cpus: number }): Docker.HostConfig => ({
  ReadonlyRootfs: true,
  CapDrop: ["ALL"],
  Privileged: false,
  SecurityOpt: ["no-new-privileges", ...(engine.selinux ? ["label=disable"] : []), ...(engine.filter ? [`seccomp=${engine.filter}`] : [])],
  ...(engine.remapped && { UsernsMode: "host" }),
  ...(engine.holds.memory && { Memory: memory, ...(engine.holds.swap && { MemorySwap: memory }) }),
  ...(engine.holds.processes && { PidsLimit: processes }),
  ...(engine.holds.cpus && { NanoCpus: Math.round(cpus * 1e9) }),
  ...(engine.processors && { CpusetCpus: engine.processors }),
  Ulimits: [ulimit("core", 0), ulimit("nofile", SANDBOX_OPEN_FILES), ...(engine.user_processes === null ? [] : [ulimit("nproc", engine.user_processes)])],
  ShmSize: SANDBOX_SHM_BYTES,
  IpcMode: "private",
  // What a run says goes to the server alone, and never to the engine's disk.
  LogConfig: { Type: "none", Config: {} },
  RestartPolicy: { Name: "no" },
});

const ulimit = (Name: string, value: number): Docker.Ulimit => ({ Name, Soft: value, Hard: value });

const mount = (Source: string, Target: string): Docker.MountSettings => ({ Type: "bind", Source, Target });

/** Takes away all containers and networks with these labels, whatever they do. */
const sweep = async (api: Docker, labels: Record<string, string>): Promise<void> => {
  const filters = { label: Object.entries(labels).map(([name, value]) => `${name}=${value}`) };
  const containers = await api.listContainers({ all: true, filters });
  // Runs first: some engines do not remove a container whose network others still use.
  const holders = containers.filter(({ Command }) => Command.includes(HOLDER));
  for (const some of [containers.filter((one) => !holders.includes(one)), holders]) {
    await Promise.all(some.map(({ Id }) => api.getContainer(Id).remove({ force: true, v: true }).catch(unlessGone)));
  }
  const networks = await api.listNetworks({ filters });
  await Promise.all(networks.map(({ Id }) => api.getNetwork(Id).remove().catch(unlessGone)));
};

/** 409: another has begun to remove it. */
const unlessGone = (error: unknown): void => {
  if (!isGone(error) && !(error instanceof Error && "statusCode" in error && error.statusCode === 409)) throw error;
};
