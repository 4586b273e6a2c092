import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Colony, command, newFolder, outcome, until } from "./colony.ts";
import { auditRows, readRows, type User } from "./people.ts";

type Agent = {
  id: string;
  username: string;
  display_name: string;
  description: string;
  model: string | null;
  tools: string[];
  answers: string;
  file: string | null;
  ready: boolean;
};
type Problem = { file: string; line: number; message: string };

const CREW = ["grimlock", "dev-manager", "product-manager", "architect", "engineer", "data-analyst", "platform-engineer", "security-engineer"];

let colony: Colony;
let member: string;
beforeAll(async () => {
  colony = await Colony.start();
  member = await colony.user("member", "ape");
});

const folderOf = (one = colony) => join(one.data, "agents");
const put = (name: string, text: string | Uint8Array, one = colony) => {
  mkdirSync(folderOf(one), { recursive: true });
  writeFileSync(join(folderOf(one), name), text);
};
const take = (name: string) => rmSync(join(folderOf(), name));
const persona = (username: string, more = "", text = "You look after the machines.") => `---\nusername: ${username}\n${more}---\n${text}\n`;
const agents = async (one = colony): Promise<Agent[]> => (await one.get("/api/agents")).body.agents;
const problems = async (one = colony): Promise<Problem[]> => (await one.get("/api/agents")).body.problems;
const agent = async (username: string, one = colony) => (await agents(one)).find((each) => each.username === username);
/** Waits until what is said of an agent satisfies `holds`; `undefined`: there is none of that name. */
const agentWhen = (username: string, holds: (agent: Agent | undefined) => boolean) =>
  until(async () => {
    const found = await agent(username);
    return holds(found) ? (found ?? null) : undefined;
  });
const user = async (username: string, one = colony): Promise<User> => (await one.get(`/api/users/${username}`)).body;

describe("the agents that come with Colony", () => {
  test("are there from the first start: users like all others, with a job to do, and members of nothing", async () => {
    const { status, body } = await colony.get("/api/agents", { token: member });
    expect(status).toBe(200);
    expect(body.agents.slice(0, CREW.length).map(({ username }: Agent) => username)).toEqual(CREW);
    for (const one of body.agents.slice(0, CREW.length)) {
      expect(one.file).toBeNull();
      expect(one.description.length).toBeGreaterThan(20);
      expect(one.tools).toContain("search_knowledge");
      expect(await user(one.username)).toMatchObject({ id: one.id, role: "agent", resident: true, admin: false, display_name: one.display_name, deactivated_at: null });
    }
    const members: User[] = (await colony.get("/api/channels/general/members")).body.map(({ user }: { user: User }) => user);
    expect(members.map(({ username }) => username)).not.toContain("grimlock");
  });

  test("are made by the server, which is written down, and nobody else may change them or speak as them", async () => {
    const { id } = await user("engineer");
    expect(auditRows(colony.data).filter(({ subject }) => subject === id)).toMatchObject([{ action: "user_created", actor: null, address: "server" }]);
    for (const body of [{ display_name: "Other" }, { admin: true }, { password: "a password of mine" }, { active: false }, { role: "ape" }])
      expect(outcome(await colony.call("PATCH", "/api/users/engineer", { body }))).toBe("409 resident_agent");
    expect(outcome(await colony.call("DELETE", "/api/users/engineer"))).toBe("409 resident_agent");
    const token = await colony.post("/api/users/engineer/keys", { name: "mine" });
    expect(outcome(token)).toBe("409 resident_agent");
    expect(token.body.error.hint).toContain("<data>/agents/");
    expect(outcome(await colony.call("PATCH", "/api/users/engineer", { token: member, body: { display_name: "Other" } }))).toBe("403 forbidden");
    for (const args of [
      ["token", "create", "engineer", "mine"],
      ["user", "password", "engineer"],
      ["user", "admin", "engineer"],
      ["user", "remove", "engineer"],
    ])
      expect(await command([...args, "--data", colony.data])).toMatchObject({ code: 5, err: expect.stringContaining("its file says who it is") });
    expect((await command(["user", "list", "--data", colony.data])).out).toMatch(/^engineer +agent +resident +Engineer$/m);
    expect(await user("engineer")).toMatchObject({ display_name: "Engineer", admin: false, role: "agent", deactivated_at: null });
  });

  test("can be called in a private channel that they are no members of, unlike others", async () => {
    await colony.user("outsider");
    await colony.post("/api/channels", { name: "hidden", visibility: "private" });
    const { mentions } = await colony.say("hidden", "@grimlock and @outsider, where is the plan?");
    expect(mentions).toEqual(["grimlock"]);
    const inboxes = "SELECT count(*) AS n FROM inbox i JOIN users u ON u.no = i.user_no WHERE u.username = 'grimlock'";
    expect(readRows<{ n: number }>(colony.data, inboxes)).toEqual([{ n: 0 }]);
    // One that is made a member nevertheless is nobody who could open the channel to others again.
    expect((await colony.post("/api/channels/hidden/members", { user: "grimlock" })).status).toBe(201);
    expect(outcome(await colony.post("/api/channels/hidden/leave"))).toBe("409 last_member");
  });
});

describe("an agent's file", () => {
  test("makes an agent while the server runs, put into the folder that the start made; what it leaves out is as usual", async () => {
    expect(readdirSync(folderOf())).toEqual([]);
    put(
      "ops.md",
      persona("ops", "display_name: Operations\ndescription: Keeps the machines running\nmodel: openai/gpt-5\ntools: [read_channel]\nanswers: mentions\nmax_tokens: 900\n"),
    );
    const made = await agentWhen("ops", (one) => one !== undefined);
    expect(made).toMatchObject({
      display_name: "Operations",
      description: "Keeps the machines running",
      model: "openai/gpt-5",
      tools: ["read_channel"],
      answers: "mentions",
      max_tokens: 900,
      file: "ops.md",
      ready: false,
    });
    expect(await user("ops")).toMatchObject({ id: made?.id, display_name: "Operations", role: "agent" });
    put("plain.md", "\uFEFF---\r\nusername: plain\r\n---\r\nYou are plain.\r\n");
    expect(await agentWhen("plain", (one) => one !== undefined)).toMatchObject({
      display_name: "plain",
      description: "",
      model: null,
      answers: "all",
      tools: (await agent("engineer"))?.tools,
    });
  });

  test("is followed: a new name is taken up, an agent whose file went is deactivated, and is the same when it comes back", async () => {
    put("follow.md", persona("follow", "display_name: First\n"));
    const made = await agentWhen("follow", (one) => one !== undefined);
    put("follow.md", persona("follow", "display_name: Second\n"));
    await agentWhen("follow", (one) => one?.display_name === "Second");
    expect(await user("follow")).toMatchObject({ id: made?.id, display_name: "Second" });
    take("follow.md");
    await agentWhen("follow", (one) => one === undefined);
    expect((await user("follow")).deactivated_at).not.toBeNull();
    expect(outcome(await colony.call("PATCH", "/api/users/follow", { body: { active: true } }))).toBe("409 resident_agent");
    put("follow.md", persona("follow"));
    await agentWhen("follow", (one) => one !== undefined);
    expect(await user("follow")).toMatchObject({ id: made?.id, display_name: "follow", deactivated_at: null });
    const told = auditRows(colony.data).filter(({ subject, address }) => subject === made?.id && address === "server");
    expect(told.map(({ action }) => action)).toEqual(["user_created", "user_changed", "user_deactivated", "user_reactivated", "user_changed"]);
  });

  test("switches an agent off, a built-in one too, and on again when it goes", async () => {
    const before = await agent("data-analyst");
    put("off.md", "---\nusername: data-analyst\nenabled: false\n---\n");
    await agentWhen("data-analyst", (one) => one === undefined);
    expect((await user("data-analyst")).deactivated_at).not.toBeNull();
    expect((await problems()).filter(({ file }) => file === "off.md")).toEqual([]);
    take("off.md");
    expect(await agentWhen("data-analyst", (one) => one !== undefined)).toEqual(before ?? null);
    expect(await user("data-analyst")).toMatchObject({ deactivated_at: null });
  });

  test("with the username of a built-in one takes its place, and gives it back when it goes", async () => {
    const before = await agent("architect");
    put("mine.md", persona("architect", "display_name: Our Architect\n"));
    expect(await agentWhen("architect", (one) => one?.file === "mine.md")).toMatchObject({ id: before?.id, display_name: "Our Architect" });
    expect((await agents()).filter(({ username }) => username === "architect")).toHaveLength(1);
    // Another of that name has no place: the first by name keeps it.
    put("other.md", persona("architect"));
    await until(async () => ((await problems()).some(({ file }) => file === "other.md") ? true : undefined));
    expect((await problems()).find(({ file }) => file === "other.md")).toMatchObject({ line: 2, message: expect.stringContaining("mine.md") });
    take("other.md");
    take("mine.md");
    expect(await agentWhen("architect", (one) => one?.file === null)).toEqual(before ?? null);
  });

  test("that becomes wrong changes nothing until it is right again: its last good version holds", async () => {
    put("steady.md", persona("steady", "description: As it was\n"));
    const good = await agentWhen("steady", (one) => one !== undefined);
    put("steady.md", persona("steady", "description: Half of it\nmodel: gpt\n"));
    await until(async () => (await problems()).find(({ file }) => file === "steady.md"));
    expect((await agent("steady")) ?? null).toEqual(good);
    put("steady.md", persona("steady", "description: Whole again\n"));
    await agentWhen("steady", (one) => one?.description === "Whole again");
    expect((await problems()).filter(({ file }) => file === "steady.md")).toEqual([]);
    const deeds = auditRows(colony.data).filter(({ subject }) => subject === good?.id);
    expect(deeds.map(({ action }) => action)).toEqual(["user_created"]);
  });

  test("that takes a name which somebody has changes nothing either, and only what it says now is told", async () => {
    put("moved.md", persona("moved"));
    const good = await agentWhen("moved", (one) => one !== undefined);
    put("beside.md", persona("beside"));
    const beside = await agentWhen("beside", (one) => one !== undefined);
    put("moved.md", persona("member"));
    put("zebra.md", persona("beside", "display_name: Another\n"));
    const ours = async () => (await problems()).filter(({ file }) => ["moved.md", "beside.md", "zebra.md"].includes(file)).map(({ file, message }) => `${file} ${message}`);
    const told = (says: string[]) => until(async () => (await ours()).join("\n").includes(says.join("\n")) || undefined);
    await told(["moved.md username: the name 'member' is taken by a user. Give the agent another username.", "zebra.md username: 'beside' is the agent of beside.md already"]);
    expect([await agent("moved"), await agent("beside")]).toEqual([good ?? undefined, beside ?? undefined]);
    // Now its name is its own again, and something else is wrong.
    put("moved.md", persona("moved", "model: x\n"));
    await until(async () => ((await ours()).some((line) => line.includes("model:")) ? true : undefined));
    expect(await ours()).toEqual([expect.stringContaining('moved.md model: "x" cannot be used'), expect.stringContaining("zebra.md")]);
    expect(await agent("moved")).toEqual(good ?? undefined);
    expect(auditRows(colony.data).filter(({ subject }) => subject === good?.id)).toHaveLength(1);
    // Each was logged once, however often the folder was read meanwhile.
    await until(() => colony.output.includes('moved.md","line":3') || undefined);
    expect(colony.output.split('"file":"zebra.md"')).toHaveLength(2);
    for (const file of ["moved.md", "beside.md", "zebra.md"]) take(file);
    await agentWhen("moved", (one) => one === undefined);
  });

  test("never takes a user who is there already, and says that the name is taken", async () => {
    const token = await colony.user("somebody", "agent", { display_name: "Some Body" });
    put("somebody.md", persona("somebody", "display_name: The Agent\n"));
    const problem = await until(async () => (await problems()).find(({ file }) => file === "somebody.md"));
    expect(problem).toMatchObject({ line: 2, message: "username: the name 'somebody' is taken by a user. Give the agent another username." });
    expect(await agent("somebody")).toBeUndefined();
    take("somebody.md");
    await until(async () => ((await problems()).some(({ file }) => file === "somebody.md") ? undefined : true));
    expect((await colony.get("/api/auth/me", { token })).body).toMatchObject({ display_name: "Some Body", deactivated_at: null });
    expect((await colony.call("PATCH", "/api/users/somebody", { body: { display_name: "Still Mine" } })).status).toBe(200);
  });

  const head = "---\nusername: wrong\n";
  const wrong: [what: string, text: string | Uint8Array, line: number, says: string][] = [
    ["has no fields", "You are an agent.", 1, "An agent's file begins with a line ---"],
    ["never ends its fields", head, 1, "The fields have no end"],
    ["is empty", "", 1, "An agent's file begins with a line ---"],
    ["has no text", `${head}---\n \n`, 4, "write who the agent is"],
    ["has no username", "---\nmodel: openai/gpt-5\n---\nx", 2, "username: is missing"],
    ["has a username that is none", "---\ndescription: x\nusername: Big Ops\n---\nx", 3, 'username: "Big Ops" cannot be used. Allowed: small letters'],
    ["is called as all are", "---\nusername: channel\n---\nx", 2, "not here, channel"],
    ["misspells a field", `${head}\n# a note\ndisplayname: x\n---\nx`, 5, "displayname: there is no such field. Did you mean display_name?"],
    ["says a field twice", `${head}model: openai/a\nmodel: openai/b\n---\nx`, 4, "model: stands here twice, first in line 3"],
    ["is neither on nor off", `---\nusername: x\nenabled: maybe\n---\nx`, 3, 'enabled: "maybe" cannot be used. Allowed: true, false.'],
    ["misspells a tool", `${head}tools:\n  - read_channel\n  - serch_messages\n---\nx`, 5, 'tools: "serch_messages" is no tool. Did you mean search_messages?'],
    ["gives tools as text", `${head}tools: read_channel\n---\nx`, 3, 'tools: "read_channel" cannot be used. Allowed: a list'],
    ["names a model without its provider", `${head}model: claude\n---\nx`, 3, 'model: "claude" cannot be used. Allowed: provider/model'],
    ["names a provider that is none", `${head}fallback_model: mistral/large\n---\nx`, 3, 'fallback_model: "mistral/large" cannot be used'],
    ["asks for more than there is", `${head}max_tokens: 1e9\n---\nx`, 3, "max_tokens: 1000000000 cannot be used. Allowed: a whole number from"],
    ["answers otherwise", `${head}answers: never\n---\nx`, 3, 'answers: "never" cannot be used. Allowed: mentions, direct, all'],
    ["has a name of two lines", `${head}display_name: "a\\nb"\n---\nx`, 3, 'display_name: "a\\nb" cannot be used. Allowed: one line of text'],
    ["is no YAML", `${head}tools: [read_channel\nmodel: openai/a\n---\nx`, 3, "cannot be read as YAML"],
    ["is YAML of another kind", "---\n- username\n---\nx", 2, "Fields are written one a line"],
    ["is not UTF-8", new Uint8Array([...Buffer.from(`${head}---\nGr`), 0xfc, 0xdf, 0x65]), 4, "The file is not UTF-8"],
    ["is too large", `${head}---\n${"x".repeat(65_536)}`, 1, "more than 65536 bytes"],
  ];
  test("that is wrong is named with the line, and with what is right, and its problems are shown to admins alone", async () => {
    for (const [at, [, text]] of wrong.entries()) put(`wrong-${at}.md`, text);
    const found = await until(async () => {
      const all = await problems();
      return wrong.every((_, at) => all.some(({ file }) => file === `wrong-${at}.md`)) ? all : undefined;
    });
    for (const [at, [what, , line, says]] of wrong.entries())
      expect([what, found.filter(({ file }) => file === `wrong-${at}.md`)]).toEqual([what, [{ file: `wrong-${at}.md`, line, message: expect.stringContaining(says) }]]);
    expect((await colony.get("/api/agents", { token: member })).body.problems).toEqual([]);
    for (const at of wrong.keys()) take(`wrong-${at}.md`);
    await until(async () => ((await problems()).length === 0 ? true : undefined));
    expect((await agents()).map(({ username }) => username)).not.toContain("wrong");
  });

  test("is none that is hidden, a folder, of another kind, or a link that leads out", async () => {
    const outside = newFolder();
    writeFileSync(join(outside, "secret.md"), persona("secret"));
    mkdirSync(join(folderOf(), "folder.md"), { recursive: true });
    put(".hidden.md", persona("hidden"));
    put("notes.txt", persona("notes"));
    put("draft.md~", persona("draft"));
    symlinkSync(join(outside, "secret.md"), join(folderOf(), "secret.md"));
    symlinkSync(join(folderOf(), "notes.txt"), join(folderOf(), "linked.md"));
    put("last.md", persona("last"));
    await agentWhen("last", (one) => one !== undefined);
    const names = (await agents()).map(({ username }) => username);
    for (const name of ["secret", "hidden", "draft"]) expect(names).not.toContain(name);
    // A link within the folder is how some systems put files there.
    expect(names).toContain("notes");
    expect(await problems()).toEqual([]);
  });

  test("is found again after the whole folder was taken away and another put in its place", async () => {
    put("last.md", persona("last"));
    await agentWhen("last", (one) => one !== undefined);
    renameSync(folderOf(), `${folderOf()}-away`);
    await agentWhen("last", (one) => one === undefined);
    put("last.md", persona("last", "description: In another folder\n"));
    await agentWhen("last", (one) => one?.description === "In another folder");
    expect((await agents()).map(({ username }) => username)).toEqual([...CREW, "last"]);
  });
});

test("Agents are the same users after a restart; a name that a person had before is left to that person", async () => {
  const own = await Colony.start();
  put("ops.md", persona("ops"), own);
  await until(() => agent("ops", own));
  const before = await agents(own);
  await own.stop();
  // As in a database from before there were agents, where someone is called engineer.
  const database = new Database(join(own.data, "colony.db"));
  database.run("DELETE FROM residents WHERE name = 'engineer'");
  database.close();
  Object.assign(own.env, { ANTHROPIC_API_KEY: "sk-of-a-test", COLONY_LLM_FALLBACK_MODEL: "openai/gpt-5" });
  await own.run();
  const after = await agents(own);
  expect(after.map(({ id, username }) => ({ id, username }))).toEqual(before.filter(({ username }) => username !== "engineer").map(({ id, username }) => ({ id, username })));
  expect(await problems(own)).toEqual([{ file: "engineer.md (built in)", line: 2, message: expect.stringContaining("'engineer' is taken by a user") }]);
  expect(await user("engineer", own)).toMatchObject({ display_name: "Engineer", deactivated_at: null });
  expect((await own.call("PATCH", "/api/users/engineer", { body: { display_name: "A Person" } })).status).toBe(200);
  // With a key for it, the agents have a model that can be called.
  expect(after.every(({ model, ready }) => ready && model === "anthropic/claude-sonnet-5-5")).toBe(true);
  // Lines of the log are gathered before they are written.
  await until(() => own.output.includes("COLONY_LLM_FALLBACK_MODEL names openai/gpt-5, and OPENAI_API_KEY is not set") || undefined);
  put("far.md", persona("far", "model: openai/gpt-5\n"), own);
  expect(await until(() => agent("far", own))).toMatchObject({ model: "openai/gpt-5", ready: false });
  expect(await own.stop()).toBe(0);
}, 30_000);
