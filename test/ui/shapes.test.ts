import { describe, expect, test } from "bun:test";
import { excerpt } from "../../ui/src/timeline/excerpt.ts";
import { faultOf, forAgent } from "../../ui/src/timeline/faults.ts";
import { resultOf } from "../../ui/src/timeline/figures.ts";
import { runsOf } from "../../ui/src/timeline/runs.ts";
import { codeOf, labelsOf, planOf } from "../../ui/src/timeline/shapes.ts";

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

  test("keeps the numbers of its steps, and what is indented under a step with it, however far", () => {
    const plan = planOf("1. [x] build\n    - [x] deep\n        - [ ] deeper\n    a note to it\n2) [ ] ship\n\nAfter that:\n- [ ] rest");
    expect(plan.parts).toEqual([
      [
        { text: "build", done: true, depth: 0, number: "1." },
        { text: "deep", done: true, depth: 1, number: null },
        { text: "deeper\na note to it", done: false, depth: 2, number: null },
        { text: "ship", done: false, depth: 0, number: "2)" },
      ],
      "After that:",
      [{ text: "rest", done: false, depth: 0, number: null }],
    ]);
  });

  test("without items is just words", () => {
    expect(planOf("No list here\n- [] nor here\n- [x]nor here")).toMatchObject({ done: 0, total: 0 });
  });
});

test("Code comes out of its fence with its language", () => {
  expect(codeOf("```ts\nconst a = 1;\n```", null)).toEqual({ language: "ts", text: "const a = 1;" });
  expect(codeOf("~~~~\n```\ninner\n```\n~~~~", null)).toEqual({ language: "", text: "```\ninner\n```" });
  expect(codeOf("echo hi\n", { language: "sh" })).toEqual({ language: "sh", text: "echo hi" });
  expect(codeOf("x", { path: "/srv/a.b/train.py", lang: 7 }).language).toBe("py");
  const two = "```sh\na\n```\nand\n```\nb\n```";
  expect(codeOf(two, null)).toEqual({ language: "", text: two });
});

test("Labels of a session may be missing or nonsense", () => {
  expect(labelsOf({ model: " claude ", hostname: "box.local", session_id: "s1" })).toEqual({ model: "claude", host: "box", session: "s1" });
  expect(labelsOf({ model: 42, hostname: "", session_id: ["x"] })).toEqual({ model: undefined, host: undefined, session: undefined });
  expect(labelsOf(null).session).toBeUndefined();
});

/** Each begins what one of the patterns looks for, again and again. */
const hard = [
  "Caused by: ",
  "\tat a.b(C.java:1)\n",
  "  at x (a:1:1)\n",
  "panicked at '",
  "goroutine 1 \n",
  "[cause]: ",
  "npm ERR! a\n",
  "E   ",
  "error TS1: ",
  "a(1,1): error ",
  " --> ",
  "![](",
  "[a](b ",
  "**a ",
  "_a",
  "| - |",
  "> ",
  "# ",
  "- [x] ",
  "\u001b[31m",
  "&#1;",
  '<span class="',
  "a. ",
  "a = 1. ",
  "1. ",
  "\r",
  "\0",
];

test("Whatever is written, and however long, its form is found quickly", () => {
  const long = 256 * 1024;
  const pieces = ["Q", ".", "a.", "a_", "a ", "/a", "(a", "C:\\", " ", "\n", "`", "```x\n", "Error ", 'File "', "1", "- [ ] ", "x: 1,", "a:1 ", "\t", "a/b.c:1:", ...hard];
  for (const piece of pieces) {
    for (const start of ["", "Traceback (most recent call last)\n", "a: "]) {
      const content = start + piece.repeat(long / piece.length);
      const began = performance.now();
      for (const read of [planOf, resultOf, faultOf, excerpt, runsOf]) read(content);
      codeOf(content, null);
      forAgent(content, undefined);
      // Each takes a few milliseconds; one that looked back over the whole text for each letter would take minutes.
      expect(performance.now() - began).toBeLessThan(2_000);
    }
  }
});
