import { beforeAll, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { Colony } from "./colony.ts";
import { type Event, Listener, readEvents } from "./follow.ts";

const MiB = 1024 * 1024;
const LARGE = 200_000;
const MESSAGES = 320;

let colony: Colony;
let ids: string[];
beforeAll(async () => {
  colony = await Colony.start();
  await colony.post("/api/channels", { name: "large" });
  ids = [];
  for (let n = 0; n < MESSAGES / 8; n++)
    for (const { id } of await Promise.all(Array.from({ length: 8 }, (_, m) => colony.say("large", `${n} ${m} ${"x".repeat(LARGE)}`)))) ids.push(id);
  ids = (await colony.get("/api/channels/large/messages?format=ndjson")).text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).id);
  // What filling it left behind must not hide what reading it takes.
  await colony.stop();
  await colony.run();
}, 30_000);

/** Bytes of memory the server holds, in its own word. */
const memory = async (): Promise<number> => Number(/^process_resident_memory_bytes (\d+)/m.exec((await colony.get("/metrics")).text)?.[1]);

/** Asks for an event stream, reads until the server has answered, and from then on nothing. */
const stalled = async (path: string): Promise<Socket> => {
  const { host, hostname, port } = new URL(colony.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${colony.admin}\r\nAccept: text/event-stream\r\n\r\n`);
  await new Promise<void>((resolve, reject) => {
    socket.once("data", () => {
      socket.pause();
      resolve();
    });
    socket.once("error", reject);
  });
  return socket;
};

test("readers of an event stream who stop reading hold a little each, whatever stands behind them, and hold nobody up", async () => {
  const before = await memory();
  const readers: Socket[] = [];
  for (let n = 0; n < 6; n++) readers.push(await stalled("/api/channels/large/events?after_seq=0"));
  // The server goes on meanwhile, with time enough to gather all that it would.
  for (let n = 0; n < 60; n++) await colony.say("general", "meanwhile");
  const grown = (await memory()) - before;
  for (const reader of readers) reader.destroy();
  expect(Math.round(grown / MiB)).toBeLessThan(128);
}, 30_000);

test.each([["/api/channels/large/messages"], ["/api/channels/large/messages?format=ndjson"], ["/api/channels/large/messages?format=md"], ["/api/v1/channels/large/messages"]])(
  "readers of %s who stop reading hold a little each",
  async (path) => {
    const before = await memory();
    const readers: Socket[] = [];
    for (let n = 0; n < 6; n++) readers.push(await stalled(path));
    for (let n = 0; n < 60; n++) await colony.say("general", "meanwhile");
    const grown = (await memory()) - before;
    for (const reader of readers) reader.destroy();
    expect(Math.round(grown / MiB)).toBeLessThan(160);
  },
  30_000,
);

test("a reader of an event stream who reads slowly misses nothing", async () => {
  const stop = new AbortController();
  const headers = { authorization: `Bearer ${colony.admin}`, accept: "text/event-stream" };
  const response = await fetch(`${colony.url}/api/channels/large/events?after_seq=0`, { headers, signal: stop.signal });
  const read: string[] = [];
  for await (const { data } of readEvents(response.body as ReadableStream<Uint8Array>)) {
    if (data.event === "message") read.push(data.data.id);
    if (read.length === ids.length) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  stop.abort();
  expect(read).toEqual(ids);
});

test("a socket that catches up with many megabytes gets them all, and is not taken for a slow one", async () => {
  const socket = await Listener.open(colony, "/ws/large", { token: colony.admin, after_seq: 0 });
  await socket.until(() => socket.closed !== null || socket.events.filter(({ event }) => event === "message").length === ids.length);
  expect(socket.closed).toBeNull();
  expect(socket.events.filter(({ event }) => event === "message").map(({ data }) => data.id)).toEqual(ids);
  socket.close();
});

test("a poll of many megabytes is answered in parts, has_more telling of the rest", async () => {
  const read: string[] = [];
  let parts = 0;
  for (let cursor = 0; ; parts++) {
    const { text, body } = await colony.get(`/api/channels/large/events?after_seq=${cursor}`);
    expect(text.length).toBeLessThan(16 * MiB);
    read.push(...body.events.filter(({ event }: Event) => event === "message").map(({ data }: Event) => data.id));
    if (!body.has_more) break;
    cursor = body.next_seq;
  }
  expect(read).toEqual(ids);
  expect(parts).toBeGreaterThan(1);
});

test("a long run of deleted messages does not hold up what stands behind it", async () => {
  const { id } = (await colony.post("/api/channels", { name: "emptied" })).body;
  const messages = [];
  for (let n = 0; n < 18; n++) messages.push(...(await Promise.all(Array.from({ length: 50 }, () => colony.say("emptied", "x")))));
  for (const message of messages) await colony.call("DELETE", `/api/channels/emptied/messages/${message.id}`);
  const events: Event[] = [];
  for (let cursor = messages[0].seq - 1; events.length < messages.length; ) {
    const leave = new AbortController();
    const poll = colony.get(`/api/channels/${id}/events?after_seq=${cursor}&wait=50&limit=100`, { signal: leave.signal }).catch(() => null);
    const page = await Promise.race([poll, colony.get("/api/channels/general/events?wait=2").then(() => null)]);
    leave.abort();
    if (!page) throw new Error("The poll waits though there is more");
    events.push(...page.body.events.filter(({ event }: Event) => event === "delete"));
    cursor = page.body.next_seq;
  }
  expect(events.map(({ data }) => data.id)).toEqual(messages.map((message) => message.id));
});
