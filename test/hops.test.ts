import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Colony, outcome } from "./colony.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});

type Message = { id: string; seq: number; channel_id: string; content: string; caused_by: string | null; hops: number; braked: boolean };
type Item = { reasons: string[]; message: Message };
/** What an agent does with something that was said to it: posts, of which each says its own cause or none. */
type Habit = (item: Item, other: string) => { content: string; reply_to?: string; caused_by?: string }[];
type Agent = { name: string; token: string; after: number };

/** LIMIT of the server's settings when nothing is set. */
const LIMIT = 8;

const headSeq = async (on = colony): Promise<number> => (await on.get("/api/events")).body.head_seq;
const newChannel = async (on: Colony, name: string): Promise<string> => (await on.post("/api/channels", { name })).body.id;
const pair = async (on: Colony, name: string): Promise<[Agent, Agent]> => {
  const make = async (which: string): Promise<Agent> => ({ name: `${name}-${which}`, token: await on.user(`${name}-${which}`), after: await headSeq(on) });
  return [await make("a"), await make("b")];
};

/** Lets agents answer all that is said to them, turn by turn, until a turn in which nobody was told anything. @returns what they posted */
const talk = async (on: Colony, channel: string, agents: Agent[], habit: Habit): Promise<Message[]> => {
  const posted: Message[] = [];
  for (let quiet = false; !quiet; ) {
    quiet = true;
    for (const agent of agents) {
      const { body } = await on.get(`/api/inbox?after_seq=${agent.after}`, { token: agent.token });
      agent.after = body.next_seq;
      const other = agents.find(({ name }) => name !== agent.name)?.name ?? "";
      for (const item of body.items as Item[])
        for (const { content, ...cause } of habit(item, other)) {
          quiet = false;
          posted.push(await on.say(channel, content, cause, agent.token));
          // Without a brake this would go on for ever.
          if (posted.length > 100) return posted;
        }
    }
  }
  return posted;
};

const hopsOf = (messages: Message[]) => messages.map(({ hops, braked }) => (braked ? `${hops} braked` : hops));
const upTo = (limit: number) => [...Array.from({ length: limit }, (_, n) => n + 1), `${limit + 1} braked`];

const habits: [string, Habit][] = [
  ["name the cause", ({ message }, other) => [{ content: `@${other} your turn`, caused_by: message.id }]],
  ["reply", ({ message }, other) => [{ content: `and you, @${other}?`, reply_to: message.id }]],
  ["name nothing", (_, other) => [{ content: `@${other} your turn` }]],
];

describe("two agents told to answer each other", () => {
  test.each(habits)("who %s stop at the limit, and start again after a person speaks", async (how, habit) => {
    const name = how.replaceAll(" ", "-");
    const channel = await newChannel(colony, name);
    const agents = await pair(colony, name);
    await colony.say(channel, `@${name}-a go and talk with @nobody`);
    const first = await talk(colony, channel, agents, habit);
    expect(hopsOf(first)).toEqual(upTo(LIMIT));
    // The message that woke nobody stands like any other.
    expect((await colony.get(`/api/channels/${channel}/messages?limit=1`)).body).toEqual([first.at(-1)]);
    await colony.say(channel, `@${name}-b go on`);
    expect(hopsOf(await talk(colony, channel, agents, habit))).toEqual(upTo(LIMIT));
  });

  test("who post a note before each answer are braked too: the note does not begin a chain of its own", async () => {
    const channel = await newChannel(colony, "notes");
    const agents = await pair(colony, "notes");
    await colony.say(channel, "@notes-a go");
    const posted = await talk(colony, channel, agents, (_, other) => [{ content: "thinking" }, { content: `@${other} your turn` }]);
    expect(hopsOf(posted.filter(({ content }) => content !== "thinking"))).toEqual(upTo(LIMIT));
  });

  test("are braked in a conversation of their own too, where each word is told to the other", async () => {
    const agents = await pair(colony, "direct");
    const [{ token }, { name }] = agents;
    const { channel_id } = (await colony.post("/api/dms", { user: name, content: "shall we talk?" }, { token })).body;
    const posted = await talk(colony, channel_id, agents, () => [{ content: "yes, let us" }]);
    // The first word counts: it is an agent's.
    expect(hopsOf(posted)).toEqual(upTo(LIMIT).slice(1));
    expect((await colony.post("/api/dms", { user: name, content: "still there?" }, { token })).body).toMatchObject({ channel_id, braked: true });
  });

  test("start again where a person spoke, also when that was no answer to them; elsewhere it does not count", async () => {
    const [channel, elsewhere] = [await newChannel(colony, "here"), await newChannel(colony, "there")];
    const agents = await pair(colony, "again");
    const habit: Habit = (_, other) => [{ content: `@${other} your turn` }];
    await colony.say(channel, "@again-a go");
    const last = (await talk(colony, channel, agents, habit)).at(-1) as Message;
    expect(last.braked).toBe(true);
    await colony.say(elsewhere, "a person, elsewhere");
    const token = agents[0].token;
    expect((await colony.say(channel, "@again-b hello?", { caused_by: last.id }, token)).braked).toBe(true);
    await colony.say(channel, "a person, to nobody");
    expect(await colony.say(channel, "@again-b hello?", { caused_by: last.id }, token)).toMatchObject({ hops: 1, braked: false });
  });

  test("are counted through a crash", async () => {
    const own = await Colony.start({ COLONY_MAX_HOPS: "2" });
    const agents = await pair(own, "crash");
    const channel = await newChannel(own, "crash");
    const habit: Habit = (_, other) => [{ content: `@${other} your turn` }];
    await own.say(channel, "@crash-a go");
    expect(hopsOf(await talk(own, channel, agents, habit))).toEqual(upTo(2));
    await own.stop("SIGKILL");
    await own.run();
    expect((await own.say(channel, "@crash-b hello?", {}, agents[0].token)).braked).toBe(true);
    await own.say(channel, "@crash-b go on");
    expect(hopsOf(await talk(own, channel, agents, habit))).toEqual(upTo(2));
    await own.stop();
  });

  test("are not braked where the operator wants none", async () => {
    const own = await Colony.start({ COLONY_MAX_HOPS: "0" });
    const agents = await pair(own, "free");
    await own.say("general", "@free-a go");
    const posted = await talk(own, "general", agents, (_, other) => [{ content: `@${other} your turn` }]);
    expect(posted.at(-1)).toMatchObject({ hops: 101, braked: false });
    await own.stop();
  });
});

describe("the cause of a message", () => {
  /** A message of an agent that woke nobody. */
  const braked = async (channel: string, token: string, content = "far along", more: object = {}): Promise<Message> => {
    let caused_by: string | null = null;
    for (let hop = 0; hop < LIMIT; hop++) caused_by = ((await colony.say(channel, `hop ${hop}`, { caused_by }, token)) as Message).id;
    return colony.say(channel, content, { caused_by, ...more }, token);
  };

  test("is what the author names, in whichever channel; a person's post counts nothing", async () => {
    const [agent, person] = [await colony.user("causer"), await colony.user("person", "ape")];
    const there = await newChannel(colony, "cause-there");
    const cause = await colony.say("general", "first", {}, agent);
    expect(await colony.say(there, "second", { caused_by: cause.id }, agent)).toMatchObject({ caused_by: cause.id, hops: 2 });
    expect(await colony.say(there, "by a person", { caused_by: cause.id }, person)).toMatchObject({ caused_by: cause.id, hops: 0 });
    expect(await colony.say(there, "of oneself", {}, agent)).toMatchObject({ caused_by: null, hops: 1 });
    const plain = await colony.call("POST", `/api/channels/${there}/messages?caused_by=${cause.id}`, { raw: "a log", headers: { "content-type": "text/plain" }, token: person });
    expect(plain.body.caused_by).toBe(cause.id);
  });

  test("must be one that the author can read: what is hidden is as if it were not there", async () => {
    const agent = await colony.user("outside");
    const hidden = (await colony.post("/api/channels", { name: "hidden", visibility: "private" })).body.id;
    const secret = await colony.say(hidden, "secret");
    const refused = async (caused_by: string) => {
      const answer = await colony.post("/api/channels/general/messages", { content: "x", caused_by }, { token: agent });
      return [outcome(answer), answer.text];
    };
    const hiddenOne = await refused(secret.id);
    expect(hiddenOne[0]).toBe("422 cause_not_found");
    expect(await refused("01a1fd53-2c6d-73cb-95a9-306aa6bdd309")).toEqual(hiddenOne);
  });

  test("is counted through an edit that mentions: it wakes nobody either", async () => {
    const agent = await colony.user("editor");
    const reader = await colony.user("editor-reader");
    const channel = await newChannel(colony, "edits");
    const message = await braked(channel, agent);
    expect(message).toMatchObject({ hops: LIMIT + 1, braked: true });
    await colony.call("PATCH", `/api/channels/${channel}/messages/${message.id}`, { token: agent, body: { content: "@editor-reader look" } });
    expect((await colony.get("/api/inbox?after_seq=0", { token: reader })).body.items).toEqual([]);
  });

  test("does not keep a question from people, and their answer lets agents wake each other again", async () => {
    const agent = await colony.user("stuck");
    const channel = await newChannel(colony, "stuck");
    const before = await headSeq();
    const question = await braked(channel, agent, "@stuck-friend go on?", { ask: { options: ["yes", "no"] } });
    expect(question.braked).toBe(true);
    expect((await colony.get(`/api/inbox?after_seq=${before}`)).body.items).toMatchObject([{ reasons: ["ask"], message: { id: question.id } }]);
    await colony.post(`/api/channels/${channel}/messages/${question.id}/answer`, { option: "yes" });
    expect(await colony.say(channel, "on we go", { caused_by: question.id }, agent)).toMatchObject({ hops: 1, braked: false });
  });
});

test("what posts through a webhook is in a loop while it is quick, and asks anew after minutes in which nobody spoke", async () => {
  const channel = await newChannel(colony, "alerts");
  const { body: hook } = await colony.post(`/api/channels/${channel}/webhooks`, { kind: "in", name: "Monitor" });
  const agent = await colony.user("on-call");
  /** Lets the webhook say something, and the agent answer it. @returns the hops of both */
  const round = async (): Promise<number[]> => {
    expect((await colony.call("POST", hook.post_url.slice(colony.url.length), { token: null, raw: '{"text":"@on-call disk is full"}' })).status).toBe(200);
    const alert = (await colony.get(`/api/channels/${channel}/messages?limit=1`)).body[0] as Message;
    return [alert.hops, (await colony.say(channel, "on it", { reply_to: alert.id }, agent)).hops];
  };
  expect([await round(), await round()]).toEqual([
    [1, 2],
    [3, 4],
  ]);
  const database = new Database(join(colony.data, "colony.db"));
  database.run("PRAGMA busy_timeout = 5000");
  database.run("UPDATE messages SET created_at = ? WHERE id IN (SELECT id FROM messages ORDER BY created_at DESC LIMIT 4)", [new Date(Date.now() - 3 * 60_000).toISOString()]);
  database.close();
  expect(await round()).toEqual([1, 2]);
});
