import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Colony, outcome } from "./colony.ts";

let colony: Colony;
let maker: string;
let other: string;
let id: string;
let workspace: string;
let at: string;

beforeAll(async () => {
  colony = await Colony.start();
  [maker = "", other = ""] = await Promise.all([colony.user("maker"), colony.user("other")]);
  id = (await colony.post("/api/projects", { name: "works" }, { token: maker })).body.id;
  at = "/api/projects/works/files";
  workspace = join(colony.data, "projects", id, "workspace");
  await colony.get(`${at}/tree`);
});

const make = (path: string, content: string, more: object = {}) => colony.post(at, { path, content, ...more }, { token: maker });
const put = (path: string, content: string, headers: Record<string, string> = {}, token = other) => colony.call("PUT", `${at}/${path}`, { token, body: { content }, headers });
const versions = async (path: string) => (await colony.get(`${at}/versions?path=${encodeURIComponent(path)}`)).body;

describe("A file of a project", () => {
  test("is made, read, changed and removed, each change a version by who made it", async () => {
    const made = await make("src/main.py", "print(1)\n");
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ path: "src/main.py", version: 1, size: 9, executable: false, changed_by: { username: "maker" }, run_id: null });
    expect(readFileSync(join(workspace, "src/main.py"), "utf8")).toBe("print(1)\n");
    expect((await put("src/main.py", "print(2)\n")).status).toBe(200);
    const read = await colony.get(`${at}/src/main.py`);
    expect(read.body).toMatchObject({ version: 2, content: "print(2)\n", encoding: "utf8", changed_by: { username: "other" } });
    expect(read.headers.get("etag")).toBe('"2"');
    expect((await colony.get(`${at}/src/main.py?version=1`)).body).toMatchObject({ version: 1, content: "print(1)\n" });
    expect((await colony.call("DELETE", `${at}/src/main.py`, { token: maker })).status).toBe(204);
    expect(existsSync(join(workspace, "src/main.py"))).toBe(false);
    expect(outcome(await colony.get(`${at}/src/main.py`))).toBe("404 not_found");
    expect((await colony.get(`${at}/src/main.py/versions`)).body.map(({ version, change, user }: any) => [version, change, user.username])).toEqual([
      [3, "removed", "maker"],
      [2, "changed", "other"],
      [1, "added", "maker"],
    ]);
    expect((await colony.post(`${at}/restore`, { path: "src/main.py", version: 1 })).body).toMatchObject({ version: 4, size: 9 });
    expect(readFileSync(join(workspace, "src/main.py"), "utf8")).toBe("print(1)\n");
  });

  test("written as it was makes no version, and one that exists is not made again", async () => {
    await make("same.txt", "same");
    expect((await put("same.txt", "same")).body).toMatchObject({ version: 1, changed_by: { username: "maker" } });
    expect(outcome(await make("same.txt", "other"))).toBe("409 file_exists");
  });

  test("made twice under one key is made once, also when it was removed meanwhile", async () => {
    const ask = () => colony.post(at, { path: "once.txt", content: "x" }, { token: maker, headers: { "idempotency-key": "once" } });
    const [first, again] = await Promise.all([ask(), ask()]);
    expect([first.body, first.status]).toEqual([again.body, again.status]);
    await colony.call("DELETE", `${at}/once.txt`);
    expect((await ask()).headers.get("idempotency-replayed")).toBe("true");
    expect(existsSync(join(workspace, "once.txt"))).toBe(false);
  });

  test("of any bytes comes back as it was, by base64", async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
    await make("bytes.bin", bytes.toString("base64"), { encoding: "base64", executable: true });
    const { body } = await colony.get(`${at}/bytes.bin`);
    expect(body).toMatchObject({ encoding: "base64", executable: true, size: 256 });
    expect(Buffer.from(body.content, "base64").equals(bytes)).toBe(true);
    expect(outcome(await make("bad", "a", { encoding: "base64" }))).toBe("422 validation_failed");
  });

  test("that a program wrote has a version as soon as it is read, written or listed", async () => {
    writeFileSync(join(workspace, "out.csv"), "a,b\n");
    expect((await colony.get(`${at}/out.csv`)).body).toMatchObject({ version: 1, content: "a,b\n", changed_by: { username: "maker" } });
    writeFileSync(join(workspace, "out.csv"), "c,d\n");
    expect(outcome(await put("out.csv", "mine", { "if-match": '"1"' }))).toBe("412 version_conflict");
    expect((await versions("out.csv")).map(({ version }: any) => version)).toEqual([2, 1]);
  });

  test("named as an address of its own is reached by ?path= and by escapes", async () => {
    await make("tree", "leaves");
    expect((await colony.get(`${at}?path=tree`)).body.content).toBe("leaves");
    expect((await colony.get(`${at}/%74ree`)).body.content).toBe("leaves");
  });
});

describe("If-Match", () => {
  test("lets one of several writers through, and tells the others today's version", async () => {
    await make("race.txt", "0");
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => put("race.txt", `by ${n}`, { "if-match": '"1"' })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(412)]);
    expect(answers.find(({ status }) => status === 412)?.body.error.details).toEqual([{ path: "race.txt", version: 2, sha256: expect.any(String) }]);
    const winner = answers.findIndex(({ status }) => status === 200);
    expect((await colony.get(`${at}/race.txt`)).body.content).toBe(`by ${winner}`);
  });

  test("None: * writes only what is not there", async () => {
    expect((await put("fresh.txt", "1", { "if-none-match": "*" })).status).toBe(201);
    expect(outcome(await put("fresh.txt", "2", { "if-none-match": "*" }))).toBe("412 version_conflict");
    expect(outcome(await put("nowhere.txt", "2", { "if-match": "*" }))).toBe("412 version_conflict");
  });
});

describe("A path", () => {
  test.each(["../out", "/etc/passwd", "a/../../b", "a//b", "./a", "a/", "x\0y", "a".repeat(256), `${"d/".repeat(70)}f`])("%p leads nowhere", async (path) => {
    expect(outcome(await make(path, "x"))).toMatch(/^422 /);
    expect(outcome(await colony.get(`${at}?path=${encodeURIComponent(path)}`))).toMatch(/^4(22|04) /);
  });

  test("that goes through a link is refused, wherever the link leads, and the link itself can be removed", async () => {
    mkdirSync(join(workspace, "real"), { recursive: true });
    symlinkSync("/etc", join(workspace, "etc"));
    symlinkSync("real", join(workspace, "inside"));
    symlinkSync("/etc/hostname", join(workspace, "host"));
    for (const path of ["etc/hostname", "inside/x"]) {
      expect(outcome(await make(path, "x"))).toBe("422 bad_path");
      expect(outcome(await colony.get(`${at}?path=${path}`))).toBe("422 bad_path");
      expect(outcome(await colony.call("DELETE", `${at}/${path}`))).toBe("422 bad_path");
    }
    expect(outcome(await colony.get(`${at}/host`))).toBe("422 bad_path");
    expect(outcome(await put("host", "x"))).toBe("422 bad_path");
    const { body } = await colony.get(`${at}/tree`);
    expect(body.filter(({ type }: any) => type === "link").map(({ path, target }: any) => [path, target])).toEqual([
      ["etc", "/etc"],
      ["host", "/etc/hostname"],
      ["inside", "real"],
    ]);
    expect(body.some(({ path }: any) => path.startsWith("etc/"))).toBe(false);
    expect((await colony.call("DELETE", `${at}/etc`)).status).toBe(204);
    expect(lstatSync("/etc").isDirectory()).toBe(true);
  });
});
