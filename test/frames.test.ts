import { beforeAll, describe, expect, test } from "bun:test";
import { Colony } from "./colony.ts";
import { Listener } from "./follow.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});

const newChannel = async (name: string): Promise<string> => (await colony.post("/api/channels", { name })).body.id;
const errors = (socket: Listener) => socket.frames.filter(({ event }) => event === "error");
const auth = (more: Record<string, unknown> = {}) => ({ type: "auth", token: colony.admin, ...more });

/** Sends one first frame and gives the code it is closed with, or `ready`. */
const firstFrame = async (frame: string | Uint8Array<ArrayBuffer>, path = "/ws"): Promise<number | string> => {
  const socket = Listener.connect(colony, path);
  await socket.opened();
  socket.socket.send(frame);
  const wanted = () => socket.frames.find(({ event }) => event !== "error");
  await socket.until(() => socket.closed !== null || wanted() !== undefined);
  const answer = socket.closed?.code ?? wanted()?.event ?? "";
  socket.close();
  return answer;
};

describe("a first frame", () => {
  test("that is in order is answered ready: with a token, and with a cursor", async () => {
    for (const more of [{}, { after_seq: 0 }, { after_seq: 1, epoch: (await colony.get("/api/events")).body.epoch }])
      expect(await firstFrame(JSON.stringify(auth(more)))).toBe("ready");
  });

  test("that is anything else closes the socket with 4401", async () => {
    const token = colony.admin;
    const frames: (string | Uint8Array<ArrayBuffer>)[] = [
      "",
      " ",
      "{",
      "null",
      "[]",
      "true",
      '"auth"',
      "\u0000",
      "[".repeat(5_000),
      "{}",
      JSON.stringify([auth()]),
      JSON.stringify({ ...auth(), type: "AUTH" }),
      JSON.stringify({ token }),
      JSON.stringify({ type: ["auth"], token }),
      ...[-1, 1.5, 1e99, 4_294_967_296, Number.MAX_SAFE_INTEGER, "1", "", true, null, [1], {}].map((after_seq) => JSON.stringify(auth({ after_seq }))),
      `{"type":"auth","token":"${token}","after_seq":1e999}`,
      ...[5, null, "", [token], { token }, `Bearer ${token}`, ` ${token}`, token.slice(0, -1), token.toUpperCase(), "a.b.c", "x".repeat(10_000)].map((wrong) =>
        JSON.stringify(auth({ token: wrong })),
      ),
      JSON.stringify(auth({ epoch: 5 })),
      JSON.stringify(auth({ channel_id: "general" })),
      JSON.stringify({ type: "subscribe", channel_id: "general" }),
      new TextEncoder().encode(JSON.stringify(auth())),
      new Uint8Array([0xff, 0xfe, 0x00]),
      new Uint8Array(0),
    ];
    for (const frame of frames) expect([String(frame).slice(0, 80), await firstFrame(frame)]).toEqual([String(frame).slice(0, 80), 4401]);
    expect((await colony.get("/readyz")).status).toBe(200);
    expect(colony.output).not.toContain("socket_failed");
  });

  test("with a cursor that cannot be read on from closes with 4410, for a channel that is not there with 4404", async () => {
    const { head_seq } = (await colony.get("/api/events")).body;
    expect(await firstFrame(JSON.stringify(auth({ after_seq: head_seq + 1 })))).toBe(4410);
    expect(await firstFrame(JSON.stringify(auth({ after_seq: 4_294_967_295 })))).toBe(4410);
    for (const path of ["/ws/nowhere", "/ws/%ff", "/ws/%00", "/ws/a/b", "/ws/__proto__", "/ws/general%20", `/ws/${"x".repeat(2_000)}`])
      expect([path, await firstFrame(JSON.stringify(auth()), path)]).toEqual([path, 4404]);
  });

  test("of a token that was revoked, or a user who was deactivated, closes with 4401", async () => {
    const token = await colony.user("frame-gone");
    await colony.call("DELETE", "/api/users/frame-gone");
    expect(await firstFrame(JSON.stringify(auth({ token })))).toBe(4401);
  });

  test("sent twice at once makes one reader, who is told that the second is not understood", async () => {
    const channel = await newChannel("auth-twice");
    const socket = Listener.connect(colony, "/ws/auth-twice");
    await socket.opened();
    socket.send(auth());
    socket.send(auth({ after_seq: 0 }));
    await socket.waitFor("ready");
    await socket.until(() => errors(socket).length === 1);
    const message = await colony.say(channel, "once");
    const end = await colony.say(channel, "end");
    await socket.until(() => socket.events.some(({ seq }) => seq === end.seq));
    expect(socket.events.map(({ seq }) => seq)).toEqual([message.seq, end.seq]);
    expect(socket.frames.filter(({ event }) => event === "ready")).toHaveLength(1);
    socket.close();
  });

  test("is the door: what comes before it is answered is not obeyed for a stranger", async () => {
    await newChannel("no-early-word");
    const socket = Listener.connect(colony, "/ws");
    await socket.opened();
    socket.send({ type: "auth", token: "col_aaaaaaaa_nope" });
    for (let n = 0; n < 20; n++) socket.send({ type: "subscribe", channel_id: "no-early-word" });
    expect((await socket.waitClosed()).code).toBe(4401);
    expect(socket.events).toEqual([]);
    expect(JSON.stringify(socket.frames)).not.toContain("subscribed");
  });
});

describe("a later frame", () => {
  test("that is not understood is answered with an error that says what is, and the socket goes on", async () => {
    const channel = await newChannel("later-frames");
    const socket = await Listener.open(colony, "/ws", { token: colony.admin });
    const frames: (string | Uint8Array<ArrayBuffer>)[] = [
      "{",
      "",
      "null",
      "12",
      '"ping"',
      JSON.stringify(auth()),
      JSON.stringify({ type: "ping", extra: 1 }),
      JSON.stringify({ type: "pong" }),
      JSON.stringify({ type: "message", content: "hello" }),
      JSON.stringify({ type: "subscribe" }),
      JSON.stringify({ type: "subscribe", channel_id: 5 }),
      JSON.stringify({ type: "subscribe", channel_id: channel, after_seq: 0 }),
      new TextEncoder().encode('{"type":"ping"}'),
      new Uint8Array([0xff, 0x00]),
    ];
    for (const frame of frames) socket.socket.send(frame);
    await socket.until(() => errors(socket).length === frames.length);
    for (const { data } of errors(socket)) {
      expect(data.code).toBe("validation_failed");
      expect(data.hint).toContain("subscribe");
    }
    socket.send({ type: "ping" });
    await socket.waitFor("pong");
    const message = await colony.say(channel, "still here");
    expect((await socket.waitFor("message")).data).toEqual(message);
    expect(socket.events).toHaveLength(1);
    socket.close();
  });

  test("for a channel that is not there is answered not_found, and changes nothing", async () => {
    const channel = await newChannel("there");
    const socket = await Listener.open(colony, "/ws", { token: colony.admin });
    const unknown = ["nowhere", "", crypto.randomUUID(), "../general", "__proto__", "GENERAL"];
    for (const channel_id of unknown) for (const type of ["subscribe", "unsubscribe"]) socket.send({ type, channel_id });
    await socket.until(() => errors(socket).length === 2 * unknown.length);
    expect(new Set(errors(socket).map(({ data }) => data.code))).toEqual(new Set(["not_found"]));
    const message = await colony.say(channel, "heard");
    expect((await socket.waitFor("message")).data).toEqual(message);
    socket.close();
  });

  test("said over and over changes what is heard once: each event comes once, or not at all", async () => {
    const [loud, quiet] = [await newChannel("over-loud"), await newChannel("over-quiet")];
    const socket = await Listener.open(colony, "/ws", { token: colony.admin });
    const acknowledged = () => socket.frames.filter(({ event }) => event === "subscribed" || event === "unsubscribed").length;
    const choose = async (...choices: [string, string][]) => {
      const before = acknowledged();
      for (const [type, channel_id] of choices) socket.send({ type, channel_id });
      await socket.until(() => acknowledged() === before + choices.length);
    };
    await choose(["subscribe", loud], ["subscribe", loud], ["unsubscribe", "over-quiet"], ["unsubscribe", quiet], ["subscribe", "over-loud"]);
    await colony.say(quiet, "unheard");
    const first = await colony.say(loud, "once");
    await choose(["subscribe", quiet], ["subscribe", quiet], ["unsubscribe", loud], ["subscribe", loud], ["unsubscribe", loud]);
    await colony.say(loud, "unheard");
    const second = await colony.say(quiet, "once again");
    const everywhere = await colony.say("general", "and here");
    await socket.until(() => socket.events.some(({ seq }) => seq === everywhere.seq));
    expect(socket.events.map(({ data }) => data.id)).toEqual([first.id, second.id, everywhere.id]);
    socket.close();
  });

  test("on a socket of one channel does not open another", async () => {
    const [mine, other] = [await newChannel("only-mine"), await newChannel("not-mine")];
    const socket = await Listener.open(colony, `/ws/${mine}`, { token: colony.admin });
    socket.send({ type: "subscribe", channel_id: other });
    await socket.until(() => errors(socket).length === 1);
    await colony.say(other, "elsewhere");
    const message = await colony.say(mine, "here");
    expect((await socket.waitFor("message")).data).toEqual(message);
    expect(socket.events).toHaveLength(1);
    socket.close();
  });
});

test("a logout closes the sockets of that sign-in at once, by token and by cookie, and none of another's", async () => {
  await colony.user("leaver", "ape");
  const login = async () => (await colony.post("/api/auth/login", { username: "leaver", password: "password of leaver" }, { token: null })).body.token as string;
  const [leaving, staying] = [await login(), await login()];
  const sockets = [
    await Listener.open(colony, "/ws", { token: leaving }),
    await Listener.open(colony, "/ws/general", { token: leaving, after_seq: 0 }),
    await Listener.open(colony, "/ws", {}, { cookie: `colony_session=${leaving}`, origin: colony.url }),
  ];
  const others = [await Listener.open(colony, "/ws", { token: staying }), await Listener.open(colony, "/ws", { token: colony.admin })];
  expect((await colony.post("/api/auth/logout", undefined, { token: leaving })).status).toBe(204);
  for (const socket of sockets) expect((await socket.waitClosed()).code).toBe(4401);
  const message = await colony.say("general", "after");
  for (const socket of others) {
    expect((await socket.waitFor("message")).data).toEqual(message);
    socket.close();
  }
  for (const socket of sockets) expect(socket.events.some(({ seq }) => seq === message.seq)).toBe(false);
});

test("a password change closes the sockets of the other sign-ins and keeps one's own", async () => {
  await colony.user("changer", "ape");
  const login = async () => (await colony.post("/api/auth/login", { username: "changer", password: "password of changer" }, { token: null })).body.token as string;
  const [own, other] = [await login(), await login()];
  const [kept, closed] = [await Listener.open(colony, "/ws", { token: own }), await Listener.open(colony, "/ws", { token: other })];
  expect((await colony.post("/api/auth/password", { current: "password of changer", new: "another password" }, { token: own })).status).toBe(204);
  expect((await closed.waitClosed()).code).toBe(4401);
  const message = await colony.say("general", "still here");
  expect((await kept.waitFor("message")).data).toEqual(message);
  kept.close();
});
