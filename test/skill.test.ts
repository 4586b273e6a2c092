import { beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Colony, newFolder } from "./colony.ts";
import { type Fence, fences, fill, inline, reader, runAll } from "./fences.ts";

/** Tokens that the skill's first page may take, a token being four characters: every agent pays for it at every start. */
const FIRST_PAGE_TOKENS = 2_000;

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});

const page = async (path: string): Promise<string> => (await colony.get(path, { token: null })).text;
const morePages = async (): Promise<string[]> => [...(await page("/skill.md")).matchAll(/^- `(\w+\.md)`:/gm)].map(([, name = ""]) => name);

/** A page's line with the numbers of its examples as a reader would put their own in. */
const numbered = (text: string, numbers: Record<string, number | string>): string =>
  text.replace(/(messages\/|"reply_to":"|reply_to=|"seq":)(4\d)\b/g, (all, before, number) => (number in numbers ? before + numbers[number] : all));

describe("the skill", () => {
  test("has the front matter of an agent's skill, this server's address, and a first page of few tokens that names every other", async () => {
    const { text, headers } = await colony.get("/skill.md", { token: null });
    expect(headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    const [, front = ""] = /^---\n([\s\S]*?)\n---\n/.exec(text) ?? [];
    const { name, description, ...rest } = Bun.YAML.parse(front) as Record<string, string>;
    expect([name, rest]).toEqual(["colony", {}]);
    expect(description).toMatch(/Use it /);
    expect(description?.length).toBeLessThanOrEqual(1_024);
    expect(Math.ceil(text.length / 4)).toBeLessThanOrEqual(FIRST_PAGE_TOKENS);
    const more = await morePages();
    expect(more.length).toBeGreaterThanOrEqual(3);
    for (const each of [text, ...(await Promise.all(more.map((name) => page(`/skill/${name}`))))]) {
      expect(each).toContain(colony.url);
      expect(each).not.toContain("{{");
    }
    const missing = await colony.get("/skill/nothing.md", { token: null });
    expect([missing.status, missing.body.error.hint]).toEqual([404, expect.stringContaining(more[0] ?? "")]);
  });

  test("is unpacked by one line into a folder of skills, page for page as it is served", async () => {
    const folder = newFolder();
    await runAll([`curl -sS ${colony.url}/skill.tar | tar -x -C .`], {}, "sh", folder);
    const unpacked = (path: string) => Bun.file(join(folder, "colony", path)).text();
    expect(await unpacked("SKILL.md")).toBe(await page("/skill.md"));
    for (const name of await morePages()) expect(await unpacked(`skill/${name}`)).toBe(await page(`/skill/${name}`));
  });

  test("has no command that does not work as it stands, each in a fresh shell that knows nothing but a token", async () => {
    const { COLONY_TOKEN = "" } = await reader(colony);
    const task = await colony.say("general", "port the parser");
    const question = await colony.say("general", "Deploy?", { ask: { options: ["deploy", "wait"], assignee: "benji" } });
    const numbers: Record<string, number | string> = { 42: task.seq, 44: question.seq, 45: question.seq };
    const folder = newFolder();
    writeFileSync(join(folder, "loss.csv"), "loss,step\n0.023,400\n");
    let commands = 0;
    for (const path of ["/skill.md", ...(await morePages()).map((name) => `/skill/${name}`)]) {
      const text = await page(path);
      for (const command of inline(text)) await runAll([fill(command, colony)], {});
      for (const { text: script } of fences(text)) {
        commands += script.match(/\bcurl /g)?.length ?? 0;
        // What waits or listens has nothing to wait for here.
        const own = numbered(script, numbers).replace("wait=55", "wait=1").replace("-m 20", "-m 1");
        const out = await runAll([own], { COLONY_TOKEN }, "sh", folder);
        if (script.includes('"type":"plan"')) numbers[43] = /^\d+$/m.exec(out)?.[0] ?? "";
      }
    }
    expect(commands).toBeGreaterThanOrEqual(40);
    // They did what they say.
    const own = (await colony.get("/api/channels/general/messages?user_id=benji")).body as { type: string; content: string; attachments: { name: string }[] }[];
    expect(own.map(({ type, content }) => [type, content.trim()])).toEqual([
      ["plan", "- [x] port the parser\n- [ ] run the tests"],
      ["text", "All green. Deploy now?"],
      ["result", "Parser ported: 212 tests pass"],
      ["error", 'It\'s the lexer: "unexpected token" in line 3.'],
      ["text", "@other-agent please go on: the parser is ported, docs are left. Branch parser-2."],
      ["text", "The figures of the run"],
      ["text", "posted once"],
    ]);
    expect(own.flatMap(({ attachments }) => attachments.map(({ name }) => name))).toEqual(["loss.csv"]);
    const at = (seq: number) => colony.get(`/api/channels/general/messages/${seq}`);
    expect((await at(task.seq)).body).toMatchObject({ reactions: [{ emoji: "👍", users: ["benji"] }], claim: null });
    expect((await at(question.seq)).body.ask).toMatchObject({ state: "answered", answer: { option: "deploy", note: "after lunch" } });
    expect((await colony.get("/api/channels/training")).status).toBe(200);
  }, 60_000);
});

/** An agent that knows the skill's first page and nothing else: it finds lines by what the page says before them. */
class Newcomer {
  private constructor(
    private readonly lines: Fence[],
    private readonly token: string,
  ) {}

  static async join(name: string): Promise<Newcomer> {
    const token = await colony.user(name);
    return new Newcomer(fences(await page("/skill.md")), token);
  }

  /** Runs the lines that stand under words of the page, with its own numbers in them. @returns what they said */
  does(words: string, numbers: Record<string, number | string> = {}): Promise<string> {
    const found = this.lines.filter(({ before, text }) => (before + text).includes(words));
    if (found.length !== 1) throw new Error(`The page has ${found.length} places that say '${words}'`);
    return runAll([numbered(found[0]?.text ?? "", numbers)], { COLONY_TOKEN: this.token }, "sh");
  }
}

/** The number of the message that a transcript shows with these words in it. */
const numberOf = (transcript: string, words: string): string => {
  const [, number] = new RegExp(`^## (\\d+) · [^\\n]*\\n\`+\\n[^\\n]*${words}`, "m").exec(transcript) ?? [];
  if (number === undefined) throw new Error(`'${words}' is not in:\n${transcript}`);
  return number;
};

/** Where an answer's last line says to go on. */
const cursorOf = (transcript: string): string => /^Go on: GET \S*[?&]after_seq=(\d+)/m.exec(transcript)?.[1] ?? "";

test("an agent that knows nothing but the skill's lines catches up, claims, plans, asks and is answered, reports, hears of it, and hands over to another that goes on by its inbox", async () => {
  const ape = await colony.user("neeraj", "ape");
  const first = await Newcomer.join("first-agent");
  const second = await Newcomer.join("other-agent");
  await colony.say("general", "@first-agent port the parser, please", {}, ape);

  const task = numberOf(await first.does("Catch up:"), "@first-agent port the parser");
  expect(await first.does("Claim your task", { 42: task })).toContain('"username":"first-agent"');
  await expect(second.does("Claim your task", { 42: task })).rejects.toThrow('"code":"claimed"');

  const plan = (await first.does('"type":"plan"', { 42: task })).match(/^\d+$/m)?.[0] ?? "";
  await first.does("-X PATCH", { 43: plan });

  const question = (await first.does('"ask":', { 42: task })).match(/^\d+$/m)?.[0] ?? "";
  const waiting = first.does("/answer?wait=55", { 44: question });
  // The ape sees it among the questions that it may answer, and does.
  const open = (await colony.get("/api/questions", { token: ape })).body as { message: { seq: number; ask: { options: string[] } } }[];
  expect(open.map(({ message }) => [String(message.seq), message.ask.options])).toContainEqual([question, ["deploy", "wait"]]);
  await colony.post(`/api/channels/general/messages/${question}/answer`, { option: "deploy", note: "now is fine" }, { token: ape });
  expect(await waiting).toMatch(/"state":"answered".*"option":"deploy","note":"now is fine"/);

  await first.does("Post what came out", { 42: task });
  const heard = await first.does("Wait for what is said to you");
  expect(heard).toContain("an answer to your question:");
  await first.does("Store how far", { 45: cursorOf(heard) });
  expect(await first.does("Catch up:")).not.toContain("port the parser");

  await first.does("name who goes on", { 42: task });
  const mention = await second.does("Wait for what is said to you");
  expect(mention).toContain("a mention");
  expect(mention).toContain(`reply to ${task}`);
  const thread = await second.does("/thread?format=md", { 42: task });
  expect([numberOf(thread, "Parser ported"), thread.includes("- [x] port the parser")]).toEqual([expect.any(String), true]);
  await second.does("Claim your task", { 42: task });
  await second.does("Post what came out", { 42: task });

  const results = (await colony.get("/api/channels/general/messages?type=result")).body as { user: { username: string }; metadata: object }[];
  expect(results.slice(-2).map(({ user, metadata }) => [user.username, metadata])).toEqual([
    ["first-agent", { session_id: "my-session", model: "my-model" }],
    ["other-agent", { session_id: "my-session", model: "my-model" }],
  ]);
}, 60_000);
