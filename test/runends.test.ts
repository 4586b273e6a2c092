import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { RUN_OUTPUT_BYTES } from "../src/limits.ts";
import { type Answer, Colony, outcome, until } from "./colony.ts";
import { Listener } from "./follow.ts";
import { readRows } from "./people.ts";

let colony: Colony;
let maker: string;
let made = 0;

beforeAll(async () => {
  colony = await Colony.start({ COLONY_SANDBOX: "bubblewrap", COLONY_SANDBOX_IDLE: "1" });
  maker = await colony.user("maker", "ape");
}, 30_000);

afterAll(() => colony.stop());

const project = async (limits?: object, more: object = {}): Promise<string> => {
  const { body } = await colony.post("/api/projects", { name: `ends ${++made}`, ...more }, { token: maker });
  const at = `/api/projects/${body.slug}`;
  if (limits) expect((await colony.call("PATCH", at, { token: maker, body: { limits } })).status).toBe(200);
  return at;
};
const execute = (at: string, command: string, more: object = {}): Promise<Answer> => colony.post(`${at}/container/execute?wait=55`, { command, ...more }, { token: maker });
const begin = async (at: string, command: string, more: object = {}, token = maker): Promise<string> =>
  (await colony.post(`${at}/container/execute`, { command, ...more }, { token })).body.id;
const look = async (at: string, id: string): Promise<any> => (await colony.get(`${at}/runs/${id}`, { token: maker })).body;
const ended = async (at: string, id: string): Promise<any> => (await colony.get(`${at}/runs/${id}?wait=55`, { token: maker })).body;
const isAt = (at: string, id: string, state: string) => until(async () => (await look(at, id)).state === state || undefined);
const messages = async (at: string): Promise<any[]> => (await colony.get(`/api/channels/${at.split("/").at(-1)}/messages`, { token: maker })).body;
const status = async (at: string): Promise<any> => (await colony.get(`${at}/container/status`, { token: maker })).body;

/** Whether any process of this machine has these words in its command. */
const runs = (words: string): boolean => Bun.spawnSync(["pgrep", "-f", words]).exitCode === 0;

describe("A limit", () => {
  test("of memory ends a run, and the channel is told which and how it is raised in the console", async () => {
    const at = await project({ memory_mib: 64 });
    const { body } = await execute(at, `python3 -c "x = bytearray(300 * 2**20)"`);
    expect(body).toMatchObject({ state: "killed", reason: "memory" });
    const said = (await colony.get(`${at}/console/history?format=text`, { token: maker })).text;
    expect(said).toContain(`limits.memory_mib is 64; its maker or an admin raises it: PATCH ${at}`);
    expect((await messages(at)).at(-1)).toMatchObject({
      type: "error",
      content: expect.stringContaining("was killed: it used more than its 64 MiB of memory"),
      metadata: { reason: "memory" },
    });
  });

  test("of disk ends what makes the project larger than it may be, and lets run what makes room", async () => {
    const at = await project({ disk_mib: 16 });
    const { body } = await execute(at, "i=0; while :; do i=$((i+1)); head -c 1000000 /dev/zero > ~/fill$i; sleep 0.05; done");
    expect(body).toMatchObject({ state: "killed", reason: "disk" });
    expect((await messages(at)).at(-1).content).toContain("the project's files took more than its 16 MiB of disk");
    expect((await status(at)).disk_bytes).toBeGreaterThan(16 * 2 ** 20);
    expect((await execute(at, "sleep 1.2; rm ~/fill*")).body).toMatchObject({ state: "succeeded" });
    expect((await execute(at, "true")).body).toMatchObject({ state: "succeeded" });
  }, 30_000);

  test("of files ends what makes more of them than there may be", async () => {
    const at = await project({ files: 200 });
    const { body } = await execute(at, "mkdir /tmp/many; i=0; while :; do i=$((i+1)); : > /tmp/many/$i; done");
    expect(body).toMatchObject({ state: "killed", reason: "files" });
    expect((await messages(at)).at(-1).content).toContain("the project had more than its 200 files");
  }, 30_000);
});

describe("What is told of a run", () => {
  test("cannot break out of its fence, has no colours, and names nobody", async () => {
    const at = await project();
    await colony.user("reader", "ape");
    await execute(at, `printf '\\033[31m@reader\\033[0m\\n\`\`\`\`\\n# not a title\\nold\\rnew\\n'; : '\`\`'`);
    const [{ content, mentions }] = await messages(at);
    expect(content.split("\n").slice(2)).toEqual(["`````", "@reader", "````", "# not a title", "new", "`````"]);
    expect(mentions).toEqual([]);
    expect(content.split("\n")[0]).toStartWith("```");
    const reader = await colony.tokenOf("admin", "correct horse battery");
    expect((await colony.get("/api/inbox?after_seq=0", { token: reader })).body.items).toEqual([]);
  });

  test("is its last lines, and its output the last it wrote, with a word that there was more", async () => {
    const at = await project();
    const { body } = await execute(at, "seq -f 'step %05.0f of a program that says much' 3000");
    expect(body.output).toEndWith("step 03000 of a program that says much\n");
    expect(body.output.length).toBeLessThanOrEqual(RUN_OUTPUT_BYTES);
    expect(body).toMatchObject({ output_cut: true, output_bytes: 117_000 });
    const [{ content }] = await messages(at);
    expect(content.split("\n").length).toBeLessThan(30);
  });
});

describe("A build", () => {
  test("gives the files that its globs name, attached to what is told of it, and none that lie outside", async () => {
    const at = await project();
    const command =
      "mkdir -p dist/a dist/b && echo one > dist/a/out.txt && echo two > dist/b/out.txt && echo x > dist/.hidden && ln -s /etc/passwd dist/stolen && ln -s /etc dist/etc && echo no > src.txt";
    const { body } = await execute(at, command, { kind: "build", artifacts: ["dist/**", "missing/*"] });
    expect(body).toMatchObject({ state: "succeeded", kind: "build" });
    expect(body.artifacts.map(({ name }: any) => name)).toEqual([".hidden", "dist-a-out.txt", "dist-b-out.txt"]);
    const [{ attachments }] = await messages(at);
    expect(attachments).toEqual(body.artifacts);
    expect((await colony.get(`/api/files/${attachments[1].id}/download`, { token: maker })).text).toBe("one\n");
    // Not even whether a file is there is told of what lies outside.
    for (const pattern of ["dist/etc/passwd", "dist/etc/[p]asswd", "dist/etc/**", "dist/stolen"]) {
      const { body: outside } = await execute(at, "true", { kind: "build", artifacts: [pattern, "./dist/.h*"] });
      expect(outside.artifacts.map(({ name }: any) => name)).toEqual([".hidden"]);
      expect((await execute(at, "true", { kind: "build", artifacts: [pattern] })).body.artifacts).toEqual([]);
      expect((await colony.get(`${at}/console/history?format=text`, { token: maker })).text).toContain(`No file matches ${pattern}.\n`);
    }
  });

  test("that fails gives none, and globs that lead out are refused", async () => {
    const at = await project();
    expect((await execute(at, "echo x > out; exit 1", { kind: "build", artifacts: ["out"] })).body).toMatchObject({ state: "failed", artifacts: [] });
    for (const artifacts of [["../x"], ["/etc/passwd"], ["a/{..,b}/c"]])
      expect(outcome(await colony.post(`${at}/container/execute`, { command: "true", kind: "build", artifacts }, { token: maker }))).toBe("422 validation_failed");
    expect(outcome(await colony.post(`${at}/container/execute`, { command: "true", artifacts: ["x"] }, { token: maker }))).toBe("422 validation_failed");
  });
});

describe("A project's sandbox", () => {
  test("starts by itself, tells how it is without being used by that, and stops when it is idle; /tmp is empty then", async () => {
    const at = await project();
    expect(await status(at)).toMatchObject({
      state: "stopped",
      health: { ok: true },
      driver: "bubblewrap",
      holds: { seconds: expect.any(String) },
      runs: { running: 0, queued: 0 },
    });
    await execute(at, "echo kept > ~/kept; echo gone > /tmp/gone");
    await until(async () => (await status(at)).state === "stopped" || undefined);
    expect((await execute(at, "cat ~/kept; ls /tmp")).body.output).toBe("kept\n");
  });

  test("is not idle while something runs in it, and says what that takes", async () => {
    const at = await project();
    const id = await begin(at, "until [ -e go ]; do sleep 0.05; done; echo slept");
    await until(async () => (await status(at)).uptime_seconds >= 2 || undefined);
    expect(await status(at)).toMatchObject({ state: "running", idle_seconds: null, stops_in_seconds: null, runs: { running: 1, queued: 0 }, memory: expect.any(Number) });
    expect((await status(at)).processes).toBeGreaterThan(0);
    await colony.call("PUT", `${at}/files/go`, { token: maker, body: { content: "" } });
    expect(await ended(at, id)).toMatchObject({ state: "succeeded", output: "slept\n" });
  });

  test("tells those who read the channel how its state changes, and each run as it waits, runs and has ended", async () => {
    const at = await project();
    const socket = await Listener.open(colony, `/ws/${at.split("/").at(-1)}`, { token: maker });
    const { body } = await execute(at, "true");
    await until(() => socket.frames.some(({ event, data }) => event === "sandbox" && data.state === "stopped") || undefined);
    expect(socket.frames.filter(({ event }) => event === "sandbox").map(({ data }) => [data.project_id, data.state])).toEqual(
      ["starting", "running", "stopping", "stopped"].map((state) => [body.project_id, state]),
    );
    expect(socket.events.filter(({ event }) => event === "run").map(({ data }) => data.state)).toEqual(["queued", "running", "succeeded"]);
    const { output, output_cut, ...told } = body;
    expect(socket.events.findLast(({ event }) => event === "run")?.data).toEqual(told);
    socket.close();
  });
});

test("Of a run that waits, whoever asked for it must still be let into the project when its turn comes", async () => {
  const at = await project(undefined, { visibility: "private" });
  const slug = at.split("/").at(-1);
  const guest = await colony.user("guest");
  await colony.post(`/api/channels/${slug}/members`, { user: "guest" }, { token: maker });
  const first = await begin(at, "until [ -e go ]; do sleep 0.02; done");
  const theirs = await begin(at, "echo mine", {}, guest);
  await colony.call("DELETE", `/api/channels/${slug}/members/guest`, { token: maker });
  await colony.call("PUT", `${at}/files/go`, { token: maker, body: { content: "" } });
  await ended(at, first);
  expect(await ended(at, theirs)).toMatchObject({ state: "stopped", reason: "rights", started_at: null, output: "" });
});

test("What goes on by the right of somebody who is put out of a project, or deactivated, is stopped; what others run goes on", async () => {
  const at = await project(undefined, { visibility: "private" });
  const slug = at.split("/").at(-1);
  const background = { background: true };
  const open = await project();
  const begun = async (where: string, token: string) => {
    const id = await begin(where, "sleep 100", background, token);
    await isAt(where, id, "running");
    return id;
  };
  for (const username of ["lodger", "leaver"]) {
    const token = await colony.user(username);
    await colony.post(`/api/channels/${slug}/members`, { user: username }, { token: maker });
    const [theirs, elsewhere, mine] = [await begun(at, token), await begun(open, token), await begun(at, maker)];
    if (username === "lodger") await colony.call("DELETE", `/api/channels/${slug}/members/lodger`, { token: maker });
    else await colony.call("DELETE", "/api/users/leaver");
    expect(await ended(at, theirs)).toMatchObject({ state: "stopped", reason: "rights" });
    expect((await messages(at)).find(({ metadata }) => metadata.run_id === theirs).content).toMatch(/was stopped after .+: who asked for it may no longer work in this project/);
    if (username === "leaver") expect(await ended(open, elsewhere)).toMatchObject({ reason: "rights" });
    else expect(await look(open, elsewhere)).toMatchObject({ state: "running" });
    expect(await look(at, mine)).toMatchObject({ state: "running" });
    await colony.post(`${at}/container/stop`, undefined, { token: maker });
  }
  await colony.post(`${open}/container/stop`, undefined, { token: maker });
});

test("A deleted project has nothing running, nothing waiting and no sandbox", async () => {
  const at = await project();
  const mark = `8${made}7.25`;
  const id = await begin(at, `sleep ${mark}`);
  await begin(at, "echo waits");
  await isAt(at, id, "running");
  await until(() => runs(`sleep ${mark}`) || undefined);
  expect((await colony.call("DELETE", at, { token: maker })).status).toBe(204);
  await until(() => !runs(`sleep ${mark}`) || undefined);
  await until(() => readRows(colony.data, `SELECT no FROM runs WHERE id = '${id}' AND state = 'stopped'`).length === 1 || undefined);
  await until(
    () =>
      readRows(colony.data, `SELECT r.no FROM runs r JOIN projects p ON p.no = r.project_no WHERE p.deleted_at IS NOT NULL AND r.state IN ('queued', 'running')`).length === 0 ||
      undefined,
  );
});

describe("A server that ends", () => {
  test("by a crash leaves no process of a run; the next tells once that it was killed, and goes on with what waited", async () => {
    const at = await project();
    const mark = `8${made}7.5`;
    const id = await begin(at, `echo said before; (setsid sleep ${mark} &); sleep ${mark}`);
    const waits = await begin(at, "echo went on");
    await until(async () => (await look(at, id)).output === "said before\n" || undefined);
    await colony.stop("SIGKILL");
    await colony.run();
    await until(() => !runs(`sleep ${mark}`) || undefined);
    expect(await ended(at, id)).toMatchObject({ state: "killed", reason: "server_ended", output: "said before\n", ended_at: expect.any(String) });
    expect(await ended(at, waits)).toMatchObject({ state: "succeeded", output: "went on\n" });
    const told = (await messages(at)).filter(({ metadata }) => metadata.run_id === id);
    expect(told.map(({ type, content }) => [type, content.split("\n")[0]])).toEqual([["error", expect.stringContaining("was killed: the server ended while it ran")]]);
  }, 30_000);

  test("as it is asked to ends all that runs within its time, and says so", async () => {
    const at = await project();
    const mark = `8${made}7.75`;
    const id = await begin(at, `trap '' TERM; sleep ${mark}; sleep ${mark}`);
    const aside = await begin(at, `sleep ${mark}`, { background: true });
    await isAt(at, id, "running");
    await isAt(at, aside, "running");
    const before = performance.now();
    expect(await colony.stop()).toBe(0);
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(runs(`sleep ${mark}`)).toBe(false);
    expect(readRows(colony.data, `SELECT state, reason FROM runs WHERE id IN ('${id}', '${aside}')`)).toEqual(Array(2).fill({ state: "killed", reason: "server_ended" }));
    expect(existsSync(join(colony.data, "colony.db"))).toBe(true);
    await colony.run();
    expect((await messages(at)).map(({ metadata }) => metadata.reason)).toEqual(["server_ended", "server_ended"]);
  }, 30_000);
});

test("A server on which no sandbox works runs nothing, and says why and who can mend it", async () => {
  const off = await Colony.start({ COLONY_SANDBOX: "off" });
  await off.post("/api/projects", { name: "still" });
  const { status, body } = await off.post("/api/projects/still/container/execute", { command: "true" });
  expect([status, body.error.code]).toEqual([503, "sandbox_unavailable"]);
  expect(body.error.hint).toContain("COLONY_SANDBOX=auto");
  expect((await off.get("/api/projects/still/runs")).body).toEqual([]);
  expect((await off.get("/api/projects/still/container/status")).body).toMatchObject({
    state: "unavailable",
    driver: null,
    health: { ok: false, hint: expect.stringContaining("COLONY_SANDBOX=auto") },
  });
  expect(outcome(await off.post("/api/projects/still/container/start"))).toBe("503 sandbox_unavailable");
  await off.stop();
});
