import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome, until } from "./colony.ts";
import { Podman } from "./podman.ts";

let podman: Podman;
let colony: Colony;
let at: string;
beforeAll(async () => {
  podman = await Podman.start();
  colony = await Colony.start({ COLONY_SANDBOX: "docker", COLONY_SANDBOX_DOCKER: podman.socket, COLONY_SANDBOX_IMAGE: podman.image });
  at = `/api/projects/${(await colony.post("/api/projects", { name: "In containers" })).body.slug}`;
}, 120_000);
afterAll(() => podman.stop(), 60_000);

const execute = (command: string, more: object = {}) => colony.post(`${at}/container/execute?wait=55`, { command, ...more });

const containers = async (): Promise<unknown[]> => (await podman.ask("GET", "/containers/json?all=true")).json();

describe("A server with a container engine", () => {
  test("runs a command, and sees what it changed", async () => {
    const { status, body } = await execute("node -e 'console.log(6 * 7)'; echo made > made.txt; exit 3");
    expect({ status, state: body.state, exit_code: body.exit_code, output: body.output }).toEqual({ status: 200, state: "failed", exit_code: 3, output: "42\n" });
    const file = await until(async () => {
      const found = await colony.get(`${at}/files/made.txt`);
      return found.status === 200 ? found : undefined;
    });
    expect(file.body).toMatchObject({ content: "made\n", run_id: body.id });
    const { body: status_ } = await colony.get(`${at}/container/status`);
    expect(status_).toMatchObject({ state: "running", driver: "docker" });
  });

  test("reads in a run what was written over the API", async () => {
    expect(outcome(await colony.call("PUT", `${at}/files/in/there.py`, { raw: "print('from a file')", headers: { "content-type": "text/plain" } }))).toBe("201");
    expect((await execute("python3 in/there.py")).body).toMatchObject({ state: "succeeded", output: "from a file\n" });
  });

  test("says which limit ended a run", async () => {
    await colony.call("PATCH", at, { body: { limits: { memory_mib: 64 } } });
    expect((await execute(`python3 -c "bytearray(400 << 20)"`)).body).toMatchObject({ state: "killed", reason: "memory" });
  });

  test("stops a run with all that it started, and a run whose time is up", async () => {
    const { body: run } = await colony.post(`${at}/container/execute`, { command: "sleep 1000 & sleep 1000" });
    await until(async () => ((await colony.get(`${at}/runs/${run.id}`)).body.state === "running" ? true : undefined));
    await colony.post(`${at}/runs/${run.id}/stop`);
    expect((await colony.get(`${at}/runs/${run.id}?wait=55`)).body.state).toBe("stopped");
    expect((await execute("trap '' TERM; while :; do sleep 0.1; done", { timeout: 1 })).body.state).toBe("timed_out");
  });

  test("that is killed leaves nothing: its run ends as killed, its containers are gone after the next start, and the next run is as any other", async () => {
    const { body: run } = await colony.post(`${at}/container/execute`, { command: "echo up; sleep 1000", background: true });
    await until(async () => ((await colony.get(`${at}/runs/${run.id}`)).body.state === "running" ? true : undefined));
    await until(async () => ((await containers()).length === 2 ? true : undefined));
    await colony.stop("SIGKILL");
    await colony.run();
    await until(async () => ((await containers()).length === 0 ? true : undefined));
    expect((await colony.get(`${at}/runs/${run.id}?wait=55`)).body).toMatchObject({ state: "killed", reason: "server_ended" });
    expect((await execute("cat made.txt")).body).toMatchObject({ state: "succeeded", output: "made\n" });
  });

  test("that ends takes its containers along", async () => {
    await colony.stop();
    expect(await containers()).toEqual([]);
  });
});
