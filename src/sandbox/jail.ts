import { lstatSync, readlinkSync } from "node:fs";
import { SANDBOX_SHM_BYTES } from "../limits.ts";
import type { Place } from "./driver.ts";

/** Where a command starts, in every sandbox. */
export const WORKSPACE = "/workspace";
/** The home of a command, kept between runs. */
export const HOME = "/home/colony";

/** A folder with this very executable under the name `bun`, last on the path: on a bare machine projects have a bun all the same. */
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
 * @param etc the folder to see as /etc
 * @param knows whether this bwrap has an option
 */
export const jailArguments = (place: Place, etc: string, knows: (option: string) => boolean): string[] => [
  ...["--unshare-all", "--unshare-user", "--share-net", "--die-with-parent", "--new-session", "--clearenv"],
  ...["--cap-drop", "ALL", "--uid", "1000", "--gid", "1000", "--hostname", "colony"],
  ...(knows("--disable-userns") ? ["--disable-userns"] : []),
  ...systemArguments(),
  ...["--ro-bind", etc, "/etc", "--ro-bind", process.execPath, `${TOOLS}/bun`],
  // Nothing of /proc can be written, so a run changes neither the machine nor the first process of its sandbox, which ends it.
  ...["--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev", "--remount-ro", "/dev"],
  ...(knows("--size") ? ["--size", String(SANDBOX_SHM_BYTES)] : []),
  ...["--tmpfs", "/dev/shm", "--dir", "/run", "--symlink", "/tmp", "/var/tmp", "--symlink", "/run", "/var/run"],
  ...["--bind", place.workspace, WORKSPACE, "--bind", place.home, HOME, "--bind", place.tmp, "/tmp"],
  ...["--remount-ro", "/", "--chdir", WORKSPACE],
];

/** The environment of a run as arguments of bwrap: what every run has, and its own beside it. */
export const environmentArguments = (own: Record<string, string>): string[] =>
  Object.entries({ PATH, HOME, LANG: "C.UTF-8", TERM: "xterm-256color", TMPDIR: "/tmp", USER: "colony", BUN_BE_BUN: "1", ...own }).flatMap(([name, value]) => [
    "--setenv",
    name,
    value,
  ]);
