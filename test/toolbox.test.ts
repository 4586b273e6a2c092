import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Actor } from "../src/accounts/credentials.ts";
import { createUser, deactivateUser } from "../src/accounts/service.ts";
import type { Step } from "../src/agents/answer.ts";
import { builtIn } from "../src/agents/builtin.ts";
import { Citations } from "../src/agents/citations.ts";
import { toolNames } from "../src/agents/persona.ts";
import { Desk } from "../src/agents/tools/desk.ts";
import { Toolbox } from "../src/agents/tools/toolbox.ts";
import { keepUsers } from "../src/agents/users.ts";
import type { Context } from "../src/context.ts";
import { openIndexless } from "./searching.ts";

let ctx: Context;
let admin: Actor;
beforeAll(async () => {
  ({ ctx, admin } = await openIndexless());
  const { residents, problems } = await keepUsers(
    ctx,
    builtIn.map((persona) => ({ ...persona, line: 1 })),
  );
  ctx.residents.put(residents, problems);
});
afterAll(() => ctx.close());

/** The tools of an answer to someone in #general, called by name; `told` is what was heard of their steps. */
const toolsFor = async (username: string, signal = new AbortController().signal) => {
  const told: Step[][] = [];
  const audience = { asker_no: ctx.users.get(username).no, channel_no: ctx.channels.find("general")?.no ?? 0 };
  const box = new Toolbox(new Desk(ctx, audience, ctx.users.get("grimlock").no, "", new Citations()), (steps) => told.push(structuredClone(steps)), signal);
  const tools = box.tools(toolNames);
  const use = async (name: string, input: unknown): Promise<string | undefined> => tools[name]?.execute(input);
  return { told, use };
};

test("A step is told when its tool is called and again when it has ended, one call after the other", async () => {
  const { told, use } = await toolsFor("admin");
  await Promise.all([use("search_knowledge", { query: "two\nlines" }), use("read_channel", { channel: "nowhere" })]);
  const shown = told.map((steps) => steps.map(({ tool, state }) => `${tool} ${state}`));
  expect(shown).toEqual([
    ["search_knowledge running"],
    ["search_knowledge done"],
    ["search_knowledge done", "read_channel running"],
    ["search_knowledge done", "read_channel failed"],
  ]);
  expect(told[0]).toEqual([{ tool: "search_knowledge", input: "two lines", state: "running", output: null, ms: null }]);
  expect(told.at(-1)?.[0]).toEqual({ tool: "search_knowledge", input: "two lines", state: "done", output: "no sections", ms: expect.any(Number) });
});

test("No tool does anything for who has no active account any more, or whose answer was stopped", async () => {
  await createUser(ctx, { ...admin, seen: ctx.credentials.changes }, { username: "dora", display_name: "Dora", role: "ape", password: "a long password" }, null);
  const { use } = await toolsFor("dora");
  const inputs = {
    search_messages: { query: "x" },
    read_channel: { channel: "general" },
    read_attachment: { file: "x" },
    search_knowledge: { query: "x" },
    read_knowledge: { file: "x" },
    create_artifact: { name: "x.txt", content: "x" },
  };
  const names = Object.keys(inputs) as (keyof typeof inputs)[];
  expect(await use("read_channel", inputs.read_channel)).toBe("#general has no messages.");
  const stopped = new AbortController();
  const { use: useStopped } = await toolsFor("dora", stopped.signal);
  stopped.abort();
  for (const name of names) expect(await useStopped(name, inputs[name])).toBe("Error: The answer was stopped.");
  await deactivateUser(ctx, { ...admin, seen: ctx.credentials.changes }, "dora");
  for (const name of names) expect(await use(name, inputs[name])).toBe("Error: Whoever asked may not read this channel any more. Stop here and end your answer.");
  expect(ctx.db.raw.query("SELECT count(*) AS files FROM files").get()).toEqual({ files: 0 });
});
