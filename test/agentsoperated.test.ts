import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Colony, command, newFolder, until } from "./colony.ts";

const persona = (username: string, more = "") => `---\nusername: ${username}\n${more}---\nYou look after the machines.\n`;
/** A data folder with these files of agents, and no database yet. */
const folderWith = (files: Record<string, string>): string => {
  const data = newFolder();
  mkdirSync(join(data, "agents"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(data, "agents", name), text);
  return data;
};
const doctor = async (data: string, env: Record<string, string> = {}) => {
  const { out, err } = await command(["doctor", "--data", data], env);
  // There is no database in most of these folders, which has a line of its own.
  const failed = [...out.matchAll(/^fail +(?!database)(\w+)/gm)].map(([, what]) => what);
  const lines = out.split("\n").filter((line) => /^\w+ +(models|agents) /.test(line));
  return { failed, err, all: out, lines: lines.map((line) => line.replace(/ {2,}/g, " ")) };
};

/** Servers that speak no more than the list of models; what they were asked is kept. */
const asked: { path: string; key: string | null; length: number }[] = [];
const lists = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: (request) => {
    const { pathname } = new URL(request.url);
    const key = request.headers.get("x-api-key") ?? request.headers.get("authorization");
    asked.push({ path: `${request.method} ${pathname}`, key, length: Number(request.headers.get("content-length") ?? 0) });
    if (pathname === "/moved/models") return Response.redirect("http://127.0.0.1:1/v1/models");
    if (pathname === "/none/v1/models") return new Response("Not Found", { status: 404 });
    if (pathname === "/site/models") return new Response("<!doctype html><title>Welcome</title>", { headers: { "content-type": "text/html" } });
    if (pathname === "/busy/models") return new Response("slower", { status: 429 });
    if (pathname === "/down/models") return new Response("upstream is gone", { status: 502 });
    if (key?.includes("wrong")) return Response.json({ error: "no" }, { status: 401 });
    return Response.json({ data: [{ id: "llama3.1" }, { id: "qwen3" }] });
  },
});
afterAll(() => lists.stop(true));
const at = (path = "") => `http://127.0.0.1:${lists.port}${path}`;

describe("the doctor, of resident agents", () => {
  test("tells that no model is set up and which settings would, and that the built-in agents are there", async () => {
    const { failed, lines } = await doctor(newFolder());
    expect(failed).toEqual([]);
    expect(lines[0]).toBe(
      "ok models None is set up in the settings given here, with which agents say so instead of answering. The operator sets ANTHROPIC_API_KEY, OPENAI_API_KEY or COLONY_LLM_BASE_URL",
    );
    expect(lines[1]).toMatch(/^ok agents 8 built in, 0 of files in /);
  });

  test("beside a server that has other settings, names those that differ, without a secret, and tells of the server's own documents and budget", async () => {
    const documents = newFolder();
    writeFileSync(join(documents, "leave.md"), "# Leave\n\nThirty days.\n");
    const env = { ANTHROPIC_API_KEY: "sk-ant-right", ANTHROPIC_BASE_URL: at(), COLONY_KNOWLEDGE: documents, COLONY_LLM_DAILY_BUDGET_USD: "2.5" };
    const colony = await Colony.start(env);
    await until(async () => (await colony.get("/api/knowledge/files")).body.length === 1 || undefined);
    const other = await doctor(colony.data, { COLONY_LLM_MODEL: "openai/gpt-5", ANTHROPIC_BASE_URL: at("/v1") });
    expect(other.failed).toEqual([]);
    const line = other.all.split("\n").find((one) => /^warn +settings /.test(one));
    for (const says of [
      "COLONY_KNOWLEDGE (set there, not here)",
      "ANTHROPIC_API_KEY (set there, not here)",
      "COLONY_LLM_MODEL (set here, not there)",
      "ANTHROPIC_BASE_URL (another there)",
      "--env-file",
    ])
      expect(line).toContain(says);
    expect(other.all).toMatch(new RegExp(`^ok +documents +1 files, 1 sections in ${documents}$`, "m"));
    expect(other.all).toMatch(/^ok +budget +\$0\.00 was spent on models today \(UTC\), of \$2\.50$/m);
    const same = await doctor(colony.data, env);
    expect(same.all).not.toMatch(/^\w+ +settings /m);
    expect(same.lines).toContain(`ok models anthropic: ${at("/v1")} answers and takes the key`);
    expect(other.all + same.all).not.toContain("sk-ant-right");
    // Without a server, what is given here is all there is.
    await colony.stop();
    const { all } = await doctor(colony.data);
    expect(all).not.toMatch(/^\w+ +(settings|documents) /m);
    expect(all).toMatch(/^ok +budget .* without a bound: COLONY_LLM_DAILY_BUDGET_USD sets one$/m);
  });

  test("names what is wrong in agents' files by file and line, and models whose provider is not set up", async () => {
    const data = folderWith({
      "bad.md": "---\nusername: bad\ntols: []\n---\nx\n",
      "far.md": persona("far", "model: openai/gpt-5\n"),
      "near.md": persona("near", "model: anthropic/claude-haiku-4-5\nfallback_model: openai/gpt-5\n"),
    });
    const { failed, lines } = await doctor(data, { ANTHROPIC_API_KEY: "sk-ant-right", ANTHROPIC_BASE_URL: at() });
    expect(failed).toEqual([]);
    expect(lines.join("\n")).toContain("ok agents 8 built in, 2 of files in");
    expect(lines.join("\n")).toContain("warn agents bad.md:3: tols: there is no such field. Did you mean tools?");
    expect(lines).toContain("warn agents far.md names openai/gpt-5, and OPENAI_API_KEY is not set: it cannot answer");
    expect(lines).toContain("warn agents near.md names openai/gpt-5, and OPENAI_API_KEY is not set: it answers with anthropic/claude-haiku-4-5");
  });

  test("tells of files beyond those that are read", async () => {
    const many = Object.fromEntries(Array.from({ length: 102 }, (_, n) => [`agent-${String(n).padStart(3, "0")}.md`, persona(`agent-${n}`)]));
    const { lines } = await doctor(folderWith(many));
    expect(lines.join("\n")).toContain("ok agents 8 built in, 100 of files in ");
    expect(lines).toContain("warn agents agent-099.md:1: 2 files after this one are not read: there may be 100.");
  });

  test("asks each provider for no more than the list of its models, and tells whether it answers and takes the key", async () => {
    asked.length = 0;
    const env = { ANTHROPIC_API_KEY: "sk-ant-right", ANTHROPIC_BASE_URL: at(), OPENAI_API_KEY: "sk-wrong", OPENAI_BASE_URL: at("/v1") };
    const { failed, all, err, lines } = await doctor(newFolder(), {
      ...env,
      COLONY_LLM_BASE_URL: at("/llm/"),
      COLONY_LLM_API_KEY: "of-the-server",
      COLONY_LLM_FALLBACK_MODEL: "compatible/llama3",
    });
    expect(failed).toEqual([]);
    expect(lines.slice(0, 4)).toEqual([
      "ok models Agents answer with anthropic/claude-sonnet-5-5, and where that does not answer with compatible/llama3",
      `ok models anthropic: ${at("/v1")} answers and takes the key`,
      `warn models openai: ${at("/v1")} refuses the key (401). Check OPENAI_API_KEY`,
      `warn models compatible: ${at("/llm")} has no model llama3. It has llama3.1, qwen3`,
    ]);
    expect(asked.toSorted((a, b) => a.path.localeCompare(b.path) || String(a.key).localeCompare(String(b.key)))).toEqual([
      { path: "GET /llm/models", key: "Bearer of-the-server", length: 0 },
      { path: "GET /v1/models", key: "Bearer sk-wrong", length: 0 },
      { path: "GET /v1/models", key: "sk-ant-right", length: 0 },
    ]);
    for (const secret of ["sk-ant-right", "sk-wrong", "of-the-server"]) expect(all + err).not.toContain(secret);
  });

  test("warns of an address that cannot be reached, is in trouble, leads elsewhere, is none of an API, or has no model named", async () => {
    const compatible = (url: string) => doctor(newFolder(), { COLONY_LLM_BASE_URL: url, COLONY_LLM_MODEL: "compatible/qwen3" });
    const says = async (url: string) => (await compatible(url)).lines[1];
    expect(await says("http://127.0.0.1:1/v1")).toMatch(/^warn models compatible: http:\/\/127\.0\.0\.1:1\/v1 cannot be reached from here \(\w+\)$/);
    expect(await says(at("/down"))).toBe(`warn models compatible: ${at("/down")} answers with 502: it is in trouble, or something before it is`);
    expect(await says(at("/moved"))).toBe(`warn models compatible: ${at("/moved")} leads elsewhere (302), where no key is sent. Name the address itself`);
    expect(await says(at("/none/v1"))).toBe(`warn models compatible: ${at("/none/v1")} answers with 404: is it the address of the API?`);
    expect(await says(at("/site"))).toBe(`warn models compatible: ${at("/site")} answers, but with no list of models: is it the address of the API?`);
    expect(await says(at("/v1"))).toBe(`ok models compatible: ${at("/v1")} answers`);
    expect(await says(at("/busy"))).toBe(`ok models compatible: ${at("/busy")} answers`);
    const { lines } = await doctor(newFolder(), { COLONY_LLM_BASE_URL: at("/v1") });
    expect(lines).toContain("warn models COLONY_LLM_BASE_URL is set, and no model of it is named: the operator sets COLONY_LLM_MODEL, e.g. compatible/llama3.1");
    const named = await doctor(newFolder(), { COLONY_LLM_MODEL: "openai/gpt-5" });
    expect(named.lines).toContain("warn models COLONY_LLM_MODEL names openai/gpt-5, and OPENAI_API_KEY is not set: set it, or name another model");
  });
});

test("A backup carries agents' files and prices, and restoring it puts them back: the agents are the same users", async () => {
  const colony = await Colony.start({}, folderWith({ "ops.md": persona("ops", "display_name: Operations\n"), "wrong.md": "not one yet" }));
  writeFileSync(join(colony.data, "prices.json"), '{"openai/gpt-5": {"input": 1.25, "output": 10, "cache_read": 0.125, "cache_write": 0}}');
  const { body: before } = await colony.get("/api/agents");
  expect(before.agents.at(-1)).toMatchObject({ username: "ops", file: "ops.md" });
  expect(before.problems).toMatchObject([{ file: "wrong.md", line: 1 }]);
  await colony.user("far");
  writeFileSync(join(colony.data, "agents", "far.md"), persona("far"));
  expect((await doctor(colony.data)).lines).toContain("warn agents far.md:2: username: the name 'far' is taken by a user. Give the agent another username.");

  const file = join(newFolder(), "colony.backup");
  expect(await command(["backup", file, "--data", colony.data])).toMatchObject({ code: 0, err: "" });
  const folder = join(newFolder(), "restored");
  expect(await command(["restore", file, "--data", folder])).toMatchObject({ code: 0, err: "" });
  for (const name of ["prices.json", "agents/ops.md", "agents/wrong.md"]) expect(readFileSync(join(folder, name), "utf8")).toBe(readFileSync(join(colony.data, name), "utf8"));
  const copy = await Colony.start({}, folder);
  const { body: after } = await copy.get("/api/agents", { token: colony.admin });
  expect(after.agents).toEqual(before.agents);
}, 30_000);
