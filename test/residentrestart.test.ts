import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { answerTo, growingTo } from "./answers.ts";
import { Colony, stopAll } from "./colony.ts";
import { hang, hold, say } from "./modelacts.ts";
import { Models } from "./models.ts";
import { readRows } from "./people.ts";

let models: Models;
let colony: Colony;
beforeAll(async () => {
  models = await Models.start();
  colony = await Colony.start(models.env);
});
beforeEach(() => models.clear());
afterAll(async () => {
  models.stop();
  await stopAll();
});

/** All that was said after a message. */
const after = async ({ seq }: { seq: number }) => (await colony.get(`/api/channels/general/messages?after_seq=${seq}`)).body;
const jobs = () => readRows<{ state: string; attempts: number }>(colony.data, "SELECT state, attempts FROM agent_jobs ORDER BY no");

test("a server killed in the midst of an answer ends it once after the restart, in the same message, and what waited comes after it", async () => {
  models.next([say("Half of"), hang()]);
  const first = await colony.say("general", "@grimlock the first");
  const second = await colony.say("general", "@grimlock the second");
  const half = await growingTo(colony, first, "Half of");
  await colony.stop("SIGKILL");
  models.next("All of the first.", "All of the second.");
  await colony.run();
  expect(await answerTo(colony, first)).toMatchObject({ id: half.id, seq: half.seq, content: "All of the first.", type: "text" });
  await answerTo(colony, second);
  expect((await after(first)).map(({ content, reply_to }: any) => [content, reply_to])).toEqual([
    ["@grimlock the second", null],
    ["All of the first.", first.id],
    ["All of the second.", second.id],
  ]);
  expect((await colony.get("/api/inbox?after_seq=0")).body.items.filter(({ message }: any) => message.id === half.id)).toHaveLength(1);
});

test("a server that is told to stop puts its questions back, and nothing of it passes for a failure", async () => {
  models.next([say("Half of"), hang()]);
  const question = await colony.say("general", "@grimlock will you last?");
  const half = await growingTo(colony, question, "Half of");
  expect(await colony.stop("SIGTERM")).toBe(0);
  expect(jobs().at(-1)).toEqual({ state: "queued", attempts: 0 });
  models.next("I did.");
  await colony.run();
  expect(await answerTo(colony, question)).toMatchObject({ id: half.id, content: "I did.", type: "text", metadata: { output_tokens: 20 } });
  expect(jobs().at(-1)).toEqual({ state: "answered", attempts: 1 });
}, 30_000);

test("a model that never answers and lets nobody go does not keep the server from stopping", async () => {
  models.next([hang()]);
  const question = await colony.say("general", "@grimlock are you there?");
  await models.has(1);
  expect(await colony.stop("SIGTERM")).toBe(0);
  await colony.run();
  expect(await answerTo(colony, question)).toMatchObject({ content: Models.SENTENCE });
}, 30_000);

test("a question that ends the server each time is given up, in words", async () => {
  models.answer([say("I will"), hold(new Promise(() => {}))]);
  const question = await colony.say("general", "@grimlock break");
  for (let times = 1; times <= 3; times++) {
    await models.has(times);
    const { id } = await growingTo(colony, question, "I will");
    await colony.stop("SIGKILL");
    expect(id).toBe((await readRows<{ id: string }>(colony.data, "SELECT id FROM messages ORDER BY key DESC LIMIT 1"))[0]?.id ?? "");
    await colony.run();
  }
  const answer = await answerTo(colony, question);
  expect(answer).toMatchObject({ type: "error", metadata: { error: "failed" } });
  expect(answer.content).toStartWith("I began to answer this 3 times");
  expect((await after(question)).length).toBe(1);
  expect(models.requests.length).toBe(3);
}, 60_000);

test("a server killed again and again while it answers in ten channels gives each question one end", async () => {
  models.answer(() => say("word by word ".repeat(6), { pieces: 6, between: () => Bun.sleep(Math.random() * 80) }));
  const rooms = await Promise.all(Array.from({ length: 10 }, async (_, n) => (await colony.post("/api/channels", { name: `room-${n}` })).body.id as string));
  const questions = await Promise.all(rooms.flatMap((room) => [1, 2, 3].map((n) => colony.say(room, `@grimlock ${n}`))));
  for (const asked of [12, 25]) {
    await models.has(asked);
    await colony.stop("SIGKILL");
    await colony.run();
  }
  for (const question of questions) await answerTo(colony, question);
  for (const room of rooms) {
    const said = (await colony.get(`/api/channels/${room}/messages`)).body;
    const [asked, answered] = [said.filter(({ via }: any) => via === "api"), said.filter(({ via }: any) => via === "resident")];
    expect(answered.map(({ reply_to }: any) => reply_to)).toEqual(asked.map(({ id }: any) => id));
    expect(answered.every(({ type, content }: any) => type === "text" && content === "word by word ".repeat(6))).toBeTrue();
  }
  expect(jobs().every(({ state }) => state === "answered" || state === "failed")).toBeTrue();
}, 60_000);
