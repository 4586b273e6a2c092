import { expect, test } from "bun:test";
import { match, pieces } from "../../ui/src/switcher/match.ts";

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
