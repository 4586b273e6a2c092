import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { readConfig } from "../src/config.ts";
import { type Context, openContext } from "../src/context.ts";
import { searchKnowledge } from "../src/knowledge/service.ts";
import { type NewSection, putFile, putSections } from "../src/knowledge/store.ts";
import { KNOWLEDGE_MATCHES } from "../src/limits.ts";
import { newFolder, stopAll } from "./colony.ts";

const sectionOf = (heading: string, words: string): NewSection => ({
  heading,
  page: null,
  text: words,
  tokens: 10,
  terms: { place: "large", heading: heading.toLowerCase(), words },
});
const FILE = { no: 1, path: "large.md", mime: "text/markdown", size: 1, stamp: "1", hash: "1", sections: 1, updated_at: "2026-01-01T00:00:00.000Z", problem: null };

let ctx: Context;
beforeAll(async () => {
  ctx = openContext(readConfig({ COLONY_DATA: join(newFolder(), "data"), COLONY_LOG_LEVEL: "silent" }));
  const many = Array.from({ length: KNOWLEDGE_MATCHES + 1_000 }, (_, n) => sectionOf(`Section ${n}`, `the company and customer number n${n}`));
  await ctx.write((tx) => {
    putFile(tx, FILE);
    putSections(tx, FILE.no, [...many, sectionOf("Founding", "the company was founded by a zebra"), sectionOf("Company", "what it is")]);
    // A reading that has not come to its end.
    putSections(tx, 2, [sectionOf("Zebra", "the zebra is being read anew"), sectionOf("Okapi", "only half an okapi")]);
  });
});
afterAll(async () => {
  ctx.close();
  await stopAll();
});

const headings = (question: string, most = 3): string[] => searchKnowledge(ctx, question, most).map(({ heading }) => heading);

test("a word that stands everywhere does not hide the one that tells", () => {
  expect(headings("What did the company have to do with a zebra?", 1)).toEqual(["Founding"]);
  expect(headings("company customer n77")).toContain("Section 77");
});

test("a question of nothing but such words finds the section named so, or any", () => {
  expect(headings("company?")).toEqual(["Company"]);
  expect(headings("customer")).toHaveLength(3);
});

test("what is still being read is not found", () => {
  expect(headings("zebra")).toEqual(["Founding"]);
  expect(headings("okapi")).toEqual([]);
});
