import { lstatSync, readlinkSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SANDBOX_SHM_BYTES } from "../limits.ts";
import type { Place } from "./driver.ts";

/** Where a command starts, in every sandbox. */
export const WORKSPACE = "/workspace";
/** The home of a command, kept between runs. */
export const HOME = "/home/colony";

/** A folder of ours, last on the path. */
const TOOLS = "/opt/colony/bin";
const PATH = `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${HOME}/.local/bin:${TOOLS}`;

/** The system's programs and libraries, read-only: /usr, and what stands beside it in the host's own way. */
export const systemArguments = (): string[] => [
  ...["--ro-bind", "/usr", "/usr"],
  ...["bin", "sbin", "lib", "lib32", "lib64", "libx32"].flatMap((name) => {
    const path = `/${name}`;
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found) return [];
    return found.isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
  }),
];

/**
 * What a run sees and may do, as arguments of bwrap: the system read-only, folders of its project to write to, and
 * namespaces of its own. The network's namespace is the one in which bwrap is started.
 * @param shown the folder to see as /etc, what makes bun known, and what is put over the host's devices
 * @param knows whether this bwrap has an option
 */
export const jailArguments = (place: Place, { etc, bun, devices }: { etc: string; bun: string[]; devices: string[] }, knows: (option: string) => boolean): string[] => [
  ...["--unshare-all", "--unshare-user", "--share-net", "--die-with-parent", "--new-session", "--clearenv"],
  ...["--cap-drop", "ALL", "--uid", "1000", "--gid", "1000", "--hostname", "colony"],
  ...(knows("--disable-userns") ? ["--disable-userns"] : []),
  ...systemArguments(),
  ...["--ro-bind", etc, "/etc", ...bun],
  // Nothing of /proc can be written, so a run changes neither the machine nor the first process of its sandbox, which ends it.
  ...["--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev", ...devices, "--remount-ro", "/dev"],
  ...(knows("--size") ? ["--size", String(SANDBOX_SHM_BYTES)] : []),
  ...["--tmpfs", "/dev/shm", "--dir", "/run", "--symlink", "/tmp", "/var/tmp", "--symlink", "/run", "/var/run"],
  ...["--bind", place.workspace, WORKSPACE, "--bind", place.home, HOME, "--bind", place.tmp, "/tmp"],
  ...["--remount-ro", "/", "--chdir", WORKSPACE],
];

/** The environment of a run beside its PATH: what every run has, and its own. @throws Error for a name or value that no environment can hold */
export const environmentOf = (own: Record<string, string>): Record<string, string> => {
  for (const [name, value] of Object.entries(own)) {
    // A zero byte ends an argument: what comes after it would be one of bwrap's own.
    if (!/^[^\0=]+$/.test(name) || value.includes("\0")) throw new Error(`The variable ${JSON.stringify(name)} cannot stand in an environment`);
  }
  // Python keeps what it prints to itself where it sees no terminal: nothing would be shown as it comes, and a stop would lose it.
  return { HOME, LANG: "C.UTF-8", PYTHONUNBUFFERED: "1", TERM: "xterm-256color", TMPDIR: "/tmp", USER: "colony", ...own };
};

/** The environment of a run as arguments of bwrap. @throws Error for a name or value that no environment can hold */
export const environmentArguments = (own: Record<string, string>): string[] =>
  Object.entries({ PATH, ...environmentOf(own) }).flatMap(([name, value]) => ["--setenv", name, value]);

/**
 * Where the host's programs have no bun, this very executable is shown as one: templates run on a bare machine too. A compiled
 * one is a bun only when its environment says so, which the environment of every run must not: programs that a project compiled
 * itself would be one too.
 * @param folder the server's folder for sandboxes
 */
export const bunArguments = (folder: string): string[] => {
  const own = Bun.which("bun", { PATH });
  if (own && realpathSync(own).startsWith("/usr/")) return [];
  if (!Bun.isStandaloneExecutable) return ["--ro-bind", process.execPath, `${TOOLS}/bun`];
  const script = join(folder, "bun");
  writeFileSync(script, `#!/bin/sh\nBUN_BE_BUN=1 exec ${TOOLS}/colony "$@"\n`, { mode: 0o755 });
  return ["--ro-bind", script, `${TOOLS}/bun`, "--ro-bind", process.execPath, `${TOOLS}/colony`];
};
