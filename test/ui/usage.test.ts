import { describe, expect, test } from "bun:test";
import { dollarWords } from "../../ui/src/agents/words.ts";
import type { UsageRow } from "../../ui/src/api.ts";
import { cost, count, dollars } from "../../ui/src/parts/figures.ts";
import { rangeOf, spanOf } from "../../ui/src/usage/range.ts";
import { amountOf, ceilingOf, firstMeasure, percentOf, ranked } from "../../ui/src/usage/sums.ts";

const row = (key: string, more: Partial<UsageRow> = {}): UsageRow => ({
  key,
  label: key,
  calls: 1,
  failed: 0,
  input_tokens: 100,
  output_tokens: 10,
  cache_read_tokens: 60,
  cache_write_tokens: 0,
  cost_usd: 0.01,
  unpriced_calls: 0,
  ...more,
});

test.each([
  [0, "$0.00"],
  [0.00001, "< $0.0001"],
  [0.0042, "$0.0042"],
  [0.0419, "$0.042"],
  [0.4191, "$0.42"],
  [0.997, "$1.00"],
  [1234.5, "$1,234.50"],
  [123_456.7, "$123,457"],
])("%d dollars are told as %s, in an answer as on the page of costs: with as many digits as say something", (usd, words) => {
  expect([dollars(usd), cost(usd), dollarWords(usd)]).toEqual([words, words, words]);
});

test("A cost that nobody knows is said to be unknown, and is never a zero", () => {
  expect([cost(null), cost(0)]).toEqual(["no price known", "$0.00"]);
});

test("Counts keep their digits while they are few", () => {
  expect([9, 1234, 12_345, 4_560_000].map(count)).toEqual(["9", "1,234", "12.3K", "4.6M"]);
});

describe("The days that are looked at", () => {
  const now = Date.parse("2026-03-01T00:30:00.000Z");

  test("are those of the range in UTC, today's among them, whatever month lies between", () => {
    expect(spanOf(7, now)).toEqual({ from: "2026-02-23", to: "2026-03-01" });
    expect(spanOf(90, now)).toEqual({ from: "2025-12-02", to: "2026-03-01" });
  });

  test("are a month where the address names nothing that is offered", () => {
    expect(["7", "90", "31", "x", null].map(rangeOf)).toEqual([7, 90, 30, 30, 30]);
  });
});

describe("Bars", () => {
  test("measure dollars, tokens with the cached ones counted once, or calls", () => {
    const one = row("a", { calls: 3 });
    expect([amountOf(one, "cost"), amountOf(one, "tokens"), amountOf(one, "calls")]).toEqual([0.01, 110, 3]);
  });

  test("measure tokens where nothing has a price, and dollars where anything has", () => {
    expect(firstMeasure(row("all", { cost_usd: null, unpriced_calls: 1 }))).toBe("tokens");
    expect(firstMeasure(row("all", { cost_usd: 0, unpriced_calls: 1 }))).toBe("tokens");
    expect(firstMeasure(row("all", { unpriced_calls: 1 }))).toBe("cost");
    expect(firstMeasure(row("all", { calls: 0, cost_usd: 0 }))).toBe("cost");
  });

  test("stand in the order of what they measure", () => {
    const rows = [row("cheap", { cost_usd: 0.1, calls: 50 }), row("unknown", { cost_usd: null, calls: 70 }), row("dear", { cost_usd: 2, calls: 1 })];
    expect(ranked(rows, "cost").map(({ key }) => key)).toEqual(["dear", "cheap", "unknown"]);
    expect(ranked(rows, "calls").map(({ key }) => key)).toEqual(["unknown", "cheap", "dear"]);
  });

  test("end at a round figure that holds the highest of them", () => {
    expect([0, 0.0031, 0.3, 1, 1.2, 4.9, 51, 700].map((most) => Number(ceilingOf(most).toPrecision(3)))).toEqual([1, 0.005, 0.5, 1, 2, 5, 100, 1000]);
  });

  test("are never too small to be seen, nor longer than their place", () => {
    expect([percentOf(0, 5), percentOf(0.0001, 5), percentOf(2, 4), percentOf(9, 4), percentOf(1, 0)]).toEqual([0, 1, 50, 100, 0]);
  });
});
