import type { Database } from "bun:sqlite";

const DAY = 24 * 60 * 60 * 1_000;

const agents = ["grimlock", "grimlock", "data-analyst", "grimlock", "architect", "grimlock", "engineer"];
const askers = ["benji", "layla", "benji", "neeraj"];

/** A provider's model, and what a million tokens of it cost in dollars; null where nobody knows. */
const models = [
  { provider: "anthropic", model: "claude-sonnet-4-6", input: 3, output: 15, cached: 0.3 },
  { provider: "anthropic", model: "claude-sonnet-4-6", input: 3, output: 15, cached: 0.3 },
  { provider: "openai", model: "gpt-5.2", input: 1.75, output: 14, cached: 0.175 },
  { provider: "anthropic", model: "claude-sonnet-4-6", input: 3, output: 15, cached: 0.3 },
  { provider: "compatible", model: "qwen3-coder-480b", input: null, output: null, cached: null },
] as const;

const of = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;

/** Calls of models on each of the days before `now`: few at week-ends, more as the month goes on; now and then one that failed. */
export const spend = (database: Database, now: string): void => {
  const noOf = new Map(
    database
      .query<{ username: string; no: number }, []>("SELECT username, no FROM users")
      .all()
      .map(({ username, no }) => [username, no]),
  );
  const insert = database.query(
    "INSERT INTO model_calls (at, agent_no, asker_no, job_no, provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd, latency_ms, outcome, error) VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)",
  );
  for (let back = 45; back >= 0; back--) {
    const day = Date.parse(now.slice(0, 10)) - back * DAY;
    const isWeekend = back > 0 && [0, 6].includes(new Date(day).getUTCDay());
    const calls = isWeekend ? (back * 5) % 3 : 5 + ((back * 17) % 23) + Math.floor((45 - back) / 3);
    for (let call = 0; call < calls; call++) {
      const turn = back * 31 + call * 7;
      const { provider, model, input, output, cached } = of(models, turn);
      const failed = turn % 97 === 0;
      const [went, came] = [4_000 + ((turn * 613) % 15_000), failed ? 0 : 120 + ((turn * 71) % 900)];
      const read = failed ? 0 : Math.round(went * 0.7);
      const dollars = input === null ? null : Number((((went - read) * input + read * cached + came * output) / 1_000_000).toFixed(6));
      const at = new Date(day + 8 * 60 * 60 * 1_000 + call * 7 * 60_000).toISOString();
      const [agent, asker] = [noOf.get(of(agents, turn)), noOf.get(of(askers, turn))];
      if (agent === undefined || asker === undefined) throw new Error("The sample names somebody who is not there.");
      insert.run(at, agent, asker, provider, model, went, came, read, dollars, 900 + ((turn * 131) % 9_000), failed ? "overloaded" : "ok", failed ? "Overloaded" : null);
    }
  }
};
