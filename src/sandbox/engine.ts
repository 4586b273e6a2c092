import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { ENGINE_ANSWER } from "../limits.ts";
import type { Hold, Probe } from "./driver.ts";
import { processorsOfRuns, processorsThere } from "./processors.ts";

/** A container engine that answers, and what of it matters here. */
export type Engine = {
  api: Docker;
  socket: string;
  /** `Docker 27.3.1`, `Podman 4.3.1`. */
  version: string;
  cgroup: string;
  /** Which limits its kernel holds for containers. */
  holds: { memory: boolean; swap: boolean; processes: boolean; cpus: boolean };
  /** The processors that runs may use, as it takes them; null where it cannot keep any from them, or has another number of them than the server's machine. */
  processors: string | null;
  /** It runs without root: root of a container is the user that it runs as. */
  rootless: boolean;
  /** Users of containers are others on the host. */
  remapped: boolean;
  selinux: boolean;
  /** Its own filter of system calls lets programs make user namespaces, and it reads another from a file of this machine. */
  lenient: boolean;
  /** Processes of one user that it may allow at most, null where it need not be told. */
  user_processes: number | null;
};

/** Why there is no engine, as a probe says it. */
export class NoEngine extends Error {
  constructor(
    readonly problem: string,
    readonly hint: string,
  ) {
    super(`${problem}. ${hint}`);
  }

  get probe(): Probe {
    return { works: false, problem: this.problem, hint: this.hint };
  }
}

/** What is read of `GET /version` and `GET /info` (https://docs.docker.com/reference/api/engine/); Podman leaves some out. */
type Version = { Version?: string; Components?: { Name?: string; Version?: string }[] };
type Info = {
  OSType?: string;
  CgroupVersion?: string;
  MemoryLimit?: boolean;
  SwapLimit?: boolean;
  PidsLimit?: boolean;
  CpuCfsQuota?: boolean;
  CPUSet?: boolean;
  NCPU?: number;
  Rootless?: boolean;
  SecurityOptions?: string[] | null;
};

/** Where engines have their socket, in the order in which they are tried: what the environment names, Docker, Podman of one's own, Podman of the system, OrbStack, Docker Desktop. */
const usualSockets = (): string[] => {
  const named = /^unix:\/\/(\/.+)$/.exec(process.env.DOCKER_HOST ?? "")?.[1];
  const runtime = process.env.XDG_RUNTIME_DIR;
  return [
    ...(named ? [named] : []),
    "/var/run/docker.sock",
    ...(runtime ? [join(runtime, "podman/podman.sock"), join(runtime, "docker.sock")] : []),
    "/run/podman/podman.sock",
    join(homedir(), ".orbstack/run/docker.sock"),
    join(homedir(), ".docker/run/docker.sock"),
  ];
};

/** Finds an engine that answers. @param socket the one to ask, null for the usual ones @throws NoEngine */
export const findEngine = async (socket: string | null): Promise<Engine> => {
  const sockets = socket ? [socket] : usualSockets().filter((path) => existsSync(path));
  if (sockets.length === 0) {
    throw new NoEngine(
      "No container engine was found: none of the sockets of Docker, Podman and OrbStack is there",
      "Install Docker or Podman and start its service (for Podman as your own user: systemctl --user enable --now podman.socket), or set COLONY_SANDBOX_DOCKER to the path of its socket.",
    );
  }
  const faults: NoEngine[] = [];
  for (const path of sockets) {
    try {
      return await meet(path);
    } catch (error) {
      faults.push(error instanceof NoEngine ? error : explain(path, error));
    }
  }
  throw new NoEngine(faults.map(({ problem }) => problem).join("; "), [...new Set(faults.map(({ hint }) => hint))].join(" Or: "));
};

const meet = async (socket: string): Promise<Engine> => {
  if (!existsSync(socket)) throw new NoEngine(`There is no socket at ${socket}`, "Start the engine, or set COLONY_SANDBOX_DOCKER to the path of its socket.");
  accessSync(socket, constants.R_OK | constants.W_OK);
  const { default: Client } = await import("dockerode");
  const api = new Client({ socketPath: socket });
  const [version, info] = await answer(Promise.all([api.version() as Promise<Version>, api.info() as Promise<Info>]), socket);
  if (info.OSType !== undefined && info.OSType !== "linux") {
    throw new NoEngine(`The engine at ${socket} runs ${info.OSType} containers`, "Switch it to Linux containers.");
  }
  const podman = version.Components?.find(({ Name }) => Name?.startsWith("Podman"));
  const secured = (name: string): boolean => info.SecurityOptions?.some((option) => option.split(",").includes(`name=${name}`)) ?? false;
  const rootless = info.Rootless === true || secured("rootless");
  return {
    api,
    socket,
    version: podman ? `Podman ${podman.Version}` : `Docker ${version.Version}`,
    cgroup: `cgroup v${info.CgroupVersion ?? "1"}${rootless ? ", rootless" : ""}`,
    holds: { memory: info.MemoryLimit === true, swap: info.SwapLimit === true, processes: info.PidsLimit === true, cpus: info.CpuCfsQuota === true },
    processors: info.CPUSet === true && info.NCPU === processorsThere().length ? processorsOfRuns() || null : null,
    rootless,
    remapped: secured("userns"),
    selinux: secured("selinux"),
    lenient: podman !== undefined && process.platform === "linux",
    user_processes: podman && !rootless ? ownProcessLimit() : null,
  };
};

/** What an engine says, if it does so in time. @throws NoEngine */
const answer = async <T>(said: Promise<T>, socket: string): Promise<T> => {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new NoEngine(`The engine at ${socket} does not answer`, "See whether `docker info` or `podman info` answers, and restart the engine.")),
      ENGINE_ANSWER,
    );
  });
  return Promise.race([said, late]).finally(() => clearTimeout(timer));
};

/**
 * Podman asks for a million processes of a user, which one without CAP_SYS_RESOURCE is refused. What it may ask for is in all
 * likelihood what we may, and no more than the system has numbers for, to which it lowers its own limit.
 */
const ownProcessLimit = (): number | null => {
  if (process.platform !== "linux") return null;
  const hard = /^Max processes +\S+ +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  return hard === undefined ? null : Math.min(Number(hard), Number(readFileSync("/proc/sys/kernel/pid_max", "utf8")));
};

const explain = (socket: string, error: unknown): NoEngine => {
  const said = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EACCES" || code === "EPERM") {
    return new NoEngine(
      `The server's user may not use ${socket}`,
      "Let it: add the user to the group of the socket (usermod -aG docker USER) and start Colony anew; that group is as mighty as root, so better run Podman as the server's own user.",
    );
  }
  return new NoEngine(`No engine answers at ${socket} (${said})`, "Start it: systemctl start docker, or systemctl --user start podman.socket.");
};

/** What an engine that was found means for a run's limits. */
export const describeEngine = ({ version, cgroup, holds, rootless, selinux, socket }: Engine): Probe => {
  const hard = (held: boolean): Hold => (held ? "hard" : "none");
  const missing = [...(holds.memory ? [] : ["memory"]), ...(holds.processes ? [] : ["processes"]), ...(holds.cpus ? [] : ["processors"])];
  const delegate = rootless
    ? "a rootless engine needs cgroup v2 and controllers that are delegated to its user: Delegate=cpu cpuset io memory pids for user@.service"
    : "the kernel lacks these control groups; on some systems cgroup_enable=memory on its command line brings them";
  return {
    works: true,
    version: [version, cgroup, socket].join(", "),
    holds: {
      memory_mib: hard(holds.memory),
      processes: hard(holds.processes),
      cpus: hard(holds.cpus),
      disk_mib: "watched",
      files: "watched",
      seconds: "watched",
      network: "hard",
    },
    remarks: [
      ...(missing.length > 0 ? [`The engine holds no limit on ${missing.join(", ")}: ${delegate}`] : []),
      ...(holds.memory && !holds.swap ? ["The engine does not limit swap: a run may take as much of it as there is"] : []),
      ...(selinux ? ["SELinux does not confine runs: their folders are shared with the server without a label of their own"] : []),
      ...(!rootless && process.getuid?.() === 0
        ? ["Server and engine are root, and so are runs, without any of root's rights: let Colony run as a user of its own, with a Podman of that user"]
        : []),
    ],
  };
};

/** Whether an engine refused because a container, network or image is not there, or not any more; Podman says so also with a 500. */
export const isGone = (error: unknown): boolean =>
  error instanceof Error && (("statusCode" in error && error.statusCode === 404) || /no such (container|network|image)/i.test(error.message));
