import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Colony, newFolder, outcome, until } from "./colony.ts";

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

  test("put back or moved twice under one key is so once, whatever was done meanwhile; the key is good for nothing else", async () => {
    await make("back.txt", "1");
    await put("back.txt", "2");
    const ask = (end: string, body: object) => colony.post(`${at}/${end}`, body, { token: maker, headers: { "idempotency-key": `key of ${end}` } });
    const back = { path: "back.txt", version: 1 };
    const first = await ask("restore", back);
    expect(first.body).toMatchObject({ version: 3 });
    await put("back.txt", "written since");
    const again = await ask("restore", back);
    expect([again.status, again.body, again.headers.get("idempotency-replayed")]).toEqual([first.status, first.body, "true"]);
    expect(readFileSync(join(workspace, "back.txt"), "utf8")).toBe("written since");
    expect(outcome(await ask("restore", { ...back, version: 2 }))).toBe("422 idempotency_key_reused");
    const move = { from: "back.txt", to: "forth.txt" };
    const [one, other] = await Promise.all([ask("move", move), ask("move", move)]);
    expect([one.status, other.status, [one, other].map(({ headers }) => headers.get("idempotency-replayed")).toSorted()]).toEqual([204, 204, [null, "true"]]);
    expect(outcome(await ask("move", { ...move, to: "elsewhere" }))).toBe("422 idempotency_key_reused");
    expect([existsSync(join(workspace, "back.txt")), readFileSync(join(workspace, "forth.txt"), "utf8")]).toEqual([false, "written since"]);
    // As it was already: no version, and once all the same.
    const as = { path: "forth.txt", version: 1 };
    const same = () => colony.post(`${at}/restore`, as, { headers: { "idempotency-key": "as it is" } });
    expect([(await same()).status, (await same()).headers.get("idempotency-replayed")]).toEqual([200, "true"]);
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

  test("moved is removed at its old path and added at its new one, a folder with all in it, and takes nobody's place", async () => {
    await make("from/a.txt", "a");
    await make("from/deep/b.txt", "b");
    const move = (from: string, to: string) => colony.post(`${at}/move`, { from, to }, { token: other });
    expect(outcome(await move("from", "from/deep/in"))).toBe("422 bad_path");
    expect(outcome(await move("from", "same.txt"))).toBe("409 file_exists");
    expect(outcome(await move("nothing", "x"))).toBe("404 not_found");
    expect((await move("from", "new/to")).status).toBe(204);
    expect((await versions("from/deep/b.txt")).map(({ change, user }: any) => [change, user.username])).toEqual([
      ["removed", "other"],
      ["added", "maker"],
    ]);
    expect((await colony.get(`${at}/new/to/deep/b.txt`)).body).toMatchObject({ content: "b", version: 1, changed_by: { username: "other" } });
  });

  test("named as an address of its own is reached by ?path= and by escapes", async () => {
    await make("tree", "leaves");
    expect((await colony.get(`${at}?path=tree`)).body.content).toBe("leaves");
    expect((await colony.get(`${at}/%74ree`)).body.content).toBe("leaves");
    await make("100%25 sure", "per cent");
    expect((await colony.get(`${at}/100%2525%20sure`)).body).toMatchObject({ path: "100%25 sure", content: "per cent" });
    const { status, body } = await put("%ff", "x");
    expect([status, body.error.message]).toEqual([404, "The address has escapes that are no UTF-8."]);
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

const raw = (path: string, body: BodyInit, type: string, headers: Record<string, string> = {}) =>
  colony.call("PUT", `${at}/${path}`, { raw: body, headers: { "content-type": type, ...headers } });
const download = (path: string, headers: Record<string, string> = {}) => fetch(`${colony.url}${at}/download${path}`, { headers: { authorization: `Bearer ${maker}`, ...headers } });

describe("What is sent as it is", () => {
  test("is taken as it came, by any content type, under either dialect", async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(3 * 1024 * 1024));
    expect((await raw("big.bin", bytes, "application/octet-stream")).body).toMatchObject({ version: 1, size: bytes.length });
    expect(readFileSync(join(workspace, "big.bin")).equals(bytes)).toBe(true);
    expect((await raw("note.txt", '{"content":', "text/plain")).body).toMatchObject({ size: 11 });
    expect((await raw("empty.txt", "", "text/plain")).body).toMatchObject({ size: 0 });
    const wrapped = await colony.call("PUT", `${at.replace("/api/", "/api/v1/")}/note.txt`, { raw: "two", headers: { "content-type": "text/x-note", "if-match": '"1"' } });
    expect(wrapped.body.data).toMatchObject({ version: 2, size: 3 });
    expect(outcome(await raw("note.txt", "three", "text/plain", { "if-match": '"1"' }))).toBe("412 version_conflict");
    expect((await colony.get(`${at}/big.bin`)).body).toMatchObject({ content: null, encoding: "base64" });
  });

  test("as a form is a file for each part, in the folder that was named, once for a key", async () => {
    const form = () => {
      const parts = new FormData();
      for (const [name, text] of [
        ["one.csv", "1"],
        ["deep/two.csv", "22"],
        ["none.csv", ""],
      ] as const)
        parts.append("file", new File([text], name));
      return parts;
    };
    const send = () => colony.call("POST", `${at}/upload?path=data`, { raw: form(), headers: { "idempotency-key": "form" } });
    const { status, body } = await send();
    expect([status, body.map(({ path, size }: any) => [path, size])]).toEqual([
      201,
      [
        ["data/one.csv", 1],
        ["data/deep/two.csv", 2],
        ["data/none.csv", 0],
      ],
    ]);
    expect((await send()).headers.get("idempotency-replayed")).toBe("true");
    expect((await colony.call("POST", `${at}/upload?path=raw.csv`, { raw: "a,b" })).body).toMatchObject([{ path: "raw.csv", version: 1, size: 3 }]);
    expect(outcome(await colony.call("POST", `${at}/upload`, { raw: "a,b" }))).toBe("422 validation_failed");
    const out = new FormData();
    out.append("file", new File(["x"], "../out.txt"));
    expect(outcome(await colony.call("POST", `${at}/upload`, { raw: out }))).toBe("422 bad_path");
  });

  test("comes back whole, as a range, as it was in a version, and is looked at in nobody's page", async () => {
    await put("page.html", "<script>0</script>");
    await put("page.html", "<script>1</script>");
    const whole = await download("/page.html");
    expect([await whole.text(), whole.headers.get("content-type"), whole.headers.get("content-disposition")]).toEqual([
      "<script>1</script>",
      "application/octet-stream",
      expect.stringMatching(/^attachment; filename="?page.html"?$/),
    ]);
    expect(await (await download("/page.html?version=1")).text()).toBe("<script>0</script>");
    const part = await download("/page.html", { range: "bytes=8-8" });
    expect([part.status, await part.text()]).toEqual([206, "1"]);
    expect((await download("/page.html", { "if-none-match": whole.headers.get("etag") ?? "" })).status).toBe(304);
    mkdirSync(join(workspace, "node_modules/dep"), { recursive: true });
    writeFileSync(join(workspace, "node_modules/dep/index.js"), "module.exports = 1");
    expect(await (await download("/node_modules/dep/index.js", { range: "bytes=0-5" })).text()).toBe("module");
    expect((await download("/nothing")).status).toBe(404);
  });

  test("of a folder is a tar of its files, links as links, without what tools rebuild", async () => {
    for (const [path, content] of Object.entries({ "pack/a.txt": "a", "pack/sub/b.sh": "b", "pack/node_modules/c.js": "c" })) await put(path, content);
    symlinkSync("/etc/passwd", join(workspace, "pack/link"));
    const names = async (path: string) => {
      const tar = join(newFolder(), "x.tar");
      await Bun.write(tar, await (await download(path)).bytes());
      return (await Bun.$`tar -tvf ${tar}`.text())
        .trim()
        .split("\n")
        .map((line) => line.replace(/^(.).* \d\d:\d\d /, "$1 "));
    };
    expect((await names("/pack")).toSorted()).toEqual(["- a.txt", "- sub/b.sh", "d sub", "l link -> /etc/passwd"]);
    expect(await names("")).toContain("- pack/a.txt");
    expect(await names("/pack/node_modules")).toEqual(["- c.js"]);
  });
});

describe("What programs leave in a workspace", () => {
  test("is listed under whatever name it has, and versions are kept of what a path can name", async () => {
    const odd = join(workspace, "odd");
    mkdirSync(odd);
    for (const name of ["new\nline", "\u202eexe.txt", "x".repeat(255), "ö", "o\u0308"]) writeFileSync(join(odd, name), "odd");
    writeFileSync(Buffer.concat([Buffer.from(`${odd}/`), Buffer.from([0x66, 0xff, 0xfe])]), "bytes");
    await Bun.$`mkfifo ${join(odd, "pipe")}`;
    await colony.get(`${at}/odd%2Fpipe`);
    // A list may come from the look before.
    const body = await until(async () => {
      const listed = (await colony.get(`${at}/tree?path=odd`)).body;
      return listed.some(({ version }: any) => version === 1) ? listed : undefined;
    });
    const of = (path: string) => body.find((entry: any) => entry.path === `odd/${path}`);
    for (const name of ["new\nline", "\u202eexe.txt", "x".repeat(255), "ö", "o\u0308"])
      expect([name, of(name)]).toEqual([name, expect.objectContaining({ versioned: true, version: 1 })]);
    expect(body.filter(({ path }: any) => path.includes("\ufffd"))).toEqual([expect.objectContaining({ type: "file", versioned: false, version: null, size: 5 })]);
    expect(of("pipe")).toMatchObject({ type: "other", versioned: false });
    expect(outcome(await colony.get(`${at}/odd/pipe`))).toBe("422 bad_path");
    expect((await colony.get(`${at}/${encodeURIComponent("odd/new\nline")}`)).body.content).toBe("odd");
  });

  test("in folders that tools rebuild is listed when asked for, read and written without versions", async () => {
    writeFileSync(join(workspace, "node_modules/dep/index.js"), "module.exports = 2");
    const tree = async (query: string) => (await colony.get(`${at}/tree${query}`)).body;
    expect((await tree("")).filter(({ path }: any) => path.startsWith("node_modules"))).toEqual([
      expect.objectContaining({ path: "node_modules", type: "directory", versioned: false, listed: false }),
    ]);
    expect((await tree("?path=node_modules")).map(({ path, version, versioned }: any) => [path, version, versioned])).toEqual([
      ["node_modules/dep", null, false],
      ["node_modules/dep/index.js", null, false],
    ]);
    expect((await colony.get(`${at}/node_modules/dep/index.js`)).body).toMatchObject({ content: "module.exports = 2", version: null });
    expect((await put("node_modules/dep/more.js", "3")).body).toMatchObject({ version: null, size: 1 });
    expect(outcome(await colony.get(`${at}/versions?path=node_modules/dep/more.js`))).toBe("404 not_found");
  });

  test("that nobody reads to its end is closed all the same, alone or in its folder: one left open would end the server", async () => {
    const { body } = await colony.post("/api/projects", { name: "left open" });
    const [at, place] = ["/api/projects/left-open/files", join(colony.data, "projects", body.id, "workspace")];
    await colony.get(`${at}/tree`);
    mkdirSync(join(place, "node_modules"), { recursive: true });
    for (let n = 0; n < 20; n++) writeFileSync(join(place, `${n}.txt`), "x".repeat(100_000));
    writeFileSync(join(place, "node_modules/unversioned"), "x".repeat(5_000_000));
    for (const path of ["download", "download/node_modules/unversioned", "download?path=0.txt"]) {
      expect((await colony.call("HEAD", `${at}/${path}`)).status).toBe(200);
      const left = await fetch(`${colony.url}${at}/${path}`, { headers: { authorization: `Bearer ${colony.admin}` } });
      await left.body?.cancel();
    }
    const fds = `/proc/${colony.process?.pid}/fd`;
    const open = () => readdirSync(fds).filter((fd) => existsSync(join(fds, fd)) && readlinkSync(join(fds, fd)).startsWith(place));
    await until(() => (open().length === 0 ? true : undefined));
    expect((await colony.get(`${at}/0.txt`)).status).toBe(200);
  });

  test("is removed with its folder, and each file of it can be restored", async () => {
    mkdirSync(join(workspace, "gone/deep"), { recursive: true });
    for (const name of ["a", "deep/b"]) writeFileSync(join(workspace, "gone", name), name);
    expect(outcome(await colony.call("DELETE", `${at}/gone`))).toBe("422 bad_path");
    expect((await colony.call("DELETE", `${at}/gone?recursive=true`)).status).toBe(204);
    expect(existsSync(join(workspace, "gone"))).toBe(false);
    expect((await versions("gone/deep/b")).map(({ change }: any) => change)).toEqual(["removed", "added"]);
    expect((await colony.post(`${at}/restore`, { path: "gone/deep/b", version: 1 })).status).toBe(201);
    expect(readFileSync(join(workspace, "gone/deep/b"), "utf8")).toBe("deep/b");
  });
});

describe("A project's room", () => {
  test("is refused whole to what does not fit, and nothing of that is written", async () => {
    const { body } = await colony.post("/api/projects", { name: "small" });
    await colony.call("PATCH", "/api/projects/small", { body: { limits: { disk_mib: 16, files: 100 } } });
    const small = "/api/projects/small/files";
    const fill = (name: string, mib: number) =>
      colony.call("PUT", `${small}/${name}`, { raw: new Uint8Array(mib * 2 ** 20), headers: { "content-type": "application/octet-stream" } });
    expect((await fill("a", 10)).status).toBe(201);
    expect(outcome(await fill("b", 10))).toBe("422 project_full");
    expect(existsSync(join(colony.data, "projects", body.id, "workspace/b"))).toBe(false);
    // In the place of what is there it fits.
    expect((await fill("a", 15)).status).toBe(200);
    await colony.call("DELETE", `${small}/a`);
    mkdirSync(join(colony.data, "projects", body.id, "home"), { recursive: true });
    for (let n = 0; n < 101; n++) writeFileSync(join(colony.data, "projects", body.id, "home", `${n}`), "");
    let tries = 0;
    const refused = await until(async () => {
      const answer = await fill(`c${++tries}`, 1);
      return answer.status === 422 ? answer : undefined;
    });
    expect(outcome(refused)).toBe("422 project_full");
  });
});
