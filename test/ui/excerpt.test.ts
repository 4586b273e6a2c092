import { expect, test } from "bun:test";
import { excerpt } from "../../ui/src/timeline/excerpt.ts";
import { gist } from "../../ui/src/timeline/gist.ts";

for (const [source, line] of [
  ["how's the *training* run **going**?", "how's the training run going?"],
  ["# Title\n\n> said\n- [x] one\n2. two", "Title said · one · two"],
  ["```ts\n\nconst a = `b`;\nmore();\n```\nafter", "const a = `b`;"],
  ["See:\n~~~\nmake all\n~~~\nnot this", "See: make all"],
  ["| name | loss |\n|:-----|-----:|\n| a    | 0.1  |", "name loss a 0.1"],
  ["a | b", "a | b"],
  ["Map<K, V> and max_seq_len of __init__ and 2 * 3 * 4", "Map<K, V> and max_seq_len of init and 2 * 3 * 4"],
  ["[the report](https://example.org/a_b) and ![a picture](x.png) by `a_b`", "the report and a picture by a_b"],
  ["a &lt;b&gt; \u202Egnp.exe \u001b[31mred\u0000", "a <b> gnp.exe red"],
  ["`drop_last`, drop_last and `__init__`, **by `*args`**", "drop_last, drop_last and __init__, by *args"],
  ["-1 is not a list, #1 no heading", "-1 is not a list, #1 no heading"],
  ["", ""],
  ["```\n```", "…"],
] as const) {
  test(`${JSON.stringify(source)} in a line is ${line}`, () => expect(excerpt(source)).toBe(line));
}

for (const [type, content, line] of [
  ["error", 'Traceback (most recent call last):\n  File "/srv/train.py", line 9, in <module>\n    main()\nMemoryError: out of *it*', "MemoryError: out of *it*"],
  ["error", "", ""],
  ["code", "```py\n\n    def f(**kwargs): ...\n```", "def f(**kwargs): ..."],
  ["plan", "Find out why:\n- [x] one\n- [ ] **two**", "Find out why: one · two"],
] as const) {
  test(`Of ${type} ${JSON.stringify(content)} the gist is ${line}`, () => expect(gist({ type, content, metadata: null })).toBe(line));
}

test("A long one is cut, and never through a character", () => {
  expect(excerpt("word ".repeat(100), 12)).toBe("word word w…");
  expect(excerpt("😀".repeat(100), 12)).toBe(`${"😀".repeat(5)}…`);
});
