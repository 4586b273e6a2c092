import { expect, test } from "bun:test";
import { guess } from "../../ui/src/composer/paste.ts";
import { bytesOf, MOST, surplus } from "../../ui/src/composer/size.ts";
import { type Around, IN_SIGHT, suggest, tokenAt } from "../../ui/src/composer/suggest.ts";
import { addressOver, type Box, code, type Edit, finished, indent, isBlank, isInFence, link, mark, newLine } from "../../ui/src/composer/typing.ts";

/** A box drawn as text: `|` is the cursor, two of them the ends of what is selected. */
const box = (drawn: string): Box => {
  const [start, end] = [drawn.indexOf("|"), drawn.lastIndexOf("|")];
  return { text: drawn.replaceAll("|", ""), start, end: end === start ? start : end - 1 };
};

const after = (drawn: string, change: (box: Box) => Edit): string => {
  const { text } = box(drawn);
  const edit = change(box(drawn));
  const now = text.slice(0, edit.from) + edit.text + text.slice(edit.to);
  const [start, end] = edit.select ?? [edit.from + edit.text.length, edit.from + edit.text.length];
  return `${now.slice(0, start)}|${now.slice(start, end)}${start === end ? "" : "|"}${now.slice(end)}`;
};

const enter = (type: "text" | "code" | "plan" | "error") => (drawn: string) => after(drawn, (now) => newLine(now, type));

test("a new line carries lists and quotes on, counts up, and ends them where an item is empty", () => {
  const text = enter("text");
  expect(text("plain|")).toBe("plain\n|");
  expect(text("- one|")).toBe("- one\n- |");
  expect(text("  * one|")).toBe("  * one\n  * |");
  expect(text("9. nine|")).toBe("9. nine\n10. |");
  expect(text("- [x] done|")).toBe("- [x] done\n- [ ] |");
  expect(text("> said|")).toBe("> said\n> |");
  expect(text("- one\n- |")).toBe("- one\n|");
  expect(text("- one\n  - |")).toBe("- one\n- |");
  expect(text("> |")).toBe("|");
  expect(text("- one | two")).toBe("- one \n- | two");
  expect(text("|- one")).toBe("\n|- one");
  expect(text("- one\n```\n  x|")).toBe("- one\n```\n  x\n  |");
});

test("a plan goes on in steps, code keeps its indent", () => {
  const plan = enter("plan");
  expect(plan("- [ ] look|")).toBe("- [ ] look\n- [ ] |");
  expect(plan("Before we leap|")).toBe("Before we leap\n- [ ] |");
  expect(plan("- [ ] look\n- [ ] |")).toBe("- [ ] look\n|");
  expect(plan("- [ ] look\n|")).toBe("- [ ] look\n\n|");
  expect(enter("code")("def f():\n    return 1|")).toBe("def f():\n    return 1\n    |");
  expect(enter("error")("- not a list|")).toBe("- not a list\n|");
});

test("a fence is open from its first line to its last", () => {
  expect(isInFence(box("```|"))).toBe(true);
  expect(isInFence(box("```ts\nx|"))).toBe(true);
  expect(isInFence(box("```\nx\n```|"))).toBe(false);
  expect(isInFence(box("```\nx\n``|"))).toBe(true);
  expect(isInFence(box("~~~~\n```\n~~~|"))).toBe(true);
  expect(isInFence(box("```one line``` |"))).toBe(false);
  expect(isInFence(box("|```"))).toBe(false);
});

test("marks are set around words, taken away again, and stepped out of", () => {
  const bold = (drawn: string) => after(drawn, (now) => mark(now, "**"));
  expect(bold("a |word| here")).toBe("a **|word|** here");
  expect(bold("a **|word|** here")).toBe("a |word| here");
  expect(bold("a |**word**| here")).toBe("a |word| here");
  expect(bold("a | word |here")).toBe("a  **|word|** here");
  expect(bold("a |")).toBe("a **|**");
  expect(bold("a **word|**")).toBe("a **word**|");
  expect(after("run |x|", code)).toBe("run `|x|`");
  expect(after("so |a\nb|", code)).toBe("so \n```\na\nb\n```\n|");
});

test("an address over words makes a link, and nothing else does", () => {
  expect(after("see |this|", (now) => link(now, "https://x.example/a(b)"))).toBe("see [this](https://x.example/a%28b%29)|");
  expect(after("see |this|", (now) => link(now))).toBe("see [this](|)");
  expect(after("see |", (now) => link(now))).toBe("see [|]()");
  expect(addressOver(box("see |this|"), " https://x.example/a\n")).toBe("https://x.example/a");
  expect(addressOver(box("see |this|"), "javascript:alert(1)")).toBeNull();
  expect(addressOver(box("see |this|"), "https://x.example and more")).toBeNull();
  expect(addressOver(box("see |"), "https://x.example")).toBeNull();
  expect(addressOver(box("|https://old.example|"), "https://x.example")).toBeNull();
});

test("lines move in and out by a step, and what was selected stays so", () => {
  expect(after("a|b", (now) => indent(now, "code", false))).toBe("a  |b");
  expect(after("- [ ] one\n- [ ] t|wo", (now) => indent(now, "plan", false))).toBe("- [ ] one\n  - [ ] t|wo");
  expect(after("|a\nb|", (now) => indent(now, "code", false))).toBe("  |a\n  b|");
  expect(after("  |a\n\tb|", (now) => indent(now, "code", true))).toBe("|a\nb|");
  expect(after("|a", (now) => indent(now, "code", true))).toBe("|a");
});

test("what the box put there itself is not sent", () => {
  expect(isBlank("- [ ] ", "plan")).toBe(true);
  expect(isBlank("- [ ] ", "text")).toBe(false);
  expect(finished("- [ ] one\n- [ ] \n", "plan")).toBe("- [ ] one");
  expect(finished("- [ ] \n- [ ] two\n  - [ ] ", "plan")).toBe("- [ ] \n- [ ] two");
  expect(finished("  def f\n\n", "code")).toBe("  def f");
});

test("a long paste is told for what it is", () => {
  const many = (line: string) => Array(40).fill(line).join("\n");
  expect(guess(`Traceback (most recent call last):\n${many('  File "a.py", line 3, in f')}\nValueError: no`)).toBe("error");
  expect(guess(`TypeError: x is not a function\n${many("    at run (/srv/a.ts:12:9)")}`)).toBe("error");
  expect(guess(many("  const x = 1;\n  if (x) return;"))).toBe("code");
  expect(guess(`import os\n${many("def f(x):\n    return x")}`)).toBe("code");
  expect(guess(many("2026-03-29 16:05:00 INFO step 12 loss 0.02;"))).toBe("result");
  expect(guess(many("epoch 3  loss 0.0231  acc 91.2%"))).toBe("result");
  expect(guess(many("x".repeat(9_000)))).toBe("result");
});

test("a message's size is counted in bytes, and what must go for its end to fit ends with a line", () => {
  expect(bytesOf("short")).toBe(0);
  expect(bytesOf("é".repeat(MOST / 2))).toBe(MOST);
  expect(surplus("x".repeat(MOST))).toBe(0);
  expect(surplus("x".repeat(MOST + 7))).toBe(7);
  expect(surplus(`🐝${"x".repeat(MOST - 3)}`)).toBe(2);
  const log = `${"line\n".repeat(MOST / 5 + 100)}end`;
  const kept = log.slice(surplus(log));
  expect(kept.startsWith("line\n") && kept.endsWith("end")).toBe(true);
  expect(bytesOf(kept)).toBeLessThanOrEqual(MOST);
  expect(bytesOf(kept)).toBeGreaterThan(MOST - 10);
});

const person = (username: string, display_name = username) => ({ id: username, username, display_name, role: "agent" as const });
const people = [person("cc-benji-opus", "Claude (Benji's Opus)"), person("ben"), person("benedikt_k", "Benedikt"), person("ci.bot", "Nightly"), person("zoe", "Zoë")];
const offered = (query: string, everyone: typeof people, around: Partial<Around> = {}) =>
  suggest({ mark: "@", query, from: 0, to: 0 }, everyone, { lately: [], residents: [], main: around.residents?.[0], isOutside: () => false, ...around }).flatMap((found) =>
    found.kind === "type" ? [] : [found.insert.slice(1)],
  );
const names = (query: string, lately: string[] = []) => offered(query, people, { lately });

test("people are found by any word of their name, those who spoke lately first, everyone last", () => {
  expect(names("")).toEqual(["ben", "benedikt_k", "cc-benji-opus", "ci.bot", "zoe", "here", "channel"]);
  expect(names("", ["zoe", "ci.bot"]).slice(0, 3)).toEqual(["zoe", "ci.bot", "ben"]);
  expect(names("ben", ["cc-benji-opus"])).toEqual(["ben", "benedikt_k", "cc-benji-opus"]);
  expect(names("nig")).toEqual(["ci.bot"]);
  expect(names("ci.b")).toEqual(["ci.bot"]);
  expect(names("he")).toEqual(["here"]);
  expect(names("nobody")).toEqual([]);
});

test("however many could be called, all are in the list, and everyone is called without scrolling", () => {
  const crowd = offered(
    "",
    Array.from({ length: 20 }, (_, n) => person(`somebody-${n}`)),
  );
  expect(crowd).toHaveLength(22);
  expect(crowd.slice(IN_SIGHT - 2, IN_SIGHT)).toEqual(["here", "channel"]);
});

test("the main agent is among the first that an @ offers; other agents follow who is here, and who cannot read here is last", () => {
  const residents = ["grimlock", "architect"];
  const all = [...people, person("architect"), person("grimlock")];
  expect(offered("", all, { residents })).toEqual(["grimlock", "ben", "benedikt_k", "cc-benji-opus", "ci.bot", "zoe", "here", "channel", "architect"]);
  expect(offered("", all, { residents, lately: ["zoe", "ci.bot", "ben", "benedikt_k"] }).slice(0, 5)).toEqual(["zoe", "ci.bot", "ben", "grimlock", "benedikt_k"]);
  expect(offered("", all, { residents, main: undefined }).slice(0, 2)).toEqual(["ben", "benedikt_k"]);
  expect(offered("", all, { residents, lately: ["architect"], isOutside: ({ username }) => username === "ben" })).toEqual([
    "architect",
    "grimlock",
    "benedikt_k",
    "cc-benji-opus",
    "ci.bot",
    "zoe",
    "here",
    "channel",
    "ben",
  ]);
});

test("a name is completed where it calls someone, and nowhere else", () => {
  const at = (drawn: string, type: "text" | "code" = "text") => tokenAt(box(drawn), type)?.query ?? null;
  expect(at("hello @ben|")).toBe("ben");
  expect(at("@ci.b|")).toBe("ci.b");
  expect(at("(@|")).toBe("");
  expect(at("mail me at ben@exa|")).toBeNull();
  expect(at("`@ben|")).toBeNull();
  expect(at("```\n@ben|")).toBeNull();
  expect(at("@ben|", "code")).toBeNull();
  expect(at("@ben |")).toBeNull();
  expect(at("/co|")).toBe("co");
  expect(at("see /co|")).toBeNull();
  expect(tokenAt(box("@be|nji, hello"), "text")).toEqual({ mark: "@", query: "be", from: 0, to: 6 });
});
