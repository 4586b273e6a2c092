import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { RUN_LIMITS, SANDBOX_PROBE_TIME } from "../limits.ts";
import type { Kit } from "./bubblewrap.ts";
import type { Place, Probe, Sandbox } from "./driver.ts";
import { missingForNetwork } from "./slirp.ts";
import { OwnedByRuns } from "./unowned.ts";

type Fault = Extract<Probe, { works: false }>;

/** Tries bubblewrap by running something in it. @param wanted whether projects may have a network, and where programs are looked for */
export const tryOut = async (ready: () => Promise<Kit>, open: (kit: Kit, place: Place) => Promise<Sandbox>, wanted: { network: boolean; path: string }): Promise<Probe> => {
  if (process.platform !== "linux") {
    const hint = "Install Docker, Podman or OrbStack for the docker sandbox, or run Colony on Linux.";
    return { works: false, problem: `bubblewrap is there on Linux only, and this is ${process.platform === "darwin" ? "macOS" : process.platform}`, hint };
  }
  for (const [program, name] of Object.entries({ bwrap: "bubblewrap", nsenter: "util-linux" })) {
    if (!Bun.which(program, { PATH: wanted.path })) {
      return {
        works: false,
        problem: `${name} is not installed`,
        hint: `Install it: apt install ${name} (Debian, Ubuntu), dnf install ${name} (Fedora), apk add ${name} (Alpine).`,
      };
    }
  }
  try {
    const kit = await ready();
    await runSomething(kit, open);
    return found(kit, wanted.network);
  } catch (error) {
    if (error instanceof OwnedByRuns) {
      return {
        works: false,
        problem: `The server is root, and its runs would own devices of the host: it could make none for them (${error.message})`,
        hint: "Let the server run as a user of its own (docs/colony.service does), or put its data folder on a disk that is mounted without nodev and noexec.",
      };
    }
    return explain(error instanceof Error ? error.message : String(error));
  }
};

/** @throws Error with what bubblewrap said when nothing can be run */
const runSomething = async (kit: Kit, open: (kit: Kit, place: Place) => Promise<Sandbox>): Promise<void> => {
  const folder = mkdtempSync(join(kit.folder, "trial-"));
  const [workspace = "", home = "", tmp = ""] = ["workspace", "home", "tmp"].map((name) => join(folder, name));
  for (const path of [workspace, home, tmp]) mkdirSync(path);
  let sandbox: Sandbox | undefined;
  try {
    sandbox = await open(kit, { id: "trial", workspace, home, tmp, network: false, template: "blank" });
    let said = "";
    const run = await sandbox.run({ run: `trial-${process.pid}`, command: "echo it works", env: {}, limits: RUN_LIMITS }, (_, bytes) => {
      said += Buffer.from(bytes).toString();
    });
    const timer = setTimeout(() => run.stop(0), SANDBOX_PROBE_TIME);
    await run.ended.finally(() => clearTimeout(timer));
    if (said !== "it works\n") throw new Error(`A command that should say "it works" said ${JSON.stringify(said.slice(0, 200))}`);
  } finally {
    await sandbox?.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

const found = ({ version, cgroups, filter, counts, knows }: Kit, network: boolean): Probe => {
  const missing = network ? missingForNetwork() : [];
  return {
    works: true,
    version: [version, cgroups ? `cgroup v${cgroups.version}` : "no control groups", ...(filter === null ? [] : ["seccomp"])].join(", "),
    holds: {
      memory_mib: cgroups ? "hard" : "watched",
      processes: cgroups || counts ? "hard" : "watched",
      cpus: cgroups?.cpu ? "hard" : "none",
      disk_mib: "watched",
      files: "watched",
      seconds: "watched",
      network: "hard",
    },
    remarks: [
      ...(cgroups
        ? []
        : [
            `The server may make no control groups: the memory of runs ${counts ? "is" : "and their processes are"} looked at ten times a second and not held by the kernel, and processors are not shared out. Under systemd set Delegate=yes (docs/colony.service has it)`,
          ]),
      ...(cgroups && !cgroups.cpu ? ["Control groups share out no processors here: a run may take all of them. Let the server's group have the cpu controller"] : []),
      ...(filter === null ? ["System calls of runs are not filtered: install libseccomp2"] : []),
      ...(filter === null && !knows("--disable-userns") ? ["Runs can make user namespaces of their own: install libseccomp2, or bubblewrap 0.8 or newer"] : []),
      ...(missing.length > 0 ? [`Runs can have no network, though COLONY_SANDBOX_NETWORK allows it: install ${missing.join(" and ")}`] : []),
      ...(process.getuid?.() === 0
        ? ["The server is root: its runs read what only root may read in /usr, and are root where a sandbox had a hole. Let it run as a user of its own (docs/colony.service does)"]
        : []),
    ],
  };
};

const setting = (name: string): string | null => {
  const path = `/proc/sys/${name}`;
  return existsSync(path) ? readFileSync(path, "utf8").trim() : null;
};

/** What bubblewrap's words mean here, and what to do. */
const explain = (said: string): Fault => {
  const fault = (problem: string, hint: string): Fault => ({ works: false, problem, hint });
  const contained = existsSync("/.dockerenv") || existsSync("/run/.containerenv");
  if (setting("user/max_user_namespaces") === "0") {
    return fault("This system allows no user namespaces", "Allow them: sysctl -w user.max_user_namespaces=15000, and the same line in a file of /etc/sysctl.d to keep it.");
  }
  if (setting("kernel/unprivileged_userns_clone") === "0" && process.getuid?.() !== 0) {
    return fault(
      "This system allows user namespaces to root only",
      "Allow them: sysctl -w kernel.unprivileged_userns_clone=1, and the same line in a file of /etc/sysctl.d to keep it.",
    );
  }
  if (/proc.*(not permitted|denied)/i.test(said)) {
    return fault(
      `Runs could see no processes of their own (${said})`,
      contained
        ? "The container hides parts of /proc: start it with --security-opt systempaths=unconfined, or give it a Docker socket and COLONY_SANDBOX=docker."
        : "Something hides parts of /proc from the server: under systemd leave out ProtectKernelTunables and ProtectKernelLogs (docs/colony.service does).",
    );
  }
  if (/not permitted|denied|namespace/i.test(said)) {
    if (setting("kernel/apparmor_restrict_unprivileged_userns") === "1") {
      return fault(
        `AppArmor keeps bubblewrap from making namespaces, as Ubuntu has it since 23.10 (${said})`,
        "Allow it for bubblewrap alone with the profile in docs/operators.md, or for all: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0.",
      );
    }
    return fault(
      `bubblewrap may make no namespaces (${said})`,
      contained
        ? "The container forbids them: start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined, or give it a Docker socket and COLONY_SANDBOX=docker."
        : "Under systemd set RestrictNamespaces=no (docs/colony.service has it); else see whether `bwrap --unshare-all --ro-bind / / true` works for the server's user.",
    );
  }
  return fault(`bubblewrap does not work here (${said})`, "See whether `bwrap --unshare-all --ro-bind / / true` works for the server's user.");
};
