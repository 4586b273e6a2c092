import { beforeAll, expect, test } from "bun:test";
import { Colony, outcome } from "./colony.ts";
import { Listener, readEvents } from "./follow.ts";

let colony: Colony;
let writer: string;
let reader: string;
beforeAll(async () => {
  colony = await Colony.start();
  [writer, reader] = [await colony.user("writer"), await colony.user("reader")];
});

const newChannel = async (name: string): Promise<string> => (await colony.post("/api/channels", { name })).body.id;
const typings = (socket: Listener) => socket.frames.filter(({ event }) => event === "typing");
const namesIn = (socket: Listener) => typings(socket).map(({ channel_id, data }) => [channel_id, data.user.username]);

/** Says something in a channel and waits until each socket has it: what was told before it has come by then. */
const sync = async (channel: string, ...sockets: Listener[]) => {
  const { seq } = await colony.say(channel, "sync");
  for (const socket of sockets) await socket.until(() => socket.events.some((event) => event.seq === seq));
};

test("who types is told to a channel's readers, on its own socket, on the one of everything, and in the event stream", async () => {
  const channel = await newChannel("told");
  const one = await Listener.open(colony, "/ws/told", { token: reader });
  const all = await Listener.open(colony, "/ws", { token: reader });
  const leaving = new AbortController();
  const headers = { authorization: `Bearer ${reader}`, accept: "text/event-stream" };
  const streams = await Promise.all(["/api/events", "/api/channels/told/events"].map((path) => fetch(colony.url + path, { headers, signal: leaving.signal })));
  const typing = await Listener.open(colony, "/ws/told", { token: writer });
  typing.send({ type: "typing" });
  const frame = await one.waitFor("typing");
  expect(frame).toEqual({ event: "typing", channel_id: channel, data: { user: (await colony.say(channel, "who am I", {}, writer)).user } });
  expect(await all.waitFor("typing")).toEqual(frame);
  for (const { body } of streams)
    for await (const { id, event, data } of readEvents(body as ReadableStream<Uint8Array>)) {
      if (event !== "typing") continue;
      expect([id, data]).toEqual([undefined, frame]);
      break;
    }
  leaving.abort();
  for (const socket of [one, all, typing]) socket.close();
});

test("one's own typing comes back on none of one's sockets, which go on hearing all else", async () => {
  const channel = await newChannel("no-echo");
  const own = [await Listener.open(colony, "/ws", { token: writer }), await Listener.open(colony, "/ws/no-echo", { token: writer })];
  const other = await Listener.open(colony, "/ws", { token: reader });
  own[0]?.send({ type: "typing", channel_id: "no-echo" });
  await other.waitFor("typing");
  await sync(channel, ...own, other);
  for (const socket of own) {
    expect(typings(socket)).toEqual([]);
    expect(socket.events.filter(({ event }) => event === "message")).toHaveLength(1);
  }
  for (const socket of [...own, other]) socket.close();
});

test("one call says it as well, and is told once within two seconds however often it is made", async () => {
  const channel = await newChannel("by-call");
  const socket = await Listener.open(colony, "/ws/by-call", { token: reader });
  for (let n = 0; n < 10; n++) expect((await colony.post("/api/channels/by-call/typing", undefined, { token: writer })).status).toBe(204);
  await sync(channel, socket);
  expect(namesIn(socket)).toEqual([[channel, "writer"]]);
  // A message ends it, so whoever begins the next one is told of again.
  await colony.say(channel, "here it is", {}, writer);
  await colony.post(`/api/channels/${channel}/typing`, undefined, { token: writer });
  await sync(channel, socket);
  expect(namesIn(socket)).toHaveLength(2);
  socket.close();
});

test("a socket that left a channel out hears nobody type there", async () => {
  const [loud, quiet] = [await newChannel("typing-loud"), await newChannel("typing-quiet")];
  const socket = await Listener.open(colony, "/ws", { token: reader });
  socket.send({ type: "unsubscribe", channel_id: quiet });
  await socket.waitFor("unsubscribed");
  for (const channel of [quiet, loud]) await colony.post(`/api/channels/${channel}/typing`, undefined, { token: writer });
  await sync(loud, socket);
  expect(namesIn(socket)).toEqual([[loud, "writer"]]);
  socket.close();
});

test("typing where nobody can write is refused: no such channel, an archived one, a stranger", async () => {
  const archived = await newChannel("typing-archived");
  await colony.call("DELETE", `/api/channels/${archived}`);
  const type = async (channel: string, token: string | null = writer) => outcome(await colony.post(`/api/channels/${channel}/typing`, undefined, { token }));
  expect([await type("nowhere"), await type(archived), await type("general", null)]).toEqual(["404 not_found", "409 channel_archived", "401 unauthorized"]);
  const socket = await Listener.open(colony, "/ws", { token: writer });
  for (const channel_id of ["nowhere", archived]) socket.send({ type: "typing", channel_id });
  const errors = () => socket.frames.filter(({ event }) => event === "error").map(({ data }) => data.code);
  await socket.until(() => errors().length === 2);
  expect(errors()).toEqual(["not_found", "channel_archived"]);
  socket.close();
});

test("the frame names a channel on the socket of everything, and none on the socket of one", async () => {
  const all = await Listener.open(colony, "/ws", { token: writer });
  const one = await Listener.open(colony, "/ws/general", { token: writer });
  all.send({ type: "typing" });
  one.send({ type: "typing", channel_id: "general" });
  for (const socket of [all, one]) {
    expect((await socket.waitFor("error")).data.code).toBe("validation_failed");
    socket.close();
  }
});

test("who types in a private channel is told to its members alone, and no more to one who was taken out", async () => {
  const { id } = (await colony.post("/api/channels", { name: "typing-secret", visibility: "private", members: ["writer", "reader"] })).body;
  const outsider = await colony.user("typing-outsider");
  const [member, outside] = [await Listener.open(colony, "/ws", { token: reader }), await Listener.open(colony, "/ws", { token: outsider })];
  expect(outcome(await colony.post(`/api/channels/${id}/typing`, undefined, { token: outsider }))).toBe("404 not_found");
  expect((await colony.post(`/api/channels/${id}/typing`, undefined, { token: writer })).status).toBe(204);
  expect((await member.waitFor("typing")).channel_id).toBe(id);
  await colony.call("DELETE", `/api/channels/${id}/members/reader`);
  await colony.say(id, "ends the typing", {}, writer);
  await colony.post(`/api/channels/${id}/typing`, undefined, { token: writer });
  await sync("general", member, outside);
  expect(namesIn(member)).toEqual([[id, "writer"]]);
  expect(JSON.stringify(outside.frames)).not.toContain(id);
  for (const socket of [member, outside]) socket.close();
});
