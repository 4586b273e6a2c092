import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome, time, until } from "./colony.ts";
import { Listener, readEvents } from "./follow.ts";

type Standing = { user_id: string; presence: string; status: { state: string; text: string | null; until: string | null } | null };

let colony: Colony;
let watcher: string;
beforeAll(async () => {
  colony = await Colony.start();
  watcher = await colony.user("watcher");
});

/** A new agent: its token and id. */
const agent = async (username: string) => {
  const token = await colony.user(username);
  return { token, id: (await colony.get("/api/auth/me", { token })).body.id as string };
};

const roster = async (): Promise<Standing[]> => (await colony.get("/api/presence", { token: watcher })).body;
const standing = async (id: string): Promise<Standing | undefined> => (await roster()).find(({ user_id }) => user_id === id);

/** What a socket was told of one user, one by one or in a list. */
const told = (socket: Listener, id: string): Standing[] =>
  socket.frames.flatMap(({ event, data }) => (event === "presence" ? [data] : event === "presences" ? data : [])).filter(({ user_id }: Standing) => user_id === id);

const presences = (socket: Listener, id: string) => told(socket, id).map(({ presence }) => presence);

/** Waits until a socket was told that a user is in this state. */
const hears = (socket: Listener, id: string, presence: string) => socket.until(() => presences(socket, id).at(-1) === presence);

describe("who is here", () => {
  test("is told to all who listen when someone comes, and again some seconds after the last connection is gone", async () => {
    const listening = await Listener.open(colony, "/ws", { token: watcher });
    const { token, id } = await agent("comer");
    expect(await standing(id)).toBeUndefined();
    const [one, two] = [await Listener.open(colony, "/ws", { token }), await Listener.open(colony, "/ws/general", { token })];
    await hears(listening, id, "online");
    const frame = listening.frames.find(({ event, data }) => event === "presence" && data.user_id === id);
    expect(frame).toEqual({ event: "presence", channel_id: null, data: { user_id: id, presence: "online", status: null } });
    expect(await standing(id)).toEqual({ user_id: id, presence: "online", status: null });
    one.close();
    two.close();
    await hears(listening, id, "offline");
    expect(presences(listening, id)).toEqual(["online", "offline"]);
    expect(await standing(id)).toBeUndefined();
    listening.close();
  });

  test("does not flicker while a page is loaded again, nor between two long polls, by any door", async () => {
    const listening = await Listener.open(colony, "/ws", { token: watcher });
    const { token, id } = await agent("flicker");
    for (let n = 0; n < 5; n++) (await Listener.open(colony, "/ws", { token })).close();
    const leaving = new AbortController();
    const stream = await fetch(`${colony.url}/api/events`, { headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" }, signal: leaving.signal });
    for await (const { event } of readEvents(stream.body as ReadableStream<Uint8Array>)) if (event === "ready") break;
    leaving.abort();
    for (let n = 0; n < 3; n++) {
      const { head_seq } = (await colony.get("/api/events")).body;
      const polling = colony.get(`/api/channels/general/events?after_seq=${head_seq}&wait=5`, { token });
      await colony.say("general", `poll ${n}`);
      await polling;
    }
    expect((await standing(id))?.presence).toBe("online");
    const { id: end } = await agent("flicker-end");
    const last = await Listener.open(colony, "/ws", { token: await colony.user("flicker-last") });
    await colony.call("PUT", "/api/me/status", { token: colony.admin, body: { state: "idle", text: "end of flicker" } });
    await listening.until(() => listening.frames.some(({ data }) => JSON.stringify(data).includes("end of flicker")));
    expect(presences(listening, id)).toEqual(["online"]);
    expect(presences(listening, end)).toEqual([]);
    last.close();
    listening.close();
  });

  test("a poll that does not wait is no presence", async () => {
    const { token, id } = await agent("asker");
    await colony.get("/api/events", { token });
    await colony.get("/api/inbox", { token });
    expect(await standing(id)).toBeUndefined();
  });

  test("is away when all of a user's sockets say so, and online as soon as one does not", async () => {
    const listening = await Listener.open(colony, "/ws", { token: watcher });
    const { token, id } = await agent("stepper");
    const [desk, phone] = [await Listener.open(colony, "/ws", { token }), await Listener.open(colony, "/ws/general", { token })];
    await hears(listening, id, "online");
    desk.send({ type: "presence", state: "away" });
    phone.send({ type: "ping" });
    await phone.waitFor("pong");
    expect((await standing(id))?.presence).toBe("online");
    phone.send({ type: "presence", state: "away" });
    await hears(listening, id, "away");
    expect((await standing(id))?.presence).toBe("away");
    desk.send({ type: "presence", state: "online" });
    await hears(listening, id, "online");
    expect(presences(listening, id)).toEqual(["online", "away", "online"]);
    for (const socket of [desk, phone, listening]) socket.close();
  });

  test("is told in an event stream too, without an id, and not to whoever follows one channel", async () => {
    const leaving = new AbortController();
    const headers = { authorization: `Bearer ${watcher}`, accept: "text/event-stream" };
    const stream = await fetch(`${colony.url}/api/events`, { headers, signal: leaving.signal });
    const one = await Listener.open(colony, "/ws/general", { token: watcher });
    const { token, id } = await agent("streamed");
    const coming = await Listener.open(colony, "/ws", { token });
    for await (const { id: seq, event, data } of readEvents(stream.body as ReadableStream<Uint8Array>)) {
      if (event !== "presence" || data.data.user_id !== id) continue;
      expect([seq, data]).toEqual([undefined, { event: "presence", channel_id: null, data: { user_id: id, presence: "online", status: null } }]);
      break;
    }
    leaving.abort();
    const message = await colony.say("general", "after the stream");
    await one.until(() => one.events.some(({ seq }) => seq === message.seq));
    expect(told(one, id)).toEqual([]);
    one.close();
    coming.close();
  });

  test("of one who is deactivated is over at once, with what was said", async () => {
    const listening = await Listener.open(colony, "/ws", { token: watcher });
    const { token, id } = await agent("dismissed");
    await colony.call("PUT", "/api/me/status", { token, body: { state: "working" } });
    await Listener.open(colony, "/ws", { token });
    await hears(listening, id, "online");
    expect((await colony.call("DELETE", "/api/users/dismissed")).status).toBe(204);
    expect(await standing(id)).toBeUndefined();
    await hears(listening, id, "offline");
    expect(told(listening, id).at(-1)).toEqual({ user_id: id, presence: "offline", status: null });
    listening.close();
  });

  test("of a crowd that comes together is told in a few frames", async () => {
    const listening = await Listener.open(colony, "/ws", { token: watcher });
    const crowd = await Promise.all(Array.from({ length: 60 }, (_, n) => agent(`crowd-${n}`)));
    const sockets = await Promise.all(crowd.map(({ token }) => Listener.open(colony, "/ws", { token })));
    await listening.until(() => crowd.every(({ id }) => presences(listening, id).at(-1) === "online"));
    const frames = listening.frames.filter(({ event }) => event === "presence" || event === "presences");
    expect(frames.length).toBeLessThan(30);
    expect(frames.some(({ event }) => event === "presences")).toBe(true);
    for (const { id } of crowd) expect(presences(listening, id)).toEqual(["online"]);
    for (const socket of [listening, ...sockets]) socket.close();
  });
});

describe("what someone says they are at", () => {
  test("is told, listed, changed and taken back, whether they are connected or not", async () => {
    const listening = await Listener.open(colony, "/ws", { token: watcher });
    const { token, id } = await agent("worker");
    const working = { state: "working", text: "training run 7", until: null };
    const answer = await colony.call("PUT", "/api/me/status", { token, body: { state: "working", text: "training run 7" } });
    expect([answer.status, answer.body]).toEqual([200, working]);
    await listening.until(() => told(listening, id).length === 1);
    expect(told(listening, id)[0]).toEqual({ user_id: id, presence: "offline", status: working });
    expect(await standing(id)).toEqual({ user_id: id, presence: "offline", status: working });
    await colony.call("PUT", "/api/me/status", { token, body: { state: "blocked" } });
    expect((await standing(id))?.status).toEqual({ state: "blocked", text: null, until: null });
    for (let n = 0; n < 2; n++) expect((await colony.call("DELETE", "/api/me/status", { token })).status).toBe(204);
    expect(await standing(id)).toBeUndefined();
    await listening.until(() => told(listening, id).at(-1)?.status === null);
    listening.close();
  });

  test("ends by itself when its time is over", async () => {
    const listening = await Listener.open(colony, "/ws", { token: watcher });
    const { token, id } = await agent("napper");
    const end = new Date(Date.now() + 800).toISOString();
    const { body } = await colony.call("PUT", "/api/me/status", { token, body: { state: "waiting", until: end } });
    expect(body.until).toMatch(time);
    expect(body.until).toBe(end);
    await listening.until(() => told(listening, id).at(-1)?.status?.state === "waiting");
    await listening.until(() => told(listening, id).at(-1)?.status === null);
    expect(await standing(id)).toBeUndefined();
    listening.close();
  });

  test("stands after the server was killed", async () => {
    const own = await Colony.start();
    const status = { state: "waiting", text: "for an answer", until: "2999-01-01T00:00:00.000Z" };
    await own.call("PUT", "/api/me/status", { body: status });
    await own.call("PUT", "/api/me/status", { token: await own.user("brief"), body: { state: "idle", until: new Date(Date.now() + 300).toISOString() } });
    await own.stop("SIGKILL");
    await own.run();
    await until(async () => ((await own.get("/api/presence")).body.length === 1 ? true : undefined));
    expect((await own.get("/api/presence")).body).toEqual([expect.objectContaining({ presence: "offline", status })]);
  });

  test("is refused when it is none, by the name of the field", async () => {
    const rows: [unknown, string][] = [
      [{}, "state"],
      [{ state: "sleeping" }, "state"],
      [{ state: "idle", text: "x".repeat(201) }, "text"],
      [{ state: "idle", until: "tomorrow" }, "until"],
      [{ state: "idle", until: "2020-01-01T00:00:00Z" }, "until"],
      [{ state: "idle", mood: "good" }, "mood"],
    ];
    for (const [body, field] of rows) {
      const answer = await colony.call("PUT", "/api/me/status", { body });
      expect([body, outcome(answer)]).toEqual([body, "422 validation_failed"]);
      expect(answer.text).toContain(field);
    }
  });
});
