import { beforeAll, describe, expect, test } from "bun:test";
import { ADMIN_PASSWORD, Colony } from "./colony.ts";
import { Listener, readEvents } from "./follow.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});

const newChannel = async (name: string): Promise<string> => (await colony.post("/api/channels", { name })).body.id;
const headSeq = async (): Promise<number> => (await colony.get("/api/events")).body.head_seq;

describe("WebSocket", () => {
  test("says ready with who, where and which life, then what happens", async () => {
    const channel = await newChannel("ws-ready");
    const head = await headSeq();
    const socket = await Listener.open(colony, "/ws/ws-ready", { token: colony.admin });
    const ready = socket.frames[0];
    expect(ready?.event).toBe("ready");
    expect(ready?.data.user.username).toBe("admin");
    expect(ready?.data.seq).toBe(head);
    expect(ready?.data.epoch).toBe((await colony.get("/api/events")).body.epoch);
    const message = await colony.say(channel, "live");
    expect(await socket.waitFor("message")).toEqual({ seq: message.seq, event: "message", channel_id: channel, data: message });
    socket.close();
  });

  test("replays what was missed after a seq, then goes on live, each once and in order", async () => {
    const channel = await newChannel("ws-resume");
    const first = await colony.say(channel, "one");
    for (let n = 2; n <= 1_300; n++) await colony.say(channel, `message ${n}`);
    const opening = Listener.open(colony, "/ws/ws-resume", { token: colony.admin, after_seq: first.seq });
    const during = [await colony.say(channel, "during a"), await colony.say(channel, "during b")];
    const socket = await opening;
    const last = await colony.say(channel, "after");
    await socket.until(() => socket.events.at(-1)?.seq === last.seq);
    const history = (await colony.get(`/api/channels/${channel}/messages?after_seq=${first.seq}`)).body;
    expect(socket.events.map(({ data }) => data)).toEqual(history);
    expect(history.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(during.map(({ id }) => id)));
    socket.close();
  });

  test("shows today's state: what was edited is replayed edited, what was deleted is not replayed", async () => {
    const channel = await newChannel("ws-today");
    const head = await headSeq();
    const edited = await colony.say(channel, "before");
    const deleted = await colony.say(channel, "secret word");
    await colony.call("PATCH", `/api/channels/${channel}/messages/${edited.id}`, { body: { content: "after" } });
    await colony.call("DELETE", `/api/channels/${channel}/messages/${deleted.id}`);
    const socket = await Listener.open(colony, `/ws/${channel}`, { token: colony.admin, after_seq: head });
    await socket.until(() => socket.events.some(({ event }) => event === "delete"));
    expect(socket.events.map(({ event }) => event)).toEqual(["message", "edit", "delete"]);
    expect(socket.events[0]?.data.content).toBe("after");
    expect(socket.events[2]?.data).toEqual({ id: deleted.id });
    expect(JSON.stringify(socket.frames)).not.toContain("secret word");
    socket.close();
  });

  test("/ws carries all channels, new ones too, and what is for me alone", async () => {
    const reader = await colony.user("ws-reader");
    const mine = await Listener.open(colony, "/ws", { token: reader });
    const others = await Listener.open(colony, "/ws", { token: colony.admin });
    const channel = await newChannel("ws-all");
    const message = await colony.say(channel, "hello");
    await colony.call("PUT", `/api/channels/${channel}/read`, { token: reader, body: { seq: message.seq } });
    const last = await colony.say(channel, "end");
    await mine.until(() => mine.events.at(-1)?.seq === last.seq);
    await others.until(() => others.events.at(-1)?.seq === last.seq);
    expect(mine.events.map(({ event }) => event)).toEqual(["channel", "member", "message", "read", "message"]);
    expect(others.events.map(({ event }) => event)).toEqual(["channel", "member", "message", "message"]);
    mine.close();
    others.close();
  });

  test("/ws leaves out a channel after unsubscribe and takes it up after subscribe", async () => {
    const [loud, quiet] = [await newChannel("ws-loud"), await newChannel("ws-quiet")];
    const socket = await Listener.open(colony, "/ws", { token: colony.admin });
    socket.send({ type: "unsubscribe", channel_id: quiet });
    await socket.waitFor("unsubscribed");
    await colony.say(quiet, "unheard");
    await colony.say(loud, "heard");
    const later = await newChannel("ws-later");
    await colony.say(later, "new channels are heard");
    socket.send({ type: "subscribe", channel_id: quiet });
    await socket.waitFor("subscribed");
    const end = await colony.say(quiet, "heard again");
    await socket.until(() => socket.events.at(-1)?.seq === end.seq);
    expect(socket.events.filter(({ event }) => event === "message").map(({ data }) => data.content)).toEqual(["heard", "new channels are heard", "heard again"]);
    socket.close();
  });

  test.each([
    ["a bad token", { type: "auth", token: "col_aaaaaaaa_nope" }],
    ["no token and no cookie", { type: "auth" }],
    ["something else first", { type: "ping" }],
    ["no JSON", "hello"],
    ["a number", "12"],
    ["an unknown field", { type: "auth", token: "x", after: 4 }],
    ["a negative cursor", { type: "auth", token: "x", after_seq: -1 }],
  ])("closes with 4401 on %s", async (_, frame) => {
    const socket = Listener.connect(colony, "/ws");
    await socket.opened();
    socket.send(frame);
    expect((await socket.waitClosed()).code).toBe(4401);
  });

  test("closes with 4401 when nothing is said", async () => {
    const socket = Listener.connect(colony, "/ws");
    await socket.opened();
    expect((await socket.waitClosed()).code).toBe(4401);
  });

  test("closes with 4404 for a channel that is not there", async () => {
    const socket = await Listener.open(colony, "/ws/nowhere", { token: colony.admin });
    expect(socket.closed?.code).toBe(4404);
  });

  test("closes with 4410 on a cursor beyond the head or of another epoch", async () => {
    const beyond = await Listener.open(colony, "/ws", { token: colony.admin, after_seq: 4_000_000_000 });
    expect(beyond.closed?.code).toBe(4410);
    const other = await Listener.open(colony, "/ws", { token: colony.admin, after_seq: 1, epoch: "another" });
    expect(other.closed?.code).toBe(4410);
  });

  test("answers a ping, and says what is wrong with a frame it does not understand, staying open", async () => {
    const socket = await Listener.open(colony, "/ws/general", { token: colony.admin });
    socket.send({ type: "ping" });
    await socket.waitFor("pong");
    for (const frame of ["{", "null", "[]", '{"type":"subscribe","channel_id":"general"}', '{"type":"nonsense"}']) socket.send(frame);
    await socket.until(() => socket.frames.filter(({ event }) => event === "error").length === 5);
    expect(socket.frames.find(({ event }) => event === "error")?.data.hint).toContain("ping");
    await colony.say("general", "still there");
    await socket.waitFor("message");
    socket.close();
  });

  test("closes with 1009 on a frame over the limit and 4429 on a flood of frames", async () => {
    const large = await Listener.open(colony, "/ws", { token: colony.admin });
    large.send(JSON.stringify({ type: "ping", pad: "x".repeat(20_000) }));
    expect([1006, 1009]).toContain((await large.waitClosed()).code);
    const flood = await Listener.open(colony, "/ws", { token: colony.admin });
    for (let n = 0; n < 300; n++) flood.send({ type: "ping" });
    expect((await flood.waitClosed()).code).toBe(4429);
  });

  test("ends at once with its token, its session, its user", async () => {
    const token = await colony.user("ws-ending", "ape", { password: "password of ending" });
    const key = (await colony.get("/api/auth/keys", { token })).body[0].id;
    const byToken = await Listener.open(colony, "/ws", { token });
    const other = await Listener.open(colony, "/ws", { token: await colony.tokenOf("ws-ending", "password of ending") });
    await colony.call("DELETE", `/api/auth/keys/${key}`);
    expect((await byToken.waitClosed()).code).toBe(4401);
    expect(other.closed).toBeNull();

    const session = (await colony.post("/api/auth/login", { username: "ws-ending", password: "password of ending" }, { token: null })).body.token;
    const bySession = await Listener.open(colony, "/ws", { token: session });
    await colony.post("/api/auth/logout", undefined, { token: session });
    expect((await bySession.waitClosed()).code).toBe(4401);

    await colony.call("DELETE", "/api/users/ws-ending");
    expect((await other.waitClosed()).code).toBe(4401);
  });

  test("takes the cookie of its own pages and of no other", async () => {
    const login = await colony.post("/api/auth/login", { username: "admin", password: ADMIN_PASSWORD }, { token: null });
    const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
    const own = await Listener.open(colony, "/ws", {}, { cookie, origin: colony.url });
    expect(own.frames[0]?.event).toBe("ready");
    own.close();
    for (const origin of ["http://evil.example", "null", undefined]) {
      const foreign = await Listener.open(colony, "/ws", {}, { cookie, ...(origin && { origin }) });
      expect(foreign.closed?.code).toBe(4401);
    }
  });

  test("a plain GET on it is told what it speaks", async () => {
    const answer = await colony.get("/ws");
    expect(answer.status).toBe(422);
    expect(answer.body.error.hint).toContain("WebSocket");
  });
});

describe("SSE", () => {
  const open = async (path: string, headers: Record<string, string> = {}) => {
    const stop = new AbortController();
    const response = await fetch(colony.url + path, { headers: { authorization: `Bearer ${colony.admin}`, accept: "text/event-stream", ...headers }, signal: stop.signal });
    return { response, events: readEvents(response.body as ReadableStream<Uint8Array>), stop: () => stop.abort() };
  };
  const next = async (events: ReturnType<typeof readEvents>) => (await events.next()).value;

  test("streams events with their seq as id and resumes by Last-Event-ID", async () => {
    const channel = await newChannel("sse-resume");
    const stream = await open(`/api/channels/${channel}/events`);
    expect(stream.response.headers.get("content-type")).toContain("text/event-stream");
    expect((await next(stream.events))?.event).toBe("ready");
    const first = await colony.say(channel, "first");
    expect(await next(stream.events)).toEqual({ id: String(first.seq), event: "message", data: { seq: first.seq, event: "message", channel_id: channel, data: first } });
    stream.stop();
    const missed = [await colony.say(channel, "missed 1"), await colony.say(channel, "missed 2")];
    const again = await open(`/api/channels/${channel}/events`, { "last-event-id": String(first.seq) });
    await next(again.events);
    for (const message of missed) expect((await next(again.events))?.data.data).toEqual(message);
    const live = await colony.say(channel, "live");
    expect((await next(again.events))?.data.data).toEqual(live);
    again.stop();
  });

  test("refuses a cursor it cannot go on from with 410 and where to resync", async () => {
    const { response } = await open("/api/events?after_seq=4000000000");
    expect(response.status).toBe(410);
    const { error } = (await response.json()) as { error: { code: string; details: { epoch: string; head_seq: number }[] } };
    expect(error.code).toBe("cursor_expired");
    expect(error.details[0]?.head_seq).toBe(await headSeq());
  });

  test("ends when its credential does", async () => {
    const token = await colony.user("sse-ending");
    const { events } = await open("/api/events", { authorization: `Bearer ${token}` });
    await next(events);
    await colony.call("DELETE", "/api/users/sse-ending");
    let last = await events.next();
    while (!last.done) last = await events.next();
    expect(last.done).toBe(true);
  });
});

describe("long poll", () => {
  test("answers at once when there is something, with the cursor to go on from", async () => {
    const channel = await newChannel("poll-once");
    const head = await headSeq();
    const messages = [await colony.say(channel, "a"), await colony.say(channel, "b"), await colony.say(channel, "c")];
    const page = (await colony.get(`/api/channels/${channel}/events?after_seq=${head}&limit=2&wait=20`)).body;
    expect(page.events.map(({ data }: { data: unknown }) => data)).toEqual(messages.slice(0, 2));
    expect(page).toMatchObject({ next_seq: messages[1].seq, head_seq: messages[2].seq, has_more: true });
    const rest = (await colony.get(`/api/channels/${channel}/events?after_seq=${page.next_seq}`)).body;
    expect(rest.events.map(({ data }: { data: unknown }) => data)).toEqual(messages.slice(2));
    expect(rest.has_more).toBe(false);
  });

  test("waits for something and is woken by it", async () => {
    const channel = await newChannel("poll-wait");
    const head = await headSeq();
    const waiting = colony.get(`/api/channels/${channel}/events?after_seq=${head}&wait=30`);
    const [message, page] = await Promise.all([colony.say(channel, "woken"), waiting]);
    expect(page.body.events.map(({ data }: { data: unknown }) => data)).toEqual([message]);
  });

  test("ends empty after its time, and asking with no cursor means from now", async () => {
    const channel = await newChannel("poll-empty");
    const page = (await colony.get(`/api/channels/${channel}/events?wait=1`)).body;
    expect(page).toMatchObject({ events: [], next_seq: page.head_seq, has_more: false });
  });

  test("ends with 401 when its credential does", async () => {
    const token = await colony.user("poll-ending");
    const waiting = colony.get("/api/inbox?wait=30", { token });
    const [answer] = await Promise.all([waiting, colony.call("DELETE", "/api/users/poll-ending")]);
    expect(answer.status).toBe(401);
  });

  test("holds the cursor against the epoch", async () => {
    const { epoch, head_seq } = (await colony.get("/api/events")).body;
    expect((await colony.get(`/api/events?after_seq=${head_seq}&epoch=${epoch}`)).status).toBe(200);
    const other = await colony.get(`/api/events?after_seq=${head_seq}&epoch=another`);
    expect(other.status).toBe(410);
    expect(other.body.error.details[0].epoch).toBe(epoch);
  });

  test.each(["wait=56", "wait=-1", "after_seq=x", "after_seq=-1", "after_seq=99999999999", "limit=0", "limt=3", "wait=1.5"])("refuses %s by name", async (query) => {
    const answer = await colony.get(`/api/events?${query}`);
    expect(answer.status).toBe(422);
    expect(answer.body.error.message).toContain(query.split("=")[0] ?? "");
  });
});

test("@here tells members with a live connection, and no others", async () => {
  const [present, absent] = [await colony.user("here-present"), await colony.user("here-absent")];
  const socket = await Listener.open(colony, "/ws", { token: present });
  const message = await colony.say("general", "anyone @here?");
  expect(message.mentions).toEqual(["here"]);
  const inbox = async (token: string) => (await colony.get("/api/inbox?after_seq=0", { token })).body.items.map((item: { message: { id: string } }) => item.message.id);
  expect(await inbox(present)).toContain(message.id);
  expect(await inbox(absent)).not.toContain(message.id);
  socket.close();
});

test("a server that goes down sends its sockets to the next one and ends its polls", async () => {
  const other = await Colony.start();
  const socket = await Listener.open(other, "/ws", { token: other.admin });
  const waiting = other.get("/api/events?wait=50");
  await other.get("/healthz");
  const stopping = other.stop();
  expect((await socket.waitClosed()).code).toBe(1012);
  expect((await waiting).status).toBe(200);
  expect(await stopping).toBe(0);
});
