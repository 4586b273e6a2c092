import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Called, clientEnvironment, colonyCli, homeOf, startCli, terminal } from "./cli.ts";
import { ADMIN_PASSWORD, Colony, newFolder, program, until } from "./colony.ts";

let colony: Colony;
let maker: string;
let stranger: string;
let made = 0;
beforeAll(async () => {
  colony = await Colony.start({ COLONY_SANDBOX: "bubblewrap" });
  [maker = "", stranger = ""] = await Promise.all([colony.user("maker", "ape"), colony.user("stranger", "ape")]);
}, 30_000);

/** A project of its own. @returns its slug */
const project = async (more: object = {}): Promise<string> => (await colony.post("/api/projects", { name: `bench ${++made}`, ...more }, { token: maker })).body.slug;

/** Calls a command in a project, as its maker unless told otherwise. */
const inProject = (slug: string, args: string[], called: Called = {}) => colonyCli(colony, args, { token: maker, ...called, env: { COLONY_PROJECT: slug, ...called.env } });
const get = async (slug: string, path: string) => (await colony.get(`/api/projects/${slug}${path}`, { token: maker })).body;

describe("A project", () => {
  test("is made, listed, chosen and deleted; the one chosen is kept for its server, and --project wins", async () => {
    const home = homeOf();
    expect((await colonyCli(colony, ["login", colony.url, "--username", "admin", "--password-stdin"], { home, stdin: ADMIN_PASSWORD })).code).toBe(0);
    const cli = (...args: string[]) => colonyCli(null, args, { home });
    expect((await cli("run", "true")).err).toContain("colony use PROJECT");
    expect((await cli("run", "true")).code).toBe(2);
    expect(await cli("create", "First Try", "--template", "python", "--private")).toEqual({ code: 0, out: "first-try\n", err: "" });
    expect((await cli("create", "Second")).out).toBe("second\n");
    const kept = () => Object.values<{ project?: string }>(JSON.parse(readFileSync(join(home, "config.json"), "utf8")).servers)[0]?.project;
    expect(kept()).toBe("second");
    expect((await cli("use", "first-try")).code).toBe(0);
    expect(kept()).toBe("first-try");
    expect((await cli("list")).out.split("\n")).toContain("*\tfirst-try\tpython\tmembers\tadmin\tFirst Try");
    expect(JSON.parse((await cli("list", "--json")).out)).toEqual((await colony.get("/api/projects")).body);
    expect((await cli("run", "cat main.py | wc -l")).code).toBe(0);
    expect((await cli("run", "--project", "second", "ls")).out).toBe("");
    expect(await cli("delete", "first-try")).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
    expect(await cli("delete", "first-try", "--yes")).toMatchObject({ code: 0, out: "first-try\n" });
    expect(kept()).toBeUndefined();
    expect((await cli("use", "first-try")).code).toBe(4);
    expect((await cli("create", "Second")).code).toBe(5);
  }, 30_000);

  test("that is private is not there for a stranger, whatever is asked of it", async () => {
    const slug = await project({ visibility: "private" });
    for (const args of [["use", slug], ["delete", slug, "--yes"], ["run", "true"], ["logs"], ["runs"], ["stop", "any"]]) {
      const { code, err, out } = await inProject(slug, args, { token: stranger });
      expect({ args, code, out }).toEqual({ args, code: 4, out: "" });
      expect(err).toMatch(/^colony: There is no project '[\w-]+' that you can see\. .*\n$/);
    }
  }, 30_000);

  test("is deleted on a terminal only when that is confirmed", async () => {
    const slug = await project();
    const asked = terminal(colony, ["delete", slug], { token: maker });
    await asked.shows("Delete bench");
    asked.type("n");
    expect(await asked.ended()).toMatchObject({ code: 1, shown: expect.stringContaining("Nothing was deleted.") });
    expect((await colony.get(`/api/projects/${slug}`, { token: maker })).status).toBe(200);
  });
});

describe("A run", () => {
  test("is given nothing of what is piped in, says so, and leaves it to whoever comes after", async () => {
    const slug = await project();
    const line = `printf 'a\\nb\\n' | { "$@" run -p ${slug} 'wc -l'; cat; }`;
    const child = Bun.spawn(["sh", "-c", line, "sh", ...program], { env: clientEnvironment(colony, { token: maker }), stdout: "pipe", stderr: "pipe" });
    expect(await new Response(child.stdout).text()).toBe("0\na\nb\n");
    expect(await new Response(child.stderr).text()).toMatch(/^colony: What is piped in is not passed on[^\n]+colony files upload[^\n]+\n$/);
  });

  test("writes here what it writes, each stream where it belongs, and its exit code is ours", async () => {
    const slug = await project();
    const written = await inProject(slug, ["run", "echo one; printf '\\033[31mred\\033[0m\\n'; echo oh >&2; printf end; exit 7"]);
    expect(written).toEqual({ code: 7, out: "one\n\u001b[31mred\u001b[0m\nend\n", err: "oh\n" });
    expect(await inProject(slug, ["run", "python3", "-c", "import sys; print(sys.argv[1:])", "a b", "--flag", "$HOME", "it's"])).toEqual({
      code: 0,
      out: "['a b', '--flag', '$HOME', \"it's\"]\n",
      err: "",
    });
    expect((await inProject(slug, ["run"], { stdin: "echo from\necho stdin\n" })).out).toBe("from\nstdin\n");
    const json = await inProject(slug, ["run", "--json", "echo kept; exit 2"]);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.out)).toMatchObject({ state: "failed", exit_code: 2, output: "kept\n" });
  }, 30_000);

  test("that takes too long ends with 124, one that a limit ends says which in one line, and one without a command is a mistake", async () => {
    const slug = await project();
    expect(await inProject(slug, ["run", "--timeout", "1", "echo begun; sleep 60"])).toEqual({
      code: 124,
      out: "begun\n",
      err: expect.stringMatching(/^colony: Was ended after 1 s, its time limit\. [^\n]*\n$/),
    });
    expect((await inProject(slug, ["run", "kill -9 $$"])).err).toMatch(/^colony: Was killed: by SIGKILL\.\n$/);
    expect(await inProject(slug, ["run"])).toMatchObject({ code: 2, err: expect.stringContaining("which command?") });
    expect(await inProject(slug, ["run", "--artifact", "dist/*", "true"])).toMatchObject({ code: 2 });
    expect(await inProject(slug, ["run", "--timeout", "soon", "true"])).toMatchObject({ code: 2 });
    expect(await inProject(slug, ["run", "--timeout", "700", "true"])).toMatchObject({ code: 2, err: expect.stringContaining("more than the project's limit of 600 seconds") });
  }, 30_000);

  test("is shown on a terminal in its colours and nothing else that acts on it, with its bar of progress, and how it ended", async () => {
    const slug = await project();
    const command = "printf '\\033[32mgreen\\033[0m \\033]0;title\\007\\033[2Jrest\\n'; printf 'half'; sleep 1; printf ' done\\n'; exit 3";
    const { code, shown } = await terminal(colony, ["run", command], { token: maker, env: { COLONY_PROJECT: slug } }).ended();
    expect(code).toBe(3);
    expect(shown).toContain("\u001b[32mgreen\u001b[0m rest");
    expect(shown).not.toContain("title");
    expect(shown).not.toContain("\u001b[2J");
    expect(shown).toContain("\r\u001b[2Khalf\r\u001b[2Khalf done\r\n");
    expect(shown).toContain("✗ Failed with exit code 3 after ");
    const plain = await terminal(colony, ["run", "printf '\\033[32mgreen\\033[0m\\n'"], { token: maker, env: { COLONY_PROJECT: slug, NO_COLOR: "1" } }).ended();
    expect(plain.shown).toContain("green\r\n✓ Succeeded");
    expect(plain.shown).not.toContain("\u001b[32m");
  }, 30_000);

  test("is stopped on the server by Ctrl-C, which says so; a second one leaves", async () => {
    const slug = await project();
    const one = startCli(colony, ["run", "trap 'echo tidied; exit 0' TERM; echo begun; while :; do sleep 0.05; done"], { token: maker, env: { COLONY_PROJECT: slug } });
    await one.says("begun");
    one.kill("SIGINT");
    expect(await one.exited).toBe(130);
    expect(one.out()).toBe("begun\ntidied\n");
    expect(one.err()).toMatch(/^colony: Stopping it on the server .*\n(Terminated\n)?colony: Was stopped by @maker after .*\n$/);
    expect((await get(slug, "/runs"))[0]).toMatchObject({ state: "stopped", stopped_by: { username: "maker" } });
    const two = startCli(colony, ["run", "trap '' TERM; echo begun; sleep 60"], { token: maker, env: { COLONY_PROJECT: slug } });
    await two.says("begun");
    two.kill("SIGINT");
    await two.says("Stopping", "err");
    two.kill("SIGINT");
    expect(await two.exited).toBe(130);
    expect(two.err()).toContain("left. The server goes on stopping it");
  }, 30_000);

  test("waits for its turn with a word on a terminal, and is heard to its end across a restart of the server: no line is lost, none doubled, nothing run twice", async () => {
    const slug = await project();
    const first = startCli(colony, ["run", "echo first; until [ -e go ]; do sleep 0.05; done; echo went"], { token: maker, env: { COLONY_PROJECT: slug } });
    await first.says("first");
    const second = terminal(colony, ["run", "for i in 1 2 3; do echo line $i >> lines; tail -n1 lines; done"], { token: maker, env: { COLONY_PROJECT: slug } });
    await second.shows("Waiting for its turn: 1 run comes before it");
    const { port } = new URL(colony.url);
    await colony.stop("SIGKILL");
    await first.says("trying on", "err");
    await colony.run(Number(port));
    expect(await first.exited).toBe(1);
    expect(first.out()).toBe("first\n");
    expect(first.err()).toContain("colony: The server ended while this ran.");
    const { code, shown } = await second.ended();
    expect(code).toBe(0);
    expect(shown.match(/line \d/g)).toEqual(["line 1", "line 2", "line 3"]);
    expect((await get(slug, "/runs")).map(({ state }: { state: string }) => state)).toEqual(["succeeded", "killed"]);
  }, 60_000);

  test("in the background is left at once, found among the runs, followed and stopped", async () => {
    const slug = await project();
    const { out, code } = await inProject(slug, ["run", "--background", "echo served; echo oops >&2; exec sleep 600"]);
    const id = out.trim();
    expect(code).toBe(0);
    expect(await get(slug, `/runs/${id}`)).toMatchObject({ background: true });
    const following = startCli(colony, ["logs", "-f"], { token: maker, env: { COLONY_PROJECT: slug } });
    await following.says("served\noops\n");
    // Without -f what it wrote so far is all: a script goes on.
    expect(await inProject(slug, ["logs", id])).toEqual({ code: 0, out: "served\noops\n", err: "" });
    expect((await inProject(slug, ["runs"])).out).toMatch(new RegExp(`^${id}\\trunning\\t\\d+ms\\t[^\\t]+Z\\tmaker\\techo served`));
    expect(await inProject(slug, ["stop"])).toEqual({ code: 0, out: `${id}\n`, err: "" });
    expect(await following.exited).toBe(0);
    expect(await inProject(slug, ["stop"])).toMatchObject({ code: 1 });
    expect((await inProject(slug, ["stop", id])).code).toBe(5);
    expect((await inProject(slug, ["logs", id])).out).toBe("served\noops\n");
    expect((await inProject(slug, ["logs", "--tail", "1"])).out).toBe("oops\n");
    expect(JSON.parse((await inProject(slug, ["logs", "--json"])).out)).toEqual(await get(slug, "/container/logs"));
    expect(JSON.parse((await inProject(slug, ["runs", "--json", "--state", "stopped"])).out)).toEqual(await get(slug, "/runs"));
  }, 30_000);

  test("that wrote more than is kept says at its end how much was left out", async () => {
    const slug = await project();
    const { code, err, out } = await inProject(slug, ["run", "seq 200000"]);
    expect(code).toBe(0);
    expect(err).toMatch(/^colony: … [\d,]+ lines \([^)]+\) left out …\n$/);
    const lines = out.trimEnd().split("\n").map(Number);
    expect([lines[0], lines.at(-1)]).toEqual([1, 200_000]);
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
    expect(new Set(lines).size).toBe(lines.length);
  }, 60_000);

  test("that builds gives its files: saved where that is asked for, else named with how to get them", async () => {
    const slug = await project();
    const folder = join(newFolder(), "got");
    const build = ["--build", "-a", "dist/**", "mkdir -p dist; echo built > dist/app.txt"];
    const saved = await inProject(slug, ["run", "--save", folder, ...build]);
    expect(saved).toMatchObject({ code: 0, out: "", err: expect.stringContaining("app.txt (6 B)") });
    expect(readFileSync(join(folder, "app.txt"), "utf8")).toBe("built\n");
    expect((await inProject(slug, ["run", ...build])).err).toMatch(/^app\.txt {2}6 B {2}colony download [\w-]{36}\n$/);
    expect(existsSync(join(folder, "app.txt"))).toBe(true);
    await until(async () => (await get(slug, "/runs")).length === 2 || undefined);
  }, 30_000);
});
