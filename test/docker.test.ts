import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { RUN_LIMITS } from "../src/limits.ts";
import { frames } from "../src/sandbox/container.ts";
import { docker } from "../src/sandbox/docker.ts";
import type { Driver, Ending, Place, Sandbox } from "../src/sandbox/driver.ts";
import { LastWords, WARDEN } from "../src/sandbox/warden.ts";
import { newFolder, until } from "./colony.ts";
import { hostilities } from "./hostilities.ts";
import { Podman } from "./podman.ts";

let podman: Podman;
let data: string;
let driver: Driver;
let place: Place;
let sandbox: Sandbox;
beforeAll(async () => {
  podman = await Podman.start({ http_proxy: "http://proxy-user:proxy-password@127.0.0.1:1" });
  data = newFolder();
  // For test/hostileserver.ts, which is a process of its own.
  Object.assign(process.env, { PODMAN_SOCKET: podman.socket, PODMAN_IMAGE: podman.image });
  driver = docker(data, { docker: podman.socket, image: podman.image });
  place = newPlace("first");
  sandbox = await driver.open(place);
}, 120_000);
afterAll(() => podman.stop(), 60_000);

const newPlace = (id: string, folder = newFolder()): Place => {
  const [workspace = "", home = "", tmp = ""] = ["workspace", "home", "tmp"].map((name) => join(folder, name));
  for (const path of [workspace, home, tmp]) mkdirSync(path);
  return { id, workspace, home, tmp, network: false, template: "blank" };
};

let runs = 0;
type More = { limits?: Partial<typeof RUN_LIMITS>; env?: Record<string, string>; within?: Sandbox };
/** Starts a command; `said` grows as it speaks. */
const begin = async (command: string, { limits = {}, env = {}, within = sandbox }: More = {}) => {
  const said = { stdout: "", stderr: "" };
  const process = await within.run({ run: `run-${++runs}`, command, env, limits: { ...RUN_LIMITS, ...limits } }, (stream, bytes) => {
    said[stream] += Buffer.from(bytes).toString();
  });
  return { said, ...process, stop: (grace: number) => process.stop(grace), figures: () => process.figures(), ended: process.ended };
};

/** Runs a command to its end. */
const whole = async (command: string, more: More = {}): Promise<Ending & { stdout: string; stderr: string }> => {
  const { said, ended } = await begin(command, more);
  return { ...(await ended), ...said };
};

/** A container whose warden has nobody who hears it. */
const unheard = (more: { OpenStdin?: boolean } = {}) =>
  new Docker({ socketPath: podman.socket }).createContainer({
    ...{ Image: podman.image, Entrypoint: ["/bin/sh"], Cmd: ["-c", WARDEN, "warden", "exit 0"], ...more },
    HostConfig: { NetworkMode: "none", Ulimits: ["nofile", "nproc"].map((Name) => ({ Name, Soft: 1_000, Hard: 1_000 })) },
  });

type Listed = { Id: string; Labels: Record<string, string> };
const containers = async (): Promise<Listed[]> => (await podman.ask("GET", "/containers/json?all=true")).json();

hostilities("docker", (folder) => docker(folder, { docker: podman.socket, image: podman.image }), {
  uid: process.getuid?.() ?? 0,
  memory: ["/dev", "/run"],
  own: ["its first process"],
  apart: /^(?:\/dev\/[a-z]+|\/proc(?:\/(?:1|self)\/fd\/0)?) /,
});

describe("a run in a container", () => {
  test("is told on both streams, with its exit code and what it took", async () => {
    const { stdout, stderr, exit_code, signal, limit, peak_memory, cpu_ms } = await whole("echo out; echo err >&2; exit 3");
    expect({ stdout, stderr, exit_code, signal, limit }).toEqual({ stdout: "out\n", stderr: "err\n", exit_code: 3, signal: null, limit: null });
    expect(peak_memory).toBeGreaterThan(100_000);
    expect(cpu_ms).toBeGreaterThan(0);
  });

  test("stands in the workspace, writes there, at home and in /tmp, and nowhere else; the files are the server's", async () => {
    const { stdout, stderr } = await whole("pwd; echo $HOME; echo 1 > here; echo 2 > ~/home; echo 3 > /tmp/tmp; for to in / /usr /etc; do touch $to/x || echo refused; done");
    expect(stdout).toBe("/workspace\n/home/colony\nrefused\nrefused\nrefused\n");
    expect(stderr).toContain("Read-only file system");
    expect([join(place.workspace, "here"), join(place.home, "home"), join(place.tmp, "tmp")].map((path) => readFileSync(path, "utf8"))).toEqual(["1\n", "2\n", "3\n"]);
    expect(statSync(join(place.workspace, "here")).uid).toBe(process.getuid?.() ?? -1);
  });

  test("has the environment that it is given, and nothing of the server's or the engine's", async () => {
    process.env.OF_THE_SERVER = "kept from runs";
    const { stdout } = await whole("env; cat /proc/1/environ", { env: { GIVEN: "two\nlines" } });
    expect(stdout).toContain("GIVEN=two\nlines\n");
    for (const hidden of ["kept from runs", "proxy-password", "COLONY", podman.socket]) expect(stdout).not.toContain(hidden);
  });

  test("reaches others of its place over loopback, sees no process of theirs, and nothing of another place", async () => {
    const server = await begin("exec python3 -u -m http.server 3000");
    await until(() => (server.said.stdout.includes("Serving") ? true : undefined));
    const ask = `python3 -c "import urllib.request as u; print(u.urlopen('http://localhost:3000/').status)"; ps -e -o args=`;
    const near = await whole(ask);
    expect(near.stdout).toStartWith("200\n");
    expect(near.stdout).not.toContain("http.server");
    const apart = await driver.open(newPlace("apart"));
    const far = await whole(`${ask}; ls /workspace`, { within: apart });
    expect(far.stderr).toContain("Connection refused");
    expect(far.stdout).not.toContain("here");
    await apart.close();
    expect((await server.stop(0)).signal).toBe("SIGKILL");
  });

  test("has no network but loopback", async () => {
    const { stdout } = await whole("cat /proc/net/dev | sed 1,2d; cat /proc/net/route | sed 1d");
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split(":")[0]?.trim()),
    ).toEqual(["lo"]);
  });

  test("has no capability, gains none, and its system calls are filtered", async () => {
    const { stdout } = await whole("grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status");
    expect(stdout.replaceAll(/\s+/g, " ").trim()).toBe(
      `${["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"].map((name) => `${name}: 0000000000000000`).join(" ")} NoNewPrivs: 1 Seccomp: 2`,
    );
  });
});

describe("ending", () => {
  test("is asked for first: what a command does on SIGTERM is done, and its exit code is told", async () => {
    const run = await begin("trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.1; done");
    await until(() => (run.said.stdout.includes("up") ? true : undefined));
    expect(await run.figures()).toMatchObject({ memory: expect.any(Number), cpu_ms: expect.any(Number), processes: expect.any(Number) });
    expect(await run.stop(60_000)).toMatchObject({ exit_code: 7, signal: null });
    expect(run.said.stdout).toBe("up\nbye\n");
  });

  test("comes to what ignores SIGTERM, and to all that it started", async () => {
    const run = await begin("trap '' TERM; setsid sh -c 'trap \"\" TERM; while :; do sleep 0.1; done' & echo up; while :; do sleep 0.1; done");
    await until(() => (run.said.stdout.includes("up") ? true : undefined));
    expect(await run.stop(50)).toEqual({ exit_code: null, signal: "SIGKILL", limit: null, peak_memory: null, cpu_ms: null });
    // Only the holder of the place is left.
    await until(async () => ((await containers()).length === 1 ? true : undefined));
  });

  test("comes to what a command leaves behind when it ends by itself", async () => {
    expect(await whole("setsid sleep 1000 & echo done")).toMatchObject({ exit_code: 0, stdout: "done\n" });
    await until(async () => ((await containers()).length === 1 ? true : undefined));
  });

  test("comes before its beginning where nobody hears what it would say", async () => {
    const container = await unheard();
    await container.start();
    const ended = await until(async () => {
      const { State } = await container.inspect();
      return State.Status === "exited" ? State : undefined;
    });
    expect(ended.ExitCode).toBe(1);
    await container.remove({ force: true });
  });

  test("comes before its beginning too where that is asked for", async () => {
    const container = await unheard({ OpenStdin: true });
    await container.start();
    // Before its first words of shell it is deaf, as any first process is.
    const ended = await until(async () => {
      await container.kill({ signal: "SIGTERM" }).catch(() => {});
      const { State } = await container.inspect();
      return State.Status === "exited" ? State : undefined;
    });
    expect(ended.ExitCode).toBe(143);
    await container.remove({ force: true });
  });

  test("by a signal is told as such", async () => {
    expect(await whole("kill -SEGV $$")).toMatchObject({ exit_code: 139, signal: "SIGSEGV", limit: null });
  });
});

describe("a limit that ends a run is named:", () => {
  test("memory", async () => {
    const { limit, signal, peak_memory } = await whole(`python3 -c "bytearray(400 << 20)"`, { limits: { memory_mib: 64 } });
    expect({ limit, signal }).toEqual({ limit: "memory", signal: "SIGKILL" });
    expect(peak_memory).toBeLessThanOrEqual(64 << 20);
  });

  test("processes", async () => {
    const { limit } = await whole("for i in $(seq 40); do sleep 1000 & done; echo never", { limits: { processes: 16 } });
    expect(limit).toBe("processes");
  });

  test("none, where a command that met one went on and succeeded", async () => {
    expect(await whole("(for i in $(seq 40); do sleep 1000 & done); echo fine", { limits: { processes: 16 } })).toMatchObject({ limit: null, exit_code: 0, stdout: "fine\n" });
  });

  test("the size of one file, by the signal", async () => {
    const { signal } = await whole("exec head -c 20M /dev/zero > large", { limits: { disk_mib: 16 } });
    expect(signal).toBe("SIGXFSZ");
    expect(statSync(join(place.workspace, "large")).size).toBe(16 << 20);
  });
});

describe("a place", () => {
  test("that is closed takes all its runs along, and takes no more", async () => {
    const short = await driver.open(newPlace("short"));
    expect(await short.alive()).toBe(true);
    const run = await begin("sleep 1000", { within: short });
    await short.close();
    expect((await run.ended).signal).toBe("SIGKILL");
    expect(await short.alive()).toBe(false);
    await expect(begin("true", { within: short })).rejects.toThrow("closed");
    expect((await containers()).filter(({ Labels }) => Labels["colony.place"] === "short")).toEqual([]);
  });

  test("that a server left behind is swept at its next start, and nothing of another server", async () => {
    const elsewhere = docker(newFolder(), { docker: podman.socket, image: podman.image });
    const others = await elsewhere.open(newPlace("others"));
    const left = newFolder();
    const crashed = await docker(left, { docker: podman.socket, image: podman.image }).open(newPlace("left"));
    const run = await begin("sleep 1000", { within: crashed });
    await docker(left, { docker: podman.socket, image: podman.image }).sweep();
    expect((await run.ended).signal).toBe("SIGKILL");
    expect([await crashed.alive(), await others.alive(), await sandbox.alive()]).toEqual([false, true, true]);
    await others.close();
  });
});

describe("the probe", () => {
  test("tells the engine, and how far it holds each limit", async () => {
    expect(await driver.probe()).toMatchObject({
      works: true,
      version: expect.stringMatching(/^Podman \d+\.\d+/),
      holds: { memory_mib: "hard", processes: "hard", cpus: "hard", disk_mib: "watched", network: "hard" },
    });
  });

  test("says what is wrong, and how to mend it", async () => {
    const missing = join(newFolder(), "none.sock");
    expect(await docker(data, { docker: missing, image: null }).probe()).toMatchObject({
      works: false,
      problem: `There is no socket at ${missing}`,
      hint: expect.stringContaining("COLONY_SANDBOX_DOCKER"),
    });
    const dead = join(newFolder(), "dead.sock");
    writeFileSync(dead, "");
    chmodSync(dead, 0o600);
    expect(await docker(data, { docker: dead, image: null }).probe()).toMatchObject({ works: false, problem: expect.stringContaining(`No engine answers at ${dead}`) });
  });

  test("does not fetch an image; opening a place does, and says when it cannot be had", async () => {
    const none = docker(data, { docker: podman.socket, image: "localhost:1/none:latest" });
    expect(await none.probe()).toMatchObject({ works: true });
    await expect(none.open(newPlace("none"))).rejects.toMatchObject({
      code: "sandbox_unavailable",
      message: expect.stringContaining("The image localhost:1/none:latest is not there and could not be fetched"),
      hint: expect.stringContaining("COLONY_SANDBOX_IMAGE"),
    });
  });
});

describe("what a container says", () => {
  const collect = async (chunks: Uint8Array[]) => {
    const said = { stdout: "", stderr: "" };
    for await (const { stream, bytes } of frames(
      (async function* () {
        yield* chunks;
      })(),
    ))
      said[stream] += Buffer.from(bytes).toString();
    return said;
  };

  test("comes apart into its streams wherever the engine cuts it", async () => {
    const frame = (stream: number, text: string) => Buffer.concat([Buffer.from([stream, 0, 0, 0, 0, 0, 0, text.length]), Buffer.from(text)]);
    const all = Buffer.concat([frame(1, "one"), frame(2, "two"), frame(1, ""), frame(1, "three")]);
    const pieces = (size: number) => Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.subarray(at * size, (at + 1) * size));
    for (const size of [1, 2, 3, 7, 8, 9, all.length]) expect(await collect(pieces(size))).toEqual({ stdout: "onethree", stderr: "two" });
  });

  test("is its own to the last byte, also where it looks like the warden's last words", () => {
    const last = "\u001ecolony memory.peak:12345: memory.events:oom_kill:1 cpu.stat:usage_usec:7000 pids.events:max:0\n";
    const own = "a \u001e b \u001ecolony x:1:\n and \u001ecolony\u001ecol";
    for (const size of [1, 2, 5, 1000]) {
      const words = new LastWords();
      let heard = "";
      const all = Buffer.from(own + last);
      for (let at = 0; at < all.length; at += size) heard += Buffer.from(words.hear(all.subarray(at, at + size))).toString();
      expect({ heard, end: words.end() }).toEqual({ heard: own, end: { account: { limit: "memory", peak_memory: 12345, cpu_ms: 7 } } });
    }
    const cut = new LastWords();
    expect(Buffer.from(cut.hear(Buffer.from("so \u001ecolon"))).toString()).toBe("so ");
    expect(cut.end()).toEqual({ account: null, rest: Buffer.from("\u001ecolon") });
  });
});
