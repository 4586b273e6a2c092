import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Colony, command, environment, newFolder, program, stopAll, until } from "./colony.ts";
import { Listener } from "./follow.ts";
import { readRows } from "./people.ts";
import { exported, HUGE, json, packed, said, ts } from "./slackexport.ts";
import type { ZipEntry } from "./zips.ts";

let colony: Colony;
let benji: string;
let outsider: string;

/** Runs the import beside the server. @returns what it says as JSON */
const bring = async (file: string, ...more: string[]) => {
  const { code, out, err } = await command(["import", "slack", file, "--data", colony.data, "--json", ...more]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const summary = JSON.parse(out);
  // The server sees it within a moment.
  const [{ seq }] = readRows<{ seq: number }>(colony.data, "SELECT max(seq) AS seq FROM feed") as [{ seq: number }];
  await until(async () => (await colony.get("/api/events")).body.head_seq >= seq || undefined);
  return summary;
};

/** Everything that a user sees: channels and conversations with their members and messages, and people. */
const everything = async (token: string) => {
  const of = async (path: string) => (await colony.get(path, { token })).body;
  const places = [...(await of("/api/channels")), ...(await of("/api/dms/conversations"))];
  const whole = await Promise.all(
    places.map(async (place: any) => ({ place, members: await of(`/api/channels/${place.id}/members`), messages: await of(`/api/channels/${place.id}/messages`) })),
  );
  return { whole, users: await of("/api/users") };
};

const messagesOf = async (channel: string, token = benji) => (await colony.get(`/api/channels/${channel}/messages`, { token })).body;
const bySlack = async (channel: string, second: number, part = 100) => (await messagesOf(channel)).find(({ metadata }: any) => metadata?.slack_ts === ts(second, part));

let live: Listener;
let first: any;
let before: number;

beforeAll(async () => {
  colony = await Colony.start();
  benji = await colony.user("benji", "ape");
  outsider = await colony.user("outsider", "agent");
  await colony.post("/api/channels", { name: "taken" });
  await colony.say("taken", "words of our own");
  const hook = await colony.post("/api/channels/general/webhooks", { kind: "out", name: "all", url: "https://example.com/hook", events: ["message", "channel"] });
  expect(hook.status).toBe(201);
  live = await Listener.open(colony, "/ws", { token: benji });
  before = (await colony.get("/api/events")).body.head_seq;
  const dry = await bring(packed(exported()), "--dry-run");
  expect((await colony.get("/api/events")).body.head_seq).toBe(before);
  first = await bring(packed(exported()));
  expect({ ...first, dry_run: true }).toEqual(dry);
});
afterAll(stopAll);

test("an import says what came and what did not, and why", () => {
  expect(first).toMatchObject({
    source: "slack",
    team: "T0ANTHILL",
    users: { made: 7, known: 0, mapped: [{ slack: "benji", username: "benji" }] },
    channels: {
      made: 4,
      known: 0,
      filled: ["general"],
      conversations: 3,
      renamed: [
        { slack: "größe", name: "grosse" },
        { slack: "taken", name: "taken-slack" },
      ],
    },
    messages: { made: 27, known: 0, changed: 0, replies: 3, reactions: 2 },
    files: { taken: 1, linked: 1 },
    left_out: { "joined or left": 1, "topics, names and archivings": 1, "empty messages": 1, "entries that stand twice": 1, "entries without a time": 1 },
    problems: [{ what: "general/2024-03-02.json", why: "It is not whole JSON." }],
  });
});

test("people come without rights: whoever has the name of a user is that user, others are made and cannot sign in", async () => {
  const users = (await colony.get("/api/users")).body;
  const named = (name: string) => users.find(({ username }: any) => username === name);
  expect(named("uni.code")).toMatchObject({ display_name: "Unni Kode 🐜", role: "ape", admin: false });
  expect(named("buildbot").role).toBe("agent");
  expect(named("deploys").role).toBe("agent");
  expect(named("admin-slack")).toMatchObject({ admin: false });
  for (const name of ["uni.code", "gone", "buildbot", "deploys", "admin-slack", "stranger", "slackbot"])
    expect({ name, out: named(name).deactivated_at !== null }).toEqual({ name, out: true });
  expect(named("benji").deactivated_at).toBeNull();
});

test("messages keep time, author, thread, edit and reactions; markup is markdown", async () => {
  const words = async (second: number) => (await bySlack("general", second))?.content;
  expect(await words(1)).toBe("hello **bold** _it_ ~~gone~~ `a < b` & [a link](https://example.com/a?b=1) https://example.com");
  expect(await words(2)).toBe("@benji see #grosse, @here 🎉 :party_ant:");
  expect(await words(8)).toBe("[Deployed](https://example.com/d)\nto: production");
  expect(await words(12)).toBe("```\nfirst();\nsecond();\n```");
  expect(await words(15)).toBe("**rich** @benji");
  expect(await words(19)).toBe("look https://example.com/p");
  expect(await words(20)).toBe("_waves_");
  const start = await bySlack("general", 3);
  expect(start).toMatchObject({
    via: "import",
    created_at: "2024-03-01T10:46:43.000Z",
    updated_at: null,
    user: { username: "benji" },
    metadata: { imported_from: "slack" },
    mentions: [],
  });
  for (const second of [4, 5]) expect((await bySlack("general", second)).reply_to).toBe(start.id);
  expect((await bySlack("general", 6)).updated_at).toBe("2024-03-01T10:47:40.000Z");
  expect(await bySlack("general", 2)).toMatchObject({ reactions: [{ emoji: "👍", users: ["benji", "gone"] }], metadata: { slack_reactions: { party_ant: ["benji"] } } });
  expect(await bySlack("general", 18)).toMatchObject({ reply_to: null, metadata: { slack_thread_ts: ts(-999_999) } });
  const moment = (await messagesOf("general")).filter(({ metadata }: any) => metadata.slack_ts === ts(13));
  expect(moment.map(({ content }: any) => content)).toEqual(["same moment", "same moment, another"]);
});

test("nothing of a message that is too long is lost", async () => {
  const parts = (await messagesOf("general")).filter(({ metadata }: any) => metadata.slack_ts === ts(14));
  expect(parts.map(({ metadata }: any) => metadata.part)).toEqual(["1/3", "2/3", "3/3"]);
  expect(parts.map(({ content }: any) => content).join("")).toBe(HUGE);
  expect(parts.slice(1).map(({ reply_to }: any) => reply_to)).toEqual([parts[0].id, parts[0].id]);
});

test("files in the export are attached, others named with their link; the token in it reaches nobody", async () => {
  const { attachments, content } = await bySlack("general", 16);
  expect(content).toBe("a picture");
  expect(attachments).toMatchObject([{ name: "ants.txt", size: 4 }]);
  expect((await colony.get(`/api/files/${attachments[0].id}/download`, { token: benji })).text).toBe("ants");
  expect((await bySlack("general", 17)).content).toBe("[plan \\[v1\\].pdf](https://example.com/files/F2)");
  expect(JSON.stringify(await everything(benji))).not.toContain("xoxe-");
});

test("a channel of ours in which something was said stays as it is", async () => {
  expect((await messagesOf("taken")).map(({ content }: any) => content)).toEqual(["words of our own"]);
  expect((await messagesOf("taken-slack")).map(({ content }: any) => content)).toEqual(["from Slack"]);
  expect((await colony.get("/api/channels/old")).body.archived_at).not.toBeNull();
});

test("who was in a private channel or a conversation reads it, and nobody else", async () => {
  expect((await messagesOf("secret")).map(({ content }: any) => content)).toEqual(["between us"]);
  expect((await colony.get("/api/channels/secret", { token: outsider })).status).toBe(404);
  expect((await colony.get("/api/channels/secret")).status).toBe(404);
  const talks = (await colony.get("/api/dms/conversations", { token: benji })).body;
  expect(talks.map((talk: any) => [talk.members.map(({ username }: any) => username).sort(), talk.last_message.content])).toEqual([
    [["benji"], "note to self"],
    [["benji", "uni.code"], "hi benji"],
    [["benji", "gone", "uni.code"], "we three"],
  ]);
  expect((await colony.get("/api/dms/conversations")).body).toEqual([]);
});

test("it notifies nobody: no inbox, nothing unread, no webhook, no agent, one event for many messages", async () => {
  const { body: inbox } = await colony.get("/api/inbox?after_seq=0", { token: benji });
  expect(inbox.items).toEqual([]);
  for (const { name, unread, mentions } of (await everything(benji)).whole.map(({ place }: any) => place))
    if (name !== "taken") expect({ name, unread, mentions }).toEqual({ name, unread: 0, mentions: 0 });
  const { body: caught } = await colony.get("/api/catchup?format=json", { token: benji });
  expect(caught.channels.filter(({ channel }: any) => channel.name !== "taken")).toEqual([]);
  await live.until(() => live.events.some(({ event, data }: any) => event === "channel" && data.name === "old" && data.archived_at !== null));
  const kinds = live.events.map(({ event }) => event);
  expect(kinds).not.toContain("message");
  const general = (await colony.get("/api/channels/general")).body;
  const told = live.events.filter(({ event, channel_id, data }: any) => event === "import" && channel_id === general.id && data.before_seq - data.after_seq > 1);
  const counted = await Promise.all(
    told.map(async ({ data }: any) => (await colony.get(`/api/channels/general/messages?after_seq=${data.after_seq}&before_seq=${data.before_seq}`)).body.length),
  );
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe((await messagesOf("general")).length);
  const channelLine = (await colony.get(`/api/channels/general/events?after_seq=${before}`)).body.events;
  expect(channelLine.map(({ event }: any) => event)).not.toContain("message");
  const hook = (await colony.get("/api/channels/general/webhooks")).body[0];
  expect((await colony.get(`/api/channels/general/webhooks/${hook.id}/deliveries`)).body).toEqual([]);
  expect(readRows(colony.data, "SELECT no FROM agent_jobs")).toEqual([]);
});

test("what was said afterwards is unread, and search finds what came", async () => {
  await colony.say("general", "now something new");
  expect((await colony.get("/api/channels/general", { token: benji })).body.unread).toBe(1);
  const hits = await until(async () => {
    const { body } = await colony.get("/api/search?q=orphan", { token: benji });
    return body.hits.length > 0 ? body.hits : undefined;
  });
  expect(hits[0].message.metadata.slack_ts).toBe(ts(18));
  expect((await colony.get("/api/search?q=between in:secret", { token: outsider })).body.hits ?? []).toEqual([]);
});

test("the same export again changes nothing", async () => {
  const state = await everything(benji);
  const head = (await colony.get("/api/events")).body.head_seq;
  const again = await bring(packed(exported(), { zip64: true }));
  expect(again).toMatchObject({
    users: { made: 0, mapped: [] },
    channels: { made: 0, filled: [], conversations: 0 },
    messages: { made: 0, changed: 0, known: 27 },
    files: { taken: 0, linked: 0 },
  });
  expect(await everything(benji)).toEqual(state);
  expect((await colony.get("/api/events")).body.head_seq).toBe(head);
});

test("a longer export adds what is new and changes what was changed, unpacked in a folder too", async () => {
  const folder = newFolder();
  const changed = exported([said(300, "U2", "a month later"), said(301, "U1", "late answer", { thread_ts: ts(3) })]).map((entry): ZipEntry => {
    if (entry.name !== "general/2024-03-01.json") return entry;
    const day = JSON.parse(String(entry.content));
    for (const message of day)
      if (message.ts === ts(1)) Object.assign(message, { text: "hello anew", edited: { user: "U1", ts: ts(900) }, reactions: [{ name: "heart", users: ["U2"] }] });
    return { ...entry, content: json(day) };
  });
  for (const { name, content } of changed) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  symlinkSync("/etc/hostname", join(folder, "general", "2024-03-09.json"));
  const count = (await messagesOf("general")).length;
  const summary = await bring(folder);
  expect(summary.messages).toMatchObject({ made: 2, changed: 1, replies: 1 });
  expect((await messagesOf("general")).length).toBe(count + 2);
  expect((await bySlack("general", 301)).reply_to).toBe((await bySlack("general", 3)).id);
  expect(await bySlack("general", 1)).toMatchObject({ content: "hello anew", reactions: [{ emoji: "❤️", users: ["uni.code"] }] });
  // Only what a person has said here since is unread.
  expect((await colony.get("/api/channels/general", { token: benji })).body.unread).toBe(1);
  const copy = newFolder();
  cpSync(folder, join(copy, "packed-again"), { recursive: true });
  expect((await bring(copy)).messages).toMatchObject({ made: 0, changed: 0 });
});

test("entries with hostile names, lies about sizes and what is no export cost themselves and nothing else", async () => {
  const hostile = [
    { name: "../../../etc/passwd", content: "x" },
    { name: "/etc/cron.d/x", content: "x" },
    { name: "general/../../2024-03-05.json", content: "[]" },
    { name: "general/2024-03-05.json", content: `[${" ".repeat(1_000_000)}]`, claims: 10 },
  ];
  const summary = await bring(packed([...exported(), ...hostile]));
  expect(summary.messages).toMatchObject({ made: 0, changed: 0 });
  expect(summary.left_out["files in the archive with a name that leads out of it, or a second time, or locked"]).toBe(3);
  expect(summary.problems.map(({ what }: any) => what)).toContain("general/2024-03-05.json");
  const refused = await Promise.all(
    [packed([{ name: "notes.txt", content: "x" }]), join(newFolder(), "missing.zip"), import.meta.path].map((file) => command(["import", "slack", file, "--data", colony.data])),
  );
  for (const { code, out, err } of refused) {
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err.trim().split("\n")).toHaveLength(1);
  }
});

test("what any list calls private is private, a bot is one agent by both its names, and an odd field costs itself alone", async () => {
  const summary = await bring(
    packed([
      {
        name: "users.json",
        content: json([
          { id: "U1", name: "benji" },
          { id: "U60", name: "carol" },
          { id: "U61", name: "jenkins", is_bot: true, profile: { bot_id: "B61" } },
        ]),
      },
      {
        name: "channels.json",
        content: json([
          { id: "P1", name: "board", is_private: true, members: ["U1"] },
          { id: "P2", name: "closed-since", members: ["U1"] },
          { id: "P3", name: "pair", is_im: true, members: ["U1", "U60"] },
          { id: "P4", name: "early", created: 1.5e15, members: ["U1"] },
        ]),
      },
      { name: "groups.json", content: json([{ id: "P2", name: "closed-since", members: ["U60"] }]) },
      { name: "board/2024-03-01.json", content: json([said(1, "U1", "zebra", { edited: { user: "U1", ts: "abc" } })]) },
      { name: "closed-since/2024-03-01.json", content: json([said(2, "U60", "zebra too")]) },
      { name: "early/2024-03-01.json", content: json([{ type: "message", subtype: "bot_message", bot_id: "B61", username: "Jenkins", text: "built", ts: ts(3) }]) },
    ]),
  );
  expect(summary).toMatchObject({ problems: [], channels: { made: 3, conversations: 1 }, messages: { made: 3 } });
  for (const name of ["board", "closed-since"]) {
    expect((await colony.get(`/api/channels/${name}`, { token: outsider })).status).toBe(404);
    expect((await colony.get(`/api/channels/${name}`, { token: benji })).body.visibility).toBe("private");
  }
  expect((await bySlack("early", 3)).user.username).toBe("jenkins");
  expect((await colony.get("/api/users")).body.filter(({ username }: any) => username.startsWith("jenkins"))).toHaveLength(1);
});

test("whom an import made is let in by a later one, once; whoever was deactivated here since stays so", async () => {
  const people = packed([
    {
      name: "users.json",
      content: json([
        { id: "U60", name: "carol" },
        { id: "U62", name: "left", deleted: true },
      ]),
    },
  ]);
  const isIn = async () => (await colony.get("/api/users/carol")).body.deactivated_at === null;
  await bring(people);
  expect(await isIn()).toBe(false);
  const { code, err } = await command(["user", "password", "carol", "--data", colony.data]);
  expect({ code, err }).toEqual({ code: 0, err: "carol is deactivated and cannot sign in: colony user activate carol\n" });
  expect((await bring(people, "--activate")).users).toMatchObject({ made: 0, known: 2, activated: 1 });
  expect(await isIn()).toBe(true);
  await colony.call("DELETE", "/api/users/carol");
  expect((await bring(people, "--activate")).users.activated).toBe(0);
  expect(await isIn()).toBe(false);
  expect((await command(["user", "activate", "carol", "--data", colony.data])).code).toBe(0);
  await until(async () => (await isIn()) || undefined);
});

test("files are fetched where that is wished, by the token in the link, never from a private address unasked, and a page to sign in is none", async () => {
  const asked: string[] = [];
  const slack = Bun.serve({
    port: 0,
    fetch: (request) => {
      asked.push(new URL(request.url).search);
      return request.url.includes("F51") ? new Response("<html>Sign in</html>", { headers: { "content-type": "text/html" } }) : new Response("fetched bytes");
    },
  });
  const withFiles = (id: string, more = {}) => {
    const files = ["F50", "F51"].map((file) => ({
      id: `${id}${file}`,
      name: `${file}.bin`,
      size: 13,
      mimetype: "application/octet-stream",
      url_private: `${slack.url}${file}?t=xoxe-secret`,
    }));
    return packed([
      { name: "users.json", content: json([]) },
      { name: "channels.json", content: json([{ id, name: id.toLowerCase(), members: ["U1"] }]) },
      { name: `${id.toLowerCase()}/2024-03-01.json`, content: json(files.map((file, at) => said(at, "U1", `with ${file.name}`, { files: [file], ...more }))) },
    ]);
  };
  const refused = await bring(withFiles("CF1"), "--files");
  expect({ files: refused.files, why: refused.problems.map(({ why }: any) => why) }).toEqual({
    files: { taken: 0, linked: 2 },
    why: Array(2).fill(expect.stringContaining("private address")),
  });
  expect(asked).toEqual([]);
  const fetched = await bring(withFiles("CF2"), "--files", "--allow-private");
  expect(fetched).toMatchObject({ files: { taken: 1, linked: 1 }, problems: [{ why: expect.stringContaining("sign in") }] });
  expect(asked).toEqual(["?t=xoxe-secret", "?t=xoxe-secret"]);
  const [whole, named] = await messagesOf("cf2");
  expect((await colony.get(`/api/files/${whole.attachments[0].id}/download`, { token: benji })).text).toBe("fetched bytes");
  expect(named).toMatchObject({ content: `with F51.bin\n\n[F51.bin](${slack.url}F51)`, attachments: [] });
  // Changed in Slack since: what is here stays attached, what is not stays named.
  await bring(withFiles("CF2", { text: "reworded", edited: { user: "U1", ts: ts(500) } }), "--files", "--allow-private");
  expect((await messagesOf("cf2")).map(({ content, attachments }: any) => [content, attachments.length])).toEqual([
    ["reworded", 1],
    [`reworded\n\n[F51.bin](${slack.url}F51)`, 0],
  ]);
  expect(asked).toHaveLength(2);
  await slack.stop(true);
});

test("an import that was killed is gone on with, and ends in the same state as one in one go", async () => {
  const days = Array.from({ length: 30 }, (_, day) => {
    const at = (message: number) => 1_000_000 + day * 1_000 + message;
    const messages = Array.from({ length: 100 }, (_, n) => said(at(n), "U1", `word ${day} ${n}`, n % 5 ? { thread_ts: ts(at(0)) } : {}));
    return { name: `general/20${String(day + 10)}-01-01.json`, content: json(messages) };
  });
  const file = packed([...exported().filter(({ name }) => !name.startsWith("general/")), ...days]);
  const [whole, broken] = [join(newFolder(), "data"), join(newFolder(), "data")];
  await (await Colony.start({}, whole)).stop();
  cpSync(whole, broken, { recursive: true });
  expect((await command(["import", "slack", file, "--data", whole])).code).toBe(0);
  for (const rows of [200, 800]) {
    const child = Bun.spawn([...program, "import", "slack", file, "--data", broken], { env: environment(), cwd: newFolder(), stdout: "ignore", stderr: "ignore" });
    await until(() => readRows(broken, "SELECT 1 FROM messages").length >= rows || child.exitCode !== null || undefined);
    child.kill("SIGKILL");
    await child.exited;
  }
  expect(readRows(broken, "SELECT 1 FROM messages").length).toBeLessThan(3_000);
  expect((await command(["import", "slack", file, "--data", broken])).code).toBe(0);
  const standing = (data: string) =>
    readRows(
      data,
      `SELECT m.content, m.metadata, m.created_at, u.username, c.name, p.content AS parent FROM messages m JOIN users u ON u.no = m.user_no JOIN channels c ON c.no = m.key / 4294967296
       LEFT JOIN messages p ON p.id = m.reply_to ORDER BY c.no, m.key`,
    );
  expect(standing(broken)).toEqual(standing(whole));
  expect(standing(whole).length).toBeGreaterThan(3_000);
});
