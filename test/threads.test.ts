import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome } from "./colony.ts";
import { Listener } from "./follow.ts";

let colony: Colony;
let claude: string;
beforeAll(async () => {
  colony = await Colony.start();
  await colony.user("benji", "ape");
  claude = await colony.user("cc-benji.opus");
});

type Message = { id: string; seq: number; content: string; mentions: string[] };

const post = (channel: string, body: unknown, token = colony.admin) => colony.post(`/api/channels/${channel}/messages`, body, { token });
const newChannel = async (name: string): Promise<string> => (await colony.post("/api/channels", { name })).body.id;
const thread = async (channel: string, { id }: Message): Promise<string[]> =>
  (await colony.get(`/api/channels/${channel}/messages/${id}/thread`, { token: claude })).body.map(({ content }: Message) => content);

describe("a reply", () => {
  test("stands in the channel of what it answers, else it is told which of both is wrong, and nothing is stored", async () => {
    const [here, there] = [await newChannel("reply-here"), await newChannel("reply-there")];
    const parent = await colony.say(there, "over there");
    const before = (await colony.get("/api/events")).body.head_seq;
    expect(outcome(await post(here, { content: "x", reply_to: parent.id }))).toBe("422 reply_in_other_channel");
    for (const reply_to of ["01a1fd53-2c6d-73cb-95a9-306aa6bdd309", "nonsense", "", parent.id.toUpperCase(), `${parent.id} `])
      expect(outcome(await post(here, { content: "x", reply_to }))).toBe("422 reply_not_found");
    for (const reply_to of [parent.id, "nonsense"])
      expect((await colony.call("POST", `/api/channels/${here}/messages?reply_to=${reply_to}`, { raw: "x", headers: { "content-type": "text/plain" } })).status).toBe(422);
    expect((await colony.get("/api/events")).body.head_seq).toBe(before);
    expect((await post(there, { content: "x", reply_to: parent.id })).body.reply_to).toBe(parent.id);
    expect((await post(there, { content: "x", reply_to: null })).body.reply_to).toBeNull();
  });

  test("keeps its link when what it answers is edited or deleted", async () => {
    const channel = await newChannel("reply-keeps");
    const parent = await colony.say(channel, "question");
    const reply = await colony.say(channel, "answer", { reply_to: parent.id });
    await colony.call("DELETE", `/api/channels/${channel}/messages/${parent.id}`);
    expect((await colony.get(`/api/channels/${channel}/messages/${reply.id}`)).body.reply_to).toBe(parent.id);
    expect(await thread(channel, reply)).toEqual(["", "answer"]);
  });
});

describe("a thread", () => {
  test("is the message, the chain of what it answers, and all that answers it, in order; its siblings are not in it", async () => {
    const channel = await newChannel("threads");
    const root = await colony.say(channel, "root");
    const a = await colony.say(channel, "a", { reply_to: root.id });
    const b = await colony.say(channel, "b", { reply_to: root.id });
    const a1 = await colony.say(channel, "a1", { reply_to: a.id });
    await colony.say(channel, "beside");
    const b1 = await colony.say(channel, "b1", { reply_to: b.id });
    const a11 = await colony.say(channel, "a11", { reply_to: a1.id });
    const a2 = await colony.say(channel, "a2", { reply_to: a.id });
    expect(await thread(channel, root)).toEqual(["root", "a", "b", "a1", "b1", "a11", "a2"]);
    expect(await thread(channel, a)).toEqual(["root", "a", "a1", "a11", "a2"]);
    expect(await thread(channel, a1)).toEqual(["root", "a", "a1", "a11"]);
    expect(await thread(channel, a11)).toEqual(["root", "a", "a1", "a11"]);
    expect(await thread(channel, b1)).toEqual(["root", "b", "b1"]);
    expect(await thread(channel, a2)).toEqual(["root", "a", "a2"]);
  });

  test("gives its messages as the history does, by the channel's name or id", async () => {
    const channel = await newChannel("thread-form");
    const root = await colony.say(channel, "root", { metadata: { session_id: "s" } });
    await colony.say(channel, "reply @benji", { reply_to: root.id, type: "error" });
    const history = (await colony.get(`/api/channels/${channel}/messages`)).body;
    for (const ref of [channel, "thread-form"]) expect((await colony.get(`/api/channels/${ref}/messages/${root.id}/thread`)).body).toEqual(history);
  });

  test("is markdown for a model to read when that is asked for, each message as a transcript has it", async () => {
    const channel = await newChannel("thread-read");
    const root = await colony.say(channel, "root");
    const reply = await colony.say(channel, "an answer", { reply_to: root.id, type: "result" });
    const at = `/api/channels/${channel}/messages/${reply.seq}/thread`;
    const { text, headers } = await colony.get(`${at}?format=md`);
    expect(headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    expect(text).toMatch(new RegExp(`^## ${root.seq} · admin \\(ape\\) · text · .*\\n.*\\nroot\\n[^]*## ${reply.seq} · .* · reply to ${root.seq}\\n\`+\\nan answer\\n`));
    expect((await colony.get(at, { headers: { accept: "text/markdown" } })).text).toBe(text);
  });

  test("of hundreds of links is whole, from either end", async () => {
    const channel = await newChannel("deep");
    const chain: Message[] = [];
    for (let n = 0; n < 300; n++) chain.push(await colony.say(channel, `link ${n}`, { reply_to: chain.at(-1)?.id }));
    const contents = chain.map(({ content }) => content);
    expect(await thread(channel, chain[0] as Message)).toEqual(contents);
    expect(await thread(channel, chain.at(-1) as Message)).toEqual(contents);
  });

  test("of a message that is not in this channel is 404", async () => {
    const message = await colony.say("general", "x");
    const elsewhere = await newChannel("thread-elsewhere");
    expect(outcome(await colony.get(`/api/channels/${elsewhere}/messages/${message.id}/thread`))).toBe("404 not_found");
    expect(outcome(await colony.get("/api/channels/general/messages/nonsense/thread"))).toBe("404 not_found");
  });
});

describe("a mention", () => {
  const mentionsIn = async (content: string, more = {}): Promise<string[]> => (await post("general", { content, ...more })).body.mentions;

  test.each([
    ["@benji look", ["benji"]],
    ["(@benji)", ["benji"]],
    ["hey @benji, and @benji again", ["benji"]],
    ["@benji.", ["benji"]],
    ["@cc-benji.opus.", ["cc-benji.opus"]],
    ["@cc-benji.opus-- and @benji", ["cc-benji.opus", "benji"]],
    ["@BENJI", ["benji"]],
    ["**@benji**", ["benji"]],
    ["line\n@benji\nline", ["benji"]],
    ["@channel @here", ["channel", "here"]],
    ["`code` @benji `code`", ["benji"]],
    ["🐜@benji", ["benji"]],
  ] as [string, string[]][])("in %j calls them", async (content, names) => {
    expect(await mentionsIn(content)).toEqual(names);
  });

  test.each([
    "@nobody",
    "benji",
    "mail benji@benji.example",
    "https://example.com/@benji",
    "@benjiman",
    "@@benji",
    "`@benji`",
    "``a ` @benji``",
    "```\n@benji\n```",
    "~~~\n@benji\n~~~",
    "```\n@benji and no end",
    "````\n```\n@benji\n````",
    "@channels",
    "@ benji",
  ])("is not in %j", async (content) => {
    expect(await mentionsIn(content)).toEqual([]);
  });

  test("is not in code, and comes and goes with an edit", async () => {
    expect(await mentionsIn("@benji", { type: "code" })).toEqual([]);
    const { body } = await post("general", { content: "@benji", type: "code" });
    const edit = async (change: unknown) => (await colony.call("PATCH", `/api/channels/general/messages/${body.id}`, { body: change })).body.mentions;
    expect(await edit({ type: "text" })).toEqual(["benji"]);
    expect(await edit({ content: "@cc-benji.opus instead" })).toEqual(["cc-benji.opus"]);
    expect(await edit({ metadata: { a: 1 } })).toEqual(["cc-benji.opus"]);
  });

  test("of someone deactivated calls nobody", async () => {
    await colony.user("leaver");
    expect(await mentionsIn("@leaver")).toEqual(["leaver"]);
    await colony.call("DELETE", "/api/users/leaver");
    expect(await mentionsIn("@leaver")).toEqual([]);
  });

  test("@channel tells every member and no one else; @here those of them who are there", async () => {
    const channel = await newChannel("broadcast");
    const [present, absent, stranger] = [await colony.user("present"), await colony.user("absent"), await colony.user("stranger")];
    for (const token of [present, absent]) await colony.say(channel, "I join", {}, token);
    const sockets = await Promise.all([present, stranger].map((token) => Listener.open(colony, "/ws", { token })));
    const all = await colony.say(channel, "@channel hear this");
    const here = await colony.say(channel, "anyone @here?");
    const told = async (token: string) => (await colony.get("/api/inbox?after_seq=0", { token })).body.items.map(({ message }: { message: Message }) => message.id);
    expect(await told(present)).toEqual([all.id, here.id]);
    expect(await told(absent)).toEqual([all.id]);
    expect(await told(stranger)).toEqual([]);
    expect(await told(colony.admin)).toEqual([]);
    expect((await colony.get(`/api/channels/${channel}`, { token: absent })).body.mentions).toBe(1);
    for (const socket of sockets) socket.close();
  });

  test("of many thousand names in one message is read in one go, and each of them is told", async () => {
    for (let n = 0; n < 105; n++) await colony.post("/api/users", { username: `crowd${n}`, role: "agent" });
    const { mentions } = (await post("general", { content: Array.from({ length: 105 }, (_, n) => `@crowd${n}`).join(" ") })).body;
    expect(mentions).toHaveLength(105);
    expect((await post("general", { content: "@nobody ".repeat(30_000) })).body.mentions).toEqual([]);
    expect((await post("general", { content: `${"`@benji``".repeat(29_000)}` })).status).toBe(201);
    // Each of these once took the server a second.
    for (let n = 0; n < 5; n++)
      for (const hostile of [`@${"a.".repeat(130_000)}`, `@a${".".repeat(260_000)}`, "@a-".repeat(80_000), `@${"-".repeat(260_000)}`])
        expect((await post("general", { content: hostile })).body.mentions).toEqual([]);
  });
});
