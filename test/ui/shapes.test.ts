import { describe, expect, test } from "bun:test";
import { codeOf, faultOf, figuresOf, isFigures, labelsOf, planOf } from "../../ui/src/timeline/shapes.ts";

describe("A plan", () => {
  test("counts what is done among its items, whatever marks them", () => {
    const plan = planOf("Before:\n\n- [x] one\n* [X] two\n1. [ ] three\n  - [ ] four\n\t+ [x] five\nafter");
    expect([plan.done, plan.total]).toEqual([3, 5]);
    expect(plan.parts.map((part) => (typeof part === "string" ? part.trim() : part.map(({ text, depth }) => `${depth}${text}`)))).toEqual([
      "Before:",
      ["0one", "0two", "0three", "1four", "1five"],
      "after",
    ]);
  });

  test("without items is just words", () => {
    expect(planOf("No list here\n- [] nor here\n- [x]nor here")).toMatchObject({ done: 0, total: 0 });
  });
});

describe("A result", () => {
  const figures = (content: string) => figuresOf(content).map(({ name, value }) => `${name} = ${value}`);

  test("names its figures in their order, each once", () => {
    expect(figures("Training run completed. Loss: 0.023, accuracy: 91.4%, loss: 7")).toEqual(["Loss = 0.023", "accuracy = 91.4%"]);
    expect(figures("tokens_per_second=128,400 peak_memory: 61.2 GB\n**val.loss**: -1.5e-3")).toEqual([
      "tokens_per_second = 128,400",
      "peak_memory = 61.2 GB",
      "val.loss = -1.5e-3",
    ]);
    expect(figures("cost: $12.50; passed: 481 / 482")).toEqual(["cost = $12.50", "passed = 481 / 482"]);
  });

  test("that is its figures and nothing else does not say them twice", () => {
    const alone = (content: string) => isFigures(content, figuresOf(content));
    expect(alone("build: 12.4 s\n**tests** = 482\n\nfailed: `0`")).toBe(true);
    for (const content of ["build: 12.4 s, all well", "tests = 482\nDone.", "loss: 1\nloss: 2", "All green", "a: 1 b: 2"]) expect(alone(content)).toBe(false);
  });

  test("finds none in times, links and versions", () => {
    expect(figures("at 12:30 see https://example.org:8080/x and v1.2.3")).toEqual([]);
  });
});

describe("An error", () => {
  test("of Python: its last exception, at its last frame of one's own", () => {
    const trace = `Traceback (most recent call last):
  File "/srv/run.py", line 88, in <module>
    main()
  File "/srv/trainer.py", line 142, in step
    out = self.model(x)
  File "/usr/lib/python3/site-packages/torch/nn/module.py", line 1553, in _call
    return f(x)
KeyError: 'tokens'

During handling of the above exception, another exception occurred:

torch.cuda.OutOfMemoryError: CUDA out of memory.`;
    expect(faultOf(trace)).toEqual({ cause: "torch.cuda.OutOfMemoryError: CUDA out of memory.", place: "/srv/trainer.py:142", trace });
  });

  test("of others: its first line that says so, at the first frame of one's own", () => {
    const script = "TypeError: x is not a function\n    at go (/srv/node_modules/elysia/index.js:1:2)\n    at main (/srv/src/app.ts:31:5)";
    expect(faultOf(script)).toMatchObject({ cause: "TypeError: x is not a function", place: "/srv/src/app.ts:31" });
    expect(faultOf("error[E0382]: borrow of moved value\n --> src/main.rs:42:18")).toMatchObject({ cause: "error[E0382]: borrow of moved value", place: "src/main.rs:42" });
    expect(faultOf("panic: runtime error\n\ngoroutine 1 [running]:\nmain.go\n\t/app/main.go:12 +0x1")).toMatchObject({ cause: "panic: runtime error", place: "/app/main.go:12" });
  });

  test("in one line has no trace, and loses nothing when it is long", () => {
    expect(faultOf("It broke")).toEqual({ cause: "It broke", place: null, trace: "" });
    const long = `Error: ${"x".repeat(1_000)}`;
    expect(faultOf(long).trace).toBe(long);
  });
});

test("Code comes out of its fence with its language", () => {
  expect(codeOf("```ts\nconst a = 1;\n```", null)).toEqual({ language: "ts", text: "const a = 1;" });
  expect(codeOf("~~~~\n```\ninner\n```\n~~~~", null)).toEqual({ language: "", text: "```\ninner\n```" });
  expect(codeOf("echo hi\n", { language: "sh" })).toEqual({ language: "sh", text: "echo hi" });
});

test("Labels of a session may be missing or nonsense", () => {
  expect(labelsOf({ model: " claude ", hostname: "box.local", session_id: "s1" })).toEqual({ model: "claude", host: "box", session: "s1" });
  expect(labelsOf({ model: 42, hostname: "", session_id: ["x"] })).toEqual({ model: undefined, host: undefined, session: undefined });
  expect(labelsOf(null).session).toBeUndefined();
});

test("Whatever is written, and however long, its form is found quickly", () => {
  const long = 256 * 1024;
  const pieces = ["Q", ".", "a.", "a_", "a ", "/a", "(a", "C:\\", " ", "\n", "`", "```x\n", "Error ", 'File "', "1", "- [ ] ", "x: 1,", "a:1 ", "\t", "a/b.c:1:"];
  for (const piece of pieces) {
    for (const start of ["", "Traceback (most recent call last)\n", "a: "]) {
      const content = start + piece.repeat(long / piece.length);
      const began = performance.now();
      for (const read of [planOf, figuresOf, faultOf]) read(content);
      codeOf(content, null);
      // Each takes a few milliseconds; one that looked back over the whole text for each letter would take minutes.
      expect(performance.now() - began).toBeLessThan(2_000);
    }
  }
});
