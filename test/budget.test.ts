import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { Colony, command, until } from "./colony.ts";
import { say, tokens } from "./modelacts.ts";
import { Models } from "./models.ts";
import { DAY, readRows } from "./people.ts";

let models: Models;
let colony: Colony;

/** How long these tests may take, in milliseconds. */
const WHILE = 20_000;

beforeAll(async () => {
  // They speak of today, so they do not begin when it ends.
  if (DAY - (Date.now() % DAY) < WHILE) await Bun.sleep(WHILE);
  models = await Models.start();
  colony = await Colony.start({ ...models.anthropic, COLONY_LLM_MODEL: "anthropic/claude-sonnet-4-6", COLONY_LLM_DAILY_BUDGET_USD: "0.01" });
}, 60_000);
afterAll(() => models.stop());

/** Asks in #general. @returns the answer when it is whole */
const ask = async (content: string) => {
  const question = await colony.say("general", `@grimlock ${content}`);
  return until(async () => {
    const { body } = await colony.get(`/api/channels/general/messages?after_seq=${question.seq}`);
    return body.find(({ reply_to, metadata }: { reply_to: string; metadata: { streaming?: boolean } | null }) => reply_to === question.id && !metadata?.streaming);
  });
};

test("what an answer cost is its tokens by the prices, and a spent budget ends the next question in a sentence", async () => {
  // 2,000 tokens in, of which 1,000 from the cache at $0.30 and 400 put into it at $3.75, 600 at $3; 150 out at $15 for a million:
  // $0.0018 + $0.0003 + $0.0015 + $0.00225 = $0.00585.
  models.answer([tokens({ input: 2_000, cache_read: 1_000, cache_write: 400, output: 150 }), say("This is it.")]);
  for (const content of ["first?", "second?"]) {
    const { metadata } = await ask(content);
    expect(metadata).toMatchObject({
      provider: "anthropic",
      model: "claude-sonnet-4-6",
      input_tokens: 2_000,
      output_tokens: 150,
      cache_read_tokens: 1_000,
      cache_write_tokens: 400,
    });
    expect(metadata.cost_usd).toBe(0.00585);
  }
  const third = await ask("third?");
  const midnight = new Date(new Date().setUTCHours(24, 0, 0, 0)).toISOString();
  expect(third.type).toBe("error");
  expect(third.content.split("\n")[0]).toBe(`Today's budget for models, $0.01, is spent, so I cannot answer before ${midnight.slice(0, 10)} 00:00 UTC.`);
  expect(third.content).toContain("COLONY_LLM_DAILY_BUDGET_USD");
  expect(third.metadata).toMatchObject({ error: "budget_exhausted" });
  expect(models.requests).toHaveLength(2);
  const { body } = await colony.get("/api/usage?by=agent");
  expect(body.rows).toMatchObject([{ key: "grimlock", label: "Grimlock", calls: 2, failed: 0, input_tokens: 4_000, output_tokens: 300, cost_usd: 0.0117, unpriced_calls: 0 }]);
  expect(body.budget).toEqual({ daily_usd: 0.01, spent_today_usd: 0.0117, resets_at: midnight });
  // Whoever looks why agents stopped is told by the doctor, though it was not given the server's settings.
  const { out } = await command(["doctor", "--data", colony.data]);
  expect(out).toMatch(
    /^warn +budget +\$0\.0117 was spent on models today \(UTC\), which is the whole budget of \$0\.01: agents answer nothing before .* raise COLONY_LLM_DAILY_BUDGET_USD/m,
  );
});

test("the metrics count calls and tokens by provider, and say nothing of who asked", async () => {
  const { text } = await colony.get("/metrics");
  const lines = text.split("\n").filter((line) => line.startsWith("colony_model_"));
  expect(lines).toEqual([
    'colony_model_calls_total{provider="anthropic",outcome="ok"} 2',
    'colony_model_tokens_total{provider="anthropic",kind="input"} 1200',
    'colony_model_tokens_total{provider="anthropic",kind="cache_read"} 2000',
    'colony_model_tokens_total{provider="anthropic",kind="cache_write"} 800',
    'colony_model_tokens_total{provider="anthropic",kind="output"} 300',
    "colony_model_spent_today_dollars 0.0117",
  ]);
});

test("a day that is over leaves the budget of the next whole, and a restart in the same day does not", async () => {
  await colony.stop();
  await colony.run();
  expect((await ask("again?")).metadata).toMatchObject({ error: "budget_exhausted" });
  await colony.stop();
  // As if those calls had been yesterday's.
  const database = new Database(join(colony.data, "colony.db"));
  database.run("UPDATE model_calls SET at = strftime('%Y-%m-%dT%H:%M:%fZ', at, '-1 day')");
  database.close();
  await colony.run();
  expect((await ask("and today?")).type).toBe("text");
  expect(readRows<{ cost_usd: number }>(colony.data, "SELECT cost_usd FROM model_calls")).toHaveLength(3);
});
