import { existsSync, globSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, realpathSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { Subprocess } from "bun";
import { until } from "./colony.ts";

/** What the image holds: a shell, what commands of tests need, Python with its standard library, and Node. */
const PROGRAMS =
  "sh bash env ls cat sleep dd head tail yes mkdir rm ln chmod chown cp mv touch id seq wc grep awk nohup mount umount unshare su ps python3 node mknod stat find tr nproc true false echo timeout setsid kill date test sort od base64 readlink df sed awk".split(
    " ",
  );
const FOLDERS = ["workspace", "tmp", "home/colony", "proc", "dev", "sys", "etc", "run", "root", "var/tmp"];

/** f_type of overlayfs, on which no other overlay can lie. */
const OVERLAYFS = 0x794c7630;

/**
 * Serves Podman until its standard input ends: that is when the tests say so, or when they are gone, however they went.
 * Nothing is left then: no container, no mount, no file. $1: its folder; the rest: podman and its options
 */
const SERVICE = `
trap '' INT TERM HUP
folder=$1; shift
"$@" system service --time=0 "unix://$folder/s" > "$folder/log" 2>&1 & service=$!
read -r _
"$@" rm --all --force --depend --time 0 > /dev/null 2>&1
kill $service; wait $service
for watcher in $(grep -al "$folder/" /proc/[0-9]*/cmdline | cut -d / -f 3); do
  [ "$(cat /proc/$watcher/comm)" = conmon ] && kill -9 $(cat /proc/$watcher/task/$watcher/children) $watcher
done 2> /dev/null
for again in 1 2 3 4 5 6 7 8 9 10; do
  grep -o " $folder/[^ ]*" /proc/self/mounts | sort -r | while read -r mount; do umount -l "$mount"; done
  rm -rf "$folder" 2> /dev/null && break
  sleep 0.2
done`;

/** A Podman service of its own on a socket of its own, with an image made of this machine's files: no registry is asked. */
export class Podman {
  readonly image = "colony-test:latest";

  private constructor(
    readonly folder: string,
    private readonly service: Subprocess<"pipe", "ignore", "inherit">,
  ) {}

  get socket(): string {
    return join(this.folder, "s");
  }

  /** @param env beside PATH, what the service has in its environment */
  static async start(env: Record<string, string> = {}): Promise<Podman> {
    const folder = mkdtempSync(join(tmpdir(), "colony-podman-"));
    const settings = join(folder, "containers.conf");
    // Locks in files: those in shared memory are of all Podmans of the machine.
    writeFileSync(settings, '[engine]\nevents_logger = "none"\nlock_type = "file"\n');
    const driver = statfsSync(folder).type === OVERLAYFS ? "vfs" : "overlay";
    const places = ["--root", join(folder, "root"), "--runroot", join(folder, "run"), "--tmpdir", join(folder, "tmp")];
    const podman = ["podman", ...places, "--storage-driver", driver, "--cgroup-manager", "cgroupfs", "--runtime", "runc"];
    const service = Bun.spawn(["setsid", "sh", "-c", SERVICE, "service", folder, ...podman], {
      // Where a container runs out of memory conmon leaves a file named "oom" in the folder it was started in.
      cwd: folder,
      env: { PATH: process.env.PATH ?? "", CONTAINERS_CONF: settings, TMPDIR: folder, ...env },
      stdin: "pipe",
      stdout: "ignore",
      stderr: "inherit",
    });
    const started = new Podman(folder, service);
    await until(() => (service.exitCode !== null || existsSync(started.socket) ? true : undefined));
    await started.#import();
    return started;
  }

  /** Asks the engine itself. @param path begins with a slash */
  ask(method: string, path: string, body?: BodyInit): Promise<Response> {
    return fetch(`http://engine/v1.41${path}`, { method, body, unix: this.socket });
  }

  /** Ends the service with all its containers, and removes all of it. */
  async stop(): Promise<void> {
    this.service.stdin.end();
    await this.service.exited;
  }

  async #import(): Promise<void> {
    const list = join(this.folder, "files");
    const extra = join(this.folder, "extra");
    for (const name of FOLDERS) mkdirSync(join(extra, name), { recursive: true });
    writeFileSync(list, files().join("\n"));
    const without = ["test", "__pycache__", "*.a", "idlelib", "dist-packages"].map((name) => `--exclude=*/${name}`);
    const tar = Bun.spawn(["tar", "-c", "--hard-dereference", ...without, "-C", extra, ...new Set(FOLDERS.map((path) => path.split("/")[0] ?? "")), "-C", "/", "-T", list], {
      stdout: "pipe",
      stderr: "inherit",
    });
    const answer = await this.ask("POST", "/images/create?fromSrc=-&repo=colony-test&tag=latest", tar.stdout);
    const said = await answer.text();
    if ((await tar.exited) !== 0 || !said.includes('"id"')) throw new Error(`The image was not made: ${said}`);
  }
}

/** Paths of this machine, without their first slash, that the programs consist of. */
const files = (): string[] => {
  const programs = PROGRAMS.flatMap((name) => Bun.which(name, { PATH: "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin" }) ?? []);
  const python = Bun.spawnSync(["/usr/bin/python3", "-I", "-c", "import os; print(os.path.dirname(os.__file__))"]).stdout.toString().trim();
  const said = Bun.spawnSync(["ldd", ...programs.map((path) => realpathSync(path)), ...globSync(`${python}/lib-dynload/*.so`)]).stdout.toString();
  const libraries = new Set(Array.from(said.matchAll(/\/\S+\.so[^\s:]*/g), ([path]) => path).filter((path) => !path.startsWith(python)));
  const roots = ["/bin", "/sbin", "/lib", "/lib64"].filter((path) => existsSync(path) && lstatSync(path).isSymbolicLink());
  return [...new Set([...roots, ...[...programs, ...libraries].flatMap(hops), python])].map((path) => path.slice(1));
};

/** A file with all the links that lead to it. */
const hops = (path: string): string[] => {
  const at = join(realpathSync(dirname(path)), basename(path));
  return lstatSync(at).isSymbolicLink() ? [at, ...hops(resolve(dirname(at), readlinkSync(at)))] : [at];
};
