import { beforeAll, describe, expect, test } from "bun:test";
import { type Answer, Colony, until } from "./colony.ts";
import { type Event, Listener, readEvents } from "./follow.ts";

let colony: Colony;
let maker: string;
beforeAll(async () => {
  colony = await Colony.start();
  maker = await colony.user("maker");
});

let made = 0;
/** A private channel of `maker` and whoever else is named. @returns its id */
const hidden = async (...members: string[]): Promise<string> => {
  const { status, body } = await colony.post("/api/channels", { name: `hidden-${++made}`, visibility: "private", members }, { token: maker });
  expect(status).toBe(201);
  return body.id;
};
const say = (channel: string, content: string): Promise<{ seq: number }> => colony.say(channel, content, {}, maker);
const takeOut = (channel: string, user: string) => colony.call("DELETE", `/api/channels/${channel}/members/${user}`, { token: maker });
const add = (channel: string, user: string) => colony.post(`/api/channels/${channel}/members`, { user }, { token: maker });
const newUser = async (): Promise<[name: string, token: string]> => {
  const name = `user-${++made}`;
  return [name, await colony.user(name)];
};
const headSeq = async (): Promise<number> => (await colony.get("/api/events")).body.head_seq;

/** What someone who follows one of the doors has heard; `over`: the door is closed, with what it said last. */
type Follower = { heard: Event[]; over: Promise<unknown>; stop: () => void };

const bySocket =
  (path: (channel: string) => string) =>
  async (token: string, channel: string): Promise<Follower> => {
    const listener = await Listener.open(colony, path(channel), { token });
    return {
      get heard() {
        return listener.events;
      },
      over: listener.waitClosed().then(({ code }) => code),
      stop: () => listener.close(),
    };
  };

const byStream =
  (path: (channel: string) => string) =>
  async (token: string, channel: string): Promise<Follower> => {
    const abort = new AbortController();
    const headers = { authorization: `Bearer ${token}`, accept: "text/event-stream" };
    const response = await fetch(colony.url + path(channel), { headers, signal: abort.signal });
    const heard: Event[] = [];
    const ready = Promise.withResolvers<void>();
    const over = (async () => {
      for await (const { event, data } of readEvents(response.body as ReadableStream<Uint8Array>)) {
        if (event === "ready") ready.resolve();
        else if (data.seq !== undefined) heard.push(data);
      }
      return "ended";
    })().catch(() => "stopped");
    await ready.promise;
    return { heard, over, stop: () => abort.abort() };
  };

const byPoll =
  (path: (channel: string) => string) =>
  async (token: string, channel: string): Promise<Follower> => {
    const heard: Event[] = [];
    const abort = new AbortController();
    let after = await headSeq();
    const over = (async () => {
      for (;;) {
        const { status, body }: Answer = await colony.get(`${path(channel)}?after_seq=${after}&wait=5`, { token, signal: abort.signal });
        if (status !== 200) return status;
        heard.push(...body.events);
        after = body.next_seq;
      }
    })().catch(() => "stopped");
    return { heard, over, stop: () => abort.abort() };
  };

const everywhere = [
  ["/ws", bySocket(() => "/ws")],
  ["the stream of everything", byStream(() => "/api/events")],
  ["long polls of everything", byPoll(() => "/api/events")],
] as const;
const ofOne = [
  ["/ws/{channel}", bySocket((channel) => `/ws/${channel}`), 4404],
  ["the channel's stream", byStream((channel) => `/api/channels/${channel}/events`), "ended"],
  ["the channel's long polls", byPoll((channel) => `/api/channels/${channel}/events`), 404],
] as const;

const heardOf = ({ heard }: Follower, channel: string): string[] =>
  heard
    .filter(({ channel_id }) => channel_id === channel)
    .map(({ event, data }) => (event === "message" ? data.content : event === "member" ? `${data.user.username} ${data.member}` : event));

/** Waits until a follower of everything has heard what is said in public now. */
const caughtUp = async (follower: Follower): Promise<void> => {
  const { seq } = await say("general", "for all");
  await until(() => follower.heard.find((event) => event.seq === seq));
};

describe.each(everywhere)("by %s", (_, follow) => {
  test("an outsider hears nothing of a private channel, from its making on, and an admin no more", async () => {
    const [, outsider] = await newUser();
    const followers = await Promise.all([outsider, colony.admin].map((token) => follow(token, "")));
    const channel = await hidden((await newUser())[0]);
    const { seq } = await say(channel, "canary @admin @channel");
    await colony.call("PATCH", `/api/channels/${channel}/messages/${seq}`, { token: maker, body: { content: "canary changed" } });
    await colony.call("PATCH", `/api/channels/${channel}`, { token: maker, body: { topic: "canary" } });
    await colony.call("DELETE", `/api/channels/${channel}/messages/${seq}`, { token: maker });
    for (const follower of followers) {
      await caughtUp(follower);
      expect(JSON.stringify(follower.heard)).not.toMatch(new RegExp(`canary|${channel}`));
      follower.stop();
    }
  });

  test("who is added hears the channel itself, that they are in it, and all that is said from then on", async () => {
    const [name, token] = await newUser();
    const channel = await hidden();
    await say(channel, "before");
    const follower = await follow(token, "");
    await add(channel, name);
    await say(channel, "after");
    await caughtUp(follower);
    expect(heardOf(follower, channel).toSorted()).toEqual(["after", "channel", `${name} true`].toSorted());
    expect(follower.heard.map(({ seq = 0 }) => seq)).toEqual(follower.heard.map(({ seq = 0 }) => seq).toSorted((a, b) => a - b));
    expect(follower.heard.find(({ event, channel_id }) => event === "channel" && channel_id === channel)?.data).toMatchObject({ id: channel, visibility: "private" });
    follower.stop();
  });

  test("who is taken out hears that, and nothing more of it, though it is said in the same moment; back again, all of it", async () => {
    const [name, token] = await newUser();
    const channel = await hidden(name);
    const follower = await follow(token, "");
    await say(channel, "before");
    await caughtUp(follower);
    await Promise.all([takeOut(channel, name), ...Array.from({ length: 5 }, () => say(channel, "meanwhile"))]);
    await say(channel, "after");
    await caughtUp(follower);
    const left = follower.heard.find(({ event, data }) => event === "member" && data.member === false);
    expect(heardOf(follower, channel).filter((what) => what !== "meanwhile")).toEqual(["before", `${name} false`]);
    for (const { seq = 0, channel_id } of follower.heard) if (channel_id === channel) expect(seq).toBeLessThanOrEqual(left?.seq ?? 0);
    await add(channel, name);
    await say(channel, "welcome back");
    await caughtUp(follower);
    expect(heardOf(follower, channel).slice(-1)).toEqual(["welcome back"]);
    follower.stop();
  });

  test("who left finds nothing of it by reading from the beginning but that they left", async () => {
    const [name, token] = await newUser();
    const start = await headSeq();
    const channel = await hidden(name);
    await say(channel, "canary");
    await colony.post(`/api/channels/${channel}/leave`, undefined, { token });
    const { events } = (await colony.get(`/api/events?after_seq=${start}`, { token })).body;
    const follower = await follow(token, "");
    await caughtUp(follower);
    expect(heardOf({ ...follower, heard: [...events, ...follower.heard] }, channel)).toEqual([`${name} false`]);
    follower.stop();
  });
});

describe.each(ofOne)("by %s", (_, follow, ending) => {
  test("who is taken out hears that they are, and the door closes", async () => {
    const [name, token] = await newUser();
    const channel = await hidden(name);
    const follower = await follow(token, channel);
    await say(channel, "before");
    await until(() => follower.heard.find(({ event }) => event === "message"));
    await Promise.all([takeOut(channel, name), ...Array.from({ length: 5 }, () => say(channel, "meanwhile"))]);
    await say(channel, "after");
    expect(await follower.over).toBe(ending);
    expect(heardOf(follower, channel).filter((what) => what !== "meanwhile")).toEqual(["before", `${name} false`]);
    const left = follower.heard.at(-1)?.seq ?? 0;
    for (const { seq = 0 } of follower.heard) expect(seq).toBeLessThanOrEqual(left);
  });

  test("who stays hears that the other left, and goes on hearing", async () => {
    const [[name], [, token]] = [await newUser(), await newUser()];
    const stayer = (await colony.get("/api/auth/me", { token })).body.username;
    const channel = await hidden(name, stayer);
    const follower = await follow(token, channel);
    await takeOut(channel, name);
    await say(channel, "after");
    await until(() => follower.heard.find(({ event }) => event === "message"));
    expect(heardOf(follower, channel)).toEqual([`${name} false`, "after"]);
    follower.stop();
  });

  test("who is deactivated hears no more", async () => {
    const [name, token] = await newUser();
    const channel = await hidden(name);
    const follower = await follow(token, channel);
    await colony.call("DELETE", `/api/users/${name}`);
    await say(channel, "after");
    expect([4401, "ended", 401]).toContain((await follower.over) as never);
    expect(heardOf(follower, channel)).toEqual([]);
  });
});

test("an outsider's socket of a private channel closes as one of a channel that is not there", async () => {
  const channel = await hidden();
  const [, outsider] = await newUser();
  for (const token of [outsider, colony.admin])
    for (const ref of [channel, `hidden-${made}`, "nowhere-at-all"]) {
      const { closed } = await Listener.open(colony, `/ws/${ref}`, { token });
      expect(closed?.code).toBe(4404);
    }
});

test("a socket that chose among channels hears the one it is added to, not the one it does not want, and chooses no hidden one", async () => {
  const [name, token] = await newUser();
  const [unwanted, other, foreign] = [await hidden(name), await hidden(), await hidden()];
  const listener = await Listener.open(colony, "/ws", { token });
  const answers = () => listener.frames.filter(({ event }) => event === "unsubscribed" || event === "subscribed" || event === "error");
  for (const channel_id of [unwanted, foreign]) listener.send({ type: "unsubscribe", channel_id });
  listener.send({ type: "subscribe", channel_id: foreign });
  await listener.until(() => answers().length === 3);
  expect(answers().map(({ event }) => event)).toEqual(["unsubscribed", "error", "error"]);
  await add(other, name);
  for (const channel of [unwanted, foreign, other]) await say(channel, "said");
  const { seq } = await say("general", "for all");
  await listener.until(() => listener.events.some((event) => event.seq === seq));
  const said = listener.events.filter(({ event, channel_id }) => event === "message" && channel_id !== null && [unwanted, foreign, other].includes(channel_id ?? ""));
  expect(said.map(({ channel_id }) => channel_id)).toEqual([other]);
  listener.close();
});

test("a socket that is catching up with a long history when its user is taken out is closed, and never goes live", async () => {
  const [name, token] = await newUser();
  const channel = await hidden(name);
  const start = await headSeq();
  await Promise.all(Array.from({ length: 1_500 }, () => say(channel, "x".repeat(2_000))));
  const listener = Listener.connect(colony, `/ws/${channel}`);
  await listener.opened();
  listener.send({ type: "auth", token, after_seq: start });
  await listener.waitFor("ready");
  await takeOut(channel, name);
  const { seq } = await say(channel, "canary");
  expect((await listener.waitClosed()).code).toBe(4404);
  expect(listener.events.every((event) => (event.seq ?? 0) < seq)).toBe(true);
}, 30_000);
