import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answerTo } from "./answers.ts";
import { Colony, newFolder, until } from "./colony.ts";
import { call, cut, fail, hold, say, tokens } from "./modelacts.ts";
import { Models } from "./models.ts";
import { bytesOnDisk, readRows } from "./people.ts";

let models: Models;
let colony: Colony;
let benji: string;

/** Agents beside those that are built in: one on the usual models, one on a server of one's own alone. */
const personas = {
  helper: "model: anthropic/claude-sonnet-4-6\nfallback_model: openai/gpt-5-mini\ntools: [search_messages]",
  second: "model: openai/gpt-5-mini\nfallback_model: openai/gpt-5-mini\ntools: [search_messages]",
  own: "model: compatible/llama-test\nfallback_model: compatible/llama-test\ntools: [search_messages]",
};

beforeAll(async () => {
  models = await Models.start();
  const data = join(newFolder(), "data");
  mkdirSync(join(data, "agents"), { recursive: true });
  for (const [name, lines] of Object.entries(personas)) writeFileSync(join(data, "agents", `${name}.md`), `---\nusername: ${name}\n${lines}\n---\nYou answer.\n`);
  colony = await Colony.start({ ...models.env, ...models.compatible }, data);
  benji = await colony.user("benji", "ape");
});
beforeEach(() => models.clear());
afterAll(() => models.stop());

const ask = async (content: string) => {
  const question = await colony.say("general", content, {}, benji);
  return { question, answer: await answerTo(colony, question) };
};
/** All messages that reply to a question. */
const repliesTo = async ({ id, seq }: { id: string; seq: number }): Promise<any[]> =>
  (await colony.get(`/api/channels/general/messages?after_seq=${seq}`)).body.filter(({ reply_to }: { reply_to: string }) => reply_to === id);

describe.each([
  ["helper", "anthropic", "claude-sonnet-4-6"],
  ["second", "openai", "gpt-5-mini"],
  ["own", "compatible", "llama-test"],
])("@%s, by the protocol of %s,", (agent, provider, model) => {
  test("looks something up and answers, and says what that took", async () => {
    await colony.say("general", `The ${agent} deploys with make ship.`, {}, benji);
    const used = { input: 2_000, output: 30, cache_read: 500, cache_write: 0 };
    models.next([tokens(used), say("Let me look."), call("search_messages", { query: `${agent} deploys` })], [tokens(used), say("With `make ship`.")]);
    const { answer } = await ask(`@${agent} how do you deploy?`);
    expect(models.requests[1]?.results[0]).toContain("make ship");
    expect(answer).toMatchObject({
      type: "text",
      content: "Let me look.\n\nWith `make ship`.",
      metadata: { provider, model, input_tokens: 4_000, output_tokens: 60, cache_read_tokens: 1_000, cache_write_tokens: 0, steps: [{ tool: "search_messages", state: "done" }] },
    });
    expect(models.requests.map((asked) => asked.provider)).toEqual([provider as never, provider as never]);
  });

  test("whose stream is cut mid-word answers whole by the next try, and nothing stands twice", async () => {
    const question = await colony.say("general", `Before the cut of ${agent}.`, {}, benji);
    const growing = () =>
      until(async () => (await colony.get(`/api/channels/general/messages?after_seq=${question.seq}`)).body.find((one: any) => one.content === "The answer is forty-t"));
    models.next([say("The answer is forty-t"), hold(growing), cut()], "The answer is forty-two.");
    const { question: asked, answer } = await ask(`@${agent} what is the answer?`);
    expect(answer).toMatchObject({ type: "text", content: "The answer is forty-two." });
    expect(await repliesTo(asked)).toHaveLength(1);
  });
});

test("Where the first model is overloaded the second answers, and the answer's metadata says which", async () => {
  models.answer(({ provider }) => (provider === "anthropic" ? fail(529) : "From the second."));
  const { answer } = await ask("@helper are you there?");
  expect(answer).toMatchObject({ type: "text", content: "From the second.", metadata: { provider: "openai", model: "gpt-5-mini" } });
});

test("Where both are down there is one error message, with what to do next", async () => {
  models.answer([fail(529)]);
  const { question, answer } = await ask("@helper are you there now?");
  expect(answer).toMatchObject({ type: "error", metadata: { error: "overloaded" } });
  expect(answer.content).toBe(
    "The model anthropic/claude-sonnet-4-6 is overloaded (529), so I cannot answer now.\n\nRetry in a minute. openai/gpt-5-mini could not answer either (529).",
  );
  expect(await repliesTo(question)).toHaveLength(1);
});

test("No key of a provider is ever written down: not in the log, not in an answer, not on disk, whatever a provider says", async () => {
  models.answer(({ headers }) => [fail(401, { message: `Incorrect API key: ${headers["x-api-key"] ?? headers.authorization}` })]);
  const { answer } = await ask("@helper who are you?");
  expect(answer).toMatchObject({ type: "error", metadata: { error: "bad_key" } });
  const rows = readRows<{ error: string | null }>(colony.data, "SELECT error FROM model_calls WHERE error LIKE '401%'");
  expect(rows).toHaveLength(2);
  const line = await until(() => /.*"event":"model_failed".*"status":401.*/.exec(colony.output)?.[0]);
  const everything = [line, colony.output, JSON.stringify([answer, rows]), bytesOnDisk(colony.data).toString("latin1")].join("\n");
  for (const { ANTHROPIC_API_KEY, OPENAI_API_KEY, COLONY_LLM_API_KEY } of [{ ...models.env, ...models.compatible }])
    for (const key of [ANTHROPIC_API_KEY, OPENAI_API_KEY, COLONY_LLM_API_KEY]) expect(everything.includes(key ?? "")).toBeFalse();
});
