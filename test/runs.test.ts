import { beforeAll, describe, expect, test } from "bun:test";
import { RUNS_AT_ONCE, RUNS_IN_BACKGROUND, RUNS_WAITING } from "../src/limits.ts";
import { type Answer, Colony, outcome, until } from "./colony.ts";

let colony: Colony;
let maker: string;
let other: string;
let made = 0;

beforeAll(async () => {
  colony = await Colony.start({ COLONY_SANDBOX: "bubblewrap" });
  [maker = "", other = ""] = await Promise.all([colony.user("maker", "ape"), colony.user("other", "ape")]);
}, 30_000);

/** A project of its own. @returns its address */
const project = async (limits?: object, more: object = {}): Promise<string> => {
  const { body } = await colony.post("/api/projects", { name: `works ${++made}`, ...more }, { token: maker });
  const at = `/api/projects/${body.slug}`;
  if (limits) expect((await colony.call("PATCH", at, { token: maker, body: { limits } })).status).toBe(200);
  return at;
};

/** Runs a command and waits for its end. */
const execute = (at: string, command: string, more: object = {}): Promise<Answer> => colony.post(`${at}/container/execute?wait=55`, { command, ...more }, { token: maker });

const begin = async (at: string, command: string, more: object = {}): Promise<string> =>
  (await colony.post(`${at}/container/execute`, { command, ...more }, { token: maker })).body.id;

const run = async (at: string, id: string): Promise<any> => (await colony.get(`${at}/runs/${id}?wait=55`, { token: maker })).body;

/** Waits until a run is at something. */
const isAt = (at: string, id: string, state: string) => until(async () => (await colony.get(`${at}/runs/${id}`, { token: maker })).body.state === state || undefined);

const messages = async (at: string): Promise<any[]> => (await colony.get(`/api/channels/${at.split("/").at(-1)}/messages`, { token: maker })).body;

describe("A run", () => {
  test("that is waited for is answered with its end and its output, both streams as they came", async () => {
    const at = await project();
    const { status, body } = await execute(at, "echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: "succeeded",
      exit_code: 0,
      reason: null,
      trigger: "person",
      output: "one\ntwo\nthree\n",
      output_cut: false,
      background: false,
      kind: "run",
    });
    expect((await execute(at, "exit 3")).body).toMatchObject({ state: "failed", exit_code: 3, output: "" });
  });

  test("that is not waited for is answered as it is, and its end is found later", async () => {
    const at = await project();
    const { status, body } = await colony.post(`${at}/container/execute`, { command: "echo done" }, { token: maker });
    expect(status).toBe(202);
    expect(["queued", "running"]).toContain(body.state);
    expect(await run(at, body.id)).toMatchObject({ id: body.id, state: "succeeded", output: "done\n" });
  });

  test("is told of in the project's channel at its end, in plain words, with its last lines", async () => {
    const at = await project();
    await execute(at, "echo hello");
    await execute(at, "echo oh no; exit 7");
    const [good, bad] = await messages(at);
    expect(good).toMatchObject({
      type: "result",
      via: "api",
      mentions: [],
      user: { username: "maker" },
      metadata: { project: at.split("/").at(-1), command: "echo hello", state: "succeeded", exit_code: 0, kind: "run" },
    });
    expect(good.content).toMatch(/^`echo hello` succeeded in \d\.\d s\n\n```\nhello\n```$/);
    expect(bad.type).toBe("error");
    expect(bad.content).toMatch(/^`echo oh no; exit 7` failed with exit code 7 after \d\.\d s\n\n```\noh no\n```$/);
  });

  test("sent again under its key is not run again: one goes on waiting for it", async () => {
    const at = await project();
    const call = { token: maker, headers: { "idempotency-key": `once ${at}` } };
    const first = await colony.post(`${at}/container/execute`, { command: "sleep 0.3; echo once >> ran" }, call);
    const again = await colony.post(`${at}/container/execute?wait=55`, { command: "sleep 0.3; echo once >> ran" }, call);
    expect([first.status, again.status]).toEqual([202, 200]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.body).toMatchObject({ id: first.body.id, state: "succeeded" });
    expect((await execute(at, "cat ran")).body.output).toBe("once\n");
    expect(outcome(await colony.post(`${at}/container/execute`, { command: "true" }, call))).toBe("422 idempotency_key_reused");
  });
});

describe("What a run writes", () => {
  const output = async (at: string, id: string, query: string): Promise<any> => (await colony.get(`${at}/runs/${id}/output?${query}`, { token: maker })).body;

  test("is read as it comes, from line to line, until it is done: none is missed and none comes twice", async () => {
    const at = await project();
    const id = await begin(at, "for i in 1 2 3; do echo line $i; sleep 0.1; done; printf oh >&2; exit 4");
    const heard: any[] = [];
    for (let cursor = 0, done = false; !done; ) {
      const page = await output(at, id, `after_seq=${cursor}&wait=25&limit=2`);
      heard.push(...page.lines);
      ({ next_seq: cursor, done } = page);
      if (done) expect(page.run).toMatchObject({ id, state: "failed", exit_code: 4 });
    }
    expect(heard.filter(({ stream }) => stream !== "system").map(({ stream, content }) => `${stream} ${content}`)).toEqual([
      "stdout line 1",
      "stdout line 2",
      "stdout line 3",
      "stderr oh",
    ]);
    expect(heard.at(-1)).toMatchObject({ stream: "system", content: expect.stringContaining("Failed with exit code 4") });
  });

  test("of Python is heard as it prints, and what it printed stays when it is stopped", async () => {
    const at = await project();
    const id = await begin(at, `exec python3 -c 'import time; print("heard"); time.sleep(40)'`, { background: true });
    for (let cursor = 0, heard = false; !heard; ) {
      const page = await output(at, id, `after_seq=${cursor}&wait=25`);
      expect(page.done).toBe(false);
      heard = page.lines.some(({ content }: { content: string }) => content === "heard");
      cursor = page.next_seq;
    }
    expect((await colony.post(`${at}/runs/${id}/stop`, undefined, { token: maker })).status).toBe(200);
  });

  test("is waited for in the queue too, with how many runs come before it", async () => {
    const at = await project();
    const first = await begin(at, "until [ -e go ]; do sleep 0.02; done");
    const [second, third] = [await begin(at, "true"), await begin(at, "echo third")];
    expect(await output(at, third, "")).toMatchObject({ run: { state: "queued" }, ahead: 2, lines: [], next_seq: 0, done: false });
    const moved = output(at, third, "wait=55");
    await colony.post(`${at}/runs/${second}/stop`, undefined, { token: maker });
    expect((await moved).ahead).toBe(1);
    await colony.call("PUT", `${at}/files/go`, { token: maker, body: { content: "" } });
    await run(at, third);
    expect(await output(at, third, "")).toMatchObject({ ahead: null, done: true, has_more: false });
    expect((await output(at, first, "")).done).toBe(true);
  });
});

describe("Runs of a project", () => {
  test("wait for each other in the order they were asked for, and not for those of another project", async () => {
    const [at, beside] = [await project(), await project()];
    const first = await begin(at, "until [ -e go ]; do sleep 0.02; done; echo first >> order");
    const second = await begin(at, "echo second >> order");
    const third = await begin(at, "echo third >> order; cat order");
    await isAt(at, first, "running");
    expect((await execute(beside, "true")).body.state).toBe("succeeded");
    for (const id of [second, third]) expect((await colony.get(`${at}/runs/${id}`, { token: maker })).body.state).toBe("queued");
    await colony.call("PUT", `${at}/files/go`, { token: other, body: { content: "" } });
    expect(await run(at, third)).toMatchObject({ output: "first\nsecond\nthird\n" });
  });

  test("in the background go on beside the others, reached at localhost, until they are stopped", async () => {
    const at = await project();
    const server = await begin(at, "exec python3 -m http.server 3000 --bind 127.0.0.1", { background: true });
    const fetched = await execute(
      at,
      "for i in $(seq 100); do python3 -c \"import urllib.request as u; print(u.urlopen('http://127.0.0.1:3000').status)\" 2>/dev/null && exit; sleep 0.05; done; exit 1",
    );
    expect(fetched.body).toMatchObject({ state: "succeeded", output: "200\n" });
    expect((await colony.get(`${at}/runs/${server}`, { token: maker })).body).toMatchObject({ state: "running", background: true });
    const stopped = await colony.post(`${at}/runs/${server}/stop`, undefined, { token: other });
    expect(stopped.body).toMatchObject({ state: "stopped", reason: "stopped", stopped_by: { username: "other" } });
    expect((await messages(at)).at(-1)).toMatchObject({ type: "text", user: { username: "maker" }, content: expect.stringMatching(/was stopped by @other after/) });
  });

  test("are no more than may wait, and no more in the background than may go on there", async () => {
    const at = await project();
    await begin(at, "sleep 60");
    const asked = await Promise.all(Array.from({ length: RUNS_WAITING + 2 }, () => colony.post(`${at}/container/execute`, { command: "true" }, { token: maker })));
    const refused = asked.filter(({ status }) => status !== 202);
    expect(refused.map(outcome)).toContain("429 too_many_runs");
    expect(refused.length).toBeLessThanOrEqual(2);
    expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
    const aside = await Promise.all(
      Array.from({ length: RUNS_IN_BACKGROUND + 1 }, () => colony.post(`${at}/container/execute`, { command: "sleep 60", background: true }, { token: maker })),
    );
    expect(aside.map(outcome).toSorted()).toEqual([...Array(RUNS_IN_BACKGROUND).fill("202"), "429 too_many_runs"]);
    const { body } = await colony.post(`${at}/container/stop`, undefined, { token: maker });
    expect(body).toMatchObject({ state: "stopped", runs: { running: 0, queued: 0 } });
    expect(new Set((await colony.get(`${at}/runs?limit=500`, { token: maker })).body.map(({ state }: any) => state))).toEqual(new Set(["stopped"]));
  });

  test("of all projects together are no more than the server lets run at once: the rest wait for their turn", async () => {
    const all = await Promise.all(Array.from({ length: RUNS_AT_ONCE + 1 }, () => project()));
    const ids = await Promise.all(all.map((at) => begin(at, "sleep 60")));
    const states = async () => Promise.all(ids.map(async (id, n) => (await colony.get(`${all[n]}/runs/${id}`, { token: maker })).body.state));
    await until(async () => (await states()).filter((state) => state === "running").length === RUNS_AT_ONCE || undefined);
    const last = (await states()).indexOf("queued");
    const other = all.findIndex((_, n) => n !== last);
    await colony.post(`${all[other]}/container/stop`, undefined, { token: maker });
    await isAt(all[last] as string, ids[last] as string, "running");
    await Promise.all(all.map((at) => colony.post(`${at}/container/stop`, undefined, { token: maker })));
  });

  test("are listed newest first, by state and by who asked, page by page", async () => {
    const at = await project();
    for (const command of ["echo 1", "exit 2", "echo 3"]) await execute(at, command);
    const list = async (query: string) => (await colony.get(`${at}/runs${query}`, { token: other })).body.map(({ command }: any) => command);
    expect(await list("")).toEqual(["echo 3", "exit 2", "echo 1"]);
    expect(await list("?state=failed")).toEqual(["exit 2"]);
    expect(await list("?trigger=schedule")).toEqual([]);
    const [newest] = (await colony.get(`${at}/runs?limit=1`, { token: other })).body;
    expect(await list(`?before=${newest.id}&limit=1`)).toEqual(["exit 2"]);
    expect(outcome(await colony.get(`${at}/runs?before=no`, { token: other }))).toBe("404 not_found");
  });

  test("have their last lines as text and as JSON", async () => {
    const at = await project();
    expect(outcome(await colony.get(`${at}/container/logs`, { token: maker }))).toBe("404 not_found");
    const { body } = await execute(at, "seq 5");
    await execute(at, "echo later");
    const text = await colony.get(`${at}/container/logs?run=${body.id}&tail=2`, { token: maker, headers: { accept: "text/plain" } });
    expect([text.text, text.headers.get("content-type"), text.headers.get("x-output-cut")]).toEqual(["4\n5\n", "text/plain; charset=utf-8", "true"]);
    expect((await colony.get(`${at}/container/logs`, { token: maker })).body).toMatchObject({ run: { command: "echo later" }, output: "later\n", output_cut: false });
  });
});

describe("A run is stopped", () => {
  test("with all its processes, also those that will not hear of it", async () => {
    const at = await project();
    const id = await begin(at, "trap '' TERM; (setsid sh -c 'while :; do echo alive >> pulse; sleep 0.02; done' &) ; while :; do sleep 1; done");
    await until(
      async () =>
        (await colony.get(`${at}/files/pulse?format=json`, { token: maker })).status === 200 ||
        (await colony.get(`${at}/files/tree`, { token: maker })).text.includes("pulse") ||
        undefined,
    );
    const { status, body } = await colony.post(`${at}/runs/${id}/stop`, undefined, { token: maker });
    expect([status, body.state]).toEqual([200, "stopped"]);
    const { output } = (await execute(at, "wc -l < pulse; sleep 0.3; wc -l < pulse")).body;
    const [before, after] = output.split("\n");
    expect(after).toBe(before);
    expect(outcome(await colony.post(`${at}/runs/${id}/stop`, undefined, { token: maker }))).toBe("409 run_ended");
  }, 30_000);

  test("while it waits, and never begins", async () => {
    const at = await project();
    const first = await begin(at, "sleep 60");
    const second = await begin(at, "echo second");
    expect((await colony.post(`${at}/runs/${second}/stop`, undefined, { token: other })).body).toMatchObject({
      state: "stopped",
      started_at: null,
      stopped_by: { username: "other" },
    });
    expect((await messages(at)).at(-1).content).toBe("`echo second` was stopped by @other before it began");
    await colony.post(`${at}/runs/${first}/stop`, undefined, { token: maker });
  });

  test("by its time limit, and is asked to end before", async () => {
    const at = await project();
    const { body } = await execute(at, "trap 'echo tidied; exit 9' TERM; while :; do sleep 0.05; done", { timeout: 1 });
    expect(body).toMatchObject({ state: "timed_out", reason: "time", output: expect.stringContaining("tidied\n"), timeout: 1 });
    expect((await messages(at)).at(-1)).toMatchObject({ type: "error", content: expect.stringContaining("was ended after 1 s, its time limit") });
    expect(outcome(await colony.post(`${at}/container/execute`, { command: "true", timeout: 601 }, { token: maker }))).toBe("422 validation_failed");
  });
});

describe("A project's sandbox", () => {
  test("whose holder died says so, and is opened again by the next run", async () => {
    const at = await project();
    const status = async () => (await colony.get(`${at}/container/status`, { token: other })).body;
    const { body } = await execute(at, "true");
    expect(await status()).toMatchObject({
      state: "running",
      health: { ok: true },
      driver: "bubblewrap",
      stops_in_seconds: expect.any(Number),
      uptime_seconds: expect.any(Number),
      runs: { running: 0, queued: 0 },
    });
    const [holder] = Bun.spawnSync(["pgrep", "-of", `projects/${body.project_id}/workspace.*read -r nothing`])
      .stdout.toString()
      .split("\n");
    process.kill(Number(holder), "SIGKILL");
    await until(async () => (await status()).health.ok === false || undefined);
    expect((await status()).health).toMatchObject({ problem: "What holds the sandbox has ended.", hint: expect.stringContaining("restart") });
    expect((await execute(at, "echo again")).body).toMatchObject({ state: "succeeded", output: "again\n" });
  });

  test("is started, restarted and stopped by whoever may work there, again and again without harm; what waits goes on after a restart", async () => {
    const at = await project();
    const act = async (what: string) => (await colony.post(`${at}/container/${what}`, undefined, { token: maker })).body.state;
    expect([await act("start"), await act("start"), await act("stop"), await act("stop"), await act("start")]).toEqual(["running", "running", "stopped", "stopped", "running"]);
    const first = await begin(at, "sleep 60");
    await isAt(at, first, "running");
    const second = await begin(at, "echo went on");
    expect(await act("restart")).toBe("running");
    expect(await run(at, first)).toMatchObject({ state: "stopped", stopped_by: { username: "maker" } });
    expect(await run(at, second)).toMatchObject({ state: "succeeded", output: "went on\n" });
  });
});
