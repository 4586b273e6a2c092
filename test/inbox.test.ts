import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome } from "./colony.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});

type Message = { id: string; seq: number; content: string };
type Item = { seq: number; reasons: string[]; channel: { id: string; name: string }; message: Message };
type Page = { epoch: string; items: Item[]; next_seq: number; head_seq: number; has_more: boolean };

const newChannel = async (name: string): Promise<string> => (await colony.post("/api/channels", { name })).body.id;
const inbox = async (token: string, query = ""): Promise<Page> => (await colony.get(`/api/inbox${query}`, { token })).body;
const store = (token: string, body: unknown) => colony.call("PUT", "/api/inbox", { token, body });
const edit = (message: { channel_id: string; id: string }, content: string) =>
  colony.call("PATCH", `/api/channels/${message.channel_id}/messages/${message.id}`, { body: { content } });
const said = ({ items }: Page): string[] => items.map(({ message }) => message.content);
const headSeq = async (): Promise<number> => (await colony.get("/api/events")).body.head_seq;

describe("the inbox", () => {
  test("holds what others said to me, in order, with why, where and the message: mentions and replies to mine", async () => {
    const me = await colony.user("told");
    const channel = await newChannel("told-here");
    const mine = await colony.say(channel, "my question", {}, me);
    await colony.say(channel, "nothing for anyone");
    const mention = await colony.say(channel, "@told look");
    const reply = await colony.say(channel, "an answer", { reply_to: mine.id });
    const both = await colony.say("general", "@told elsewhere");
    const twice = await colony.say(channel, "@told an answer again", { reply_to: mine.id });
    await colony.say(channel, "@told says it of itself", { reply_to: mine.id }, me);
    await colony.say(channel, "an answer to another", { reply_to: mention.id });
    const page = await inbox(me);
    const general = (await colony.get("/api/channels/general")).body.id;
    const here = { id: channel, name: "told-here" };
    expect(page.items).toEqual([
      { seq: mention.seq, reasons: ["mention"], channel: here, message: mention },
      { seq: reply.seq, reasons: ["reply"], channel: here, message: reply },
      { seq: both.seq, reasons: ["mention"], channel: { id: general, name: "general" }, message: both },
      { seq: twice.seq, reasons: ["mention", "reply"], channel: here, message: twice },
    ]);
    expect(page).toMatchObject({ next_seq: await headSeq(), head_seq: await headSeq(), has_more: false, epoch: (await colony.get("/api/events")).body.epoch });
  });

  test("is one's own: nobody sees another's, an admin neither", async () => {
    const me = await colony.user("private-person");
    await colony.say("general", "@private-person only you");
    expect(said(await inbox(me, "?after_seq=0"))).toEqual(["@private-person only you"]);
    for (const token of [colony.admin, await colony.user("curious")]) expect(said(await inbox(token, "?after_seq=0"))).not.toContain("@private-person only you");
  });

  test("starts at my stored mark, and at the cursor I give when I give one", async () => {
    const me = await colony.user("marked");
    const messages: Message[] = [];
    for (let n = 0; n < 5; n++) messages.push(await colony.say("general", `@marked ${n}`));
    expect(said(await inbox(me))).toHaveLength(5);
    const { status, body } = await store(me, { seq: messages[2]?.seq });
    expect([status, body]).toEqual([200, { seq: messages[2]?.seq }]);
    expect(said(await inbox(me))).toEqual(["@marked 3", "@marked 4"]);
    expect(said(await inbox(me, `?after_seq=${messages[0]?.seq}`))).toEqual(["@marked 1", "@marked 2", "@marked 3", "@marked 4"]);
    expect(said(await inbox(me, "?after_seq=0"))).toHaveLength(5);
    await store(me, { seq: 0 });
    expect(said(await inbox(me))).toHaveLength(5);
    // A read mark is another thing.
    await colony.call("PUT", "/api/channels/general/read", { token: me, body: { seq: await headSeq() } });
    expect(said(await inbox(me))).toHaveLength(5);
  });

  test("goes on page by page, none twice and none left out", async () => {
    const me = await colony.user("paging");
    const mine = await colony.say("general", "mine", {}, me);
    for (let n = 0; n < 7; n++) await colony.say("general", `@paging ${n}`, n % 2 ? { reply_to: mine.id } : {});
    const read: string[] = [];
    for (let page = await inbox(me, "?after_seq=0&limit=3"); ; page = await inbox(me, `?after_seq=${page.next_seq}&limit=3`)) {
      expect(page.items.length).toBeLessThanOrEqual(3);
      read.push(...said(page));
      if (!page.has_more) break;
    }
    expect(read).toEqual(Array.from({ length: 7 }, (_, n) => `@paging ${n}`));
  });

  test("is markdown for a model to read when that is asked for: where, why, the message, and the address to go on at", async () => {
    const me = await colony.user("reader-of-words");
    const { seq } = await colony.say("general", "@reader-of-words look");
    const direct = (await colony.post("/api/dms", { user: "reader-of-words", content: "hello" })).body;
    const read = async (path: string): Promise<string> => (await colony.get(path, { token: me })).text;
    const first = await read("/api/inbox?limit=1&format=md");
    expect(first).toMatch(new RegExp(`^# Inbox\\n.*not instructions.\\n\\nIn general, a mention:\\n## ${seq} · admin \\(ape\\) · text · .*\\n\`+\\n@reader-of-words look\\n`));
    const next = /\nMore waits: GET (\S+)\n$/.exec(first)?.[1] ?? "";
    const second = await read(next);
    expect(second).toContain(`In direct with @admin (channel ${direct.channel_id}), a direct message:\n## ${direct.seq} · `);
    expect(await read((/\nGo on: GET (\S+)\n$/.exec(second)?.[1] ?? "").replace("wait=55", "wait=0"))).toMatch(/^Nothing new\.\nGo on: GET \S+\n$/);
  });

  test("waits for what is said to me, and is not woken for nothing", async () => {
    const me = await colony.user("waiting");
    const after = await headSeq();
    const waiting = inbox(me, `?after_seq=${after}&wait=30`);
    for (let n = 0; n < 20; n++) await colony.say("general", "not for you");
    const [message, page] = await Promise.all([colony.say("general", "@waiting wake up"), waiting]);
    expect(page.items.map(({ message }) => message)).toEqual([message]);
    const reply = inbox(me, `?after_seq=${page.next_seq}&wait=30`);
    const mine = await colony.say("general", "mine", {}, me);
    const answer = await colony.say("general", "answered", { reply_to: mine.id });
    expect((await reply).items.map(({ message }) => message)).toEqual([answer]);
    expect(said(await inbox(me, `?after_seq=${(await reply).next_seq}&wait=1`))).toEqual([]);
  });

  test("is told by an edit that newly mentions me, at the edit's place; not again by one that still does; and forgets one that no longer does", async () => {
    const me = await colony.user("edited-in");
    const message = await colony.say("general", "nobody yet");
    const before = await headSeq();
    const waiting = inbox(me, `?after_seq=${before}&wait=30`);
    await edit(message, "@edited-in now");
    const page = await waiting;
    expect(said(page)).toEqual(["@edited-in now"]);
    expect(page.items[0]?.seq).toBeGreaterThan(before);
    await edit(message, "@edited-in still");
    expect(said(await inbox(me, `?after_seq=${page.next_seq}`))).toEqual([]);
    expect(said(await inbox(me, "?after_seq=0"))).toEqual(["@edited-in still"]);
    await edit(message, "nobody again");
    expect(said(await inbox(me, "?after_seq=0"))).toEqual([]);
  });

  test("forgets what was deleted, and keeps a reply whose mention went", async () => {
    const me = await colony.user("forgetting");
    const mine = await colony.say("general", "mine", {}, me);
    const both = await colony.say("general", "@forgetting answer", { reply_to: mine.id });
    const gone = await colony.say("general", "@forgetting gone");
    await colony.call("DELETE", `/api/channels/general/messages/${gone.id}`);
    await edit(both, "answer");
    expect((await inbox(me, "?after_seq=0")).items.map(({ reasons, message }) => [reasons, message.content])).toEqual([[["reply"], "answer"]]);
  });

  test("outlives a restart, its mark with it", async () => {
    const own = await Colony.start();
    const me = await own.user("restarted");
    const first = await own.say("general", "@restarted one");
    await own.say("general", "@restarted two");
    await own.call("PUT", "/api/inbox", { token: me, body: { seq: first.seq } });
    await own.stop("SIGKILL");
    await own.run();
    expect(said((await own.get("/api/inbox", { token: me })).body)).toEqual(["@restarted two"]);
    await own.stop();
  });

  test("refuses a cursor it cannot go on from, a mark beyond the line, and what it does not know, by name", async () => {
    const head = await headSeq();
    expect(outcome(await colony.get(`/api/inbox?after_seq=${head + 1}`))).toBe("410 cursor_expired");
    expect(outcome(await colony.get(`/api/inbox?after_seq=${head}&epoch=another`))).toBe("410 cursor_expired");
    for (const query of ["after_seq=-1", "after_seq=x", "wait=56", "wait=-1", "limit=0", "limit=5001", "since=2026-01-01", "afterseq=1"]) {
      const answer = await colony.get(`/api/inbox?${query}`);
      expect({ query, outcome: outcome(answer) }).toEqual({ query, outcome: "422 validation_failed" });
      expect(answer.body.error.message).toContain(query.split("=")[0] ?? "");
    }
    for (const body of [{ seq: head + 100 }, { seq: -1 }, { seq: 1.5 }, { seq: "1" }, {}, { seq: 1, x: 1 }])
      expect(outcome(await store(colony.admin, body))).toBe("422 validation_failed");
  });
});
