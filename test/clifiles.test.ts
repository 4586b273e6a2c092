import { beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Called, colonyCli, terminal } from "./cli.ts";
import { Colony, newFolder } from "./colony.ts";

let colony: Colony;
let maker: string;
let other: string;
let made = 0;
beforeAll(async () => {
  colony = await Colony.start({ COLONY_SANDBOX: "bubblewrap" });
  [maker = "", other = ""] = await Promise.all([colony.user("maker", "ape"), colony.user("other", "ape")]);
}, 30_000);

const project = async (): Promise<string> => (await colony.post("/api/projects", { name: `files ${++made}` }, { token: maker })).body.slug;
const files = (slug: string, args: string[], called: Called = {}) =>
  colonyCli(colony, ["files", ...args], { token: maker, ...called, env: { COLONY_PROJECT: slug, ...called.env } });
const put = (slug: string, path: string, content: string, token = maker) => colony.call("PUT", `/api/projects/${slug}/files/${path}`, { token, body: { content } });
const get = async (slug: string, path: string) => (await colony.get(`/api/projects/${slug}/files/${path}`, { token: maker })).body;

/** An editor that does to the file what a shell line says of "$1". @returns the environment that names it */
const editor = (line: string): Record<string, string> => {
  const path = join(newFolder(), "editor");
  writeFileSync(path, `#!/bin/sh\n${line}\n`);
  chmodSync(path, 0o755);
  return { VISUAL: "", EDITOR: path };
};

describe("Files of a project", () => {
  test("are sent, alone and by folders, listed, written out, put back and removed", async () => {
    const slug = await project();
    const here = newFolder();
    mkdirSync(join(here, "site/img"), { recursive: true });
    mkdirSync(join(here, "site/node_modules"));
    writeFileSync(join(here, "site/index.html"), "<p>hi</p>\n");
    writeFileSync(join(here, "site/img/dot.bin"), new Uint8Array([0, 255, 27, 10]));
    writeFileSync(join(here, "site/node_modules/dep.js"), "1");
    symlinkSync("/etc/passwd", join(here, "site/passwd"));
    const sent = await files(slug, ["upload", "site"], { cwd: here });
    expect(sent).toEqual({ code: 0, out: "site/img/dot.bin\nsite/index.html\n", err: expect.stringMatching(/^Not sent: site\/node_modules, site\/passwd [^\n]*\n$/) });
    expect((await files(slug, ["upload", "site/index.html", "--to", "/old/"], { cwd: here })).out).toBe("old/index.html\n");
    expect((await files(slug, ["upload", "site/index.html", "--as", "front.html"], { cwd: here })).out).toBe("front.html\n");
    expect((await files(slug, ["list"])).out.split("\n").map((line) => line.split("\t").at(-1))).toEqual(["front.html", "old/", "site/", ""]);
    expect((await files(slug, ["list", "site/", "--all"])).out).toMatch(/^directory\t\t[^\t]+Z\t\tsite\/img\/\n4\t1\t[^\t]+Z\tmaker\tsite\/img\/dot\.bin\n10\t1\t/);
    expect(JSON.parse((await files(slug, ["list", "--all", "--json"])).out)).toEqual(await get(slug, "tree"));
    expect((await files(slug, ["cat", "site/index.html"])).out).toBe("<p>hi</p>\n");
    await put(slug, "site/index.html", "\u001b]0;owned\u0007<p>new</p>\n", other);
    expect((await terminal(colony, ["files", "cat", "site/index.html"], { token: maker, env: { COLONY_PROJECT: slug } }).ended()).shown).toBe("<p>new</p>\r\n");
    expect((await files(slug, ["versions", "site/index.html"])).out).toMatch(/^2\tchanged\t\d+\t[^\t]+Z\tother\t\n1\tadded\t10\t[^\t]+Z\tmaker\t\n$/);
    expect(await files(slug, ["restore", "site/index.html", "1"])).toMatchObject({ code: 0, out: "3\n" });
    expect((await files(slug, ["cat", "site/index.html", "--version", "1"])).out).toBe((await files(slug, ["cat", "site/index.html"])).out);
    expect((await files(slug, ["restore", "site/index.html", "first"])).code).toBe(2);
    expect((await files(slug, ["delete", "site"])).code).toBe(2);
    expect(await files(slug, ["delete", "-r", "site"])).toEqual({ code: 0, out: "", err: "" });
    expect((await files(slug, ["cat", "site/index.html"])).code).toBe(4);
    expect((await files(slug, ["upload", "nothing"])).err).toBe("colony: There is no file nothing.\n");
  }, 60_000);

  test("are fetched: a file as it is, a folder as a tar or unpacked, and nothing here is replaced unasked", async () => {
    const slug = await project();
    const here = newFolder();
    await put(slug, "src/main.py", "print(1)\n");
    await put(slug, "src/lib/run.sh", "echo\n");
    await colonyCli(colony, ["run", "chmod +x src/lib/run.sh; ln -s /etc/passwd src/out; ln -s lib src/in"], { token: maker, env: { COLONY_PROJECT: slug } });
    const fetch = (...args: string[]) => files(slug, ["download", ...args], { cwd: here });
    expect(await fetch("src/main.py")).toEqual({ code: 0, out: "main.py\n", err: "" });
    expect(readFileSync(join(here, "main.py"), "utf8")).toBe("print(1)\n");
    expect(await fetch("src/main.py")).toMatchObject({ code: 1, err: expect.stringContaining("is there already") });
    await put(slug, "src/main.py", "print(2)\n");
    expect((await fetch("src/main.py", "--force")).code).toBe(0);
    expect(readFileSync(join(here, "main.py"), "utf8")).toBe("print(2)\n");
    expect((await fetch("src/main.py", "--version", "1", "-o", "-")).out).toBe("print(1)\n");
    expect((await fetch("src")).out).toBe("src.tar\n");
    expect(Bun.spawnSync(["tar", "tf", join(here, "src.tar")]).stdout.toString()).toContain("lib/run.sh\n");
    expect((await fetch()).out).toBe(`${slug}.tar\n`);
    const unpacked = await fetch("src", "-x");
    expect(unpacked).toEqual({ code: 0, out: "src\n", err: expect.stringMatching(/^Left out[^\n]*: (in, out|out, in)\n$/) });
    expect(readdirSync(join(here, "src"), { recursive: true }).toSorted()).toEqual(["lib", "lib/run.sh", "main.py"]);
    expect(statSync(join(here, "src/lib/run.sh")).mode & 0o111).not.toBe(0);
    const told = await fetch("src", "-x", "--force", "--json");
    expect(JSON.parse(told.out)).toEqual({ folder: "src", files: 2, bytes: expect.any(Number), left_out: expect.any(Array) });
    expect(await fetch("src", "-x")).toMatchObject({ code: 1, err: expect.stringContaining("--force") });
    expect(await fetch("src/main.py", "-x")).toMatchObject({ code: 5 });
    expect((await fetch("nothing")).code).toBe(4);
  }, 60_000);

  test("that are unpacked stay in their folder, whatever the archive says and whichever links stand on the way", async () => {
    const { pack } = await import("tar-stream");
    const archive = pack();
    for (const name of ["../up.txt", "/tmp/colony-abs.txt", "a/../../up2.txt", "link/through.txt", "fine.txt"]) archive.entry({ name }, "x");
    archive.entry({ name: "soft", type: "symlink", linkname: "/etc" });
    archive.entry({ name: "hard", type: "link", linkname: "/etc/passwd" });
    archive.finalize();
    const bytes = Buffer.concat((await Array.fromAsync(archive)) as Uint8Array[]);
    const liar = Bun.serve({ port: 0, fetch: () => new Response(bytes, { headers: { "content-type": "application/x-tar" } }) });
    try {
      const here = newFolder();
      const elsewhere = newFolder();
      mkdirSync(join(here, "into"));
      symlinkSync(elsewhere, join(here, "into/link"));
      const ended = await files("any", ["download", "any", "-x", "-o", "into", "--force"], { cwd: here, env: { COLONY_URL: liar.url.origin } });
      expect(ended).toMatchObject({ code: 0, err: expect.stringContaining("and 1 more") });
      expect(readdirSync(join(here, "into")).toSorted()).toEqual(["fine.txt", "link"]);
      expect(readdirSync(elsewhere)).toEqual([]);
      expect(readdirSync(here)).toEqual(["into"]);
      expect(existsSync("/tmp/colony-abs.txt")).toBe(false);
    } finally {
      await liar.stop(true);
    }
  }, 30_000);
});

describe("A file in one's editor", () => {
  test("is saved as a new version, made where it was not there, and left alone where nothing was changed", async () => {
    const slug = await project();
    await put(slug, "src/main.py", "print(1)\n");
    expect(await files(slug, ["edit", "src/main.py"], { env: editor('case "$1" in */main.py) echo "print(2)" >> "$1";; esac') })).toEqual({ code: 0, out: "2\n", err: "" });
    expect(await get(slug, "src/main.py")).toMatchObject({ content: "print(1)\nprint(2)\n", version: 2, changed_by: { username: "maker" } });
    expect((await files(slug, ["edit", "new.txt"], { env: editor('echo new > "$1"') })).out).toBe("1\n");
    expect((await get(slug, "new.txt")).content).toBe("new\n");
    expect(await files(slug, ["edit", "new.txt"], { env: editor("true") })).toMatchObject({ code: 0, out: "", err: "Nothing was changed.\n" });
    expect((await get(slug, "new.txt")).version).toBe(1);
    expect((await files(slug, ["edit", "new.txt"], { env: { VISUAL: "", EDITOR: "" } })).code).toBe(2);
    expect((await files(slug, ["edit", "new.txt"], { env: editor("exit 3") })).err).toContain("ended with 3: nothing was saved.");
  }, 30_000);

  test("that somebody else saved meanwhile is not overwritten: what was written stays in a file that is named, with what to do", async () => {
    const slug = await project();
    await put(slug, "main.py", "print(1)\n");
    const theirs = `curl -s -X PUT -H "Authorization: Bearer ${other}" -d '{"content":"theirs\\n"}' ${colony.url}/api/projects/${slug}/files/main.py > /dev/null; echo mine > "$1"`;
    const { code, err, out } = await files(slug, ["edit", "main.py"], { env: editor(theirs) });
    expect({ code, out }).toEqual({ code: 5, out: "" });
    expect(err).toMatch(/^colony: main\.py was changed by somebody else meanwhile[^\n]*\n$/);
    expect((await get(slug, "main.py")).content).toBe("theirs\n");
    const [, kept = ""] = /is kept in (\S+):/.exec(err) ?? [];
    expect(readFileSync(kept, "utf8")).toBe("mine\n");
    expect((await files(slug, ["upload", kept, "--as", "main.py"])).code).toBe(0);
    expect((await get(slug, "main.py")).content).toBe("mine\n");
    const binary = await colony.call("PUT", `/api/projects/${slug}/files/dot.bin`, {
      token: maker,
      raw: new Uint8Array([0, 255]),
      headers: { "content-type": "application/octet-stream" },
    });
    expect(binary.status).toBe(201);
    expect(await files(slug, ["edit", "dot.bin"], { env: editor("true") })).toMatchObject({ code: 5, err: expect.stringContaining("colony files download dot.bin") });
  }, 30_000);
});
