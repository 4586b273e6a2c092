import { expect, test } from "bun:test";
import { type Chunk, FIRST_PAINT_BYTES, firstPaint } from "../../ui/firstpaint.ts";

const root = "/house/ui";

/** A chunk of script that gzip cannot make smaller than `size` bytes. */
const chunk = (fileName: string, size: number, modules: string[], imports: string[] = []): Chunk => ({
  fileName,
  code: crypto.getRandomValues(Buffer.alloc(size)).toString("latin1"),
  imports,
  modules: Object.fromEntries(modules.map((name) => [`${root}/src/${name}`, { renderedLength: size }])),
});

const rest = ["main.tsx", "Deck.tsx", "sidebar/Sidebar.tsx", "composer/Composer.tsx"];

test("the first paint counts the entry, what it imports and what that imports, each once", () => {
  const chunks = [
    chunk("entry.js", 1_000, [...rest, "timeline/Timeline.tsx"], ["shared.js", "solid.js"]),
    chunk("shared.js", 2_000, [], ["solid.js"]),
    chunk("solid.js", 4_000, []),
    chunk("highlight.js", 80_000, ["timeline/highlight.ts"]),
  ];
  const { bytes, chunks: counted } = firstPaint(chunks, root);
  expect(counted.map(({ name }) => name)).toEqual(["solid.js", "shared.js", "entry.js"]);
  expect(bytes).toBeGreaterThan(7_000);
});

test("a timeline that is loaded later is counted with all that it imports", () => {
  const chunks = [
    chunk("entry.js", 1_000, rest),
    chunk("timeline.js", FIRST_PAINT_BYTES, ["timeline/Timeline.tsx"], ["virtual.js"]),
    chunk("virtual.js", 1_000, []),
    chunk("settings.js", 1_000, ["settings/Settings.tsx"]),
  ];
  const { bytes, chunks: counted } = firstPaint(chunks, root);
  expect(bytes).toBeGreaterThan(FIRST_PAINT_BYTES);
  expect(counted.map(({ name }) => name).toSorted()).toEqual(["entry.js", "timeline.js", "virtual.js"]);
});

test("a part of the first paint that no chunk holds is told of, not left out", () => {
  expect(() => firstPaint([chunk("entry.js", 1_000, rest)], root)).toThrow("No chunk holds src/timeline/Timeline.tsx");
});
