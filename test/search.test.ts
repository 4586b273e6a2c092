import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome } from "./colony.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});

type Hit = { message: { id: string; content: string; seq: number; user: { username: string } }; channel: { id: string; name: string | null }; snippet: string };
type Found = { hits: Hit[]; has_more: boolean; indexing: boolean };

const ask = (q: string, more = "", token = colony.admin) => colony.get(`/api/search?q=${encodeURIComponent(q)}${more}`, { token });
const find = async (q: string, more = "", token = colony.admin): Promise<Found> => {
  const answer = await ask(q, more, token);
  if (answer.status !== 200) throw new Error(`${q}: ${answer.text}`);
  return answer.body;
};
const said = async (q: string, token = colony.admin): Promise<string[]> => (await find(q, "&sort=newest", token)).hits.map(({ message }) => message.content);
const newChannel = async (name: string): Promise<string> => (await colony.post("/api/channels", { name })).body.id;

describe("a search", () => {
  test("finds a message the moment it is posted, with its channel and what was found marked", async () => {
    const message = await colony.say("general", "Training run <completed> & well. Loss: 0.023");
    const { hits, has_more } = await find("completed loss");
    const general = (await colony.get("/api/channels/general")).body.id;
    expect(hits).toEqual([
      {
        message,
        channel: { id: general, name: "general" },
        snippet: "Training run &lt;<mark>completed</mark>&gt; &amp; well. <mark>Loss</mark>: 0.023",
      },
    ]);
    expect(has_more).toBe(false);
  });

  test("wants every word, whatever its case and accents, and the last one as a beginning", async () => {
    await colony.say("general", "Ein Café in Zürich öffnet");
    await colony.say("general", "Ein Tee in Zürich");
    expect(await said("CAFE zurich")).toEqual(["Ein Café in Zürich öffnet"]);
    expect(await said("zürich offn")).toEqual(["Ein Café in Zürich öffnet"]);
    expect(await said("caf zürich")).toEqual([]);
    expect(await said("caf* zürich")).toEqual(["Ein Café in Zürich öffnet"]);
    expect(await said('"offn"')).toEqual([]);
  });

  test("takes a phrase in quotes, and a word with signs inside, as words in a row", async () => {
    await colony.say("general", "the quick brown fox reads src/fox_trot.ts");
    await colony.say("general", "the brown quick fox reads src/trot_fox.ts");
    expect(await said('"quick brown"')).toEqual(["the quick brown fox reads src/fox_trot.ts"]);
    expect(await said("“brown quick”")).toEqual(["the brown quick fox reads src/trot_fox.ts"]);
    expect(await said("fox_trot.ts")).toEqual(["the quick brown fox reads src/fox_trot.ts"]);
  });

  test("leaves out what a minus stands before: words, phrases and operators", async () => {
    await colony.say("general", "minus alpha beta");
    await colony.say("general", "minus alpha gamma delta", { type: "plan" });
    await colony.say("general", "minus alpha epsilon", { type: "result" });
    expect(await said("minus alpha -beta -type:plan")).toEqual(["minus alpha epsilon"]);
    expect(await said('minus -"gamma delta"')).toEqual(["minus alpha epsilon", "minus alpha beta"]);
    expect(await said("-alpha minus")).toEqual([]);
  });

  test("finds Chinese, Japanese, Korean and Thai wherever the characters stand in a row, one character too", async () => {
    for (const content of ["今天训练损失下降了", "東京タワーの近く", "서울에서 만나요", "ระบบทำงานได้ดี", "ﾃｽﾄ完了 ＡＢＣ"]) await colony.say("general", content);
    expect(await said("损失")).toEqual(["今天训练损失下降了"]);
    expect(await said("训练损失下")).toEqual(["今天训练损失下降了"]);
    expect(await said("损训")).toEqual([]);
    expect(await said("タワー")).toEqual(["東京タワーの近く"]);
    expect(await said("東")).toEqual(["東京タワーの近く"]);
    expect(await said("く")).toEqual(["東京タワーの近く"]);
    expect(await said("서울")).toEqual(["서울에서 만나요"]);
    expect(await said("ทำงาน")).toEqual(["ระบบทำงานได้ดี"]);
    expect(await said("テスト abc")).toEqual(["ﾃｽﾄ完了 ＡＢＣ"]);
    expect((await find("训练 损失")).hits[0]?.snippet).toBe("今天<mark>训练损失</mark>下降了");
  });

  test("finds emoji", async () => {
    await colony.say("general", "released 🚀 at last");
    expect(await said("🚀")).toEqual(["released 🚀 at last"]);
  });

  test("an edit's earlier words and a deleted message are gone at once", async () => {
    const message = await colony.say("general", "fleeting oldword");
    await colony.call("PATCH", `/api/channels/general/messages/${message.id}`, { body: { content: "fleeting newword" } });
    expect(await said("oldword")).toEqual([]);
    expect(await said("fleeting newword")).toEqual(["fleeting newword"]);
    await colony.call("DELETE", `/api/channels/general/messages/${message.id}`);
    expect(await said("fleeting")).toEqual([]);
    expect(await said("newword")).toEqual([]);
  });

  test("gives pages, and says truly whether there is more", async () => {
    const channel = await newChannel("paged");
    for (let n = 0; n < 7; n++) await colony.say(channel, `pageword ${n}`);
    const pages = await Promise.all([0, 3, 6].map((offset) => find("pageword in:paged", `&limit=3&offset=${offset}&sort=newest`)));
    expect(pages.map(({ hits }) => hits.map(({ message }) => message.content.at(-1)))).toEqual([["6", "5", "4"], ["3", "2", "1"], ["0"]]);
    expect(pages.map(({ has_more }) => has_more)).toEqual([true, true, false]);
    expect((await find("pageword in:paged", "&limit=7")).has_more).toBe(false);
    expect((await find("pageword in:paged", "&limit=6")).has_more).toBe(true);
    expect((await find("pageword in:paged", "&offset=7")).hits).toEqual([]);
  });

  test("puts what speaks of it most before what names it in passing, and the newer first among equals", async () => {
    await colony.say("general", "rankword rankword rankword");
    await colony.say("general", `rankword ${"and much else besides ".repeat(20)}`);
    await colony.say("general", "rankword once");
    await colony.say("general", "rankword once");
    const { hits } = await find("rankword");
    expect(hits.map(({ message }) => message.content.slice(0, 14))).toEqual(["rankword rankw", "rankword once", "rankword once", "rankword and m"]);
    expect(hits[1]?.message.seq).toBeGreaterThan(hits[2]?.message.seq ?? 0);
  });

  test("shows of a long text the stretch where most of it stands together, in one line", async () => {
    const filler = "Lorem ipsum dolor sit amet. ".repeat(40);
    await colony.say("general", `needle first. ${filler}\n\nHere the needle meets\tthe haystack <b>. ${filler}`);
    const snippet = (await find("needle haystack")).hits[0]?.snippet ?? "";
    expect(snippet).toContain("Here the <mark>needle</mark> meets the <mark>haystack</mark> &lt;b&gt;.");
    expect(snippet).toMatch(/^….*…$/);
    expect(snippet.length).toBeLessThan(300);
  });
});

describe("operators", () => {
  let ape: string;
  beforeAll(async () => {
    ape = await colony.user("opal", "ape");
    await newChannel("ops");
    await newChannel("dev");
    await colony.say("ops", "opword one", { type: "error", metadata: { session_id: "s 1" } }, ape);
    await colony.say("ops", "opword two", { type: "result", metadata: { session_id: "s2", model: "m" } });
    await colony.say("dev", "opword three", {}, ape);
  });

  test.each([
    ["opword from:opal", ["opword three", "opword one"]],
    ["opword from:@Opal in:ops", ["opword one"]],
    ["opword from:opal from:admin in:ops", ["opword two", "opword one"]],
    ["opword in:#ops in:dev", ["opword three", "opword two", "opword one"]],
    ["opword IN:Ops -from:opal", ["opword two"]],
    ["opword type:error", ["opword one"]],
    ["opword type:error,result", ["opword two", "opword one"]],
    ["opword type:error type:text", ["opword three", "opword one"]],
    ['opword session:"s 1"', ["opword one"]],
    ["opword session:s2 session:none", ["opword two"]],
    ["opword has:file", []],
    ["opword -has:file in:dev", ["opword three"]],
    ["opword after:2020-01-01", ["opword three", "opword two", "opword one"]],
    ["opword before:2020-01-01", []],
    ["opword -before:2020-01-01T10:00Z in:dev", ["opword three"]],
    ["opword in:@opal", []],
    ["in:ops", ["opword two", "opword one"]],
    ["in:ops -type:error", ["opword two"]],
    ["in:ops -opword", []],
    ["in:dev after:2020-01-01 before:2999-01-01", ["opword three"]],
  ])("%s", async (q, expected) => {
    expect(await said(q)).toEqual(expected);
  });

  test("from:me is oneself", async () => {
    expect(await said("opword from:me", ape)).toEqual(["opword three", "opword one"]);
  });

  test.each([
    ["from:nobody", "from"],
    ["in:nowhere", "in"],
    ["in:@nobody", "in"],
    ["type:poem", "type"],
    ["has:hope", "has"],
    ["before:yesterday", "before"],
    ["after:2026-13-45", "after"],
    ["from:", "from"],
    ["session:", "session"],
    ["-in:nowhere x", "in"],
    ["a*", "q"],
    ["!!! ->", "q"],
    [" ", "q"],
    [Array.from({ length: 33 }, (_, n) => `w${n}`).join(" "), "q"],
    ["x".repeat(1_001), "q"],
  ])("%s is refused by the name of what is wrong", async (q, path) => {
    const answer = await ask(q);
    expect([outcome(answer), answer.body.error.details[0].path]).toEqual(["422 validation_failed", path]);
  });

  test("limit, offset and what does not exist are refused by name", async () => {
    for (const more of ["&limit=0", "&limit=101", "&offset=10001", "&sort=best", "&page=2"]) expect(outcome(await ask("x", more))).toBe("422 validation_failed");
    expect(outcome(await colony.get("/api/search"))).toBe("422 validation_failed");
  });

  test("whatever else is written is words: no syntax of the index is reached", async () => {
    await colony.say("general", "near and or not words colon star");
    for (const q of [
      "near AND or NOT",
      "words:near",
      "near^2",
      "{words} : near",
      "near + or",
      "(near",
      "near)",
      '"near',
      'near"',
      "NEAR(near or)",
      "near' OR 1=1 --",
      "foo:near -",
      "\u0000near",
      "near\ue000a",
      "near;DROP TABLE messages",
    ]) {
      expect({ q, status: (await ask(q)).status }).toEqual({ q, status: 200 });
    }
    expect(await said("near OR not")).toEqual(["near and or not words colon star"]);
    expect(await said("zzz OR near")).toEqual([]);
    expect(await said("\ue000c1")).toEqual([]);
  });
});

test("files are found by their names and by has:file, conversations by in:@, and private ones by their members alone", async () => {
  const friend = await colony.user("friend", "ape");
  const other = await colony.user("other", "ape");
  const { body: file } = await colony.call("POST", "/api/files?name=Übersicht-Q3.pdf", { token: friend, raw: "%PDF-1.4" });
  const { body: sent } = await colony.post("/api/dms", { user: "admin", content: "the figures", attachments: [file.id] }, { token: friend });
  await colony.say("general", "the figures in public");
  expect(await said("ubersicht")).toEqual(["the figures"]);
  expect(await said("figures has:file", friend)).toEqual(["the figures"]);
  expect(await said("figures -has:file", friend)).toEqual(["the figures in public"]);
  expect(await said("figures in:@friend")).toEqual(["the figures"]);
  expect(await said("figures in:@admin", friend)).toEqual(["the figures"]);
  expect((await find("figures has:file")).hits[0]).toMatchObject({ channel: { id: sent.channel_id, name: null }, snippet: "the <mark>figures</mark> Übersicht-Q3.pdf" });
  expect(await said("figures", other)).toEqual(["the figures in public"]);
  expect(await said("has:file from:friend", other)).toEqual([]);
  expect(outcome(await ask(`figures in:${sent.channel_id}`, "", other))).toBe("422 validation_failed");
});

test("a stranger may not search", async () => {
  expect((await colony.get("/api/search?q=x", { token: null })).status).toBe(401);
});
