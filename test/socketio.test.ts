import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { io, type Socket } from "socket.io-client";
import { Colony, until } from "./colony.ts";
import { Listener } from "./follow.ts";

type Told = { event: string; data: any };

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start({ COLONY_TRUST_PROXY: "true" });
});

const open: Client[] = [];
afterEach(() => {
  for (const client of open.splice(0)) client.socket.disconnect();
});

/** A client of the real library, and all it was told, in order. */
class Client {
  readonly told: Told[] = [];
  readonly socket: Socket;

  constructor(auth: Record<string, unknown>, transport: string, on = colony) {
    this.socket = io(on.url, { auth, transports: [transport], forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 100 });
    this.socket.onAny((event, data) => this.told.push({ event, data }));
    open.push(this);
  }

  /** Connects, and waits until it is let in. */
  static async enter(token: string, transport = "websocket", on = colony): Promise<Client> {
    const client = new Client({ token }, transport, on);
    await client.waitFor("ready");
    return client;
  }

  of(event: string): any[] {
    return this.told.filter((one) => one.event === event).map(({ data }) => data);
  }

  async waitFor(event: string, holds: (data: any) => boolean = () => true): Promise<any> {
    return until(() => this.of(event).find(holds));
  }

  ask(event: string, ...asked: unknown[]): Promise<any> {
    return this.socket.timeout(10_000).emitWithAck(event, ...asked);
  }

  /** Waits until everything told before now has come: a message in #general, which everyone hears. */
  async sync(on = colony): Promise<void> {
    const { id } = await on.say("general", "sync");
    await this.waitFor("new_message", (message) => message.id === id);
  }
}

const newChannel = async (name: string, more: Record<string, unknown> = {}): Promise<string> => (await colony.post("/api/channels", { name, ...more })).body.id;

const agent = async (username: string) => {
  const token = await colony.user(username);
  return { token, author: (await colony.get(`/api/users/${username}`)).body };
};

/** What `connect_error` said. */
const refused = async (auth: Record<string, unknown>, transport: string): Promise<any> => {
  const { socket } = new Client(auth, transport);
  return new Promise((resolve, reject) => {
    socket.on("connect_error", resolve);
    socket.on("connect", () => reject(new Error("It was let in")));
  });
};

describe.each(["polling", "websocket"])("by %s", (transport) => {
  const named = (name: string) => `${name}-${transport}`;

  test("the whole script: connect, join, message, edit, deletion, conversation, typing, presence, leave", async () => {
    const [{ token: bob, author }, ann] = [await agent(named("bob")), await agent(named("ann"))];
    const channel = await newChannel(named("work"));
    const client = await Client.enter(bob, transport);
    expect(client.socket.io.engine.transport.name).toBe(transport);
    expect(client.of("ready")).toEqual([{ user: expect.objectContaining({ id: author.id, username: named("bob") }), seq: expect.any(Number), epoch: expect.any(String) }]);

    expect(await client.ask("join_channel", { channel_id: named("work") })).toEqual({ ok: true, channel_id: channel });
    const message = await colony.say(channel, "hello", {}, ann.token);
    expect(await client.waitFor("new_message", ({ channel_id }) => channel_id === channel)).toEqual(message);
    const edited = await colony.call("PATCH", `/api/channels/${channel}/messages/${message.id}`, { token: ann.token, body: { content: "hello all" } });
    expect(await client.waitFor("message_edited")).toEqual(edited.body);
    await colony.call("PUT", `/api/channels/${channel}/messages/${message.id}/reactions/👍`, { token: ann.token });
    expect(await client.waitFor("message_reaction")).toEqual({ id: message.id, channel_id: channel, reactions: [{ emoji: "👍", count: 1, users: [named("ann")] }] });
    await colony.call("DELETE", `/api/channels/${channel}/messages/${message.id}`, { token: ann.token });
    expect(await client.waitFor("message_deleted")).toEqual({ id: message.id, channel_id: channel });

    // A conversation begun while one is connected is heard from its first word on, by those who are in it.
    const other = await Client.enter(ann.token, transport);
    const bystander = await Client.enter(colony.admin, transport);
    const dm = await colony.post("/api/dms", { user: named("bob"), content: "just us" }, { token: ann.token });
    expect(await client.waitFor("new_dm")).toEqual(dm.body);
    expect(await other.waitFor("new_dm")).toEqual(dm.body);
    await bystander.sync();
    expect(JSON.stringify(bystander.told)).not.toContain("just us");
    expect(client.of("new_message").map(({ id }) => id)).not.toContain(dm.body.id);

    const isAnn = ({ user }: { user: { id: string } }) => user.id === ann.author.id;
    expect(await client.waitFor("user_online", isAnn)).toEqual({ user: expect.objectContaining({ username: named("ann") }), presence: "online", status: null });
    expect(await other.ask("typing_start", { channel_id: channel })).toEqual({ ok: true, channel_id: channel });
    expect(await client.waitFor("user_typing")).toEqual({ channel_id: channel, user: expect.objectContaining({ id: ann.author.id }) });
    expect(await other.ask("typing_stop", { channel_id: channel })).toEqual({ ok: true, channel_id: channel });
    expect(await client.waitFor("user_stopped_typing")).toEqual(client.of("user_typing")[0]);
    await other.ask("typing_start", { channel_id: channel });
    await colony.say(channel, "ends it", {}, ann.token);
    await until(() => client.of("user_stopped_typing").length === 2 || undefined);
    expect(client.of("user_typing")).toHaveLength(2);
    expect(other.of("user_typing")).toEqual([]);
    await colony.call("DELETE", `/api/users/${ann.author.id}`);
    expect(await client.waitFor("user_offline", isAnn)).toEqual({ user: expect.objectContaining({ username: named("ann") }), presence: "offline", status: null });

    expect(await client.ask("leave_channel", { channel_id: channel })).toEqual({ ok: true, channel_id: channel });
    const before = client.told.length;
    await colony.say(channel, "unheard");
    await colony.post(`/api/channels/${channel}/typing`);
    await client.sync();
    expect(client.told.slice(before).filter(({ data }) => data.channel_id === channel)).toEqual([]);
  });

  test("a bad token is refused with what to do, and so is none", async () => {
    const bad = await refused({ token: "col_aaaaaaaa_nope" }, transport);
    expect([bad.message, bad.data.code]).toEqual(["The token is unknown, expired or revoked.", "unauthorized"]);
    expect(bad.data.hint).toContain("auth");
    for (const auth of [{}, { token: 5 }, { token: "" }]) expect((await refused(auth, transport)).data.code).toBe("unauthorized");
  });

  test("a client is in its private channels from the start, and an outsider hears nothing of them and cannot get in", async () => {
    const [member, outsider] = [await agent(named("in")), await agent(named("out"))];
    const secret = await newChannel(named("secret"), { visibility: "private", members: [named("in")] });
    const [inside, outside] = [await Client.enter(member.token, transport), await Client.enter(outsider.token, transport)];
    const silent = await Client.enter(member.token, transport);
    await silent.ask("leave_channel", { channel_id: secret });
    await colony.call("PATCH", `/api/channels/${secret}`, { body: { topic: "no reason to come back" } });
    for (const event of ["join_channel", "leave_channel", "typing_start", "typing_stop"]) {
      const answer = await outside.ask(event, { channel_id: secret });
      expect([event, answer.ok, answer.error.code]).toEqual([event, false, "not_found"]);
    }
    const message = await colony.say(secret, "for members");
    await colony.post(`/api/channels/${secret}/typing`);
    expect(await inside.waitFor("new_message", ({ channel_id }) => channel_id === secret)).toEqual(message);
    await inside.waitFor("user_typing");
    // Let in, and taken out again: live, and over with the very removal.
    await colony.post(`/api/channels/${secret}/members`, { user: named("out") });
    const welcome = await colony.say(secret, "welcome");
    expect(await outside.waitFor("new_message", ({ channel_id }) => channel_id === secret)).toEqual(welcome);
    await Promise.all([colony.call("DELETE", `/api/channels/${secret}/members/${named("out")}`), colony.call("DELETE", `/api/channels/${secret}/members/${named("in")}`)]);
    await colony.say(secret, "gone");
    await colony.post(`/api/channels/${secret}/typing`);
    const heard = async (client: Client) => {
      await client.sync();
      return client.of("new_message").flatMap(({ channel_id, content }) => (channel_id === secret ? content : []));
    };
    expect(await heard(inside)).toEqual(["for members", "welcome"]);
    expect(await heard(silent)).toEqual([]);
    expect(await heard(outside)).toEqual(["welcome"]);
    expect(JSON.stringify(outside.told)).not.toContain("for members");
    expect(outside.of("user_typing")).toEqual([]);
  });

  test("a token that is revoked ends its client at once", async () => {
    const { token, author } = await agent(named("revoked"));
    const [client, other] = [await Client.enter(token, transport), await Client.enter(colony.admin, transport)];
    const [key] = (await colony.get("/api/auth/keys", { token })).body;
    const over = new Promise((resolve) => client.socket.on("disconnect", resolve));
    expect((await colony.call("DELETE", `/api/users/${author.id}/keys/${key.id}`)).status).toBe(204);
    await colony.say("general", "after the end");
    expect(await over).toBe("io server disconnect");
    await other.sync();
    expect(client.of("new_message")).toEqual([]);
  });

  test("a client that was connected when the server went down comes back by itself to the next", async () => {
    const own = await Colony.start();
    const client = await Client.enter(own.admin, transport, own);
    const port = Number(new URL(own.url).port);
    expect(await own.stop()).toBe(0);
    await own.run(port);
    await until(() => client.of("ready").length === 2 || undefined);
    await client.sync(own);
    await own.stop();
  });

  test("what is not understood is answered, or told as an error where no answer was asked for", async () => {
    const client = await Client.enter(colony.admin, transport);
    const wrong: [string, ...unknown[]][] = [
      ["send_message", { channel_id: "general", content: "by socket" }],
      ["join_channel"],
      ["join_channel", null],
      ["join_channel", "general"],
      ["join_channel", { channel_id: 5 }],
      ["typing_start", { channel_id: "general", more: true }],
      ["constructor", { channel_id: "general" }],
    ];
    for (const [event, ...asked] of wrong) {
      const answer = await client.ask(event, ...asked);
      expect([event, asked, answer.ok, answer.error.code]).toEqual([event, asked, false, "validation_failed"]);
    }
    client.socket.emit("join_channel", { channel_id: "nowhere" });
    expect((await client.waitFor("error")).code).toBe("not_found");
    const flood = new Promise<string>((resolve) => client.socket.on("disconnect", resolve));
    for (let n = 0; n < 300; n++) client.socket.emit("typing_stop", { channel_id: "general" });
    expect(await flood).toMatch(/^transport (close|error)$/);
  });
});

test("a client that upgrades from polling to a WebSocket hears everything once", async () => {
  const { token } = await agent("upgrader");
  const socket = io(colony.url, { auth: { token }, forceNew: true });
  const heard: number[] = [];
  socket.on("new_message", ({ seq }) => heard.push(seq));
  await new Promise((resolve) => socket.on("ready", resolve));
  const said: number[] = [];
  for (let n = 0; n < 50; n++) said.push((await colony.say("general", `during ${n}`)).seq);
  await until(() => socket.io.engine.transport.name === "websocket" || undefined);
  said.push((await colony.say("general", "after")).seq);
  await until(() => heard.includes(said.at(-1) ?? 0) || undefined);
  expect(heard).toEqual(said);
  socket.disconnect();
});

describe("the protocol itself", () => {
  const PATH = "/socket.io/?EIO=4&transport=polling";
  const raw = (path: string, init: RequestInit = {}) => fetch(colony.url + path, init);

  /** A session by polling, as far as it goes by hand. @returns its address */
  const handshake = async (token: string): Promise<string> => {
    const { sid } = JSON.parse((await (await raw(PATH)).text()).slice(1));
    const path = `${PATH}&sid=${sid}`;
    await raw(path, { method: "POST", body: `40${JSON.stringify({ token })}` });
    expect(await (await raw(path)).text()).toContain('40{"sid"');
    return path;
  };

  test("a body beyond what a frame may hold is refused, told beforehand or not", async () => {
    const path = await handshake(colony.admin);
    const large = `42["x","${"y".repeat(20_000)}"]`;
    expect((await raw(path, { method: "POST", body: large })).status).toBe(413);
    const chunks = new ReadableStream({
      start: (controller) => {
        for (let n = 0; n < 40; n++) controller.enqueue(new TextEncoder().encode("z".repeat(1_000)));
        controller.close();
      },
    });
    expect((await raw(path, { method: "POST", body: chunks })).status).toBe(413);
  });

  test("no packet made by hand ends the server, or anyone else's connection", async () => {
    const bystander = await Client.enter(colony.admin);
    const packets = [
      '42["error","x"]',
      '420["error",{}]',
      "42[5,{}]",
      '42["connection"]',
      "42[]",
      "42",
      "4",
      "",
      "9",
      "5",
      "40",
      "40/admin,",
      '40{"token":1}',
      "41",
      "44",
      '451-["x",{"_placeholder":true,"num":0}]',
    ];
    const more = [
      "bAAEC",
      '459999999999-["x"]',
      `42["x",${"[".repeat(5_000)}${"]".repeat(5_000)}]`,
      '42["__proto__",{"channel_id":"general"}]',
      "\u001e\u001e",
      "6\u001e3\u001e2probe",
    ];
    for (const packet of [...packets, ...more]) {
      const path = await handshake(colony.admin);
      await raw(path, { method: "POST", body: packet });
      await raw(`${path}`, { method: "POST", body: "1" });
    }
    const path = await handshake(colony.admin);
    await raw(path, { method: "POST", body: '420["error",{}]' });
    expect(await (await raw(path)).text()).toContain("validation_failed");
    await bystander.sync();
    expect(bystander.of("ready")).toHaveLength(1);
    expect(colony.output).not.toContain("socket_failed");
  });

  test("each answer is named, and each connection that is taken over stands in the log", async () => {
    expect((await raw(PATH)).headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    await Client.enter(colony.admin, "websocket");
    (await Listener.open(colony, "/ws/general", { token: colony.admin })).close();
    for (const path of ["/socket.io/", "/ws/general"]) await until(() => colony.output.split("\n").find((line) => line.includes(`"path":"${path}","status":101`)));
    expect(colony.output).not.toContain(colony.admin);
  });

  test("a reader that takes nothing is let go, and the server goes on", async () => {
    const path = await handshake((await agent("sleeper")).token);
    for (let n = 0; n < 14; n++) await colony.say("general", "m".repeat(250_000));
    await until(async () => ((await raw(path, { method: "POST", body: "3" })).status === 400 ? true : undefined));
    expect((await colony.get("/readyz")).status).toBe(200);
  });

  test("strangers from one address cannot keep out those from others, nor those who are let in", async () => {
    const from = (address: string) => ({ headers: { "x-forwarded-for": address } });
    const attempt = async () => (await raw(PATH, from("192.0.2.1"))).status;
    let statuses: number[] = [];
    for (let n = 0; n < 2_100; n += 100) statuses = [...statuses, ...(await Promise.all(Array.from({ length: 100 }, attempt)))];
    expect(statuses.filter((status) => status === 200)).toHaveLength(2_000);
    expect(statuses.filter((status) => status === 429)).toHaveLength(100);
    const socket = Listener.connect(colony, "/ws", from("192.0.2.1").headers);
    expect(
      await socket.opened().then(
        () => "opened",
        () => "refused",
      ),
    ).toBe("refused");
    expect((await raw(PATH, from("192.0.2.2"))).status).toBe(200);
    // Who never says who it is is dropped after some seconds, and makes room.
    await until(async () => ((await attempt()) === 200 ? true : undefined));
  }, 30_000);
});

afterAll(() => {
  for (const client of open.splice(0)) client.socket.disconnect();
});
