import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Actor } from "../src/accounts/credentials.ts";
import type { Context } from "../src/context.ts";
import { SEARCH_TAIL_SEQS, SEARCH_VOLUME_SEQS } from "../src/limits.ts";
import { postMessage } from "../src/messages/service.ts";
import { indexHealth } from "../src/search/health.ts";
import { search } from "../src/search/service.ts";
import { mergeSome } from "../src/search/store.ts";
import { indexAll, openIndexless } from "./searching.ts";

let ctx: Context;
let admin: Actor;
let now = new Date("2026-01-10T00:00:00Z");
beforeAll(async () => {
  ({ ctx, admin } = await openIndexless(() => now));
});
afterAll(() => ctx.close());

const say = async (content: string): Promise<number> => (await postMessage(ctx, admin, "general", { content }, null)).answer.seq;
const find = (q: string) => search(ctx, admin, { q, limit: 100, offset: 0, sort: "newest" });
const said = async (q: string): Promise<string[]> => (await find(q)).hits.map(({ message }) => message.content);

/** Lets the number line go on to `seq` without a message, as read marks and the like do in years. */
const goOn = (seq: number): Promise<unknown> =>
  ctx.write((tx) => tx.raw.run("INSERT INTO feed (seq, kind, channel_no, subject, actor_no, user_no, at) VALUES (?, 'read', NULL, 1, 1, 1, ?)", [seq, tx.now]));

test("what many numbers lie between and no index holds is said to be missing, and is found when the index has come to it", async () => {
  await say("early word");
  expect(await find("early")).toMatchObject({ hits: [{}], indexing: false });
  await goOn(SEARCH_TAIL_SEQS + 1_000);
  await say("late word");
  expect(await find("word")).toMatchObject({ hits: [{ message: { content: "late word" } }], indexing: true });
  await indexAll(ctx);
  expect(await find("word")).toMatchObject({ hits: [{ message: { content: "late word" } }, { message: { content: "early word" } }], indexing: false });
});

test("the index goes on in a second volume, and both are searched, merged or not, deleted from and held against the messages", async () => {
  await goOn(SEARCH_VOLUME_SEQS - 4);
  // Nothing lies between.
  await ctx.write((tx) => tx.raw.run("UPDATE search_progress SET seq = ? WHERE no = 1", [SEARCH_VOLUME_SEQS - 5]));
  const seqs: number[] = [];
  for (let n = 0; n < 8; n++) seqs.push(await say(`across ${n}`));
  expect(seqs[0]).toBeLessThan(SEARCH_VOLUME_SEQS);
  expect(seqs.at(-1)).toBeGreaterThan(SEARCH_VOLUME_SEQS);
  const all = Array.from({ length: 8 }, (_, n) => `across ${7 - n}`);
  expect(await said("across")).toEqual(all);
  await indexAll(ctx);
  expect(await said("across")).toEqual(all);
  expect(await said("word OR across")).toEqual([]);
  let pieces = 0;
  while (await ctx.write((tx) => mergeSome(tx, 4))) pieces++;
  expect(pieces).toBeGreaterThan(0);
  expect(await said("across")).toEqual(all);
  expect(await said("word")).toEqual(["late word", "early word"]);
  expect(indexHealth(ctx.db)).toEqual({ through: ctx.feed.head, faults: [] });
});

test("times are kept though the clock was set back: before: and after: find what was posted then", async () => {
  now = new Date("2026-01-01T00:00:00Z");
  await say("clock back");
  now = new Date("2026-02-01T00:00:00Z");
  await say("clock on");
  await indexAll(ctx);
  expect(await said("clock before:2026-01-05")).toEqual(["clock back"]);
  expect(await said("clock after:2026-01-05")).toEqual(["clock on"]);
  expect(await said("before:2026-01-05")).toEqual(["clock back"]);
  expect(await said("word before:2026-01-10")).toEqual([]);
  expect(await said("word after:2026-01-10 before:2026-01-11")).toEqual(["late word", "early word"]);
});
