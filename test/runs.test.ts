import { beforeAll, describe, expect, test } from "bun:test";
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
