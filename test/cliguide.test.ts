import { beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { colonyCli } from "./cli.ts";
import { Colony, environment, newFolder, program } from "./colony.ts";

let colony: Colony;
let agent: string;
beforeAll(async () => {
  colony = await Colony.start();
  agent = await colony.user("cc-benji-opus");
});

/** A repository with a folder in it, and a home of its own. */
const repository = (): { root: string; inside: string; home: string } => {
  const root = newFolder();
  mkdirSync(join(root, ".git"));
  mkdirSync(join(root, "src/deep"), { recursive: true });
  return { root, inside: join(root, "src/deep"), home: newFolder() };
};

const read = (...path: string[]): string => readFileSync(join(...path), "utf8");
const served = async (path: string): Promise<string> => (await colony.get(path, { token: null })).text;

describe("colony skill install", () => {
  const install = (where: { inside: string; home: string }, ...args: string[]) =>
    colonyCli(colony, ["skill", "install", ...args], { cwd: where.inside, token: null, env: { HOME: where.home } });

  test("writes the server's skill into the repository it stands in, needs no sign-in, and says which files; once more it changes nothing", async () => {
    const where = repository();
    const first = await install(where);
    expect([first.code, first.err]).toEqual([0, ""]);
    const folder = join(where.root, ".claude/skills/colony");
    expect(read(folder, "SKILL.md")).toBe(await served("/skill.md"));
    expect(read(folder, "skill/projects.md")).toBe(await served("/skill/projects.md"));
    expect(first.out).toMatch(/^written\t\S*\.claude\/skills\/colony\/SKILL\.md\nwritten\t\S*\/skill\/\w+\.md\n/);
    const stamps = () => readdirSync(folder).map((name) => [name, statSync(join(folder, name)).ino]);
    const before = stamps();
    const again = await install(where, "--json");
    expect(JSON.parse(again.out).files.map(({ state }: { state: string }) => state)).toEqual(["unchanged", "unchanged", "unchanged", "unchanged"]);
    expect(stamps()).toEqual(before);
  });

  test("brings its own older version up to date, takes away a page that is no more, and writes nothing over what was changed by hand but by --force", async () => {
    const where = repository();
    await install(where);
    const folder = join(where.root, ".claude/skills/colony");
    // As an older version would have left it.
    const note = JSON.parse(read(folder, ".installed.json"));
    const older = (page: string, text: string) => {
      writeFileSync(join(folder, page), text);
      note.sha256[page] = new Bun.CryptoHasher("sha256").update(text).digest("hex");
    };
    older("SKILL.md", "an older first page\n");
    older("skill/gone.md", "a page of old\n");
    writeFileSync(join(folder, ".installed.json"), JSON.stringify(note));
    // A checkout may have other line ends.
    writeFileSync(join(folder, "SKILL.md"), "an older first page\r\n");
    const updated = await install(where);
    expect([updated.code, updated.out.match(/^(written|removed)\t\S+\/(\S+)$/gm)?.map((line) => line.replace(/\t.*\//, " "))]).toEqual([
      0,
      ["written SKILL.md", "removed gone.md"],
    ]);
    expect(existsSync(join(folder, "skill/gone.md"))).toBe(false);

    writeFileSync(join(folder, "skill/projects.md"), "our own words\n");
    rmSync(join(folder, "SKILL.md"));
    const refused = await install(where);
    expect([refused.code, refused.out]).toEqual([5, ""]);
    expect(refused.err).toMatch(/^colony: Somebody changed \S*skill\/projects\.md by hand, .*--force\.\n$/);
    expect([read(folder, "skill/projects.md"), existsSync(join(folder, "SKILL.md"))]).toEqual(["our own words\n", false]);
    expect((await install(where, "--force")).code).toBe(0);
    expect([read(folder, "skill/projects.md"), read(folder, "SKILL.md")]).toEqual([await served("/skill/projects.md"), await served("/skill.md")]);
  });

  test("goes where it is told: another folder of skills, or the one for all repositories", async () => {
    const where = repository();
    await install(where, "--dir", "../../.agents/skills");
    await install(where, "--global");
    for (const folder of [join(where.root, ".agents/skills"), join(where.home, ".claude/skills")]) expect(read(folder, "colony/SKILL.md")).toBe(await served("/skill.md"));
    expect(existsSync(join(where.root, ".claude"))).toBe(false);
  });

  test("--agents-md keeps a part of AGENTS.md up to date, and all around it as it is", async () => {
    const where = repository();
    const file = join(where.root, "AGENTS.md");
    await install(where, "--agents-md");
    const alone = read(file);
    expect(alone).toMatch(/^<!-- colony:begin .*\n## Colony\n[\s\S]*\.claude\/skills\/colony\/SKILL\.md[\s\S]*<!-- colony:end -->\n$/);
    expect(alone).toContain(`${colony.url}/skill.md`);
    writeFileSync(file, `# House rules\n\n${alone.replace("## Colony", "## An older part")}\nUse tabs.\n`);
    await install(where, "--agents-md");
    expect(read(file)).toBe(`# House rules\n\n${alone}\nUse tabs.\n`);
    expect((await install(where, "--agents-md")).out).toContain(`unchanged\t${file}\n`);
    writeFileSync(file, "<!-- colony:begin\nno end");
    const broken = await install(where, "--agents-md");
    expect([broken.code, read(file)]).toEqual([5, "<!-- colony:begin\nno end"]);
  });

  test("says in one line that no server answers, or that what answers has no skill", async () => {
    const where = repository();
    const nobody = await colonyCli(null, ["skill", "install"], { cwd: where.root, env: { COLONY_URL: "http://127.0.0.1:9" } });
    expect([nobody.code, nobody.err.split("\n").length]).toEqual([1, 2]);
    const stranger = Bun.serve({ port: 0, fetch: () => new Response("hello") });
    const answer = await colonyCli(null, ["skill", "install"], { cwd: where.root, env: { COLONY_URL: stranger.url.origin } });
    expect([answer.code, answer.err]).toEqual([1, expect.stringMatching(/^colony: \S+ gives no skill: .*\n$/)]);
    expect(existsSync(join(where.root, ".claude"))).toBe(false);
    await stranger.stop(true);
  });
});

describe("colony hook claude-code", () => {
  type Hooks = Record<string, { matcher?: string; hooks: { type: string; command: string; timeout?: number }[] }[]>;

  /** Calls a hook as Claude Code does: its command by a shell, with JSON on standard input. */
  const fire = async (hooks: Hooks, told: Record<string, unknown>, env: Record<string, string> = {}) => {
    const [{ hooks: [hook] = [] } = { hooks: [] }] = hooks[String(told.hook_event_name)] ?? [];
    const child = Bun.spawn(["sh", "-c", hook?.command ?? "false"], {
      env: { ...environment(), COLONY_CONFIG: join(newFolder(), "none.json"), COLONY_URL: colony.url, COLONY_TOKEN: agent, HOME: "/home/benji", ...env },
      cwd: newFolder(),
      stdin: new Blob([
        JSON.stringify({
          session_id: "cc_abc123",
          transcript_path: "/home/benji/.claude/projects/x/cc_abc123.jsonl",
          cwd: "/home/benji/apes",
          permission_mode: "default",
          ...told,
        }),
      ]),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    return [await child.exited, out, err];
  };

  const printed = async (...args: string[]): Promise<Hooks> => JSON.parse((await colonyCli(colony, ["hook", "claude-code", ...args])).out).hooks;

  test("prints settings whose commands post a session's start, its questions and its end, under its labels and with nothing of its transcript", async () => {
    await colony.post("/api/channels", { name: "sessions" });
    const hooks = await printed("--channel", "sessions", "--mention", "benji");
    expect(Object.keys(hooks)).toEqual(["SessionStart", "SessionEnd", "Notification", "PreToolUse"]);
    const told: Record<string, unknown>[] = [
      { hook_event_name: "SessionStart", source: "startup", model: "claude-opus-4-6" },
      { hook_event_name: "SessionStart", source: "compact" },
      { hook_event_name: "Notification", notification_type: "permission_prompt", message: "Claude needs your permission to use Bash", title: "Claude Code" },
      { hook_event_name: "Notification", notification_type: "idle_prompt", message: "Claude is waiting for your input" },
      { hook_event_name: "Notification", message: "Claude is waiting for your input" },
      { hook_event_name: "Notification", notification_type: "permission_prompt", message: "Claude needs your permission to use AskUserQuestion" },
      { hook_event_name: "PreToolUse", tool_name: "Bash", tool_input: { command: "export KEY=sk-secret" } },
      {
        hook_event_name: "PreToolUse",
        tool_name: "AskUserQuestion",
        tool_input: {
          questions: [
            {
              question: "Which sign-in?",
              header: "Auth",
              multiSelect: false,
              options: [
                { label: "Token", description: "no state" },
                { label: "Cookie", description: "a session" },
              ],
            },
          ],
        },
      },
      { hook_event_name: "SessionEnd", reason: "prompt_input_exit" },
    ];
    for (const one of told) expect([one, ...(await fire(hooks, one))]).toEqual([one, 0, "", ""]);
    const { body } = await colony.get("/api/channels/sessions/messages");
    expect(body.map(({ content }: { content: string }) => content)).toEqual([
      "Session started in `~/apes`",
      "@benji Claude needs your permission to use Bash in `~/apes`",
      "@benji A session asks in `~/apes`:\n\nWhich sign-in?\n- Token\n- Cookie",
      "Session ended in `~/apes`",
    ]);
    const labels = { session_id: "cc_abc123", hostname: expect.any(String), cwd: "~/apes" };
    expect(body[0]).toMatchObject({ via: "cli", user: { username: "cc-benji-opus" }, metadata: { ...labels, model: "claude-opus-4-6" } });
    expect(body[2].metadata).toEqual(labels);
    expect(JSON.stringify(body)).not.toMatch(/jsonl|sk-secret/);
  }, 30_000);

  test("posts where COLONY_CHANNEL says when it was given no channel, and else to #general", async () => {
    const hooks = await printed();
    await colony.post("/api/channels", { name: "by-variable" });
    await fire(hooks, { hook_event_name: "SessionEnd", session_id: "cc_general" });
    await fire(hooks, { hook_event_name: "SessionEnd", session_id: "cc_variable" }, { COLONY_CHANNEL: "#by-variable" });
    for (const [channel, session] of [
      ["general", "cc_general"],
      ["by-variable", "cc_variable"],
    ])
      expect((await colony.get(`/api/channels/${channel}/messages?session_id=${session}`)).body).toHaveLength(1);
  });

  test("never stops the agent: whatever is wrong, it ends with 0, says nothing on standard output and one line on stderr", async () => {
    const hooks = await printed("--channel", "not-there");
    const end = { hook_event_name: "SessionEnd", reason: "other" };
    const line = expect.stringMatching(/^colony: [^\n]+The session goes on without it\.\n$/);
    expect(await fire(hooks, end)).toEqual([0, "", line]);
    expect(await fire(hooks, end, { COLONY_URL: "http://127.0.0.1:9" })).toEqual([0, "", line]);
    expect(await fire(hooks, end, { COLONY_TOKEN: "" })).toEqual([0, "", line]);
    const silent = Bun.serve({ port: 0, fetch: () => new Promise<Response>(() => {}) });
    expect(await fire(hooks, end, { COLONY_URL: silent.url.origin })).toEqual([0, "", line]);
    await silent.stop(true);
    for (const [args, stdin] of [
      [["hook", "run", "SessionEnd"], "not JSON"],
      [["hook", "run"], "[]"],
      [["hook", "run", "--channel", "--nonsense", "more", "words"], ""],
    ] as const)
      expect(await colonyCli(colony, [...args], { stdin })).toEqual({ code: 0, out: "", err: line });
    expect(await colonyCli(colony, ["hook", "run"], { stdin: '{"hook_event_name":"Stop"}' })).toEqual({ code: 0, out: "", err: "" });
  }, 30_000);

  test("--install puts them beside what stands in the settings, once however often, and in place of its own older ones", async () => {
    const { root, inside, home } = repository();
    const install = (...args: string[]) => colonyCli(colony, ["hook", "claude-code", "--install", ...args], { cwd: inside, env: { HOME: home } });
    const file = join(root, ".claude/settings.json");
    const own = { matcher: "startup", hooks: [{ type: "command", command: "echo hello" }] };
    const others = { model: "opus", hooks: { SessionStart: [own], Stop: [{ hooks: [{ type: "command", command: "./done.sh" }] }] } };
    mkdirSync(join(root, ".claude"));
    writeFileSync(file, `${JSON.stringify(others, null, "\t")}\n`, { mode: 0o600 });
    const before = read(file);
    for (const wrong of [
      ["--channel", "nope"],
      ["--mention", "nobody"],
    ])
      expect(await install(...wrong)).toEqual({ code: 4, out: "", err: expect.stringContaining(wrong[1] ?? "") });
    expect(read(file)).toBe(before);
    for (const name of ["old", "new"]) await colony.post("/api/channels", { name });
    expect(await install("--channel", "old")).toEqual({ code: 0, out: expect.stringContaining(".claude/settings.json"), err: "" });
    await install("--channel", "new");
    const text = read(file);
    const { hooks, ...rest } = JSON.parse(text);
    expect(rest).toEqual({ model: "opus" });
    expect([hooks.Stop, hooks.SessionStart[0]]).toEqual([others.hooks.Stop, own]);
    const { Stop: _, ...ours } = hooks;
    expect({ ...ours, SessionStart: ours.SessionStart.slice(1) }).toEqual(await printed("--channel", "new"));
    expect([text.includes("\n\t\t"), statSync(file).mode & 0o777]).toEqual([true, 0o600]);
    expect((await install("--channel", "new")).out).toContain("has them already");
    expect([read(file), readdirSync(join(root, ".claude"))]).toEqual([text, ["settings.json"]]);

    expect((await install("--global")).code).toBe(0);
    expect(JSON.parse(read(home, ".claude/settings.json")).hooks).toEqual(await printed());
    for (const broken of ["{ // a comment", "[]", '{"hooks":[]}', '{"hooks":{"Stop":"x"}}']) {
      writeFileSync(file, broken);
      expect(await install()).toEqual({ code: 5, out: "", err: expect.stringMatching(/^colony: \S+ .*mend it first; it was left as it is\.\n$/) });
      expect(read(file)).toBe(broken);
    }
    expect((await colonyCli(colony, ["hook", "claude-code", "--global"])).code).toBe(2);
  });

  test("names a program whose path has blanks and quotes so that a shell finds it", async () => {
    if (program.length > 1) return;
    const folder = join(newFolder(), "my o'programs");
    mkdirSync(folder);
    copyFileSync(program[0] ?? "", join(folder, "colony"));
    const child = Bun.spawnSync([join(folder, "colony"), "hook", "claude-code"], { env: environment() });
    const hooks = JSON.parse(child.stdout.toString()).hooks as Hooks;
    expect(await fire(hooks, { hook_event_name: "SessionEnd", session_id: "cc_quoted" })).toEqual([0, "", ""]);
  });
});
