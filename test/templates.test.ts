import { beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Colony, until } from "./colony.ts";

let colony: Colony;
let maker: string;
beforeAll(async () => {
  colony = await Colony.start();
  maker = await colony.user("maker");
});

const make = async (name: string, template: string) => (await colony.post("/api/projects", { name, template }, { token: maker })).body;
const run = async (project: string, command: string) => {
  const { body } = await colony.post(`/api/projects/${project}/container/execute?wait=55`, { command }, { token: maker });
  return { state: body.state, output: body.output };
};

/** What to run, what it says, and how its tests are run: as each template's README has it. */
const programs = {
  bun: ["bun main.ts colony", "Hello, colony!", "bun test"],
  node: ["node main.js colony", "Hello, colony!", "node --test"],
  python: ["python3 main.py colony", "Hello, colony!", "python3 -m unittest"],
  web: ["bun server.ts & for n in 1 2 3 4 5 6 7 8 9; do sleep 0.2; curl -s localhost:3000 && break; done; kill $!", "<h1>Project</h1>", "bun test"],
};

describe("A project's template", () => {
  test.each(Object.entries(programs))("%s is a program that runs and a test that passes, its maker's from the start", async (template, [command = "", said = "", tests = ""]) => {
    const { slug } = await make(`from ${template}`, template);
    const files = (await colony.get(`/api/projects/${slug}/files/tree`, { token: maker })).body;
    expect(files.map(({ path }: any) => path)).toContain("README.md");
    expect(files.every(({ version, changed_by }: any) => version === 1 && changed_by.username === "maker")).toBe(true);
    expect((await colony.get(`/api/projects/${slug}/files/README.md`, { token: maker })).body.content).toContain(`\`${tests}\``);
    expect(await run(slug, command)).toEqual({ state: "succeeded", output: expect.stringContaining(said) });
    expect(await run(slug, tests)).toMatchObject({ state: "succeeded" });
  });

  test("once run, what it writes is a version by who ran it, named by the run, while the run goes on and at its end", async () => {
    const { slug } = await make("written", "blank");
    const versions = async (path: string) => {
      const { status, body } = await colony.get(`/api/projects/${slug}/files/versions?path=${path}`, { token: maker });
      return status === 200 ? body.map(({ change, size, user, run_id }: any) => [change, size, user.username, run_id]) : [];
    };
    const command = "echo 1 > early; while [ ! -e go ]; do sleep 0.1; done; echo 22 > late; rm early";
    const { body: begun } = await colony.post(`/api/projects/${slug}/container/execute`, { command, background: true }, { token: maker });
    await until(async () => (await versions("early")).length === 1 || undefined);
    expect(await versions("early")).toEqual([["added", 2, "maker", begun.id]]);
    await colony.post(`/api/projects/${slug}/files`, { path: "go", content: "" });
    await until(async () => (await colony.get(`/api/projects/${slug}/runs/${begun.id}`, { token: maker })).body.state === "succeeded" || undefined);
    expect(await versions("late")).toEqual([["added", 3, "maker", begun.id]]);
    expect((await versions("early"))[0]).toEqual(["removed", 0, "maker", begun.id]);
    expect(await versions("go")).toEqual([["added", 0, "admin", null]]);
  });

  test("blank is an empty workspace", async () => {
    await make("empty", "blank");
    expect((await colony.get("/api/projects/empty/files/tree", { token: maker })).body).toEqual([]);
  });

  test("is laid out once: what was removed of it stays away, and what changed while no server ran is its maker's", async () => {
    const { id } = await make("kept", "python");
    const workspace = join(colony.data, "projects", id, "workspace");
    await colony.call("DELETE", "/api/projects/kept/files/main.py");
    await colony.stop();
    writeFileSync(join(workspace, "meanwhile.txt"), "by hand");
    rmSync(join(workspace, "test_main.py"));
    await colony.run();
    const { body } = await colony.get("/api/projects/kept/files/tree");
    expect(body.map(({ path, version, changed_by }: any) => [path, version, changed_by.username])).toEqual([
      ["README.md", 1, "maker"],
      ["meanwhile.txt", 1, "maker"],
    ]);
    // Without a workspace, as after a backup was restored, the newest versions are put back.
    await colony.stop();
    rmSync(workspace, { recursive: true });
    await colony.run();
    expect((await colony.get("/api/projects/kept/files/meanwhile.txt")).body).toMatchObject({ version: 1, content: "by hand" });
    expect(readFileSync(join(workspace, "README.md"), "utf8")).toContain("python3 main.py");
    expect((await colony.get("/api/projects/kept/files/test_main.py/versions")).body).toMatchObject([{ change: "removed", user: { username: "maker" } }, { change: "added" }]);
  });
});
