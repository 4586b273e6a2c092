import { Database } from "bun:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answerTo, closedChannel, growingTo, whisper } from "./answers.ts";
import { Colony, stopAll, until } from "./colony.ts";
import { fail, hang, hold, say, stopShort } from "./modelacts.ts";
import { Models } from "./models.ts";
import { readRows } from "./people.ts";

let models: Models;
let colony: Colony;
let benji: string;
beforeAll(async () => {
  models = await Models.start();
  colony = await Colony.start(models.env);
  benji = await colony.user("benji", "ape");
});
beforeEach(() => models.clear());
afterAll(async () => {
  models.stop();
  await stopAll();
});

let rooms = 0;
const newRoom = async (): Promise<string> => (await colony.post("/api/channels", { name: `room-${++rooms}` })).body.id;
const messagesOf = async (channel: string) => (await colony.get(`/api/channels/${channel}/messages`)).body;
const remove = (channel: string, id: string) => colony.call("DELETE", `/api/channels/${channel}/messages/${id}`);
/** How the last job ended. */
const lastJob = () => readRows<{ state: string; answer_key: number | null }>(colony.data, "SELECT state, answer_key FROM agent_jobs ORDER BY no DESC LIMIT 1")[0];
const over = () => until(() => (["queued", "running"].includes(lastJob()?.state ?? "") ? undefined : lastJob()));

const logged = (what: RegExp) => until(() => what.test(colony.output) || undefined);

/** A room in which an agent is busy with a question until `go` is called. */
const busyRoom = async (words = "One") => {
  const gate = Promise.withResolvers<void>();
  models.next([say(words), hold(gate.promise)]);
  const room = await newRoom();
  const first = await colony.say(room, "@grimlock the first");
  await growingTo(colony, first, words);
  return { room, first, go: gate.resolve };
};

/** A room in which the model fell silent in the midst of an answer. */
const silentRoom = async () => {
  models.next([say("Half of"), hang()]);
  const room = await newRoom();
  const question = await colony.say(room, "@grimlock a secret");
  return { room, question, half: await growingTo(colony, question, "Half") };
};

describe("what failed", () => {
  test("is one message that says what happened, what to do, and what had come", async () => {
    // Both providers break off in the midst, however often they are asked.
    models.answer(() => [say("The answer is forty"), stopShort()]);
    const answer = await answerTo(colony, await colony.say("general", "@grimlock how much?"));
    expect(answer).toMatchObject({ type: "error", metadata: { error: expect.stringMatching(/cut|overloaded|failed/), steps: [], sources: [] } });
    const [what, hint, came, quoted] = answer.content.split("\n\n");
    expect(what).toMatch(/^[A-Z].*\.$/);
    expect(hint).toMatch(/\.$/);
    expect([came, quoted]).toEqual(["What had come so far:", "> The answer is forty"]);
  }, 60_000);

  test("calls nobody by name, and is told to who asked", async () => {
    await colony.user("neeraj", "ape");
    const before = (await colony.get("/api/events")).body.head_seq;
    models.answer(() => [say("ask @neeraj and @architect"), hold(() => Bun.sleep(0)), fail(400)]);
    models.next([fail(401)], [fail(401)]);
    const answer = await answerTo(colony, await colony.say("general", "@grimlock who?", {}, benji));
    expect(answer).toMatchObject({ type: "error", mentions: [] });
    expect((await colony.get(`/api/inbox?after_seq=${before}`, { token: benji })).body.items).toMatchObject([{ reasons: ["reply"], message: { id: answer.id } }]);
  });

  test("inside the server is said without anything of the inside, and is in the log with its place", async () => {
    const database = new Database(join(colony.data, "colony.db"));
    // The server may be writing at that moment.
    database.run("PRAGMA busy_timeout = 10000");
    database.run("ALTER TABLE model_calls RENAME TO model_calls_away");
    const answer = await answerTo(colony, await colony.say("general", "@grimlock does it hold?"));
    database.run("ALTER TABLE model_calls_away RENAME TO model_calls");
    database.close();
    expect(answer).toMatchObject({ type: "error", metadata: { error: "failed" } });
    expect(answer.content).toStartWith("Something went wrong inside the server while I was answering.");
    expect(answer.content).not.toMatch(/sql|table|\.ts/i);
    await logged(/"event":"resident_failed".*model_calls.*\bat /);
  });
});

describe("whoever asked", () => {
  test("and may not read the channel any more when the turn comes is told so, and no word of it goes to a model", async () => {
    const gate = Promise.withResolvers<void>();
    const room = (await closedChannel(colony, colony.admin, "closing", ["benji"])).id;
    models.next([say("One"), hold(gate.promise)]);
    const first = await colony.say(room, "@grimlock the first");
    const second = await colony.say(room, "@grimlock what is the word?", {}, benji);
    await growingTo(colony, first);
    await colony.call("DELETE", `/api/channels/${room}/members/benji`);
    gate.resolve();
    const answer = await answerTo(colony, second);
    expect(answer).toMatchObject({ type: "error" });
    expect(answer.content).toStartWith("@benji, by whose right I would answer, may not read this channel any more.");
    expect(models.requests.length).toBe(1);
  });

  test("and is put out while the answer grows gets no more of it", async () => {
    const gate = Promise.withResolvers<void>();
    const room = (await closedChannel(colony, colony.admin, "putting-out", ["benji"])).id;
    models.next([say("So far"), hold(gate.promise), say(" and the rest")]);
    const question = await colony.say(room, "@grimlock tell me", {}, benji);
    await growingTo(colony, question, "So far");
    await colony.call("DELETE", `/api/channels/${room}/members/benji`);
    gate.resolve();
    const answer = await answerTo(colony, question);
    expect([answer.type, answer.content.includes("and the rest")]).toEqual(["error", false]);
  });

  test("and was deactivated meanwhile is not answered", async () => {
    const { room, go } = await busyRoom();
    const gone = await colony.user("goner", "ape");
    const question = await colony.say(room, "@grimlock and me?", {}, gone);
    await colony.call("DELETE", "/api/users/goner");
    go();
    expect((await answerTo(colony, question)).content).toStartWith("@goner, by whose right I would answer, has no active account any more.");
    expect(models.requests.length).toBe(1);
  });
});

describe("while the model is silent", () => {
  test("an answer ends at once when its channel is archived, also before its first word", async () => {
    const { room, question } = await silentRoom();
    await colony.call("DELETE", `/api/channels/${room}`);
    expect((await answerTo(colony, question)).content).toStartWith("The channel was archived before I had answered.");
    await until(() => models.requests[0]?.left || undefined);
    models.next([hang()]);
    const other = await newRoom();
    await colony.say(other, "@grimlock anything?");
    await until(() => models.requests[1]);
    await colony.call("DELETE", `/api/channels/${other}`);
    expect(await over()).toEqual({ state: "failed", answer_key: null });
  });

  test("it ends at once when its asker is taken out of the channel or deactivated, and shows nothing of what was said", async () => {
    const room = (await closedChannel(colony, colony.admin, "hushed", ["benji"])).id;
    models.next([say("Half of"), hang()]);
    const first = await colony.say(room, "@grimlock a secret", {}, benji);
    await growingTo(colony, first, "Half");
    await colony.call("DELETE", `/api/channels/${room}/members/benji`);
    const { content } = await answerTo(colony, first);
    expect(content).toStartWith("@benji, by whose right I would answer, may not read this channel any more.");
    expect(content).not.toContain("Half");
    models.next([say("Half of"), hang()]);
    const second = await colony.say(await newRoom(), "@grimlock and me?", {}, await colony.user("leaver", "ape"));
    await growingTo(colony, second, "Half");
    await colony.call("DELETE", "/api/users/leaver");
    expect((await answerTo(colony, second)).content).toStartWith("@leaver, by whose right I would answer, has no active account any more.");
  });

  test("it ends at once when the file of its agent goes, and not for what concerns others", async () => {
    const { room, question } = await silentRoom();
    await colony.user("passer", "ape");
    await colony.call("POST", `/api/channels/${room}/members`, { body: { user: "passer" } });
    await colony.call("DELETE", "/api/users/passer");
    const file = join(colony.data, "agents", "hush.md");
    writeFileSync(file, "---\nusername: hush\n---\nBe brief.\n");
    await until(async () => (await colony.get("/api/agents")).body.agents.some(({ username }: any) => username === "hush") || undefined);
    models.next([say("Half of"), hang()]);
    const other = await colony.say(await newRoom(), "@hush are you there?");
    await growingTo(colony, other, "Half");
    rmSync(file);
    expect((await answerTo(colony, other)).content).toStartWith("@hush is no resident agent here any more.");
    expect(await growingTo(colony, question)).toMatchObject({ content: "Half of" });
    await colony.post("/api/agents/grimlock/stop", { message_id: question.id });
  }, 30_000);
});

describe("a question", () => {
  test("that a webhook asks in a private channel is answered by the right of its maker", async () => {
    const room = (await closedChannel(colony, benji, "alerts", [])).id;
    const { body } = await colony.post(`/api/channels/${room}/webhooks`, { kind: "in", name: "Alerts" }, { token: benji });
    models.next("The disk is full.");
    await fetch(new URL(new URL(body.post_url).pathname, colony.url), { method: "POST", body: '{"content":"@grimlock what is wrong?"}' });
    const [question] = (await colony.get(`/api/channels/${room}/messages`, { token: benji })).body;
    expect(await answerTo(colony, question, benji)).toMatchObject({ content: "The disk is full." });
    expect(readRows<{ username: string }>(colony.data, "SELECT u.username FROM agent_jobs j JOIN users u ON u.no = j.asker_no ORDER BY j.no DESC LIMIT 1")).toEqual([
      { username: "benji" },
    ]);
  });

  test("that was deleted before its turn is not answered, and holds up none behind it", async () => {
    const { room, first, go } = await busyRoom();
    const deleted = await colony.say(room, "@grimlock never mind");
    const third = await colony.say(room, "@grimlock the third");
    await remove(room, deleted.id);
    go();
    await answerTo(colony, third);
    expect((await messagesOf(room)).filter(({ via }: any) => via === "resident").map(({ reply_to }: any) => reply_to)).toEqual([first.id, third.id]);
    expect(models.requests.length).toBe(2);
  });

  test("that is deleted while it is answered takes the half answer with it, and ends the model's work", async () => {
    const { room, question, half } = await silentRoom();
    await remove(room, question.id);
    await until(async () => (await messagesOf(room)).find(({ id, deleted_at }: any) => id === half.id && deleted_at !== null));
    await until(() => models.requests[0]?.left || undefined);
    expect((await over())?.state).toBe("stopped");
  });

  test("whose answer an admin deletes while it grows is over", async () => {
    const { room, half } = await silentRoom();
    await remove(room, half.id);
    await until(() => models.requests[0]?.left || undefined);
    expect((await over())?.state).toBe("stopped");
    expect((await messagesOf(room)).map(({ deleted_at }: any) => deleted_at === null)).toEqual([true, false]);
  });

  test("in a channel that was archived before its turn ends without a message, and one whose answer grows in words", async () => {
    const { room, first, go } = await busyRoom();
    const second = await colony.say(room, "@grimlock the second");
    await colony.call("DELETE", `/api/channels/${room}`);
    go();
    const answer = await answerTo(colony, first);
    expect(answer).toMatchObject({ type: "error" });
    expect(answer.content).toStartWith("The channel was archived before I had answered.");
    expect(await over()).toEqual({ state: "failed", answer_key: null });
    expect((await messagesOf(room)).some(({ reply_to }: any) => reply_to === second.id)).toBeFalse();
    await logged(/"event":"resident_unanswered"/);
  });

  test("to an agent whose file is gone is told so", async () => {
    const folder = join(colony.data, "agents");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "brief.md"), "---\nusername: brief\ndisplay_name: Brief\n---\nBe brief.\n");
    const has = (name: string, there: boolean) =>
      until(async () => (await colony.get("/api/agents")).body.agents.some(({ username }: any) => username === name) === there || undefined);
    await has("brief", true);
    const { room, go } = await busyRoom();
    const question = await colony.say(room, "@brief are you there?");
    rmSync(join(folder, "brief.md"));
    await has("brief", false);
    go();
    expect((await answerTo(colony, question)).content).toStartWith("@brief is no resident agent here any more.");
  }, 30_000);

  test("asked where its agent does not answer is met by one plain sentence, without a model", async () => {
    const folder = join(colony.data, "agents");
    mkdirSync(folder, { recursive: true });
    for (const mode of ["mentions", "direct"]) writeFileSync(join(folder, `${mode}.md`), `---\nusername: by-${mode}\ndisplay_name: By ${mode}\nanswers: ${mode}\n---\nBe brief.\n`);
    await until(async () => (await colony.get("/api/agents")).body.agents.filter(({ username }: any) => username.startsWith("by-")).length === 2 || undefined);
    const inDirect = await answerTo(colony, await whisper(colony, benji, "by-mentions", "hello"), benji);
    const inChannel = await answerTo(colony, await colony.say("general", "@by-direct hello"));
    expect([inDirect.content, inDirect.type]).toEqual(["I answer where I am mentioned in a channel, not in direct messages.", "text"]);
    expect([inChannel.content, inChannel.type]).toEqual(["I answer in direct messages to me, not where I am mentioned.", "text"]);
    expect(models.requests.length).toBe(0);
    await answerTo(colony, await whisper(colony, benji, "by-direct", "hello"), benji);
    await answerTo(colony, await whisper(colony, benji, "by-mentions", "@by-mentions hello"), benji);
    expect(models.requests.length).toBe(2);
  }, 30_000);
});

describe("an answer", () => {
  test("that is longer than a message holds is cut, and says so", async () => {
    models.next([say("ü".repeat(200_000))]);
    const { content } = await answerTo(colony, await colony.say("general", "@grimlock everything"));
    expect(Buffer.byteLength(content)).toBeLessThanOrEqual(256 * 1024);
    expect(Buffer.byteLength(content)).toBeGreaterThan(256 * 1024 - 200);
    expect(content).toMatch(/^ü+\n\n… The answer was longer than a message holds and is cut here\.$/);
  });
});
