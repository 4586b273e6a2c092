import { expect, test } from "bun:test";
import type { Author } from "../../ui/src/api.ts";
import { match, pieces } from "../../ui/src/switcher/match.ts";
import { listed, type Target, withSearch } from "../../ui/src/switcher/targets.ts";

const person = (display_name: string, verb?: string): Target => ({
  id: `${verb} ${display_name}`,
  kind: "person",
  label: display_name,
  verb,
  icon: { user: { id: display_name, username: display_name, display_name, role: "ape" } satisfies Author },
  go: () => {},
});

const order = (query: string, texts: string[]): string[] =>
  texts
    .flatMap((text) => {
      const found = match(query, text);
      return found ? [{ text, score: found.score }] : [];
    })
    .sort((a, b) => a.score - b.score)
    .map(({ text }) => text);

test("The whole comes before a beginning, that before a word's beginning, that before the middle, that before scattered letters", () => {
  expect(order("ci", ["calico-inn", "pacific", "night-ci", "cinema", "ci", "crawling"])).toEqual(["ci", "cinema", "night-ci", "pacific", "calico-inn", "crawling"]);
  expect(order("ci", ["nothing", "ic"])).toEqual([]);
});

test("Initials are found at the beginnings of words", () => {
  expect(match("ns", "night-shift")?.at).toEqual([0, 6]);
  expect(match("nsh", "night-shift")?.at).toEqual([0, 6, 7]);
});

test("Each word of a query must be found, in whichever order", () => {
  expect(match("shift night", "night-shift")?.at).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9, 10]);
  expect(match("night owl", "night-shift")).toBeNull();
});

test("Case and accents make no difference, and letters are counted as they are shown", () => {
  expect(match("ZOE", "Zoë")?.at).toEqual([0, 1, 2]);
  expect(match("b", "👩‍🚀 Bo")?.at.length).toBe(1);
});

test("Equals keep the order they came in", () => {
  expect(order("a", ["ab", "ac", "ad"])).toEqual(["ab", "ac", "ad"]);
});

test("What was found is told from the rest", () => {
  expect(pieces("night-shift", [0, 6])).toEqual([
    { text: "n", found: true },
    { text: "ight-", found: false },
    { text: "s", found: true },
    { text: "hift", found: false },
  ]);
});

test("Who is to be written to is found by name, and by what is to be done with them", () => {
  const targets = [person("Neeraj", "message"), person("Benji", "message"), person("Benji")];
  const found = (query: string) => listed(query, targets, []).flatMap((group) => group.found.map(({ target }) => target.id));
  expect(found("ben")).toEqual(["message Benji", "undefined Benji"]);
  expect(found("message ben")).toEqual(["message Benji"]);
  expect(found("message")).toEqual(["message Benji", "message Neeraj"]);
});

test("What is typed is searched for before a command that only holds its letters somewhere", () => {
  const commands = ["Copy link to #secret-plans", "Settings: people"].map((label): Target => ({ id: label, kind: "command", label, icon: "command", go: () => {} }));
  const first = (query: string) => withSearch(listed(query, commands, []), query, () => {})[0]?.found[0]?.target.label;
  expect([first("loss"), first("setpeo"), first("link")]).toEqual(["Search for “loss”", "Settings: people", "Copy link to #secret-plans"]);
});
