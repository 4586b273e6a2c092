import { expect, test } from "bun:test";
import { capsOf, isLetter, keysOf, table } from "../../ui/src/keys.ts";

const mac = navigator.platform.startsWith("Mac");
const pages = ["channel", "inbox", "questions", "search", "settings"] as const;

test("On each page a stroke stands for one command only", () => {
  for (const page of pages) {
    const here = table.filter((key) => key.page === undefined || key.page === page);
    const strokes = here.flatMap(({ strokes, onRow = [] }) => [...strokes, ...onRow]);
    expect(strokes).toEqual([...new Set(strokes)]);
  }
});

test("A key that begins others does nothing by itself, or it would never wait for the second", () => {
  const strokes = table.flatMap((key) => key.strokes);
  const firsts = strokes.filter((stroke) => stroke.includes(" ")).map((stroke) => stroke.split(" ")[0] ?? "");
  expect(firsts.filter((first) => strokes.includes(first))).toEqual([]);
});

test("What works while one writes is never a character that is written", () => {
  expect(table.filter(({ writing, strokes }) => writing && strokes.some((stroke) => isLetter(stroke) || stroke.includes(" ")))).toEqual([]);
});

test("Letters can be told from keys that speech and slips do not make", () => {
  expect(["j", "?", "g i", "G"].every(isLetter)).toBe(true);
  expect(["Escape", "Enter", "Mod+k", "Alt+ArrowUp"].some(isLetter)).toBe(false);
});

test("A stroke is told as it stands on the keys", () => {
  expect(capsOf("Alt+Shift+ArrowUp")).toEqual([mac ? ["⌥", "⇧", "↑"] : ["Alt", "Shift", "↑"]]);
  expect(capsOf("g i")).toEqual([["g"], ["i"]]);
  expect(keysOf("switcher")).toBe(mac ? "⌘K" : "Ctrl+K");
  expect(keysOf("reply")).toBe("r");
});
