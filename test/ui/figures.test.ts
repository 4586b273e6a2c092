import { describe, expect, test } from "bun:test";
import { resultOf } from "../../ui/src/timeline/figures.ts";

const figures = (content: string) => resultOf(content).figures.map(({ name, value }) => `${name} = ${value}`);
const words = (content: string) => resultOf(content).words;

describe("A result", () => {
  test("names its figures in their order, each once", () => {
    expect(figures("Training run completed. Loss: 0.023, accuracy: 91.4%, loss: 7")).toEqual(["Loss = 0.023", "accuracy = 91.4%"]);
    expect(figures("tokens_per_second=128,400 peak_memory: 61.2 GB\n**val.loss**: -1.5e-3")).toEqual([
      "tokens_per_second = 128,400",
      "peak_memory = 61.2 GB",
      "val.loss = -1.5e-3",
    ]);
    expect(figures("steps: 8,000, time: 42 h. done: 1,234,567,")).toEqual(["steps = 8,000", "time = 42 h", "done = 1,234,567"]);
    expect(figures("cost: $12.50; passed: 481 / 482")).toEqual(["cost = $12.50", "passed = 481 / 482"]);
  });

  test("tells what a figure was and became, also where it is no number, with its unit", () => {
    expect(figures("p95: 120ms -> 95ms, error rate: 0.1% → 3%")).toEqual(["p95 = 120ms -> 95ms", "error rate = 0.1% → 3%"]);
    expect(figures("Step: 1200/5000, eta: 2h, lr: 3e-4, loss: nan")).toEqual(["Step = 1200/5000", "eta = 2h", "lr = 3e-4", "loss = nan"]);
    expect(figures("rps: 10,400 / s")).toEqual(["rps = 10,400 / s"]);
  });

  test("takes no number that belongs to a sentence, and no word before a name", () => {
    for (const said of ["Tests: 412 passed, 2 failed, 7 skipped", "Note: 2 tests fail: test_a, test_b", "memory: 1.2 GB of 4 GB"])
      expect([said, figures(said)]).toEqual([said, []]);
    expect(figures("Sweep done: loss **0.0213** at lr=1e-3, 41,203 tok/s")).toEqual(["lr = 1e-3"]);
    expect(figures("It ended with a final loss: 0.02")).toEqual(["loss = 0.02"]);
  });

  test("finds none in times, links, versions, tables and blocks of code", () => {
    expect(figures("at 12:30 see https://example.org:8080/x and v1.2.3")).toEqual([]);
    expect(figures("| a: 1 | b: 2 |\n|---|---|\n| c: 3 | d: 4 |\n```\nloss: 1\n```")).toEqual([]);
  });

  test("does not say its figures twice: lines and sentences that are nothing else are gone from its words", () => {
    expect(words("loss: 0.02, acc: 91%")).toBe("");
    expect(words("build: 12.4 s\n**tests** = 482\n\nfailed: `0`")).toBe("");
    expect(words("Training run completed. Loss: 0.023")).toBe("Training run completed.");
    expect(words("step 6,000 of 8,000 · loss = 0.027 · tok/s = 40,912 · left: 13 h")).toBe("step 6,000 of 8,000");
    expect(words("It went well.\n\n- loss: 0.02\n- acc: 91%\n\nNext I try `lr=1e-4` again.")).toBe("It went well.\n\nNext I try `lr=1e-4` again.");
  });

  test("keeps every word that is not a figure, and every figure that is not in the grid", () => {
    for (const content of ["build: 12.4 s, all well", "All green", "tests: 482 of them", "| a: 1 |\n|---|\n| b |", "```\nloss: 1\n```"]) expect(words(content)).toBe(content);
    expect(words("loss: 1\nloss: 2")).toBe("loss: 2");
    const many = Array.from({ length: 14 }, (_, at) => `figure${at}: ${at}`).join("\n");
    expect(words(many)).toBe("figure12: 12\nfigure13: 13");
  });
});
