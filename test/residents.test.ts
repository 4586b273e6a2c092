import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { answerTo, growingTo, whisper } from "./answers.ts";
import { Colony, stopAll, until } from "./colony.ts";
import { Listener } from "./follow.ts";
import { call, full, hold, say, wait } from "./modelacts.ts";
import { Models } from "./models.ts";
import { readRows } from "./people.ts";
import { Receiver } from "./receiver.ts";

let models: Models;
let colony: Colony;
let benji: string;
beforeAll(async () => {
  models = await Models.start();
  colony = await Colony.start({ ...models.env, COLONY_WEBHOOK_ALLOW_PRIVATE: "true" });
  benji = await colony.user("benji", "ape");
  await colony.user("neeraj", "ape");
});
beforeEach(() => models.clear());
afterAll(async () => {
  models.stop();
  await stopAll();
});

const ask = (content: string, more: Record<string, unknown> = {}, token = benji) => colony.say("general", content, more, token);
const inboxOf = async (token: string, after = 0) => (await colony.get(`/api/inbox?after_seq=${after}`, { token })).body.items;
const headSeq = async (): Promise<number> => (await colony.get("/api/events")).body.head_seq;

describe("a question to a resident agent", () => {
  test("is posted at once, while the model has not said a word", async () => {
    const gate = Promise.withResolvers<void>();
    models.next([wait(gate.promise), say("By hand.")]);
    // The model answers only after the post has: were the post to wait for it, this would never end.
    const question = await ask("@grimlock how do we deploy?");
    await models.has(1);
    expect((await colony.get(`/api/channels/general/messages?after_seq=${question.seq}`)).body).toEqual([]);
    gate.resolve();
    expect(await answerTo(colony, question)).toMatchObject({
      content: "By hand.",
      type: "text",
      reply_to: question.id,
      via: "resident",
      user: { username: "grimlock", role: "agent" },
    });
  });

  test("is answered to the letter, with what it cost and by which model", async () => {
    const text = "Grüße 👩‍👩‍👧!\n\n```sh\nmake deploy\n```\n";
    models.answer([say(text, { pieces: 7 })]);
    const answer = await answerTo(colony, await ask("@grimlock and now?"));
    expect(answer).toMatchObject({ content: text, updated_at: null, hops: 1 });
    expect(answer.metadata).toEqual({
      provider: "anthropic",
      model: expect.stringContaining("claude"),
      input_tokens: 100,
      output_tokens: 20,
      cache_read_tokens: 0,
      cache_write_tokens: 0,
      cost_usd: expect.any(Number),
      latency_ms: expect.any(Number),
      sources: [],
      steps: [],
    });
  });

  test("in a direct conversation needs no mention, in one of more than two it does", async () => {
    models.answer("Between us.");
    const question = await whisper(colony, benji, "grimlock", "how are you?");
    expect(await answerTo(colony, question, benji)).toMatchObject({ content: "Between us.", channel_id: question.channel_id });
    const group = ["grimlock", "neeraj"];
    await whisper(colony, benji, group, "we two talk");
    const called = await whisper(colony, benji, group, "and @grimlock?");
    await answerTo(colony, called, benji);
    expect(models.requests.length).toBe(2);
  });

  test("fills no inbox of the agent's, which nobody would read, and those of people as ever", async () => {
    await answerTo(colony, await whisper(colony, benji, "grimlock", "how are you?"), benji);
    const first = await answerTo(colony, await ask("@grimlock and @neeraj, is it so?"));
    await answerTo(colony, await ask("are you sure, @engineer?", { reply_to: first.id }));
    // Both who were asked have answered: the next test counts what models are asked.
    await until(
      async () => (await colony.get("/api/agents/status")).body.every(({ state, waiting }: { state: string; waiting: number }) => state === "idle" && waiting === 0) || undefined,
    );
    const held = readRows<{ username: string }>(colony.data, "SELECT DISTINCT u.username FROM inbox i JOIN users u ON u.no = i.user_no").map(({ username }) => username);
    expect(held).toContain("neeraj");
    expect(held).toContain("benji");
    for (const name of ["grimlock", "engineer"]) expect(held).not.toContain(name);
  });

  test("is a person's reply to it too; a program that wants to be heard calls it by name", async () => {
    models.answer("Yes.");
    const first = await answerTo(colony, await ask("@grimlock is it so?"));
    await answerTo(colony, await ask("are you sure?", { reply_to: first.id }));
    const robot = await colony.user("robot");
    await ask("noted", { reply_to: first.id }, robot);
    await answerTo(colony, await ask("@grimlock why?", {}, robot));
    expect(models.requests.length).toBe(3);
  });

  test("is not asked by code, nor by a call to everyone", async () => {
    await ask("`@grimlock` and @here and @channel look");
    await ask("@grimlock", { type: "code" });
    const last = await ask("@grimlock really?");
    await answerTo(colony, last);
    expect(models.requests.length).toBe(1);
  });

  test("is one too when the name is written in afterwards, and only once", async () => {
    models.answer("Here.");
    const message = await ask("who knows?");
    const change = (content: string) => colony.call("PATCH", `/api/channels/general/messages/${message.id}`, { token: benji, body: { content } });
    await change("@grimlock who knows?");
    await answerTo(colony, message);
    await change("@grimlock who knows best?");
    await answerTo(colony, await ask("@grimlock next"));
    expect(models.requests.length).toBe(2);
  });

  test("is put as it stands when its turn comes", async () => {
    const gate = Promise.withResolvers<void>();
    models.next([say("One"), hold(gate.promise)]);
    const first = await ask("@grimlock the first");
    const second = await ask("@grimlock the seccond");
    await growingTo(colony, first);
    await colony.call("PATCH", `/api/channels/general/messages/${second.id}`, { token: benji, body: { content: "@grimlock the second, rather" } });
    gate.resolve();
    await answerTo(colony, second);
    expect(models.requests[1]?.prompt).toContain("the second, rather");
    expect(models.requests[1]?.prompt).not.toContain("seccond");
  });

  test("is answered by each of several that it names", async () => {
    models.answer(({ system }) => (system.includes("@architect") ? "Boxes." : "Lines."));
    const question = await ask("@architect @engineer what is it made of?");
    const answers = await until(async () => {
      const { body } = await colony.get(`/api/channels/general/messages?after_seq=${question.seq}`);
      return body.length === 2 && body.every(({ metadata }: any) => !metadata.streaming) ? body : undefined;
    });
    expect(answers.map(({ user, content }: any) => [user.username, content])).toEqual([
      ["architect", "Boxes."],
      ["engineer", "Lines."],
    ]);
  });

  test("that leads to more than one call of a model shows its steps", async () => {
    models.next([say("Let me look."), call("search_messages", { query: "deploy" })], [say("Nothing found."), full()]);
    const { content, metadata } = await answerTo(colony, await ask("@grimlock find it"));
    expect(content).toBe("Let me look.\n\nNothing found.");
    expect(metadata).toMatchObject({ finish: "length", input_tokens: 200, steps: [{ tool: "search_messages", state: "done" }] });
  });
});

describe("an answer that grows", () => {
  test("comes as one message and edits of it, not more than four a second, and ends whole", async () => {
    const listener = await Listener.open(colony, "/ws/general", { token: benji });
    const text = "It goes on and on. ".repeat(40);
    models.next([say(text, { pieces: 80, between: () => Bun.sleep(15) })]);
    const begun = performance.now();
    const question = await ask("@grimlock tell me all");
    const mine = () => listener.events.filter(({ data }) => data.reply_to === question.id);
    await listener.until(() => mine().some(({ data }) => !data.metadata.streaming));
    const seconds = (performance.now() - begun) / 1_000;
    const [first, ...edits] = mine();
    expect(first).toMatchObject({ event: "message", data: { via: "resident", metadata: { streaming: true } } });
    expect(edits.map(({ event }) => event)).toEqual(edits.map(() => "edit"));
    expect(edits.length).toBeGreaterThan(1);
    // The time is more than the answer took, so this bound is what the promise allows at the very most.
    expect(edits.length).toBeLessThanOrEqual(Math.ceil(seconds * 4));
    for (const { data } of edits) expect(text.startsWith(data.content)).toBeTrue();
    expect(edits.at(-1)?.data).toMatchObject({ content: text, updated_at: null });
    listener.close();
  }, 30_000);

  test("leaves its moments off the line: who comes later finds the post and the last of its edits", async () => {
    models.next([say("word ".repeat(50), { pieces: 50, between: () => Bun.sleep(20) })]);
    const answer = await answerTo(colony, await ask("@grimlock slowly"));
    const kinds = readRows<{ kind: string }>(colony.data, `SELECT kind FROM feed WHERE channel_no IS NOT NULL AND subject = ${answer.seq} ORDER BY seq`);
    expect(kinds.map(({ kind }) => kind)).toEqual(["message", "edit"]);
  });

  test("wakes nobody before it is whole, and then each for a reason", async () => {
    const gate = Promise.withResolvers<void>();
    models.next([say("So far @neeraj may"), hold(gate.promise), say(" rest, @neeraj knows")]);
    const [before, neeraj] = [await headSeq(), await colony.tokenOf("neeraj", "password of neeraj")];
    const question = await ask("@grimlock who knows?");
    expect(await growingTo(colony, question, "may")).toMatchObject({ mentions: [], metadata: { streaming: true, steps: [] } });
    expect([await inboxOf(benji, before), await inboxOf(neeraj, before)]).toEqual([[], []]);
    gate.resolve();
    const { id } = await answerTo(colony, question);
    expect(await inboxOf(benji, before)).toMatchObject([{ reasons: ["reply"], message: { id, mentions: ["neeraj"] } }]);
    expect(await inboxOf(neeraj, before)).toMatchObject([{ reasons: ["mention"], message: { id } }]);
  });

  test("is sent to webhooks when it is whole, and what is said meanwhile does not wait for it", async () => {
    const receiver = Receiver.open();
    await colony.post("/api/channels", { name: "wired" });
    await colony.post("/api/channels/wired/webhooks", { kind: "out", name: "Mirror", url: receiver.url, events: ["message", "edit"] });
    const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    models.next([say("Half"), hold(begun.promise), say(" of it"), hold(gate.promise), say(" and whole.")]);
    const question = await colony.say("wired", "@grimlock how far?");
    await growingTo(colony, question, "Half");
    await colony.say("wired", "meanwhile");
    await receiver.has(2);
    begun.resolve();
    await growingTo(colony, question, "of it");
    await colony.say("wired", "and then");
    await receiver.has(3);
    gate.resolve();
    const sent = (await receiver.has(5)).map(({ body }) => [body.event, body.data.content]);
    const whole = "Half of it and whole.";
    expect(sent).toEqual([
      ["message", "@grimlock how far?"],
      ["message", "meanwhile"],
      ["message", "and then"],
      ["message", whole],
      ["edit", whole],
    ]);
  });

  test("is found by the words it ends with, and by none while it grows", async () => {
    const gate = Promise.withResolvers<void>();
    models.next([say("zebra "), hold(gate.promise), say("quagga")]);
    const question = await ask("@grimlock which?");
    const { seq } = await growingTo(colony, question, "zebra");
    const found = async () => (await colony.get("/api/search?q=zebra")).body.hits;
    expect(await found()).toEqual([]);
    // Neither once the index has come to it.
    await until(() => readRows(colony.data, `SELECT seq FROM search_docs WHERE seq = ${seq}`).length > 0 || undefined);
    expect(await found()).toEqual([]);
    gate.resolve();
    const { id } = await answerTo(colony, question);
    await until(async () => (await colony.get("/api/search?q=quagga")).body.hits.some(({ message }: any) => message.id === id) || undefined);
  });

  test("passes for no whole one in a transcript while it grows, nor when it was stopped", async () => {
    models.next([say("Ship it, "), hold(() => new Promise(() => {}))]);
    const question = await ask("@grimlock shall we?");
    const { seq } = await growingTo(colony, question, "Ship it");
    const header = async () => (await colony.get(`/api/channels/general/messages?format=md&after_seq=${seq - 1}&limit=1`)).text.split("\n").find((line) => line.startsWith("## "));
    expect(await header()).toEndWith(`reply to ${question.seq} · still being written`);
    await colony.post("/api/agents/grimlock/stop", { message_id: question.id }, { token: benji });
    expect(await header()).toEndWith(`reply to ${question.seq} · stopped before its end`);
    models.next("Yes.");
    await colony.post("/api/agents/grimlock/retry", { message_id: question.id }, { token: benji });
    await answerTo(colony, question);
    expect(await header()).toEndWith(`reply to ${question.seq}`);
  });

  test("tells readers of its channel alone how it stands", async () => {
    const room = (await colony.post("/api/channels", { name: "engine-room", visibility: "private", members: ["benji"] })).body;
    const [inside, outside] = [
      await Listener.open(colony, "/ws", { token: benji }),
      await Listener.open(colony, "/ws", { token: await colony.tokenOf("neeraj", "password of neeraj") }),
    ];
    models.next([call("search_messages", { query: "x" })], "Done.");
    const question = await colony.say("engine-room", "@grimlock look", {}, benji);
    const told = () => inside.frames.filter(({ event }) => event === "agent_status");
    await inside.until(() => told().some(({ data }) => data.state === "idle"));
    const answer = await answerTo(colony, question);
    expect(
      told().every(({ channel_id, data }) => channel_id === room.id && data.question_id === question.id && data.agent.username === "grimlock" && data.asker === "benji"),
    ).toBeTrue();
    const states = told().map(({ data: { state, tool } }) => (tool === null ? state : `${state} ${tool}`));
    expect([...new Set(states)]).toEqual(["waiting", "thinking", "running search_messages", "idle"]);
    expect(told().at(-1)?.data.answer_id).toBe(answer.id);
    await colony.say("general", "for all");
    await outside.until(() => outside.events.some(({ data }) => data.content === "for all"));
    expect(JSON.stringify(outside.frames)).not.toContain(question.id);
    inside.close();
    outside.close();
  });
});
