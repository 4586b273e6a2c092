import { expect, test } from "bun:test";
import { inBlocks } from "../../ui/src/timeline/blocks.ts";

const texts = [
  "",
  "a",
  "a\n\nb",
  "\n".repeat(1_000),
  "line\n".repeat(52_000),
  "Q".repeat(250_000),
  "word and ".repeat(20_000),
  "😀".repeat(9_000),
  `${"x".repeat(9_000)}\n`.repeat(3),
  `a\n${"b ".repeat(4_000)}\nc`,
];

test("Blocks hold all of a text, in order, each no longer than can be drawn at once", () => {
  for (const text of texts) {
    for (const width of [undefined, 80]) {
      const blocks = inBlocks(text, width);
      expect(blocks.map((block) => block.text).join("")).toBe(text);
      for (const { text: part, lines } of blocks) {
        expect(lines).toBeLessThanOrEqual(100);
        if (width !== undefined) expect(part.length).toBeLessThanOrEqual(4_001);
        // No character is torn apart.
        expect(part.isWellFormed()).toBe(true);
      }
    }
  }
});

test("Blocks know the numbers of their lines, and whether they begin within one", () => {
  const blocks = inBlocks(`a\n${"b".repeat(5_000)}\nc`, 80);
  expect(blocks.map(({ from, lines, goesOn }) => [from, lines, goesOn])).toEqual([
    [0, 1, false],
    [1, 2, true],
  ]);
  expect(inBlocks("x\n".repeat(150)).map(({ from, lines, height }) => [from, lines, height])).toEqual([
    [0, 100, 100],
    [100, 50, 50],
  ]);
  expect(inBlocks("a\nb")).toEqual([{ text: "a\nb", from: 0, lines: 2, goesOn: false, height: null }]);
});
