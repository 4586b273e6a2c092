import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, networkInterfaces } from "node:os";
import { join } from "node:path";
import { bubblewrap } from "../src/sandbox/bubblewrap.ts";
import type { Command, Driver, Sandbox } from "../src/sandbox/driver.ts";
import { processorsOfRuns } from "../src/sandbox/processors.ts";
import { command, newFolder } from "./colony.ts";
import { placeIn } from "./hostilities.ts";

const limits: Command["limits"] = { memory_mib: 256, processes: 64, cpus: 1, disk_mib: 64, files: 1000, seconds: 60, network: false };
const path = "/usr/sbin:/usr/bin:/sbin:/bin";
let runs = 0;

/** Runs a command to its end. */
const run = async (sandbox: Sandbox, words: string, own = limits) => {
  let out = "";
  const process = await sandbox.run({ run: `run-${runs++}`, command: words, env: {}, limits: own }, (_, bytes) => {
    out += Buffer.from(bytes).toString();
  });
  return { ...(await process.ended), out };
};

const on = (data: string, network = false, machine = { path, cgroups: true }): Driver => bubblewrap(data, network, machine);

/** A folder of programs in which bwrap is one that fails with these words. */
const failing = (words: string): string => {
  const folder = newFolder();
  writeFileSync(join(folder, "bwrap"), `#!/bin/sh\necho "bwrap: ${words}" >&2\nexit 1\n`);
  chmodSync(join(folder, "bwrap"), 0o755);
  symlinkSync("/usr/bin/nsenter", join(folder, "nsenter"));
  return folder;
};

describe("the trial of bubblewrap", () => {
  test("says how to install what is missing, and leaves nothing behind", async () => {
    const data = newFolder();
    const probe = await on(data, false, { path: newFolder(), cgroups: true }).probe();
    expect(probe).toEqual({ works: false, problem: "bubblewrap is not installed", hint: expect.stringContaining("apt install bubblewrap") });
    expect(existsSync(join(data, "sandbox"))).toBe(false);
  });

  test("says what keeps it from working in the words of the system, and what to do", async () => {
    const probe = (words: string) => on(newFolder(), false, { path: failing(words), cgroups: true }).probe();
    expect(await probe("setting up uid map: Permission denied")).toMatchObject({ works: false, problem: expect.stringContaining("setting up uid map: Permission denied") });
    expect(await probe("Can't mount proc on /newroot/proc: Operation not permitted")).toMatchObject({
      works: false,
      problem: expect.stringContaining("no processes of their own"),
    });
    expect(await probe("Something else")).toMatchObject({ works: false, hint: expect.stringContaining("bwrap --unshare-all") });
  });

  // Only root would own devices of the host in its runs, and only it can be kept from making others.
  test.if(process.getuid?.() === 0)("refuses where the server is root and may make no devices: runs are never given the host's", async () => {
    const program = `const { bubblewrap } = await import(${JSON.stringify(join(import.meta.dir, "../src/sandbox/bubblewrap.ts"))});
      console.log(JSON.stringify(await bubblewrap(${JSON.stringify(newFolder())}, false).probe()));`;
    const { stdout } = Bun.spawnSync(["setpriv", "--bounding-set", "-mknod", process.execPath, "-e", program]);
    expect(JSON.parse(stdout.toString())).toEqual({
      works: false,
      problem: expect.stringMatching(/^The server is root, and its runs would own devices of the host: .*mknod/),
      hint: expect.stringContaining("a user of its own"),
    });
  });

  test("says of each limit how far it is held, and without control groups what that takes to mend", async () => {
    const [held, looked] = await Promise.all([on(newFolder()).probe(), on(newFolder(), false, { path, cgroups: false }).probe()]);
    expect(held).toMatchObject({
      works: true,
      version: expect.stringMatching(/^bubblewrap [\d.]+, cgroup v[12], seccomp$/),
      holds: { memory_mib: "hard", processes: "hard", cpus: "hard" },
    });
    expect(looked).toMatchObject({
      works: true,
      holds: { memory_mib: "watched", cpus: "none", network: "hard" },
      remarks: expect.arrayContaining([expect.stringContaining("Delegate=yes")]),
    });
  });
});

test("the processors of runs are all but the first that is there, where there are two, however the kernel lists them", () => {
  const of = (allowed: string, there = 10) => processorsOfRuns(allowed, [...Array(there).keys()]);
  expect(["0-3", "0-1,4-5,9", "1,3", "7", ""].map((allowed) => of(allowed))).toEqual(["1,2,3", "1,4,5,9", "3", "7", ""]);
  // A machine may name many more that it could have.
  expect([of("0-127", 4), of("0-127", 1), of("2-127", 4)]).toEqual(["1,2,3", "0", "3"]);
  expect(processorsOfRuns().split(",")).toHaveLength(Math.max(1, availableParallelism() - 1));
});

describe("a sandbox of bubblewrap", () => {
  let data: string;
  let sandbox: Sandbox;
  beforeAll(async () => {
    data = join(newFolder(), "data");
    mkdirSync(data);
    sandbox = await on(data).open(placeIn(data, "one"));
  });
  afterAll(() => sandbox.close());

  test("has a bun whether the host has one or not, and the host's own programs", async () => {
    const { out } = await run(sandbox, `bun -e 'console.log("bun", 6 * 7)'; python3 -c 'print("python", 6 * 7)'; pwd; echo ~; id -un; echo to-stderr > /dev/stderr`);
    expect(out).toBe("bun 42\npython 42\n/workspace\n/home/colony\ncolony\nto-stderr\n");
  });

  test("tells how a command ended and what it took", async () => {
    expect(await run(sandbox, "exit 3")).toMatchObject({ exit_code: 3, signal: null, limit: null });
    expect(await run(sandbox, "kill -SEGV $$")).toMatchObject({ exit_code: 139, signal: "SIGSEGV", limit: null });
    const { peak_memory, cpu_ms } = await run(sandbox, `python3 -c 'x = bytearray(b"x" * 50000000); sum(range(2000000))'`);
    expect(peak_memory).toBeGreaterThan(50_000_000);
    expect(cpu_ms).toBeGreaterThan(0);
  });

  test("says why nothing could be run where a folder of its project is gone", async () => {
    const place = { ...placeIn(data, "two"), home: join(data, "nowhere") };
    const other = await on(data).open(place);
    await expect(run(other, "echo never")).rejects.toThrow(/could not be made/);
    await other.close();
  });

  test("ends what takes too much memory where there are no control groups too", async () => {
    const watched = await on(data, false, { path, cgroups: false }).open(placeIn(data, "three"));
    const own = { ...limits, memory_mib: 32 };
    expect(await run(watched, `exec python3 -c 'import time; x = bytearray(b"x" * 90000000); time.sleep(1000)'`, own)).toMatchObject({
      exit_code: null,
      signal: "SIGKILL",
      limit: "memory",
    });
    expect(await run(watched, "echo there", own)).toMatchObject({ out: "there\n", limit: null });
    await watched.close();
  });

  test("with a network reaches out, and neither the host nor what clouds tell of themselves", async () => {
    const host = Bun.serve({ port: 0, hostname: "0.0.0.0", fetch: () => new Response("the host") });
    const addresses = Object.values(networkInterfaces()).flatMap((list) => list?.filter(({ family }) => family === "IPv4").map(({ address }) => address) ?? []);
    const open = await on(data, true).open({ ...placeIn(data, "four"), network: true });
    const { out } = await run(
      open,
      `cat /etc/resolv.conf; python3 -c '
import socket
print("default route", open("/proc/net/route").read().split()[11:14])
for address in ${JSON.stringify([...addresses, "10.0.2.2"])} + ["169.254.169.254"]:
    try: socket.create_connection((address, ${host.port}), 5); print("reached", address)
    except OSError as error: print("closed", address)
'`,
    );
    expect(await open.alive()).toBe(true);
    await open.close();
    host.stop(true);
    expect(out).toContain("nameserver 10.0.2.3\ndefault route ['tap0', '00000000', '0202000A']");
    expect(out).not.toContain("reached");
    expect(out.match(/^closed/gm)?.length).toBe(addresses.length + 2);
  });
});

describe("the doctor, of the sandbox", () => {
  const lines = async (env: Record<string, string>) => {
    const { out } = await command(["doctor", "--data", newFolder()], env);
    return { lines: out.split("\n").filter((line) => / sandbox /.test(line)) };
  };

  test("says what projects run in and how far each limit is held, and where there is none that it is so", async () => {
    const found = await lines({});
    expect(found).toEqual({
      lines: expect.arrayContaining([
        expect.stringMatching(/^ok +sandbox +Projects run their commands in bubblewrap .*held by the system: memory, processes, processors, network; watched: disk/),
      ]),
    });
    expect(await lines({ COLONY_SANDBOX: "off" })).toEqual({ lines: [expect.stringMatching(/^ok +sandbox +COLONY_SANDBOX=off: projects run no commands$/)] });
  });
});
