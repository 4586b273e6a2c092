import { existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SANDBOX_SHM_BYTES } from "../limits.ts";
import type { Place } from "./driver.ts";

/** Where a command starts, in every sandbox. */
export const WORKSPACE = "/workspace";
/** The home of a command, kept between runs. */
export const HOME = "/home/colony";

/** A folder with this very executable under the name `bun`, last on the path: on a bare machine projects have a bun all the same. */
const TOOLS = "/opt/colony/bin";
const PATH = `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${HOME}/.local/bin:${TOOLS}`;

/** The DNS server that slirp4netns answers as. */
const SLIRP_DNS = "10.0.2.3";

/** Our own files of /etc: who there is, and where localhost is. */
const ETC = {
  passwd: "root:x:0:0:root:/:/bin/sh\ncolony:x:1000:1000:Colony:/home/colony:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
  group: "root:x:0:\ncolony:x:1000:\nnogroup:x:65534:\n",
  hosts: "127.0.0.1 localhost\n::1 localhost\n",
  "resolv.conf": `nameserver ${SLIRP_DNS}\n`,
};

/** What of the host's /etc programs need to start, to find what their names mean here, to trust and to tell the time; nothing of it is a secret. */
const ETC_OF_HOST = [
  "alternatives",
  "ca-certificates",
  "ca-certificates.conf",
  "crypto-policies",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "mime.types",
  "pki/ca-trust",
  "pki/tls/certs",
  "protocols",
  "services",
  "ssl/certs",
  "ssl/openssl.cnf",
  "terminfo",
];

/** Of /proc, what tells of the host beyond this process's own view, and what a server that is root would let be written. */
const HIDDEN_FILES = [
  "kallsyms",
  "kcore",
  "keys",
  "kmsg",
  "kpagecgroup",
  "kpagecount",
  "kpageflags",
  "latency_stats",
  "mtrr",
  "sched_debug",
  "slabinfo",
  "timer_list",
  "vmallocinfo",
];
const HIDDEN_FOLDERS = ["acpi", "asound", "driver", "dynamic_debug", "fs", "scsi"];

/** Writes our files of /etc into a folder of the server's, from which all sandboxes see them. */
export const writeEtc = (folder: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(ETC)) writeFileSync(join(folder, name), text, { mode: 0o644 });
};

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
 * @param etc the folder that `writeEtc` filled
 * @param knows whether this bwrap has an option
 */
export const jailArguments = (place: Place, etc: string, knows: (option: string) => boolean): string[] => {
  const timezone = zone();
  return [
    ...["--unshare-all", "--unshare-user", "--share-net", "--die-with-parent", "--new-session", "--clearenv"],
    ...["--cap-drop", "ALL", "--uid", "1000", "--gid", "1000", "--hostname", "colony"],
    ...(knows("--disable-userns") ? ["--disable-userns"] : []),
    ...systemArguments(),
    ...ETC_OF_HOST.filter((name) => existsSync(`/etc/${name}`)).flatMap((name) => ["--ro-bind", `/etc/${name}`, `/etc/${name}`]),
    ...(timezone ? ["--symlink", timezone, "/etc/localtime"] : []),
    ...["passwd", "group", "hosts", ...(place.network ? ["resolv.conf"] : [])].flatMap((name) => ["--ro-bind", join(etc, name), `/etc/${name}`]),
    ...["--ro-bind", process.execPath, `${TOOLS}/bun`],
    ...["--proc", "/proc"],
    ...HIDDEN_FILES.filter((name) => existsSync(`/proc/${name}`)).flatMap((name) => ["--ro-bind", "/dev/null", `/proc/${name}`]),
    ...HIDDEN_FOLDERS.filter((name) => existsSync(`/proc/${name}`)).flatMap((name) => ["--tmpfs", `/proc/${name}`, "--remount-ro", `/proc/${name}`]),
    ...["--dev", "/dev", "--remount-ro", "/dev"],
    ...(knows("--size") ? ["--size", String(SANDBOX_SHM_BYTES)] : []),
    ...["--tmpfs", "/dev/shm"],
    ...["--dir", "/run", "--symlink", "/tmp", "/var/tmp", "--symlink", "/run", "/var/run"],
    ...["--bind", place.workspace, WORKSPACE, "--bind", place.home, HOME, "--bind", place.tmp, "/tmp"],
    ...["--remount-ro", "/", "--chdir", WORKSPACE],
  ];
};

/** The environment of a run as arguments of bwrap: what every run has, and its own beside it. */
export const environmentArguments = (own: Record<string, string>): string[] =>
  Object.entries({ PATH, HOME, LANG: "C.UTF-8", TERM: "xterm-256color", TMPDIR: "/tmp", USER: "colony", BUN_BE_BUN: "1", ...own }).flatMap(([name, value]) => [
    "--setenv",
    name,
    value,
  ]);

/** Where the host's time zone lies, when it lies under /usr. */
const zone = (): string | null => {
  if (!existsSync("/etc/localtime")) return null;
  const path = realpathSync("/etc/localtime");
  return path.startsWith("/usr/") ? path : null;
};
