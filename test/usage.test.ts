import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Colony, command, outcome } from "./colony.ts";
import { DAY, readRows } from "./people.ts";

type Sums = { calls: number; failed: number; input_tokens: number; output_tokens: number; cost_usd: number | null; unpriced_calls: number };
type Usage = {
  from: string;
  to: string;
  rows: (Sums & { key: string; label: string })[];
  total: Sums;
  budget: { daily_usd: number | null; spent_today_usd: number | null; resets_at: string };
  prices_problem: string | null;
};
type Row = { at: string; agent: string; asker: string; model?: string; cost?: number | null; outcome?: string; input?: number; output?: number; cached?: number };

let colony: Colony;
let ada: string;
let bo: string;
let outsider: string;
/** How long these tests may take, in milliseconds. */
const WHILE = 20_000;
const today = (): string => new Date().toISOString().slice(0, 10);
const daysAgo = (days: number): string => new Date(Date.parse(today()) - days * DAY).toISOString().slice(0, 10);

/** Calls as the server writes them, of days that no test can wait for. */
const record = (rows: Row[]): void => {
  const database = new Database(join(colony.data, "colony.db"));
  database.run("PRAGMA busy_timeout = 5000");
  const insert = database.query(
    `INSERT INTO model_calls (at, agent_no, asker_no, provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd, latency_ms, outcome)
     VALUES (?, (SELECT no FROM users WHERE username = ?), (SELECT no FROM users WHERE username = ?), 'anthropic', ?, ?, ?, ?, 0, ?, 900, ?)`,
  );
  for (const { at, agent, asker, model = "claude-sonnet-4-6", cost = null, outcome: how = "ok", input = 0, output = 0, cached = 0 } of rows)
    insert.run(at, agent, asker, model, input, output, cached, cost, how);
  database.close();
};

const usage = async (query = "", token = colony.admin): Promise<Usage> => {
  const { status, body } = await colony.get(`/api/usage${query}`, { token });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
};
const figures = ({ rows }: Usage) => rows.map(({ key, calls, cost_usd }) => [key, calls, cost_usd]);

beforeAll(async () => {
  // They speak of today, so they do not begin when it ends.
  if (DAY - (Date.now() % DAY) < WHILE) await Bun.sleep(WHILE);
  colony = await Colony.start();
  [ada = "", bo = "", outsider = ""] = await Promise.all(["ada", "bo", "outsider"].map((name) => colony.user(name, "ape")));
  await Promise.all([colony.user("helper", "agent", { display_name: "The Helper" }), colony.user("secretive")]);
  record([
    { at: "2026-03-01T00:00:00.000Z", agent: "helper", asker: "ada", cost: 0.1, input: 100, output: 10, cached: 80 },
    { at: "2026-03-01T23:59:59.999Z", agent: "helper", asker: "bo", cost: 0.2, input: 200, output: 20 },
    { at: "2026-03-02T00:00:00.000Z", agent: "helper", asker: "ada", cost: 0.4, outcome: "stopped" },
    { at: "2026-03-04T12:00:00.000Z", agent: "secretive", asker: "bo", model: "house-quokka", outcome: "overloaded" },
    { at: "2026-03-04T12:00:01.000Z", agent: "secretive", asker: "bo", model: "house-quokka" },
    { at: "2026-03-04T12:00:02.000Z", agent: "secretive", asker: "bo", cost: 0.25, outcome: "cut" },
  ]);
}, 60_000);

describe("GET /api/usage", () => {
  const march = "&from=2026-03-01&to=2026-03-05";

  test("sums up by agent under the name that is shown, what cost most first", async () => {
    const { rows, total } = await usage(`?by=agent${march}`);
    expect(rows).toEqual([
      {
        key: "helper",
        label: "The Helper",
        calls: 3,
        failed: 0,
        input_tokens: 300,
        output_tokens: 30,
        cache_read_tokens: 80,
        cache_write_tokens: 0,
        cost_usd: 0.7,
        unpriced_calls: 0,
      },
      expect.objectContaining({ key: "secretive", calls: 3, failed: 2, cost_usd: 0.25, unpriced_calls: 2 }),
    ]);
    // A tenth and two tenths are not three tenths to a machine; here they are.
    expect(total).toMatchObject({ calls: 6, failed: 2, input_tokens: 300, cost_usd: 0.95, unpriced_calls: 2 });
  });

  test("by user and by model, and no price where none is known", async () => {
    expect(figures(await usage(`?by=user${march}`))).toEqual([
      ["ada", 2, 0.5],
      ["bo", 4, 0.45],
    ]);
    const { rows } = await usage(`?by=model${march}`);
    expect(rows.map(({ label, calls, cost_usd, unpriced_calls }) => [label, calls, cost_usd, unpriced_calls])).toEqual([
      ["anthropic/claude-sonnet-4-6", 4, 0.95, 0],
      ["anthropic/house-quokka", 2, null, 2],
    ]);
  });

  test("by day of UTC, each day of the range, also those on which nobody asked", async () => {
    expect(figures(await usage(`?by=day${march}`))).toEqual([
      ["2026-03-01", 2, 0.3],
      ["2026-03-02", 1, 0.4],
      ["2026-03-03", 0, 0],
      ["2026-03-04", 3, 0.25],
      ["2026-03-05", 0, 0],
    ]);
    expect(figures(await usage("?from=2026-03-02&to=2026-03-02"))).toEqual([["2026-03-02", 1, 0.4]]);
    expect((await usage("?by=agent&from=2026-03-03&to=2026-03-03")).rows).toEqual([]);
  });

  test("tells the last 30 days when nothing else is asked, and 30 up to a day", async () => {
    const { from, to, rows } = await usage();
    expect([from, to, rows.length]).toEqual([daysAgo(29), today(), 30]);
    const before = await usage("?to=2026-03-30");
    expect([before.from, before.to, before.total.calls]).toEqual(["2026-03-01", "2026-03-30", 6]);
    expect((await usage(`?from=${daysAgo(2)}`)).rows.map(({ key }) => key)).toEqual([daysAgo(2), daysAgo(1), today()]);
  });

  test("takes a leap year at once, and refuses more, by name", async () => {
    expect((await usage("?from=2024-01-01&to=2024-12-31")).rows).toHaveLength(366);
    const wrong = async (query: string) => {
      const answer = await colony.get(`/api/usage?${query}`);
      return [outcome(answer), answer.body.error.message];
    };
    expect(await wrong("from=2024-01-01&to=2025-01-01")).toEqual(["422 validation_failed", "from: is 367 days before the end of the range; 366 are the most."]);
    expect(await wrong("from=2026-03-02&to=2026-03-01")).toEqual(["422 validation_failed", "from: is after to."]);
    expect(await wrong("from=2999-01-01")).toEqual(["422 validation_failed", "from: is after today."]);
    for (const day of ["2026-02-30", "2026-3-1", "yesterday", "2026-03-01T00:00:00Z", ""]) expect(await wrong(`to=${day}`)).toEqual(["422 validation_failed", "to: is not a day."]);
    expect((await wrong("by=channel"))[0]).toBe("422 validation_failed");
    expect((await wrong("since=2026-03-01"))[0]).toBe("422 validation_failed");
  });

  test("tells others than admins what they themselves asked, and nothing of anybody else", async () => {
    const own = await usage(`?by=agent${march}`, ada);
    expect(figures(own)).toEqual([["helper", 2, 0.5]]);
    for (const by of ["agent", "user", "day", "model"]) {
      expect((await usage(`?by=${by}${march}`, bo)).total).toMatchObject({ calls: 4, cost_usd: 0.45 });
      for (const token of [ada, outsider]) {
        const told = JSON.stringify(await usage(`?by=${by}${march}`, token));
        for (const others of ["secretive", '"bo"', "quokka", "0.25", "0.95"]) expect(told).not.toContain(others);
      }
      expect((await usage(`?by=${by}${march}`, outsider)).total).toMatchObject({ calls: 0, cost_usd: 0 });
    }
    expect(outcome(await colony.get("/api/usage", { token: null }))).toBe("401 unauthorized");
  });

  test("stands under /api/v1 in its envelope", async () => {
    const { body } = await colony.get("/api/v1/usage?by=user&from=2026-03-01&to=2026-03-05");
    expect(body).toMatchObject({ success: true, data: { by: "user", total: { calls: 6 } } });
  });

  test("asks an index for the days alone, however many calls there are", () => {
    const plan = (where: string) =>
      readRows<{ detail: string }>(colony.data, `EXPLAIN QUERY PLAN SELECT sum(cost_usd) FROM model_calls WHERE ${where} at >= '2026-03-01' AND at < '2026-03-01U'`).map(
        ({ detail }) => detail,
      );
    expect(plan("")).toEqual(["SEARCH model_calls USING INDEX model_calls_at (at>? AND at<?)"]);
    expect(plan("asker_no = 1 AND")).toEqual(["SEARCH model_calls USING INDEX model_calls_asker (asker_no=? AND at>? AND at<?)"]);
  });
});

describe("the budget and the prices", () => {
  test("what was spent today, by everybody, is told to admins; to others where it decides whether they are answered", async () => {
    await colony.stop();
    record([{ at: new Date().toISOString(), agent: "helper", asker: "ada", cost: 0.75 }]);
    await colony.run();
    const resets_at = new Date(Date.parse(today()) + DAY).toISOString();
    expect((await usage()).budget).toEqual({ daily_usd: null, spent_today_usd: 0.75, resets_at });
    expect((await usage("", bo)).budget).toEqual({ daily_usd: null, spent_today_usd: null, resets_at });
    expect((await colony.get("/metrics")).text).toContain("colony_model_spent_today_dollars 0.75\n");
    await colony.stop();
    colony.env.COLONY_LLM_DAILY_BUDGET_USD = "0.50";
    await colony.run();
    for (const token of [colony.admin, bo]) expect((await usage("", token)).budget).toEqual({ daily_usd: 0.5, spent_today_usd: 0.75, resets_at });
  });

  test("a file of prices that cannot be used is told to admins, and to the log", async () => {
    expect((await usage()).prices_problem).toBeNull();
    const file = join(colony.data, "prices.json");
    writeFileSync(file, '{"openai/gpt-5": {"input": "much"}}');
    const problem = `${file} cannot be used: "openai/gpt-5" needs "input": dollars for a million tokens, a number of at most six decimals such as 0.125. The prices before it are in force.`;
    expect((await usage()).prices_problem).toBe(problem);
    expect((await usage("", bo)).prices_problem).toBeNull();
    const doctor = async (env = {}) => (await command(["doctor", "--data", colony.data], env)).out;
    expect(await doctor()).toMatch(/^warn +prices .*needs "input"/m);
    writeFileSync(file, "{}");
    const later = new Date(Date.now() + 10_000);
    utimesSync(file, later, later);
    expect((await usage()).prices_problem).toBeNull();
    expect(await doctor()).toMatch(/^ok +prices +0 models have a price/m);
    expect(await doctor({ COLONY_LLM_MODEL: "openai/gpt-5", OPENAI_API_KEY: "sk-test", OPENAI_BASE_URL: "http://127.0.0.1:1" })).toMatch(/^warn +prices .*openai\/gpt-5 has none/m);
    await colony.stop();
    expect(colony.output).toContain('"event":"prices_unusable"');
  });
});
