import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { Actor } from "../src/accounts/credentials.ts";
import { createChannel } from "../src/channels/service.ts";
import type { Context } from "../src/context.ts";
import { changeMessage, deleteMessage, postMessage } from "../src/messages/service.ts";
import { indexHealth } from "../src/search/health.ts";
import { indexSome } from "../src/search/indexing.ts";
import { type Found, search } from "../src/search/service.ts";
import { Colony, command, newFolder, until } from "./colony.ts";
import { indexAll, openIndexless as open } from "./searching.ts";

const sums = ({ hits, has_more }: Found) => ({ has_more, hits: hits.map(({ message, snippet }) => `${message.seq} ${snippet}`) });

describe("what the index finds is what reading every message finds", () => {
  let ctx: Context;
  let admin: Actor;
  const words = "alpha beta gamma delta alphabet betamax Gämma ΔΕΛΤΑ foo_bar foo.bar 東京都 東京タワー 京都 한국어 🚀 v1.2.3".split(" ");
  // The same messages in every run.
  const dice = (n: number) => Math.floor((Math.abs(Math.sin(n * 12.9898) * 43_758.5453) % 1) * 1_000_000);
  const queries = [
    ...words,
    ...[
      "alp",
      "al*",
      "alpha beta",
      '"alpha beta"',
      "beta -gamma",
      "-alpha",
      '-"beta gamma"',
      "type:error",
      "type:error,plan alpha",
      "-type:text",
      "in:one",
      "in:one in:two beta",
      "-in:one gamma",
    ],
    ...[
      "session:s1",
      "-session:s1 delta",
      "from:admin -beta",
      "foo",
      "bar",
      "京",
      "東京",
      '"東京都 alpha"',
      "after:2020-01-01 alpha",
      "before:2020-01-01",
      "alpha alpha",
      "v1.2",
      "1.2.3",
      "nothing",
    ],
  ];
  const ask = (q: string, more = {}) => search(ctx, admin, { q, limit: 100, offset: 0, sort: "newest", ...more });

  beforeAll(async () => {
    ({ ctx, admin } = await open());
    for (const name of ["one", "two"]) await createChannel(ctx, admin, { name }, null);
    const types = ["text", "text", "error", "plan"] as const;
    for (let n = 0; n < 300; n++) {
      const content = Array.from({ length: 2 + (dice(n) % 6) }, (_, k) => words[dice(n * 31 + k) % words.length]).join(" ");
      const metadata = n % 5 === 0 ? { session_id: `s${n % 3}` } : null;
      const { answer } = await postMessage(ctx, admin, ["general", "one", "two"][n % 3] ?? "", { content, type: types[dice(n + 7) % 4], metadata }, null);
      if (n % 17 === 0) await changeMessage(ctx, admin, answer.channel_id, answer.id, { content: `${content} alphabet` });
      if (n % 23 === 0) await deleteMessage(ctx, admin, answer.channel_id, answer.id);
    }
  });
  afterAll(() => ctx.close());

  test("for every query, before, half way through and after; edits and deletions later too", async () => {
    const unindexed = new Map<string, ReturnType<typeof sums> | undefined>();
    for (const q of queries) unindexed.set(q, sums(await ask(q)));
    expect(unindexed.get("alpha")).not.toEqual({ has_more: false, hits: [] });
    await ctx.write((tx) => indexSome(ctx, tx));
    for (const q of queries) expect<unknown>([q, sums(await ask(q))]).toEqual([q, unindexed.get(q)]);
    await indexAll(ctx);
    for (const q of queries) expect<unknown>([q, sums(await ask(q))]).toEqual([q, unindexed.get(q)]);
    expect(indexHealth(ctx.db)).toEqual({ through: ctx.feed.head, faults: [] });

    const { hits } = await ask("delta");
    const [first, second] = hits.map(({ message }) => message);
    if (!first || !second) throw new Error("nothing to change");
    await changeMessage(ctx, admin, first.channel_id, first.id, { content: "omega", type: "result" });
    await deleteMessage(ctx, admin, second.channel_id, second.id);
    expect((await ask("delta")).hits.map(({ message }) => message.id)).toEqual(hits.slice(2).map(({ message }) => message.id));
    expect((await ask("omega type:result")).hits.map(({ message }) => message.id)).toEqual([first.id]);
    expect(indexHealth(ctx.db)?.faults).toEqual([]);
  });

  test("page by page as in one piece, by relevance too", async () => {
    for (const sort of ["newest", "relevance"] as const) {
      const whole = (await ask("alpha type:plan", { sort })).hits.map(({ message }) => message.seq);
      const pages: number[] = [];
      for (let offset = 0, more = true; more; offset += 7) {
        const page = await ask("alpha type:plan", { sort, limit: 7, offset });
        pages.push(...page.hits.map(({ message }) => message.seq));
        more = page.has_more;
      }
      expect(pages).toEqual(whole);
    }
  });
});

describe("the index's progress", () => {
  test("a batch that fails leaves nothing behind; the next does it again, and nothing is twice", async () => {
    const { ctx, admin } = await open();
    for (let n = 0; n < 5; n++) await postMessage(ctx, admin, "general", { content: `word${n} common` }, null);
    const failing = ctx.write((tx) => {
      indexSome(ctx, tx);
      throw new Error("cut");
    });
    expect(failing).rejects.toThrow("cut");
    await failing.catch(() => {});
    expect(indexHealth(ctx.db)).toEqual({ through: 0, faults: [] });
    await indexAll(ctx);
    expect((await search(ctx, admin, { q: "common", limit: 10, offset: 0, sort: "newest" })).hits).toHaveLength(5);
    expect(indexHealth(ctx.db)).toEqual({ through: ctx.feed.head, faults: [] });
    ctx.close();
  });

  test("a message posted in the very transaction of a batch is not passed over", async () => {
    const { ctx, admin } = await open();
    await postMessage(ctx, admin, "general", { content: "before" }, null);
    await indexAll(ctx);
    const posting = postMessage(ctx, admin, "general", { content: "besides" }, null);
    await ctx.write((tx) => indexSome(ctx, tx));
    await posting;
    await indexAll(ctx);
    expect((await search(ctx, admin, { q: "besides", limit: 10, offset: 0, sort: "newest" })).hits).toHaveLength(1);
    expect(indexHealth(ctx.db)?.faults).toEqual([]);
    ctx.close();
  });
});

describe("colony doctor", () => {
  const doctor = (data: string, ...more: string[]) => command(["doctor", ...more, "--data", data]);
  const indexed = (colony: Colony) => until(async () => (/^colony_search_behind 0$/m.test((await colony.get("/metrics", { token: null })).text) ? true : undefined));
  const found = async (colony: Colony, q: string): Promise<number> => (await colony.get(`/api/search?q=${q}`)).body.hits.length;

  test("finds the index whole after a server was killed in the midst of posts, and a restart goes on with it", async () => {
    const colony = await Colony.start();
    await colony.say("general", "steady 0");
    await indexed(colony);
    const posts = Array.from({ length: 300 }, (_, n) => colony.say("general", `steady ${n + 1}`).catch(() => null));
    await posts[100];
    await colony.stop("SIGKILL");
    const acknowledged = (await Promise.all(posts)).filter(Boolean).length;
    expect((await doctor(colony.data)).out).toMatch(/^ok +search +Its index is whole/m);
    await colony.run();
    await indexed(colony);
    let hits = 0;
    for (let offset = 0, more = true; more; offset += 100) {
      const { body } = await colony.get(`/api/search?q=steady&limit=100&offset=${offset}`);
      hits += body.hits.length;
      more = body.has_more;
    }
    expect(hits).toBeGreaterThan(acknowledged);
    expect((await doctor(colony.data)).code).toBe(0);
  });

  test("says what is wrong with it, and builds it anew beside a running server or without one; a backup holds it", async () => {
    const { ctx, admin, data } = await open();
    for (let n = 0; n < 5; n++) await postMessage(ctx, admin, "general", { content: `treasure ${n}` }, null);
    await indexAll(ctx);
    await ctx.write((tx) => tx.raw.run("DELETE FROM search_docs WHERE seq = (SELECT max(seq) FROM search_docs)"));
    ctx.close();
    const broken = await doctor(data);
    expect([broken.code, broken.out]).toEqual([1, expect.stringMatching(/^fail +search +.*1 messages are missing.*doctor --rebuild-search/m)]);
    const mended = await doctor(data, "--rebuild-search");
    expect([mended.code, mended.out]).toEqual([0, expect.stringMatching(/built anew[\s\S]*^ok +search/m)]);

    const colony = await Colony.start({}, data);
    expect(await found(colony, "treasure")).toBe(5);
    expect((await doctor(data, "--rebuild-search")).code).toBe(0);
    expect(await found(colony, "treasure")).toBe(5);
    await indexed(colony);
    expect(await found(colony, "treasure")).toBe(5);

    const file = join(newFolder(), "backup");
    expect((await command(["backup", file, "--data", data])).code).toBe(0);
    const folder = join(newFolder(), "restored");
    expect((await command(["restore", file, "--data", folder])).code).toBe(0);
    const copy = await Colony.start({}, folder);
    expect(await found(copy, "treasure")).toBe(5);
    expect((await doctor(folder)).out).toMatch(/^ok +search +Its index is whole, through seq/m);
  });
});
