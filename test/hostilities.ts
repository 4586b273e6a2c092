import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type BigIntStats, chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { extname, join } from "node:path";
import type { Command, Driver, Ending, Probe, Process, Sandbox } from "../src/sandbox/driver.ts";
import { hierarchies } from "../src/sandbox/hierarchies.ts";
import { newFolder, until } from "./colony.ts";

const limits: Command["limits"] = { memory_mib: 128, processes: 64, cpus: 1, disk_mib: 16, files: 1000, seconds: 60, network: false };

/** Stands in what no run may read. */
const CANARY = `canary-${crypto.randomUUID()}`;

export type Said = Ending & { out: string; err: string };

/** A driver on a data folder of its own with two projects, in one of which hostile programs run. */
export class Ground {
  #runs = 0;

  private constructor(
    readonly data: string,
    readonly driver: Driver,
    readonly sandbox: Sandbox,
    /** How far it holds each limit. */
    readonly holds: Extract<Probe, { works: true }>["holds"],
  ) {}

  static async open(make: (data: string) => Driver): Promise<Ground> {
    const data = join(newFolder(), "data");
    mkdirSync(data, { mode: 0o700 });
    const driver = make(data);
    const probe = await driver.probe();
    if (!probe.works) throw new Error(`${probe.problem}. ${probe.hint}`);
    await driver.sweep();
    const other = placeIn(data, "other");
    writeFileSync(join(other.workspace, "secret"), CANARY);
    writeFileSync(join(data, "secret.key"), CANARY);
    return new Ground(data, driver, await driver.open(placeIn(data, "hostile")), probe.holds);
  }

  /** A file of the hostile project's workspace, as the server sees it. */
  file(name: string): string {
    return join(this.data, "projects", "hostile", "workspace", name);
  }

  /** Starts a command. @param hearing what takes its output */
  start(command: string, more: Partial<Command> = {}, hearing: Parameters<Sandbox["run"]>[1] = () => {}, sandbox = this.sandbox): Promise<Process> {
    this.#runs++;
    return sandbox.run({ run: `run-${process.pid}-${this.#runs}`, command, env: {}, limits, ...more }, hearing);
  }

  /** Runs a command to its end. */
  async run(command: string, more: Partial<Command> = {}, sandbox = this.sandbox): Promise<Said> {
    const said = { stdout: "", stderr: "" };
    const run = await this.start(
      command,
      more,
      (stream, bytes) => {
        said[stream] += Buffer.from(bytes).toString();
      },
      sandbox,
    );
    return { ...(await run.ended), out: said.stdout, err: said.stderr };
  }

  /** Runs a Python program to its end. */
  async python(program: string, more: Partial<Command> = {}): Promise<Said> {
    this.#runs++;
    const name = `program-${this.#runs}.py`;
    writeFileSync(this.file(name), program);
    chmodSync(this.file(name), 0o644);
    return this.run(`python3 ${name}`, more);
  }
}

/** A project's folders under a data folder. */
export const placeIn = (data: string, id: string) => {
  const [workspace = "", home = "", tmp = ""] = ["workspace", "home", "tmp"].map((name) => join(data, "projects", id, name));
  for (const folder of [workspace, home, tmp]) mkdirSync(folder, { recursive: true });
  return { id, workspace, home, tmp, network: false, template: "blank" };
};

/** The program of test/hostileserver.ts, which stands beside the tests also where they were made one file. */
export const serverOf = ({ dir, path }: ImportMeta): string => join(dir, `hostileserver${extname(path)}`);

/** A number that no other process of this machine has among its words, for telling a run's processes from outside. */
export const token = (): string => `7${crypto.getRandomValues(new Uint32Array(1))[0]}.5`;

/** Processes of this machine that have a token among their words. */
export const withToken = (word: string): number[] =>
  readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(word) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });

/** What of a file's state whoever takes it for its own could change. */
const pick = ({ mode, uid, gid, ctimeNs }: BigIntStats) => ({ mode, uid, gid, ctimeNs });

/** Starts a run and waits until it has said a word. */
const first = async (make: (heard: (stream: "stdout" | "stderr", bytes: Uint8Array) => void) => Promise<Process>, word: string): Promise<Process> => {
  let text = "";
  const run = await make((_, bytes) => {
    text += Buffer.from(bytes).toString();
  });
  await until(() => text.includes(word) || undefined);
  return run;
};

/**
 * What differs between drivers. `uid`: who a run takes itself for. `memory`: folders beside its own to which it may write, which
 * lie in its memory and go with it. `own`: what looks like a right gained, and reaches nothing but the run itself. `apart`: what
 * was made for the run alone, which it may well change.
 */
type Ways = { uid: number; memory: string[]; own: string[]; apart: RegExp };

/** What hostile programs try, and what every driver promises against each. @param name as test/hostileserver.ts knows it @param make the driver of a data folder */
export const hostilities = (name: string, make: (data: string) => Driver, { uid, memory, own, apart }: Ways = { uid: 1000, memory: [], own: [], apart: /^$/ }): void => {
  describe(name, () => {
    let ground: Ground;
    beforeAll(async () => {
      process.env.COLONY_CANARY = CANARY;
      ground = await Ground.open(make);
    });
    afterAll(async () => {
      delete process.env.COLONY_CANARY;
      await ground?.sandbox.close();
      await ground?.driver.sweep();
    });

    test("a run sees nothing of the host's files, of the server's data, of other projects or of the server's environment", async () => {
      const { out, err, exit_code } = await ground.python(`
import glob, os
places = ["/etc/shadow", "${ground.data}/secret.key", "${ground.data}/projects/other/workspace/secret", "../../other/workspace/secret", "/workspace/../../other/workspace/secret"]
places += glob.glob("/proc/*/environ") + glob.glob("/proc/[0-9]*/root${ground.data}/secret.key") + glob.glob("/proc/[0-9]*/cwd/../../other/workspace/secret")
os.symlink("${ground.data}/secret.key", "link"); os.symlink("../../other/workspace", "folder")
places += ["link", "folder/secret", "/root/.ssh/id_rsa", "/root/.bash_history", "/var/log/syslog", "/run/docker.sock", "/var/run/docker.sock"]
for place in places:
    try: print(place, open(place, "rb").read())
    except OSError as error: print(place, error.strerror)
for folder, folders, files in os.walk("/", onerror=lambda error: None):
    folders[:] = [f for f in folders if os.path.join(folder, f) not in ("/proc", "/usr", "/sys")]
    for file in files:
        try: print(os.path.join(folder, file), "${CANARY}".encode() in open(os.path.join(folder, file), "rb").read(1000000) and not file.startswith("program-")) if os.path.isfile(os.path.join(folder, file)) else None
        except OSError: pass
print("looked everywhere")`);
      expect(err).toBe("");
      expect(exit_code).toBe(0);
      expect(out).toContain("looked everywhere");
      expect(out).toContain("/etc/shadow No such file");
      expect(out).not.toContain(CANARY);
      expect(out).not.toContain(" True");
    });

    test("a run has the environment that it was given and the usual names, and no file of the server's is open in it", async () => {
      const { out } = await ground.run("env; ls /proc/self/fd; id -u", { env: { GIVEN: "a\nb", COLONY_RUN: "x" } });
      expect(out).toContain("GIVEN=a\nb\n");
      const names = [...out.matchAll(/^([A-Z_]+)=/gm)].map(([, one]) => one).sort();
      const usual = ["COLONY_RUN", "GIVEN", "HOME", "HOSTNAME", "LANG", "PATH", "PWD", "PYTHONUNBUFFERED", "TERM", "TMPDIR", "USER", "container"];
      expect(names.filter((one) => !usual.includes(one ?? ""))).toEqual([]);
      // 3 is the folder that ls reads.
      expect(out).toContain(`\n0\n1\n2\n3\n${uid}\n`);
      const slyly: Record<string, string>[] = [{ "A=B": "x" }, { A: "x\0--bind\0/\0/host" }, { "A\0--bind\0/\0/host\0--setenv\0B": "x" }];
      for (const env of slyly) {
        const sly = await ground.run("ls /; env", { env }).catch((error: Error) => ({ out: error.message }));
        expect(sly.out).toContain("cannot stand in an environment");
      }
    });

    test("a run without a network reaches neither the internet nor the host nor Colony nor an abstract socket; another of its project it does reach", async () => {
      const host = Bun.serve({ port: 0, hostname: "0.0.0.0", fetch: () => new Response(CANARY) });
      const abstract = `colony-${crypto.randomUUID()}`;
      const local = Bun.listen({ unix: `\0${abstract}`, socket: { open: (socket) => void socket.end(CANARY), data() {} } });
      const addresses = Object.values(networkInterfaces()).flatMap((list) => list?.filter(({ family }) => family === "IPv4").map(({ address }) => address) ?? []);
      const served = await first((heard) => ground.start("exec python3 -u -m http.server 8123 --bind 127.0.0.1", {}, heard), "Serving");
      const { out } = await ground.python(`
import socket
def tries(name, family, address):
    s = socket.socket(family); s.settimeout(5)
    try:
        s.connect(address); s.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n"); print(name, "reached", s.recv(1000))
    except OSError as error: print(name, "closed")
tries("internet", socket.AF_INET, ("1.1.1.1", 53))
for address in ${JSON.stringify(addresses)}: tries("host " + address, socket.AF_INET, (address, ${host.port}))
tries("abstract", socket.AF_UNIX, "\\0${abstract}")
tries("neighbour", socket.AF_INET, ("127.0.0.1", 8123))`);
      await served.stop(0);
      host.stop(true);
      local.stop(true);
      expect(out).not.toContain(CANARY);
      expect(out.split("\n").filter((line) => line.includes("reached"))).toEqual([expect.stringContaining("neighbour reached")]);
      expect(out.match(/closed/g)?.length).toBe(addresses.length + 2);
    });

    test("another project does not reach it, and two runs of one project see no process of each other", async () => {
      const word = token();
      const other = await ground.driver.open(placeIn(ground.data, "other"));
      const served = await first((heard) => ground.start(`python3 -u -m http.server 8124 & exec sleep ${word}`, {}, heard), "Serving");
      const look = "cat /proc/[0-9]*/cmdline | tr '\\0' ' '; python3 -c 'import urllib.request as u; u.urlopen(\"http://127.0.0.1:8124\")' 2>&1 | tail -1";
      const there = await ground.run(look, {}, other);
      const here = await ground.run(look);
      await Promise.all([served.stop(0), other.close()]);
      expect(there.out).toContain("Connection refused");
      expect(there.out + here.out).not.toContain(word);
      expect(here.out).not.toContain("refused");
    });

    test("a fork bomb is held to its number of processes, said to be one, and all of it ends", async () => {
      const word = token();
      const { limit, exit_code } = await ground.python(`
import os, sys
children = 0
while True:
    try:
        if os.fork() == 0: os.execvp("sleep", ["sleep", "${word}"])
        children += 1
    except OSError: sys.exit(7 if children <= ${limits.processes} else 8)`);
      const hard = ground.holds.processes === "hard";
      expect(exit_code).toBe(hard ? 7 : null);
      // Without control groups the system refuses a process and tells nobody.
      if (ground.holds.cpus === "hard" || !hard) expect(limit).toBe("processes");
      expect(withToken(word)).toEqual([]);
      const bomb = await ground.start(`python3 -c '
import os
while True:
    try: os.fork()
    except OSError: pass
' ${word}`);
      if (hard) {
        await until(async () => ((await bomb.figures()).processes ?? 0) >= limits.processes / 2 || undefined);
        expect((await bomb.figures()).processes).toBeLessThanOrEqual(limits.processes);
        await bomb.stop(0);
      } else expect(await bomb.ended).toMatchObject({ limit: "processes" });
      expect(withToken(word)).toEqual([]);
    });

    test("a run that eats memory is ended alone, and said to have", async () => {
      const other = await ground.start("exec sleep 1000");
      const { limit, out, peak_memory } = await ground.python(`
print("eating", flush=True)
eaten = []
while True: eaten.append(bytearray(b"x" * 1000000))`);
      expect({ limit, out }).toEqual({ limit: "memory", out: "eating\n" });
      if (ground.holds.memory_mib === "hard") expect(peak_memory ?? 0).toBeLessThanOrEqual(limits.memory_mib * 1024 * 1024);
      const shared = await ground.run("head -c 500000000 /dev/zero > /dev/shm/x; echo kept $?", { limits: { ...limits, disk_mib: 1000 } });
      expect(shared.out).not.toContain("kept 0");
      expect((await other.figures()).processes).toBe(1);
      await other.stop(0);
    });

    test("a run writes no larger file than its disk, and nowhere but into its folders", async () => {
      const { out } = await ground.run(
        `head -c 200000000 /dev/zero > big; ls -l big | awk '{print "big", $5}'; for f in / /usr /usr/bin /etc /dev /run /var /opt /home /proc; do touch $f/written 2> /dev/null && echo "wrote $f"; done; for f in . ~ /tmp; do touch $f/written && echo "may $f"; done; rm big`,
      );
      expect(Number(/big (\d+)/.exec(out)?.[1])).toBeLessThanOrEqual(limits.disk_mib * 1024 * 1024);
      expect((out.match(/^wrote .*$/gm) ?? []).filter((line) => !memory.includes(line.slice("wrote ".length)))).toEqual([]);
      expect((await ground.run(`ls -d ${memory.map((folder) => `${folder}/written`).join(" ")} /written`)).out).toBe("");
      expect(out.match(/^may .*$/gm)).toEqual(["may .", "may /home/colony", "may /tmp"]);
      expect(existsSync(ground.file("written"))).toBe(true);
    });

    test("a processor stays free of runs, where there is more than one, whatever they ask for where the kernel holds them to it", async () => {
      const { out } = await ground.python(`
import os
print(sorted(os.sched_getaffinity(0)))
try: os.sched_setaffinity(0, range(os.cpu_count()))
except OSError: pass
print(sorted(os.sched_getaffinity(0)))`);
      const [ours = ""] = Bun.spawnSync(["/usr/bin/python3", "-c", "import os; print(sorted(os.sched_getaffinity(0)))"]).stdout.toString().split("\n");
      const all: number[] = JSON.parse(ours);
      const [given = "", taken = ""] = out.split("\n");
      const kept = all.length > 1 ? all.slice(1) : all;
      expect(JSON.parse(given)).toEqual(kept);
      const probe = await ground.driver.probe();
      const isHeld = hierarchies().some(({ controllers }) => controllers.includes("cpuset"));
      if (isHeld && probe.works && probe.holds.cpus === "hard") expect(JSON.parse(taken)).toEqual(kept);
    });

    test("a gigabyte of output is heard to the last byte, waits in the program while it is not, and does not grow the server", async () => {
      let heard = 0;
      let pieces = 0;
      const { promise: open, resolve: release } = Promise.withResolvers<void>();
      Bun.gc(true);
      const before = process.memoryUsage.rss();
      const run = await ground.start("head -c 1000000000 /dev/zero; echo > written-all", {}, async (_, bytes) => {
        heard += bytes.length;
        pieces++;
        await open;
      });
      await until(() => pieces > 0 || undefined);
      // In the time that another takes to write as much, this one would have.
      expect(await ground.run("head -c 1000000000 /dev/zero | wc -c")).toMatchObject({ out: "1000000000\n" });
      expect(existsSync(ground.file("written-all"))).toBe(false);
      expect(heard).toBeLessThan(4_000_000);
      release();
      const { exit_code } = await run.ended;
      expect({ exit_code, heard }).toEqual({ exit_code: 0, heard: 1_000_000_000 });
      expect(process.memoryUsage.rss() - before).toBeLessThan(160 * 1024 * 1024);
    });

    test("a run may end in its own way when it is asked to, and is ended when it does not", async () => {
      const polite = await first((heard) => ground.start("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done", {}, heard), "ready");
      expect(await polite.stop(30_000)).toMatchObject({ exit_code: 5, signal: null });
      const word = token();
      const deaf = await first((heard) => ground.start(`trap '' TERM INT HUP; echo ready; while :; do sleep ${word}; done`, {}, heard), "ready");
      await until(() => withToken(word).length > 0 || undefined);
      expect(await deaf.stop(20)).toMatchObject({ signal: "SIGKILL", limit: null });
      expect(withToken(word)).toEqual([]);
    });

    test("no child outlives its run: not in a session of its own, not without a parent, not deaf, whether the run ends or is stopped or its sandbox is closed", async () => {
      const word = token();
      const leaves = `setsid sleep ${word} & nohup sleep ${word} > /dev/null 2>&1 & (sleep ${word} < /dev/null > /dev/null 2>&1 &); python3 -c '
import os, signal
for name in (signal.SIGTERM, signal.SIGHUP): signal.signal(name, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 100)
        os.execvp("sleep", ["sleep", "${word}"])
'`;
      const { exit_code } = await ground.run(leaves);
      expect({ exit_code, left: withToken(word) }).toEqual({ exit_code: 0, left: [] });
      const four = () => until(() => withToken(word).length === 4 || undefined);
      const stopped = await ground.start(`${leaves}; exec tail -f /dev/null`);
      await four();
      await stopped.stop(10);
      expect(withToken(word)).toEqual([]);
      const sandbox = await ground.driver.open(placeIn(ground.data, "closed"));
      const closed = await ground.start(`${leaves}; exec tail -f /dev/null`, {}, () => {}, sandbox);
      await four();
      expect(await sandbox.alive()).toBe(true);
      await sandbox.close();
      await closed.ended;
      expect({ left: withToken(word), alive: await sandbox.alive() }).toEqual({ left: [], alive: false });
    });

    test("a run gains no rights: no setuid program, namespace, mount, device, key, tracing or change of the machine", async () => {
      const { out, err } = await ground.python(`
import ctypes, os, shutil, subprocess
shutil.copy("/bin/sh", "shell"); os.chmod("shell", 0o6755)
print("setuid", subprocess.run(["./shell", "-p", "-c", "id -u; grep CapEff /proc/self/status"], capture_output=True, text=True).stdout.split())
libc = ctypes.CDLL(None, use_errno=True)
def tries(name, call):
    result = call()
    print(name, "done" if result >= 0 else "refused")
def attempt(name, call):
    try: call(); print(name, "done")
    except (OSError, PermissionError): print(name, "refused")
tries("user namespace", lambda: libc.unshare(0x10000000))
tries("mount namespace", lambda: libc.unshare(0x00020000))
tries("mount", lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None))
tries("remount", lambda: libc.mount(b"none", b"/usr", None, 32 | 4096, None))
tries("umount", lambda: libc.umount2(b"/proc", 2))
tries("trace", lambda: libc.ptrace(16, 1, 0, 0))
tries("swap", lambda: libc.swapoff(b"/dev/sda"))
tries("name", lambda: libc.sethostname(b"x", 1))
attempt("root", lambda: os.setuid(0 if os.getuid() else 1))
attempt("chroot", lambda: os.chroot("/tmp"))
attempt("device", lambda: os.mknod("disk", 0o60666, os.makedev(254, 0)))
attempt("groups", lambda: os.setgroups([0]))
for name in ("sys/kernel/core_pattern", "sys/kernel/modprobe", "sys/vm/drop_caches", "sysrq-trigger", "self/uid_map"):
    attempt(name, lambda: open("/proc/" + name, "r+b", buffering=0).write(b"1"))
attempt("its first process", lambda: open("/proc/1/mem", "r+b", buffering=0).close())
for name in ("/sys/kernel/mm/ksm/run", "/sys/power/state", "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/dev/mem", "/dev/kmsg"):
    attempt(name, lambda: open(name, "r+b", buffering=0).write(b"1"))`);
      expect(err).toBe("");
      expect(out).toContain(`setuid ['${uid}', 'CapEff:', '0000000000000000']`);
      expect([...(out.match(/^.* done$/gm) ?? [])]).toEqual(own.map((name) => `${name} done`));
      expect(out.match(/ refused$/gm)?.length).toBe(23 - own.length);
    });

    test("a run changes nothing of the host by taking it for its own: no device, no program, nothing of /proc, /etc or /usr, however it is reached", async () => {
      const devices = ["null", "zero", "full", "random", "urandom", "tty"].map((device) => `/dev/${device}`);
      const watched = [...devices, Bun.which("bwrap") ?? "/usr", "/bin/sh", process.execPath, "/usr", "/etc/passwd"];
      const states = () => watched.map((path) => ({ path, ...pick(statSync(path, { bigint: true })) }));
      const before = states();
      // With the mode and the owner that it has: where that is no promise, nothing is broken but the time of its last change.
      const { out, err } = await ground.python(`
import os
fixed = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/stdin", "/proc/self/fd/0", "/proc/1/fd/0", "/proc/1/exe", "/proc/self/exe", "/proc/1/root/usr", "/usr", "/usr/bin/env", "/bin/sh", "/etc", "/etc/passwd", "/proc", "/proc/sys/kernel/core_pattern"]
def tries(path, name, call):
    try: call()
    except OSError: return
    print(path, name)
for path in fixed:
    try: state = os.stat(path)
    except OSError: continue
    tries(path, "chmod", lambda: os.chmod(path, state.st_mode & 0o7777))
    tries(path, "chown", lambda: os.chown(path, os.getuid(), os.getgid()))
    tries(path, "utime", lambda: os.utime(path, (state.st_atime, state.st_mtime)))
    tries(path, "setxattr", lambda: os.setxattr(path, "user.colony", b"x"))
print("tried", open("/dev/null", "w").write("x"), len(open("/dev/urandom", "rb").read(9)), len(open("/dev/zero", "rb").read(9)), len(os.openpty()))`);
      expect(err).toBe("");
      expect(out).toEndWith("tried 1 9 9 2\n");
      expect(states()).toEqual(before);
      expect((out.match(/^.+ (?:chmod|chown|utime|setxattr)$/gm) ?? []).filter((line) => !apart.test(line))).toEqual([]);
    });

    test("a run that crashes leaves no dump of its memory", async () => {
      const { exit_code, signal } = await ground.run("ulimit -c unlimited 2> /dev/null; mkdir -p dump; cd dump; exec python3 -c 'import os; os.abort()'");
      expect({ exit_code, signal }).toEqual({ exit_code: 134, signal: "SIGABRT" });
      expect(readdirSync(ground.file("dump"))).toEqual([]);
    });

    test("what a killed server left running is gone once the next one has swept", async () => {
      const word = token();
      const data = join(newFolder(), "data");
      mkdirSync(data, { mode: 0o700 });
      const server = Bun.spawn([process.execPath, serverOf(import.meta), name, data, `(setsid sleep ${word} &); exec sleep ${word}`], {
        env: process.env,
        stdout: "inherit",
        stderr: "inherit",
      });
      await until(() => withToken(word).length === 2 || undefined);
      server.kill("SIGKILL");
      await server.exited;
      await make(data).sweep();
      expect(withToken(word)).toEqual([]);
    });
  });
};
