import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Called, colonyCli, homeOf, startCli, terminal } from "./cli.ts";
import { ADMIN_PASSWORD, Colony, until } from "./colony.ts";
import { call, say } from "./modelacts.ts";
import { Models } from "./models.ts";

let models: Models;
let colony: Colony;
let maker: string;
let stranger: string;
let made = 0;
beforeAll(async () => {
  models = await Models.start();
  colony = await Colony.start({ ...models.anthropic, COLONY_SANDBOX: "bubblewrap" });
  [maker = "", stranger = ""] = await Promise.all([colony.user("maker", "ape"), colony.user("stranger", "ape")]);
}, 30_000);
afterAll(() => models.stop());

/** A project of its own. @returns its slug */
const project = async (more: object = {}): Promise<string> => (await colony.post("/api/projects", { name: `works ${++made}`, ...more }, { token: maker })).body.slug;
/** Calls a command in a project, as its maker unless told otherwise. */
const inProject = (slug: string, args: string[], called: Called = {}) => colonyCli(colony, args, { token: maker, ...called, env: { COLONY_PROJECT: slug, ...called.env } });
const onTerminal = (slug: string, args: string[], env: Record<string, string> = {}) => terminal(colony, args, { token: maker, env: { COLONY_PROJECT: slug, ...env } });
const get = async (slug: string, path: string) => (await colony.get(`/api/projects/${slug}${path}`, { token: maker })).body;
const put = (slug: string, path: string, content: string) => colony.call("PUT", `/api/projects/${slug}/files/${path}`, { token: maker, body: { content } });

describe("A project's workbench", () => {
  test("is not there for a stranger, whichever command asks", async () => {
    const slug = await project({ visibility: "private" });
    const asked = [
      ["console"],
      ["console", "-f"],
      ["errors"],
      ["errors", "--analyze", "any"],
      ["status"],
      ["usage", "--project", slug],
      ["chat", "hello"],
      ["files", "list"],
      ["files", "cat", "a"],
      ["files", "edit", "a"],
      ["files", "upload", "/etc/hostname"],
      ["files", "download", "a"],
      ["files", "versions", "a"],
      ["files", "restore", "a", "1"],
      ["files", "delete", "a"],
      ["schedule", "list"],
      ["schedule", "create", "a", "--cron", "0 9 * * *", "true"],
      ["schedule", "run", "a"],
      ["secret", "list"],
      ["secret", "delete", "A"],
    ];
    const ended = await Promise.all(asked.map((args) => inProject(slug, args, { token: stranger, env: { EDITOR: "true" } })));
    expect(ended.map(({ code, out }, at) => [asked[at]?.join(" "), code, out])).toEqual(asked.map((args) => [args.join(" "), 4, ""]));
    for (const { err } of ended) expect(err).toMatch(/^colony: There is no project '[\w-]+' that you can see\. [^\n]*\n$/);
  }, 60_000);
});

describe("The console", () => {
  test("is read, searched and followed; to a pipe as it is stored, with --json as the API has it", async () => {
    const slug = await project();
    await inProject(slug, ["run", "echo one; printf '\\033[31mtwo\\033[0m\\n'"]);
    expect((await inProject(slug, ["console", "--search", "TWO"])).out).toContain("\n\u001b[31mtwo\u001b[0m\n");
    expect((await inProject(slug, ["console", "-n", "1"])).out).toMatch(/^Succeeded in [^\n]*\n$/);
    expect(JSON.parse((await inProject(slug, ["console", "--json"])).out)).toEqual(await get(slug, "/console/history"));
    const following = startCli(colony, ["console", "-f", "-n", "2", "--search", "o"], { token: maker, env: { COLONY_PROJECT: slug } });
    await following.says("two");
    await inProject(slug, ["run", "echo three; echo four; echo five"]);
    await following.says("four\n");
    following.kill("SIGTERM");
    await following.exited;
    expect(following.out().match(/^(one|three|four|five)$/gm)).toEqual(["one", "four"]);
    expect((await onTerminal(slug, ["console"]).ended()).shown).toMatch(/── [\w-]{36}.*\r\n.*\$ echo one/);
  }, 30_000);

  test("has its known errors once each, where they point to first, and one of them looked into by the engineer", async () => {
    const slug = await project();
    await put(slug, "half.py", "def half(n):\n    return n / 0\n\nhalf(4)\n");
    await inProject(slug, ["run", "python3 half.py; python3 half.py"]);
    const [fault] = await get(slug, "/console/errors");
    const { out } = await inProject(slug, ["errors"]);
    expect(out).toBe(`half.py:2\tZeroDivisionError: division by zero\texception\t2\t${fault.last_at}\t${fault.id}\n`);
    expect(JSON.parse((await inProject(slug, ["errors", "--json"])).out)).toEqual([fault]);
    models.answer("runs: 1\n\nIt divides by zero.");
    expect(await inProject(slug, ["errors", "--analyze", fault.id])).toEqual({ code: 0, out: "runs: 1\n\nIt divides by zero.\n", err: "" });
    expect((await inProject(slug, ["errors", "--analyze", "none"])).code).toBe(4);
  }, 30_000);
});

describe("The crew", () => {
  const crew = () =>
    models.answer(({ results, system }) => {
      if (/You are @engineer/.test(system)) return results.length === 0 ? [say("I look."), call("list_files", {})] : "runs: 0\n\nMended.";
      if (results.length === 0) return call("make_plan", { goal: "It runs", steps: [{ text: "Mend it", who: "engineer" }] });
      if (results.length === 1) return call("hand_over", { to: "engineer", task: "mend it." });
      if (results.length === 2) return call("tick_step", { step: 1, done: true, note: "main.py" });
      return "files: 1\n\nAll is \u001b[31mwell\u0007.";
    });

  test("is given something to do: a pipe gets its answer alone, --json what the API says, a terminal the plan, its ticks and each answer as they come", async () => {
    const slug = await project();
    crew();
    expect(await inProject(slug, ["chat"], { stdin: "mend it" })).toMatchObject({ code: 0, out: "files: 1\n\nAll is \u001b[31mwell\u0007.\n", err: "" });
    expect(JSON.parse((await inProject(slug, ["chat", "--json", "mend", "it"])).out)).toMatchObject({ state: "answered", question: { content: "@dev-manager mend it" } });
    const { code, shown } = await onTerminal(slug, ["chat", "mend it"], { NO_COLOR: "1" }).ended();
    expect(code).toBe(0);
    const places = [
      "◆ dev-manager plans: It runs",
      "○ Mend it (engineer)",
      "● dev-manager → @engineer",
      "● engineer",
      "I look.",
      "✓ list_files",
      "Mended.",
      "✓ Mend it (engineer) · main.py",
      "● dev-manager\r\n",
      "All is well.",
    ].map((words) => shown.indexOf(words));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(shown).not.toContain("\u001b[31m");
    models.answer("Asked alone.");
    expect((await inProject(slug, ["chat", "--agent", "architect", "what do you think?"])).out).toBe("Asked alone.\n");
    expect((await inProject(slug, ["chat", "--agent", "nobody", "hello"])).code).toBe(4);
    expect((await inProject(slug, ["chat"], { stdin: " " })).code).toBe(2);
  }, 60_000);

  test("is talked with on a terminal, one question after the other, until Ctrl-D", async () => {
    const slug = await project();
    models.answer("Here I am.");
    const talk = onTerminal(slug, ["chat"]);
    const prompted = (times: number) => until(() => (talk.shown().split("›").length > times ? true : undefined));
    await prompted(1);
    talk.type("hello\r");
    await prompted(2);
    expect(talk.shown()).toContain("Here I am.");
    models.answer("Still here.");
    talk.type("and now?\r");
    await prompted(3);
    expect(talk.shown()).toContain("Still here.");
    talk.type("\u0004");
    expect((await talk.ended()).code).toBe(0);
    expect((await get(slug, "/chat/history")).filter(({ user }: { user: { username: string } }) => user.username === "maker")).toHaveLength(2);
  }, 30_000);
});

describe("A schedule", () => {
  test("is made, listed, run, switched and deleted by its name, and says when it is due", async () => {
    const slug = await project();
    const { code, out } = await inProject(slug, ["schedule", "create", "Morning report", "--cron", "0 9 * * 1-5", "--timezone", "Europe/Berlin", "echo good morning"]);
    expect(code).toBe(0);
    expect(await get(slug, "/schedules")).toMatchObject([{ id: out.trim(), name: "Morning report", timezone: "Europe/Berlin", command: "echo good morning" }]);
    expect((await inProject(slug, ["schedule", "list"])).out).toMatch(/^Morning report\t0 9 \* \* 1-5\tEurope\/Berlin\t[\d-]{10}T[^\t]+Z\t\t[\w-]{36}\techo good morning\n$/);
    expect(await inProject(slug, ["schedule", "run", "Morning report"])).toEqual({ code: 0, out: "good morning\n", err: "" });
    expect((await inProject(slug, ["schedule", "disable", "Morning report"])).code).toBe(0);
    expect((await inProject(slug, ["schedule"])).out).toContain("\toff\tsucceeded\t");
    expect(JSON.parse((await inProject(slug, ["schedule", "enable", out.trim(), "--json"])).out)).toMatchObject({ enabled: true });
    const times = await inProject(slug, ["schedule", "validate", "0 9 * * *"]);
    expect(times.out.trimEnd().split("\n")).toHaveLength(5);
    expect(await inProject(slug, ["schedule", "validate", "0 9 * *"])).toMatchObject({ code: 2, err: expect.stringMatching(/^colony: [^\n]+\n$/) });
    expect((await inProject(slug, ["schedule", "create", "No time", "true"])).code).toBe(2);
    const shown = await onTerminal(slug, ["schedule", "create", "Morning report", "-c", "0 9 * * *", "-z", "Asia/Tokyo", "true"]).ended();
    expect(shown.shown.match(/09:00/g)).toHaveLength(5);
    expect(shown.shown.match(/in \d+ (hours?|days?|min)/g)).toHaveLength(5);
    expect(await inProject(slug, ["schedule", "delete", "Morning report"])).toMatchObject({ code: 5, err: expect.stringContaining("2 schedules are called") });
    expect((await inProject(slug, ["schedule", "delete", out.trim()])).code).toBe(0);
    expect((await inProject(slug, ["schedule", "delete", "Morning report"])).code).toBe(0);
    expect((await inProject(slug, ["schedule", "delete", "Morning report"])).code).toBe(4);
  }, 60_000);
});

describe("A secret", () => {
  test("comes by standard input or is typed unseen, never by an argument, and is masked in what runs write", async () => {
    const slug = await project();
    expect(await inProject(slug, ["secret", "set", "API_KEY"], { stdin: "quokka-in-a-pipe\n" })).toEqual({ code: 0, out: "", err: "" });
    const typed = onTerminal(slug, ["secret", "set", "TYPED"]);
    await typed.shows("Value of TYPED");
    typed.type("quokka-typed\r");
    expect((await typed.ended()).shown).not.toContain("quokka");
    expect((await inProject(slug, ["run", "echo $API_KEY $TYPED"])).out).toBe("[API_KEY] [TYPED]\n");
    expect((await inProject(slug, ["run", 'printf %s "$API_KEY" | wc -c'])).out).toBe("16\n");
    expect((await inProject(slug, ["secret", "list"])).out).toMatch(/^API_KEY\t[^\t]+\tmaker\nTYPED\t[^\t]+\tmaker\n$/);
    expect((await inProject(slug, ["secret", "set", "API_KEY", "quokka"])).code).toBe(2);
    expect((await inProject(slug, ["secret", "set", "API_KEY"], { stdin: "" })).code).toBe(2);
    expect((await inProject(slug, ["secret", "delete", "API_KEY"])).code).toBe(0);
    expect((await inProject(slug, ["secret", "list"])).out).not.toContain("API_KEY");
  }, 30_000);
});

describe("How things stand", () => {
  test("is told of the project, or without one of the server; and what models cost", async () => {
    const slug = await project({ template: "python" });
    await inProject(slug, ["run", "exit 3"]);
    const { out } = await inProject(slug, ["status"]);
    expect(out).toMatch(/^project\tworks-\d+ · works \d+ · python · public\nsandbox\trunning · bubblewrap · up /);
    expect(out).toMatch(/\nruns\t0 running · 0 waiting\nlast run\tfailed 3 · /);
    expect(JSON.parse((await inProject(slug, ["status", "--json"])).out)).toMatchObject({ state: "running", driver: "bubblewrap" });
    const home = homeOf();
    await colonyCli(colony, ["login", colony.url, "--username", "admin", "--password-stdin"], { home, stdin: ADMIN_PASSWORD });
    expect((await colonyCli(null, ["status"], { home })).out).toContain(`\t${slug}\tpython\teveryone\tmaker\t`);
    models.answer("Hello.");
    await inProject(slug, ["chat", "--agent", "engineer", "hello"]);
    expect((await inProject(slug, ["usage", "--project", slug])).out).toMatch(/^engineer\t1\t0\t\d+\t\d+\t/);
    expect(JSON.parse((await inProject(slug, ["usage", "--by", "model", "--json"])).out)).toMatchObject({ by: "model", total: { calls: expect.any(Number) } });
    expect((await inProject(slug, ["usage", "--by", "moon"])).code).toBe(2);
  }, 30_000);
});
