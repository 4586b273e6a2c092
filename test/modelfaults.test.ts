import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { Asker, search } from "./asking.ts";
import { type Act, call, cut, fail, hang, hold, say, stopShort, tokens } from "./modelacts.ts";
import { Models } from "./models.ts";

let models: Models;
let asker: Asker;
const keys = /sk-ant-test-key|sk-test-key|compatible-test-key/;

beforeAll(async () => {
  models = await Models.start();
});
beforeEach(() => {
  models.clear();
  asker = new Asker({ ...models.env, ...models.compatible });
});
afterEach(() => asker.close());
afterAll(() => models.stop());

/** Uses this in place of the asker of all. */
const askerWith = (settings: Record<string, string>): void => {
  asker.close();
  asker = new Asker(settings);
};
/** How requests of a provider are answered; the others say one sentence. */
const only =
  (provider: string, ...acts: Act[]) =>
  (asked: { provider: string }) =>
    asked.provider === provider ? acts : Models.SENTENCE;
const askedOf = (): string[] => models.requests.map(({ provider }) => provider);
const outcomes = (): string[] => asker.rows().map(({ provider, outcome }) => `${provider} ${outcome}`);

test("where the first model is overloaded, the second one answers, and the answer says which it was", async () => {
  models.answer(only("anthropic", fail(529)));
  expect(await asker.ask()).toMatchObject({ text: Models.SENTENCE, provider: "openai", model: "gpt-5-mini", calls: 3, input_tokens: 100, output_tokens: 20 });
  expect(askedOf()).toEqual(["anthropic", "anthropic", "openai"]);
  expect(asker.rows()).toMatchObject([
    { provider: "anthropic", outcome: "overloaded", cost_usd: 0, error: "529 overloaded_error" },
    { provider: "anthropic", outcome: "overloaded", cost_usd: 0, error: "529 overloaded_error" },
    { provider: "openai", model: "gpt-5-mini", outcome: "ok", error: null },
  ]);
});

test("where all are overloaded, whoever asked is told so, and what to do", async () => {
  models.answer([fail(529)]);
  const { fault, message, hint, said } = await asker.fails();
  expect(fault).toBe("overloaded");
  expect(message).toBe("The model anthropic/claude-sonnet-4-6 is overloaded (529), so I cannot answer now.");
  expect(hint).toBe("Retry in a minute. openai/gpt-5-mini could not answer either (529).");
  expect(said).toMatchObject({ text: "", cost_usd: 0, calls: 5 });
  expect(askedOf()).toEqual(["anthropic", "anthropic", "openai", "openai", "openai"]);
});

test("a model that has failed is not asked again in the steps that follow, and the next one is told all that was done", async () => {
  const tools = { search: search(() => "Found: make deploy") };
  models.next([say("Let me look."), call("search", { query: "deploy" })], [fail(500)], [fail(502)], [call("search", { query: "release" })], "Run make deploy.");
  expect(await asker.ask({ tools })).toMatchObject({ text: "Let me look.\n\nRun make deploy.", provider: "openai" });
  expect(askedOf()).toEqual(["anthropic", "anthropic", "anthropic", "openai", "openai"]);
  expect(models.requests.at(-1)?.results).toEqual(["Found: make deploy", "Found: make deploy"]);
  expect(models.requests.at(-1)?.text).toContain("Let me look.");
});

test("a provider that says how long to wait is waited for", async () => {
  models.next([fail(429, {}, { "retry-after-ms": "60" })]);
  const begun = performance.now();
  expect(await asker.ask()).toMatchObject({ text: Models.SENTENCE, provider: "anthropic" });
  expect(performance.now() - begun).toBeGreaterThanOrEqual(60);
});

test("one that asks for longer than anybody waits is left for the next, and named where there is none", async () => {
  models.answer(only("anthropic", fail(429, {}, { "retry-after": "3600" })));
  expect(await asker.ask()).toMatchObject({ provider: "openai" });
  expect(askedOf()).toEqual(["anthropic", "openai"]);
  const { fault, hint } = await asker.fails({ models: ["anthropic/claude-sonnet-4-6"] });
  expect(fault).toBe("overloaded");
  expect(hint).toBe("Retry in 3600 s.");
});

test("a key that is turned away is said without the key, and another provider answers", async () => {
  askerWith({ ...models.env, ANTHROPIC_API_KEY: "sk-ant-wrong-key-0123456789" });
  expect(await asker.ask()).toMatchObject({ provider: "openai" });
  const why = await asker.fails({ models: ["anthropic/claude-sonnet-4-6"] });
  expect(why.fault).toBe("bad_key");
  expect(why.hint).toContain("ANTHROPIC_API_KEY");
  expect(JSON.stringify([why.message, why.hint, asker.rows()])).not.toContain("wrong-key");
  expect(askedOf()).toEqual(["anthropic", "openai", "anthropic"]);
});

test("a provider that repeats a key in its error has it struck out", async () => {
  models.answer([fail(400, { message: "Cannot use sk-test-key or sk-proj-abc*****xyz with compatible-test-key here" })]);
  const { fault, hint } = await asker.fails({ models: ["openai/gpt-5-mini"] });
  expect(fault).toBe("failed");
  expect(hint).toBe("Its provider said: Cannot use … or … with … here");
  expect(JSON.stringify(asker.rows())).not.toMatch(keys);
});

test("a model that the provider does not know is named", async () => {
  models.answer([fail(404)]);
  const { fault, message, hint } = await asker.fails({ models: ["openai/gpt-99"] });
  expect(fault).toBe("unknown_model");
  expect(message).toContain("openai/gpt-99");
  expect(hint).toContain("COLONY_LLM_MODEL");
  expect(models.requests).toHaveLength(1);
});

test("without a provider that is set up, one plain sentence says so", async () => {
  askerWith({});
  const { fault, message, hint, said } = await asker.fails();
  expect({ fault, message, said }).toEqual({ fault: "no_model", message: "No model is set up here, so I cannot answer.", said: null });
  expect(hint).toContain("ANTHROPIC_API_KEY");
  expect(asker.rows()).toEqual([]);
});

test("models whose provider has no key are passed over", async () => {
  askerWith(models.openai);
  expect(await asker.ask()).toMatchObject({ provider: "openai" });
  expect(askedOf()).toEqual(["openai"]);
});

test("a server that is not there is said to be out of reach", async () => {
  const gone = await Models.start();
  gone.stop();
  askerWith({ COLONY_LLM_BASE_URL: gone.url });
  const { fault, message } = await asker.fails({ models: ["compatible/llama-test"] });
  expect(fault).toBe("failed");
  expect(message).toContain("could not be reached");
  expect(outcomes()).toEqual(["compatible error", "compatible error", "compatible error"]);
});

test("a name that no server has, and one that does not speak TLS, are said to be out of reach too, and cost nothing", async () => {
  for (const address of ["http://no-such-host.invalid", models.url.replace("http:", "https:")]) {
    askerWith({ ANTHROPIC_API_KEY: "key", ANTHROPIC_BASE_URL: address });
    expect(await asker.fails({ models: ["anthropic/claude-sonnet-4-6"] })).toMatchObject({ fault: "failed", said: { cost_usd: 0 } });
    expect(outcomes()).toEqual(["anthropic error", "anthropic error", "anthropic error"]);
  }
});

test("a redirect is not followed: it would carry key and conversation elsewhere", async () => {
  const other = await Models.start();
  models.answer([fail(307, {}, { location: `${other.url}/v1/messages` })]);
  const { fault, message } = await asker.fails({ models: ["anthropic/claude-sonnet-4-6"] });
  expect(fault).toBe("failed");
  expect(message).toContain("307");
  expect(other.requests).toEqual([]);
  other.stop();
});

test("a model from which nothing comes is left for the next one, without being asked again", async () => {
  models.answer([hang()]);
  const { fault, hint } = await asker.fails({}, { first: 50 });
  expect(fault).toBe("timeout");
  expect(hint).toContain("openai/gpt-5-mini could not answer either (too late)");
  expect(outcomes()).toEqual(["anthropic timeout", "openai timeout"]);
});

test("a model that falls silent in the midst of its answer has given none, and one that goes on for ever is ended", async () => {
  models.answer([say("It is"), hold(() => new Promise(() => {}))]);
  const silent = await asker.fails({ models: ["anthropic/claude-sonnet-4-6"] }, { silence: 300 });
  expect(silent).toMatchObject({ fault: "timeout", said: { text: "It is", input_tokens: 100 } });
  expect(asker.heard.at(-1)).toBe("");
  expect(silent.hint).toContain("silent");
  models.answer([say("on and ".repeat(100_000), { pieces: 100_000, between: () => Bun.sleep(5) })]);
  const endless = await asker.fails({ models: ["anthropic/claude-sonnet-4-6"] }, { whole: 300 });
  expect(endless.fault).toBe("timeout");
  expect(asker.heard.at(-1) ?? "").toBe("");
});

test("a server that sends without end is cut off, and not asked again", async () => {
  models.answer([say("x".repeat(40 * 2 ** 20), { pieces: 40 })]);
  expect(await asker.fails({ models: ["compatible/llama-test"] })).toMatchObject({ fault: "cut" });
  expect(asker.rows()).toMatchObject([{ outcome: "cut", error: "It sent more than is taken." }]);
  // Of all that, no more is reckoned than was asked for: the day's budget is not spent by a server that has gone wrong.
  expect(asker.rows()[0]?.output_tokens).toBeLessThan(10_000);
});

test("what came before a stream broke off is counted: as it was told, and else reckoned from its text", async () => {
  const [anthropic, openai] = ["anthropic/claude-sonnet-4-6", "openai/gpt-5-mini"];
  const long = "It goes on. ".repeat(100);
  models.answer([tokens({ input: 1_000, output: 5_000, cache_read: 400, cache_write: 0 }), say(long), hold(() => new Promise(setImmediate)), stopShort()]);
  const output_tokens = long.length / 3;
  expect(await asker.fails({ models: [anthropic] })).toMatchObject({ fault: "cut", said: { input_tokens: 3_000, cache_read_tokens: 1_200, output_tokens: 3 * output_tokens } });
  expect(asker.rows()[0]).toMatchObject({ outcome: "cut", input_tokens: 1_000, output_tokens, cost_usd: (600 * 3 + 400 * 0.3 + output_tokens * 15) / 1e6 });
  await asker.fails({ models: [openai] });
  const reckoned = asker.rows().at(-1);
  expect(reckoned).toMatchObject({ outcome: "cut", output_tokens });
  // What was asked, some hundred letters, of which nobody was told the tokens.
  expect(reckoned?.input_tokens).toBeWithin(10, 1_000);
  expect(reckoned?.cost_usd).toBeGreaterThan(0);
});

test("what nothing came of is reckoned at nothing, and its cost is not known where nobody told it", async () => {
  models.answer([stopShort()]);
  expect(await asker.fails({ models: ["openai/gpt-5-mini"] })).toMatchObject({ fault: "cut", said: { input_tokens: 0, output_tokens: 0, cost_usd: null } });
});

test("the costs of an answer's calls make exactly their sum", async () => {
  const used = tokens({ input: 200, output: 10, cache_read: 0, cache_write: 0 });
  const look = [used, say("I look."), call("search", { query: "x" })];
  models.next(look, look, [used, say("Nothing.")]);
  const { calls, cost_usd } = await asker.ask({ tools: { search: search(() => "nothing") } });
  expect([calls, cost_usd]).toEqual([3, (3 * (200 * 3 + 10 * 15)) / 1e6]);
});

test("a server that counts no tokens costs nobody knows what", async () => {
  models.answer([tokens(null), say("Yes.")]);
  expect(await asker.ask({ models: ["openai/gpt-5-mini"] })).toMatchObject({ text: "Yes.", input_tokens: 0, output_tokens: 0, cost_usd: null });
  expect(await asker.ask({ models: ["compatible/llama-test"] })).toMatchObject({ text: "Yes.", cost_usd: null });
});

test("an answer without a word is asked for again, and after words it is an end", async () => {
  models.next([], "Here it is.");
  expect(await asker.ask()).toMatchObject({ text: "Here it is.", calls: 2 });
  models.next([say("I look it up."), call("search", { query: "x" })], []);
  expect(await asker.ask({ tools: { search: search(() => "nothing") } })).toMatchObject({ text: "I look it up.", calls: 2 });
});

test("a budget that is spent in the midst of an answer ends it, with what had come and what it cost", async () => {
  askerWith({ ...models.env, COLONY_LLM_DAILY_BUDGET_USD: "0.01" });
  models.answer([tokens({ input: 4_000, output: 0, cache_read: 0, cache_write: 0 }), say("I look."), call("search", { query: "x" })]);
  const { fault, said } = await asker.fails({ tools: { search: search(() => "nothing") } });
  expect(fault).toBe("budget_exhausted");
  expect(said).toMatchObject({ text: "I look.", calls: 1, cost_usd: 0.012 });
  expect(models.requests).toHaveLength(1);
});

test("the same question's beginning is the same to the byte, and marked for the provider to keep", async () => {
  const tools = { search: search(() => "nothing") };
  await asker.ask({ tools, prompt: "How do we deploy?" });
  await asker.ask({ tools, prompt: "Who is on call?" });
  const [one, two] = models.requests.map(({ body }) => JSON.stringify({ tools: body.tools, system: body.system }));
  expect(one).toBe(two ?? "");
  expect(models.requests[0]?.body.system).toEqual([{ type: "text", text: "You are the house's assistant.", cache_control: { type: "ephemeral" } }]);
  // It is sent before what differs.
  expect(models.requests[1]?.text.indexOf('"system"')).toBeLessThan(models.requests[1]?.text.indexOf("Who is on call?") ?? 0);
});

test("OpenAI is told to keep nothing of what was asked", async () => {
  await asker.ask({ models: ["openai/gpt-5-mini"] });
  expect(models.requests[0]?.body.store).toBe(false);
});

test("a question stopped while it waits to be asked again ends at once", async () => {
  const stop = new AbortController();
  models.answer([fail(529)]);
  const answer = asker.ask({ signal: stop.signal }, { backoff: 10_000 });
  await models.has(1);
  while (asker.rows().length === 0) await new Promise(setImmediate);
  stop.abort();
  expect(await answer).toMatchObject({ text: "", calls: 1 });
  models.answer([cut()]);
  expect(await asker.ask({ signal: AbortSignal.abort() })).toMatchObject({ text: "", calls: 0 });
  expect(models.requests).toHaveLength(1);
});

test("what the SDK finds unusual of a model does not stand among the lines of the server's output", async () => {
  const warned: string[] = [];
  const take = ({ message }: Error) => warned.push(message);
  process.on("warning", take);
  // More than the model can say, which the SDK would remark upon.
  await asker.ask({ max_tokens: 10_000_000 });
  await new Promise(setImmediate);
  process.off("warning", take);
  expect(warned).toEqual([]);
});
