import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { answerTo } from "./answers.ts";
import { Colony, stopAll, until } from "./colony.ts";
import { say, wait } from "./modelacts.ts";
import { Models } from "./models.ts";
import { readRows } from "./people.ts";

const HOPS = 4;
/** What the server keeps to: channels answered at once, and questions of one asker that may wait. */
const AT_ONCE = 16;
const WAITING = 200;
/** Agents that agents may call for one question, for each hop. */
const CALLS_PER_HOP = 4;

let models: Models;
let colony: Colony;
beforeAll(async () => {
  models = await Models.start();
  colony = await Colony.start({ ...models.env, COLONY_MAX_HOPS: String(HOPS) });
});
beforeEach(() => models.clear());
afterAll(async () => {
  models.stop();
  await stopAll();
});

let rooms = 0;
const newRooms = (count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, async () => (await colony.post("/api/channels", { name: `room-${++rooms}` })).body.id));
const answersIn = async (room: string): Promise<any[]> =>
  (await colony.get(`/api/channels/${room}/messages`)).body.filter(({ via, metadata }: any) => via === "resident" && !metadata.streaming);
/** The number in the question that a model is asked. */
const numberIn = (prompt: string): string => /question (\d+)(?![\s\S]*question \d)/.exec(prompt)?.[1] ?? "";

describe("two agents told to talk to each other for ever", () => {
  test("come to an end, by the right of who began, and start again after a person speaks", async () => {
    models.answer(({ system }) => (system.includes("@architect (") ? "Your turn, @engineer." : "No, yours, @architect."));
    const [room = ""] = await newRooms(1);
    const person = await colony.user("person", "ape");
    const talk = async (opening: string, token: string) => {
      const { seq } = await colony.say(room, opening, {}, token);
      const said = await until(async () => {
        const found = (await answersIn(room)).filter((message) => message.seq > seq);
        return found.some(({ braked }) => braked) ? found : undefined;
      });
      expect(said.map(({ hops, braked }) => [hops, braked])).toEqual(Array.from({ length: HOPS + 1 }, (_, n) => [n + 1, n === HOPS]));
      expect(said.map(({ user }) => user.username).slice(0, 3)).toEqual(["architect", "engineer", "architect"]);
    };
    await talk("@architect begin", person);
    const asked = readRows<{ asker: string }>(colony.data, "SELECT u.username AS asker FROM agent_jobs j JOIN users u ON u.no = j.asker_no ORDER BY j.no");
    expect(asked.map(({ asker }) => asker)).toEqual(Array.from({ length: HOPS + 1 }, () => "person"));
    await talk("@architect go on", colony.admin);
    expect(models.requests.length).toBe(2 * (HOPS + 1));
  }, 30_000);

  test("braked or not, an agent from outside that goes too far is heard by none of them", async () => {
    const robot = await colony.user("robot");
    const [room = ""] = await newRooms(1);
    let caused_by: string | null = null;
    for (let hop = 0; hop < HOPS; hop++) caused_by = (await colony.say(room, `hop ${hop}`, { caused_by }, robot)).id;
    expect((await colony.say(room, "@grimlock help", { caused_by }, robot)).braked).toBeTrue();
    await answerTo(colony, await colony.say(room, "@grimlock and me?"));
    expect(models.requests.length).toBe(1);
  });
});

test("agents that each call all the others are no storm: those asked for one question are counted, not only how deep", async () => {
  const names: string[] = (await colony.get("/api/agents")).body.agents.map(({ username }: any) => `@${username}`);
  models.answer(names.join(" "));
  const [room = ""] = await newRooms(1);
  const ended = async (count: number) => {
    await until(async () => ((await colony.get("/api/agents/status")).body.every(({ state, waiting }: any) => state === "idle" && waiting === 0) ? true : undefined));
    expect((await answersIn(room)).length).toBe(count);
  };
  await colony.say(room, "@architect begin");
  await ended(1 + HOPS * CALLS_PER_HOP);
  await colony.say(room, "@architect once more");
  await ended(2 * (1 + HOPS * CALLS_PER_HOP));
});

describe("an agent from outside that asks one question after the other", () => {
  test("by calls of its own has an answer to each", async () => {
    const worker = await colony.user("worker");
    for (let n = 0; n <= HOPS; n++)
      expect((await colony.post("/api/agents/grimlock/direct?wait=55", { message: `question ${n}` }, { token: worker })).body).toMatchObject({
        state: "answered",
        question: { hops: 1, braked: false },
      });
  });
});

describe("many questions", () => {
  test("over several channels are all answered, one after the other in each", async () => {
    models.answer(({ prompt }) => `answer ${numberIn(prompt)}`);
    const all = await newRooms(10);
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    // Posted at once; those of one channel one after the other, or their order would be anyone's guess.
    await Promise.all(
      all.map(async (room, at) => {
        for (const n of numbers.filter((n) => n % all.length === at)) await colony.say(room, `@grimlock question ${n}`);
      }),
    );
    for (const [at, room] of all.entries()) {
      const said = await until(async () => {
        const found = await answersIn(room);
        return found.length === 5 ? found : undefined;
      });
      expect(said.map(({ content }) => content)).toEqual(numbers.filter((n) => n % all.length === at).map((n) => `answer ${n}`));
    }
  }, 60_000);

  test("in more channels than are answered at once wait for their turn, and are told as waiting", async () => {
    const gate = Promise.withResolvers<void>();
    models.answer([wait(gate.promise), say("Done.")]);
    const all = await newRooms(AT_ONCE + 2);
    const questions = await Promise.all(all.map((room) => colony.say(room, "@grimlock are you there?")));
    await models.has(AT_ONCE);
    const { state, waiting, work } = (await colony.get("/api/agents/status")).body.find(({ agent }: any) => agent.username === "grimlock");
    expect([state, waiting, work.map((one: any) => one.state).toSorted()]).toEqual([
      "thinking",
      2,
      [...Array.from({ length: AT_ONCE }, () => "thinking"), ...Array.from({ length: 2 }, () => "waiting")],
    ]);
    gate.resolve();
    for (const question of questions) expect(await answerTo(colony, question)).toMatchObject({ content: "Done." });
  }, 60_000);

  test("of one asker, beyond what may wait, are refused in words at once; others' are not", async () => {
    const gate = Promise.withResolvers<void>();
    models.answer(({ prompt }) => (prompt.includes("@quiet") ? "For you." : [wait(gate.promise), say("Done.")]));
    const [flooded = "", other = ""] = await newRooms(2);
    const [loud, quiet] = [await colony.user("loud"), await colony.user("quiet", "ape")];
    const questions = [];
    for (let n = 0; n < WAITING + 2; n++) questions.push(await colony.say(flooded, `@grimlock question ${n}`, {}, loud));
    for (const question of questions.slice(WAITING)) {
      const answer = await answerTo(colony, question);
      expect([answer.type, answer.content.split("\n")[0]]).toEqual(["error", `You have ${WAITING} questions waiting for resident agents, and more are not taken.`]);
    }
    expect(await answersIn(flooded)).toHaveLength(2);
    expect(await answerTo(colony, await colony.say(other, "@grimlock and I?", {}, quiet))).toMatchObject({ content: "For you." });
    gate.resolve();
  }, 60_000);
});
