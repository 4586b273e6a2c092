import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { raze } from "../src/workspace/razing.ts";
import { Colony, command, newFolder, until } from "./colony.ts";
import { pathOf } from "./files.ts";

let colony: Colony;

beforeAll(async () => {
  colony = await Colony.start({ COLONY_SANDBOX: "bubblewrap" });
}, 30_000);

const project = async (name: string, more: object = {}): Promise<{ at: string; folder: string; id: string }> => {
  const { body } = await colony.post("/api/projects", { name, ...more });
  return { at: `/api/projects/${body.slug}`, folder: join(colony.data, "projects", body.id), id: body.id };
};
const run = (at: string, line: string, on = colony) => on.post(`${at}/container/execute?wait=55`, { command: line });

/** Rows that a project has in the tables of its parts. */
const rowsOf = (id: string): Record<string, number> => {
  const database = new Database(join(colony.data, "colony.db"), { readonly: true });
  const { no } = database.query<{ no: number }, [string]>("SELECT no FROM projects WHERE id = ?").get(id) as { no: number };
  const count = (table: string, where: string) => (database.query(`SELECT count(*) AS n FROM ${table} WHERE ${where}`).get() as { n: number }).n;
  const found = {
    secrets: count("project_secrets", `project_no = ${no}`),
    files: count("project_files", `project_no = ${no}`),
    versions: count("project_versions", `project_no = ${no}`),
    changes: count("file_changes", `project_no = ${no}`),
    lines: count("console_lines", `key >= ${no} * 4294967296 AND key < ${no + 1} * 4294967296`),
    due: count("schedules", `project_no = ${no} AND next_at IS NOT NULL`),
    open: count("runs", `project_no = ${no} AND state IN ('queued', 'running')`),
  };
  database.close();
  return found;
};
const nothing = { secrets: 0, files: 0, versions: 0, changes: 0, lines: 0, due: 0, open: 0 };

/** Closed, named by no text, and full of links that lead out. */
const HOSTILE = [
  "mkdir closed && touch closed/in closed/$(printf '\\377\\376') './-rf' \"a'\\nb\" && mkdir closed/within && chmod 500 closed/within && chmod 000 closed",
  "ln -s / root; ln -s /workspace loop; mkfifo pipe",
].join("\n");
/** A tree deeper than any path may be. */
const DEEP = `python3 -c '
import os
for i in range(600): os.mkdir("d" * 200); os.chdir("d" * 200)'`;

describe("A deleted project", () => {
  test("leaves nothing: what runs in it ends, its folder goes whatever programs made of it, with secrets, schedules, versions, their bytes and its console", async () => {
    const { at, folder, id } = await project("doomed");
    await colony.call("PUT", `${at}/secrets/KEY`, { body: { value: "a value" } });
    await colony.post(`${at}/schedules`, { name: "never", cron: "0 9 1 1 *", command: "true" });
    await colony.call("PUT", `${at}/files/kept.txt`, { body: { content: "only here" } });
    expect((await run(at, HOSTILE)).body).toMatchObject({ state: "succeeded" });
    // One that is seen while it goes on is ended: so deep counts as too many files.
    expect(["succeeded", "killed"]).toContain((await run(at, DEEP)).body.state);
    expect(existsSync(join(folder, "workspace", ...Array(10).fill("d".repeat(200))))).toBe(true);
    const { body: file } = await colony.get(`${at}/files/kept.txt`);
    const blob = join(colony.data, "files", pathOf(file.sha256));
    await colony.post(`${at}/container/execute`, { command: "while :; do date >> busy; sleep 0.01; done", background: true });
    await until(() => existsSync(join(folder, "workspace", "busy")) || undefined);
    expect(rowsOf(id)).toMatchObject({ secrets: 1, due: 1 });
    expect(existsSync(blob)).toBe(true);
    expect((await colony.call("DELETE", at)).status).toBe(204);
    await until(() => (Bun.deepEquals(rowsOf(id), nothing) && !existsSync(folder) ? true : undefined));
    await until(() => !existsSync(blob) || undefined);
    expect(existsSync("/usr/bin")).toBe(true);
  }, 60_000);

  test("of which a crash left something is cleared away at the next start, and no other project is touched", async () => {
    const [doomed, kept] = [await project("cut off"), await project("stays")];
    for (const { at } of [doomed, kept]) expect((await run(at, "echo here > file; mkdir -p a/b/c; echo said")).body.state).toBe("succeeded");
    await colony.stop("SIGKILL");
    const database = new Database(join(colony.data, "colony.db"));
    database.query("UPDATE projects SET deleted_at = created_at, slug = NULL WHERE id = ?").run(doomed.id);
    database.close();
    await colony.run();
    await until(() => (Bun.deepEquals(rowsOf(doomed.id), nothing) && !existsSync(doomed.folder) ? true : undefined));
    expect(readFileSync(join(kept.folder, "workspace", "file"), "utf8")).toBe("here\n");
    expect(rowsOf(kept.id)).toMatchObject({ files: 1, versions: 1 });
  }, 60_000);

  test("takes what its links lead to with it in no way", async () => {
    const [folder, outside] = [join(newFolder(), "project"), newFolder()];
    writeFileSync(join(outside, "mine"), "mine");
    chmodSync(outside, 0o750);
    mkdirSync(join(folder, "workspace", "in"), { recursive: true });
    for (const at of [folder, join(folder, "workspace"), join(folder, "workspace", "in")]) symlinkSync(outside, join(at, "out"));
    await raze(folder);
    expect(existsSync(folder)).toBe(false);
    expect(readFileSync(join(outside, "mine"), "utf8")).toBe("mine");
  });
});

test("A backup taken while a run writes brings projects back: files with their versions and whether they run, secrets and schedules; what is rebuilt and home are left out, and it says so", async () => {
  const { at, id } = await project("saved");
  await colony.call("PUT", `${at}/secrets/KEY`, { body: { value: "a saved value" } });
  await colony.post(`${at}/schedules`, { name: "Later", cron: "0 9 1 1 *", command: "true" });
  const made = "echo one > 'a file'; echo two > 'a file'; printf '#!/bin/sh\\necho it runs' > go; chmod +x go; mkdir -p node_modules/x; echo x > node_modules/x/y; echo h > ~/h";
  expect((await run(at, made)).body).toMatchObject({ state: "succeeded" });
  await colony.call("PUT", `${at}/files/a%20file`, { body: { content: "three\n" } });
  const { body: going } = await colony.post(`${at}/container/execute`, { command: "while :; do date > busy; date > $(date +%N); sleep 0.05; done" });
  await until(async () => ((await colony.get(`${at}/files/busy`)).status === 200 ? true : undefined));
  const file = join(newFolder(), "colony.backup");
  const backup = await command(["backup", file, "--data", colony.data]);
  expect(backup).toMatchObject({ code: 0, err: "", out: expect.stringContaining("node_modules") });
  await colony.post(`${at}/runs/${going.id}/stop`);

  const folder = join(newFolder(), "restored");
  expect(await command(["restore", file, "--data", folder])).toMatchObject({ code: 0, err: "" });
  const copy = await Colony.start(colony.env, folder);
  // What ran at that moment ended with the server.
  await until(async () => ((await copy.get(`${at}/runs/${going.id}`)).body.state === "killed" ? true : undefined));
  const { body } = await run(at, "./go; cat 'a file'; ls -d busy; ls -d node_modules ~/h 2>/dev/null | wc -l; printf %s \"$KEY\" | wc -c", copy);
  expect(body.output).toBe("it runs\nthree\nbusy\n0\n13\n");
  const { body: versions } = await copy.get(`${at}/files/a%20file/versions`);
  expect(versions.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
  expect((await copy.get(`${at}/files/a%20file?version=1`)).body.content).toBe("two\n");
  expect((await copy.get(`${at}/schedules`)).body).toMatchObject([{ name: "Later", enabled: true }]);
  expect((await command(["doctor", "--data", folder], colony.env)).out).toMatch(/^ok +files /m);
  expect(existsSync(join(folder, "projects", id, "workspace", "go"))).toBe(true);
}, 60_000);
