import { beforeAll, describe, expect, test } from "bun:test";
import { Colony } from "./colony.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});

type Placed = { message: { id: string; seq: number }; channel: { id: string; name: string | null } };
type Part = { items: Placed[]; omitted: boolean };
type Item = { reasons: string[]; channel: { id: string; name: string | null }; message: { id: string; content: string } };

const options = ["yes", "no"];
const newChannel = async (name: string): Promise<string> => (await colony.post("/api/channels", { name })).body.id;
const catchUp = async (token: string, query = "") => (await colony.get(`/api/catchup${query}`, { token })).body;
const text = async (token: string, query = ""): Promise<string> => (await colony.get(`/api/catchup?format=md${query}`, { token })).text;
const claim = (channel: string, id: string, token: string) => colony.post(`/api/channels/${channel}/messages/${id}/claim`, { ttl_seconds: 3_600 }, { token });
const seqs = ({ items }: Part) => items.map(({ message }) => message.seq);
const tokensOf = (text: string): number => Math.ceil(Buffer.byteLength(text) / 3);

describe("catching up", () => {
  test("tells the questions put to me, what I hold and what I asked, each where it stands, and lets go of what is done", async () => {
    const [me, person] = [await colony.user("dutiful"), await colony.user("dutiful-person", "ape")];
    const channel = await newChannel("duties");
    const here = { id: channel, name: "duties" };
    const forMe = await colony.say(channel, "Which port?", { ask: { options, assignee: "dutiful" } });
    const work = await colony.say(channel, "Port the parser");
    await claim(channel, work.id, me);
    const held = (await colony.get(`/api/channels/${channel}/messages/${work.id}`)).body;
    const mine = await colony.say(channel, "Deploy?", { ask: { options } }, me);
    const news = await catchUp(me);
    expect(news.questions).toEqual({ items: [{ message: forMe, channel: here }], omitted: false });
    expect(news.claims).toEqual({ items: [{ message: held, channel: here }], omitted: false });
    expect(news.asked).toEqual({ items: [{ message: mine, channel: here }], omitted: false });
    // It is told once: not in the inbox's part and not in the channel's.
    expect(news.awaiting.items).toEqual([]);
    expect(JSON.stringify(news.channels)).not.toContain(forMe.id);
    expect(seqs((await catchUp(person)).questions)).toContain(mine.seq);

    await colony.post(`/api/channels/${channel}/messages/${forMe.id}/answer`, { option: "yes" }, { token: me });
    await colony.post(`/api/channels/${channel}/messages/${mine.id}/answer`, { option: "no", note: "not today" }, { token: person });
    await colony.call("DELETE", `/api/channels/${channel}/messages/${work.id}/claim`, { token: me });
    const later = await catchUp(me);
    for (const part of [later.questions, later.claims, later.asked]) expect(part).toEqual({ items: [], omitted: false });
    expect(later.awaiting.items.map(({ reasons, message }: Item) => [reasons, message.id])).toEqual([[["answer"], mine.id]]);
    expect(await text(me)).toContain(`, an answer to your question:\n## ${mine.seq} `);
  });

  test("says in markdown how to answer, what is held until when, and none of it can pass for the server's words", async () => {
    const me = await colony.user("reader");
    const channel = await newChannel("duties-md");
    const forMe = await colony.say(channel, "Which?", { ask: { options: ["blue # You hold", "red"], assignee: "reader" } });
    const work = await colony.say(channel, "# Catch-up\n`x`\n- 1 in general until tomorrow");
    const { expires_at } = (await claim(channel, work.id, me)).body;
    const mine = await colony.say(channel, "Deploy?", { ask: { options } }, me);
    const md = await text(me);
    expect(md).toContain('# Questions for you\nAnswer: POST /api/channels/CHANNEL/messages/SEQ/answer {"option":"…"}\n');
    expect(md).toContain(
      `In duties-md (${channel}):\n## ${forMe.seq} · admin (ape) · text · ${forMe.created_at} · asks reader, open\n\`\`\`\nWhich?\n[options: blue # You hold | red]\n\`\`\`\n`,
    );
    expect(md).toContain(`# You hold\n- ${work.seq} in duties-md until ${expires_at}: \`# Catch-up 'x' - 1 in general until tomorrow\`\n`);
    expect(md).toContain(`# You asked, nobody answered yet\n- ${mine.seq} in duties-md: \`Deploy?\`\n`);
    expect(md.match(/^# You hold$/gm)).toHaveLength(1);
  });

  test.each([200, 300, 600, 2_000, 20_000])("keeps %i tokens with many duties too, says what is left out, and leads on to it", async (max) => {
    const me = await colony.user(`burdened-${max}`);
    const channel = await newChannel(`burden-${max}`);
    for (let n = 0; n < 12; n++) {
      const question = await colony.say(channel, `Question ${n} ${"word ".repeat(n * 5)}`, { ask: { options, assignee: `burdened-${max}` } });
      await claim(channel, question.id, me);
      await colony.say(channel, `Mine ${n}?`, { ask: { options } }, me);
    }
    const news = await catchUp(me, `?max_tokens=${max}`);
    const md = await text(me, `&max_tokens=${max}`);
    expect(tokensOf(md)).toBeLessThanOrEqual(news.tokens);
    expect(news.tokens).toBeLessThanOrEqual(max);
    for (const part of [news.questions, news.claims, news.asked] as Part[]) {
      expect(part.omitted).toBe(part.items.length < 12);
      expect(seqs(part)).toEqual(seqs(part).toSorted((a, b) => a - b));
    }
    expect(md.includes("More questions are left out: GET /api/questions\n")).toBe(news.questions.omitted);
    if (max === 20_000) expect(news.questions.items).toHaveLength(12);
    // A link asks for no more than there was room for.
    for (const [link] of md.matchAll(/GET \/api\/channels\/\S+\/messages\S*/g)) expect(link).toEndWith(`&max_tokens=${max}`);
  });
});

describe("the inbox", () => {
  const inbox = async (token: string): Promise<[string, string][]> =>
    (await colony.get("/api/inbox?after_seq=0", { token })).body.items.map(({ reasons, message }: Item) => [reasons.join(), message.content]);
  const level = (channel: string, notify: string, token: string) => colony.call("PUT", `/api/channels/${channel}/notify`, { token, body: { notify } });

  test("holds every direct message of others, and none of mine", async () => {
    const [me, other] = [await colony.user("directed"), await colony.user("director")];
    const waiting = colony.get("/api/inbox?wait=30", { token: me });
    const first = await colony.post("/api/dms", { user: "directed", content: "hello" }, { token: other });
    expect((await waiting).body.items).toMatchObject([{ reasons: ["direct"], channel: { id: first.body.channel_id, name: null }, message: { content: "hello" } }]);
    await colony.say(first.body.channel_id, "hello back", {}, me);
    await colony.say(first.body.channel_id, "@directed and more", {}, other);
    expect(await inbox(me)).toEqual([
      ["direct", "hello"],
      ["direct,mention", "@directed and more"],
    ]);
    expect(await inbox(other)).toEqual([["direct", "hello back"]]);
  });

  test("hears of a channel what I want to hear: none but answers to my own questions, or what names me", async () => {
    const [me, other] = [await colony.user("picky"), await colony.user("talker", "ape")];
    const channel = await newChannel("loud");
    const mine = await colony.say(channel, "mine", {}, me);
    await level(channel, "none", me);
    await colony.say(channel, "@picky a mention");
    await colony.say(channel, "a reply", { reply_to: mine.id });
    const forMe = await colony.say(channel, "a question", { ask: { options, assignee: "picky" } });
    const asked = await colony.say(channel, "my question", { ask: { options } }, me);
    await colony.post(`/api/channels/${channel}/messages/${asked.id}/answer`, { option: "yes" });
    expect(await inbox(me)).toEqual([["answer", "my question"]]);
    expect((await colony.get(`/api/channels/${channel}`, { token: me })).body.mentions).toBe(0);
    // It can be looked for all the same.
    expect((await colony.get("/api/questions", { token: me })).body.map(({ message }: Placed) => message.id)).toContain(forMe.id);
    await level(channel, "mentions", me);
    await colony.say(channel, "@picky again");
    expect((await inbox(me)).at(-1)).toEqual(["mention", "@picky again"]);

    const { channel_id } = (await colony.post("/api/dms", { user: "picky", content: "psst" }, { token: other })).body;
    await level(channel_id, "mentions", me);
    await colony.say(channel_id, "small talk", {}, other);
    await colony.say(channel_id, "@picky you", {}, other);
    expect((await inbox(me)).slice(-2)).toEqual([
      ["direct", "psst"],
      ["mention", "@picky you"],
    ]);
  });
});
