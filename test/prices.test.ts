import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "../src/config.ts";
import { type Context, openContext } from "../src/context.ts";
import { ModelError } from "../src/models/asking.ts";
import { budgetOf, checkBudget } from "../src/models/budget.ts";
import { type Call, recordCall } from "../src/models/calls.ts";
import { listedPrices } from "../src/models/listed.ts";
import { costOf, type Price, writeListedPrices } from "../src/models/prices.ts";
import { newFolder } from "./colony.ts";
import { readRows } from "./people.ts";

let ctx: Context;
let now: Date;
let data: string;

const open = (settings: Record<string, string> = {}): void => {
  ctx = openContext(readConfig({ COLONY_LOG_LEVEL: "silent", ...settings }, { COLONY_DATA: data }), () => new Date(now));
};

beforeEach(() => {
  data = join(newFolder(), "data");
  now = new Date("2026-11-21T12:00:00Z");
  open();
});
afterEach(() => ctx.close());

/** Starts anew on the same folder. */
const again = (settings: Record<string, string> = {}): void => {
  ctx.close();
  open(settings);
};

const call = (more: Partial<Call> = {}): Call => ({
  cause: { agent_no: 2, asker_no: 1, job_no: null },
  provider: "anthropic",
  model: "claude-sonnet-4-6",
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  latency_ms: 812.4,
  outcome: "ok",
  error: null,
  ...more,
});
const million = 1_000_000;

let writes = 0;
/** Writes the file of prices as an operator's editor does. Two writes within a tick of the file system's clock are told apart too. */
const edit = (text: string): void => {
  writeFileSync(join(data, "prices.json"), text);
  const at = new Date(Date.now() + ++writes * 1000);
  utimesSync(join(data, "prices.json"), at, at);
};
const priced = (price: Partial<Price>) => ({ input: 1, output: 1, cache_read: 1, cache_write: 1, ...price });

describe("what a call costs", () => {
  test("is its tokens by their prices, the cached ones apart: a worked example", async () => {
    // Of 12,000 tokens in, 8,000 came from the cache and 1,500 were put into it: 2,500 at $3, 8,000 at $0.30, 1,500 at $3.75,
    // and 640 out at $15 for a million: $0.0075 + $0.0024 + $0.005625 + $0.0096 = $0.025125.
    const { cost_usd } = await recordCall(ctx, call({ input_tokens: 12_000, cache_read_tokens: 8_000, cache_write_tokens: 1_500, output_tokens: 640 }));
    expect(cost_usd).toBe(0.025125);
    expect(readRows(data, "SELECT * FROM model_calls")).toEqual([
      {
        no: 1,
        at: "2026-11-21T12:00:00.000Z",
        agent_no: 2,
        asker_no: 1,
        job_no: null,
        provider: "anthropic",
        model: "claude-sonnet-4-6",
        input_tokens: 12_000,
        output_tokens: 640,
        cache_read_tokens: 8_000,
        cache_write_tokens: 1_500,
        cost_usd: 0.025125,
        latency_ms: 812,
        outcome: "ok",
        error: null,
      },
    ]);
  });

  test("is that of the long input where a model asks more for it", () => {
    const price = { ...priced({ input: 2 }), above: { tokens: 100, ...priced({ input: 4, output: 3 }) } };
    const tokens = { input_tokens: 100, output_tokens: million, cache_read_tokens: 0, cache_write_tokens: 0 };
    expect(costOf(price, tokens)).toBe(1.0002);
    expect(costOf(price, { ...tokens, input_tokens: 101 })).toBe(3.000404);
  });

  test("is not known for a model without a price, nor for one of a name like another's", async () => {
    for (const model of ["claude-sonnet-4-6-20990101", "claude-sonnet", "claude-sonnet-4-6 ", "__proto__", "constructor"])
      expect(await recordCall(ctx, call({ model, input_tokens: 5 }))).toEqual({ cost_usd: null });
    expect(await recordCall(ctx, call({ provider: "compatible", input_tokens: 5 }))).toEqual({ cost_usd: null });
    expect(ctx.tally.today()).toBe(0);
  });

  test("is written down of a failed call too, and what the provider said only in part", async () => {
    await recordCall(ctx, call({ input_tokens: 1000, outcome: "cut", error: "x".repeat(10_000) }));
    expect(readRows(data, "SELECT cost_usd, outcome, length(error) AS said FROM model_calls")).toEqual([{ cost_usd: 0.003, outcome: "cut", said: 500 }]);
  });
});

describe("prices.json", () => {
  test("is written at the first start with what providers publish, readable by its owner alone, and never again", () => {
    const file = join(data, "prices.json");
    expect(existsSync(file)).toBe(false);
    writeListedPrices(data);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(listedPrices);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    edit("{}");
    writeListedPrices(data);
    expect(readFileSync(file, "utf8")).toBe("{}");
  });

  test("holds from the next call on when it is edited", async () => {
    writeListedPrices(data);
    const cost = async () => (await recordCall(ctx, call({ model: "house", output_tokens: million }))).cost_usd;
    expect(await cost()).toBeNull();
    edit(JSON.stringify({ "anthropic/house": priced({ output: 7.5 }) }));
    expect(await cost()).toBe(7.5);
    edit(JSON.stringify({ "anthropic/house": priced({ output: 8 }) }));
    expect(await cost()).toBe(8);
    edit("{}");
    expect(await cost()).toBeNull();
  });

  test("prices a dated name as another only where it says so", () => {
    edit(JSON.stringify({ "anthropic/house": priced({}), "anthropic/house-20260101": "anthropic/house" }));
    expect(ctx.prices.of("anthropic", "house-20260101")).toEqual(priced({}));
    expect(ctx.prices.of("anthropic", "house-20260202")).toBeNull();
  });

  const good = priced({});
  test.each([
    ["it is not JSON", "{ not JSON"],
    ["it must be an object", "[]"],
    ['"gpt-5" is no model: write provider/model', '{"gpt-5": {}}'],
    ['"openai/x" needs "output": dollars for a million tokens', JSON.stringify({ "openai/x": { ...good, output: "3" } })],
    ['"openai/x" needs "output"', JSON.stringify({ "openai/x": { ...good, output: -1 } })],
    ["at most six decimals", JSON.stringify({ "openai/x": { ...good, output: 0.0000001 } })],
    ['"openai/x" needs "output"', '{"openai/x": {"input": 1}}'],
    ['"openai/x" needs "cache_read"', '{"openai/x": {"input": 1, "output": 2, "cache_read": null}}'],
    ['"openai/x" needs "input"', '{"openai/x": null}'],
    ['"openai/x" has "cached", which is none of input, output, cache_read, cache_write', JSON.stringify({ "openai/x": { ...good, cached: 1 } })],
    ['"openai/x": "above" needs "tokens"', JSON.stringify({ "openai/x": { ...good, above: good } })],
    ['"openai/x": "above" needs "input"', JSON.stringify({ "openai/x": { ...good, above: { tokens: 5 } } })],
    ['"openai/x" is to be priced as "openai/y", which has no price here', '{"openai/x": "openai/y"}'],
    ['"openai/x" is to be priced as "openai/x"', '{"openai/x": "openai/x"}'],
    ["it is longer than", " ".repeat(2 * 1024 * 1024)],
  ])("that cannot be used (%s) leaves the prices before it in force, and says why", (why, text) => {
    edit(JSON.stringify({ "openai/x": priced({ input: 42 }) }));
    expect(ctx.prices.problem).toBeNull();
    edit(text);
    expect(ctx.prices.of("openai", "x")?.input).toBe(42);
    expect(ctx.prices.problem).toContain(why);
    expect(ctx.prices.problem).toEndWith("The prices before it are in force.");
    edit("{}");
    expect(ctx.prices.problem).toBeNull();
    expect(ctx.prices.of("openai", "x")).toBeNull();
  });

  test("may leave out the cache, which then costs what the input does", () => {
    edit('{"openai/x": {"input": 2, "output": 8, "cache_read": 0.5, "above": {"tokens": 1000, "input": 4, "output": 9}}}');
    expect(ctx.prices.of("openai", "x")).toEqual({
      ...{ input: 2, output: 8, cache_read: 0.5, cache_write: 2 },
      above: { tokens: 1_000, input: 4, output: 9, cache_read: 4, cache_write: 4 },
    });
    edit("{}");
    expect(ctx.prices.of("openai", "x")).toBeNull();
  });

  test("that cannot be used from the start on leaves those in force that providers publish", () => {
    edit("{");
    expect(ctx.prices.of("anthropic", "claude-sonnet-4-6")).toEqual({ input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 });
    expect(ctx.prices.problem).toEndWith("The prices that providers publish are in force.");
  });

  test("that is taken away leaves its prices in force, and says so", () => {
    edit(JSON.stringify({ "openai/x": good }));
    expect(ctx.prices.of("openai", "x")).toEqual(good);
    rmSync(join(data, "prices.json"));
    expect(ctx.prices.of("openai", "x")).toEqual(good);
    expect(ctx.prices.problem).toContain("is not there");
  });
});

describe("the daily budget", () => {
  const refusal = (): ModelError | null => {
    try {
      checkBudget(ctx);
    } catch (error) {
      if (error instanceof ModelError) return error;
      throw error;
    }
    return null;
  };
  /** Spends tenths of a cent. */
  const spend = (tenths: number) => recordCall(ctx, call({ provider: "openai", model: "house", output_tokens: tenths }));

  beforeEach(() => {
    again({ COLONY_LLM_DAILY_BUDGET_USD: "0.01" });
    edit(JSON.stringify({ "openai/house": priced({ output: 1000 }) }));
  });

  test("lets calls through until it is spent to the unit, and then says how much and until when", async () => {
    for (let n = 0; n < 10; n++) {
      expect(refusal()).toBeNull();
      await spend(1);
    }
    const error = refusal();
    expect(error?.fault).toBe("budget_exhausted");
    expect(error?.message).toBe("Today's budget for models, $0.01, is spent, so I cannot answer before 2026-11-22 00:00 UTC.");
    expect(error?.hint).toContain("COLONY_LLM_DAILY_BUDGET_USD");
    expect(budgetOf(ctx)).toEqual({ daily_usd: 0.01, spent_today_usd: 0.01, resets_at: "2026-11-22T00:00:00.000Z" });
  });

  test("counts what was spent before a restart, exactly", async () => {
    for (let n = 0; n < 9; n++) await spend(1);
    again({ COLONY_LLM_DAILY_BUDGET_USD: "0.01" });
    expect(budgetOf(ctx).spent_today_usd).toBe(0.009);
    expect(refusal()).toBeNull();
    await spend(1);
    expect(refusal()).not.toBeNull();
    again({ COLONY_LLM_DAILY_BUDGET_USD: "0.01" });
    expect(refusal()).not.toBeNull();
    again({ COLONY_LLM_DAILY_BUDGET_USD: "0.02" });
    expect(refusal()).toBeNull();
    again();
    expect([refusal(), budgetOf(ctx).daily_usd]).toEqual([null, null]);
  });

  test("begins anew at midnight UTC, and a clock that is set back finds its day again", async () => {
    now = new Date("2026-11-21T23:59:59.999Z");
    await spend(10);
    expect(refusal()).not.toBeNull();
    now = new Date("2026-11-22T00:00:00Z");
    expect([refusal(), budgetOf(ctx).spent_today_usd]).toEqual([null, 0]);
    await spend(3);
    expect(budgetOf(ctx).spent_today_usd).toBe(0.003);
    now = new Date("2026-11-21T23:00:00Z");
    expect(budgetOf(ctx).spent_today_usd).toBe(0.01);
  });

  test("counts calls that end at once, and at midnight, one time each", async () => {
    await Promise.all([spend(1).then(() => budgetOf(ctx)), spend(2), spend(3)]);
    expect(budgetOf(ctx).spent_today_usd).toBe(0.006);
    now = new Date("2026-11-21T23:59:59.999Z");
    const ending = spend(1);
    now = new Date("2026-11-22T00:00:00Z");
    expect(budgetOf(ctx).spent_today_usd).toBe(0);
    await ending;
    expect(budgetOf(ctx).spent_today_usd).toBe(0);
  });

  test("of nothing stops every call", () => {
    again({ COLONY_LLM_DAILY_BUDGET_USD: "0" });
    expect(refusal()?.message).toContain("$0.00");
  });
});
