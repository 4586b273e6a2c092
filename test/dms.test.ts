import { beforeAll, describe, expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { Conversation } from "../src/dms/model.ts";
import { Colony, outcome } from "./colony.ts";
import { Listener } from "./follow.ts";
import { auditRows } from "./people.ts";

let colony: Colony;
const tokens: Record<string, string> = {};
const people = ["ann", "bob", "cid", "outsider"];
beforeAll(async () => {
  colony = await Colony.start();
  for (const name of people) tokens[name] = await colony.user(name);
});

type Message = { id: string; seq: number; channel_id: string; content: string; user: { username: string } };
type Talk = { id: string; name: null; visibility: string; unread: number; members: { username: string }[]; last_message: Message | null };

const as = (name: string, headers: Record<string, string> = {}) => ({ token: name === "admin" ? colony.admin : tokens[name], headers });
const dm = (by: string, body: Record<string, unknown>, headers = {}) => colony.post("/api/dms", body, as(by, headers));
const tell = async (by: string, user: string, content: string): Promise<Message> => (await dm(by, { user, content })).body;
const open = (by: string, users: string[], headers = {}) => colony.post("/api/dms/conversations", { users }, as(by, headers));
const talks = async (of: string): Promise<Talk[]> => (await colony.get("/api/dms/conversations", as(of))).body;
const contents = (messages: Message[]): string[] => messages.map(({ content }) => content);
const names = ({ members }: Pick<Talk, "members">): string[] => members.map(({ username }) => username).toSorted();

describe("a direct message", () => {
  test("makes the conversation of two with its first word, and goes on in it whoever speaks", async () => {
    const { status, body } = await dm("ann", { user: "bob", content: "hello @bob", type: "plan", metadata: { session_id: "s" } });
    expect(status).toBe(201);
    expect(body).toMatchObject({ content: "hello @bob", type: "plan", metadata: { session_id: "s" }, mentions: ["bob"], via: "api", user: { username: "ann" } });
    const { body: channel } = await colony.get(`/api/channels/${body.channel_id}`, as("bob"));
    expect(channel).toMatchObject({ name: null, visibility: "direct", member: true, unread: 1, mentions: 1, last_seq: body.seq });
    expect(names(channel)).toEqual(["ann", "bob"]);
    const answer = await tell("bob", "ann", "hello back");
    expect(answer.channel_id).toBe(body.channel_id);
    expect((await colony.say(body.channel_id, "by its id", { reply_to: body.id }, tokens.ann)).reply_to).toBe(body.id);
    for (const [reader, other] of [
      ["ann", "bob"],
      ["bob", "ann"],
    ] as const)
      expect(contents((await colony.get(`/api/dms/${other}/messages`, as(reader))).body)).toEqual(["hello @bob", "hello back", "by its id"]);
    expect(await colony.get(`/api/channels/${body.channel_id}/messages/${body.id}`, as("bob"))).toMatchObject({ status: 200, body });
  });

  test("to several makes one conversation of these people, in whatever order and however often they are named", async () => {
    const first = (await dm("ann", { users: ["bob", "cid"], content: "we three" })).body;
    const ids = [first.channel_id];
    for (const [by, users] of [
      ["cid", ["ann", "bob"]],
      ["bob", ["cid", "bob", "ann", "cid"]],
    ] as const)
      ids.push((await dm(by, { users, content: "again" })).body.channel_id);
    expect(new Set(ids).size).toBe(1);
    expect((await tell("ann", "bob", "we two")).channel_id).not.toBe(first.channel_id);
  });

  test("to oneself is a note in a notebook of one's own", async () => {
    const note = await tell("ann", "ann", "milk");
    expect((await dm("ann", { users: ["ann"], content: "bread" })).body.channel_id).toBe(note.channel_id);
    expect(contents((await colony.get("/api/dms/ann/messages", as("ann"))).body)).toEqual(["milk", "bread"]);
    expect((await talks("ann")).find(({ id }) => id === note.channel_id)).toMatchObject({ unread: 0, members: [{ username: "ann" }] });
    expect((await colony.get("/api/inbox?after_seq=0", as("ann"))).text).not.toContain("milk");
  });

  test("stands in the inbox of everyone else in the conversation, at once, and in the catch-up under their names", async () => {
    const head = (await colony.get("/api/events", as("cid"))).body.head_seq;
    const waiting = colony.get(`/api/inbox?after_seq=${head}&wait=20`, as("cid"));
    const message = (await dm("bob", { users: ["ann", "cid"], content: "for the two of you" })).body;
    expect((await waiting).body.items).toEqual([{ seq: message.seq, reasons: ["direct"], channel: { id: message.channel_id, name: null }, message }]);
    expect((await colony.get(`/api/inbox?after_seq=${head}`, as("ann"))).body.items).toHaveLength(1);
    expect((await colony.get(`/api/inbox?after_seq=${head}`, as("bob"))).body.items).toEqual([]);
    const { text } = await colony.get("/api/catchup?format=md", as("cid"));
    expect(text).toContain(`In direct with @ann, @bob (channel ${message.channel_id}), a direct message:`);
    expect(text).toContain("# direct with @ann, @bob: ");
    const transcript = (await colony.get(`/api/channels/${message.channel_id}/messages?format=md`, as("ann"))).text;
    expect(transcript).toStartWith("# direct with @bob, @cid\n");
    expect(text + transcript).not.toContain(`# ${message.channel_id}`);
  });

  test("under one key is said once, also as the first word", async () => {
    tokens.dora = await colony.user("dora");
    const headers = { "idempotency-key": "first-word" };
    const first = await dm("dora", { user: "bob", content: "once" }, headers);
    const again = await dm("dora", { user: "bob", content: "once" }, headers);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(outcome(await dm("dora", { user: "bob", content: "other" }, headers))).toBe("422 idempotency_key_reused");
    expect(contents((await colony.get("/api/dms/dora/messages", as("bob"))).body)).toEqual(["once"]);
  });

  test("as the first word of twenty at the same moment, from both sides, makes one conversation that holds them all and outlives a restart", async () => {
    const own = await Colony.start();
    const [left, right] = [await own.user("left"), await own.user("right")];
    const sent = await Promise.all(
      Array.from({ length: 20 }, (_, n) => own.post("/api/dms", { user: n % 2 ? "left" : "right", content: `first ${n}` }, { token: n % 2 ? right : left })),
    );
    expect(sent.map(({ status }) => status)).toEqual(Array(20).fill(201));
    expect(new Set(sent.map(({ body }) => body.channel_id)).size).toBe(1);
    for (const restart of [false, true]) {
      if (restart) {
        await own.stop();
        await own.run();
      }
      for (const [token, other] of [
        [left, "right"],
        [right, "left"],
      ]) {
        const [talk, ...rest] = (await own.get("/api/dms/conversations", { token })).body;
        expect([talk.unread, rest]).toEqual([10, []]);
        const history: Message[] = (await own.get(`/api/dms/${other}/messages`, { token })).body;
        expect(history.map(({ id }) => id).toSorted()).toEqual(sent.map(({ body }) => body.id).toSorted());
      }
    }
    expect((await own.post("/api/dms", { user: "right", content: "later" }, { token: left })).body.channel_id).toBe(sent[0]?.body.channel_id);
    await own.stop();
  }, 30_000);

  test("to a name with its @ is refused with the word to leave it out", async () => {
    const { status, body } = await dm("ann", { user: "@bob", content: "hello" });
    expect([status, body.error.hint]).toEqual([422, "Write the username without its @."]);
  });

  test("that is refused leaves no conversation behind", async () => {
    tokens.eve = await colony.user("eve");
    const parent = await colony.say("general", "elsewhere");
    expect(outcome(await dm("eve", { user: "cid", content: "x", reply_to: parent.id }))).toBe("422 reply_in_other_channel");
    expect(outcome(await dm("eve", { user: "cid", content: "x".repeat(300_000) }))).toBe("413 payload_too_large");
    expect(await talks("eve")).toEqual([]);
  });

  test.each([
    [{ content: "to nobody" }, "422 validation_failed"],
    [{ user: "bob", users: ["cid"], content: "both" }, "422 validation_failed"],
    [{ user: "nobody-at-all", content: "x" }, "422 validation_failed"],
    [{ users: ["bob", "nobody-at-all"], content: "x" }, "422 validation_failed"],
    [{ users: [], content: "x" }, "422 validation_failed"],
    [{ user: ["bob"], content: "x" }, "422 validation_failed"],
    [{ user: "bob", content: "" }, "422 validation_failed"],
    [{ user: "bob" }, "422 validation_failed"],
    [{ user: "bob", content: "x", urgent: true }, "422 validation_failed"],
    [{ user: "gone", content: "x" }, "409 user_deactivated"],
    [{ users: ["bob", "gone"], content: "x" }, "409 user_deactivated"],
    [{ users: Array.from({ length: 12 }, (_, n) => `crowd-${n}`), content: "x" }, "422 validation_failed"],
    [{ users: Array.from({ length: 8 }, (_, n) => `crowd-${n}`), content: "x" }, "422 validation_failed"],
    [{ users: Array.from({ length: 7 }, (_, n) => `crowd-${n}`), content: "x" }, "201"],
  ])("as %j is answered with its reason", async (body, answer) => {
    if (!(await colony.get("/api/users/gone")).body.id) {
      await colony.user("gone");
      await colony.call("DELETE", "/api/users/gone");
      for (let n = 0; n < 12; n++) await colony.user(`crowd-${n}`);
    }
    const before = (await talks("outsider")).length;
    const { status, body: made, ...rest } = await dm("outsider", body);
    expect(outcome({ status, body: made, ...rest })).toBe(answer);
    expect((await talks("outsider")).length).toBe(before + (status === 201 ? 1 : 0));
  });
});

describe("the conversations", () => {
  test("are listed for those who are in them with the newest word, the newest talk first", async () => {
    const [fay, gus] = ["fay", "gus"];
    for (const name of [fay, gus]) tokens[name] = await colony.user(name);
    expect(await talks(fay)).toEqual([]);
    const opened = await open(fay, [gus]);
    expect([opened.status, opened.body.visibility, opened.body.last_seq]).toEqual([201, "direct", 0]);
    const again = await open(gus, [fay]);
    expect([again.status, again.body.id]).toEqual([200, opened.body.id]);
    const group = (await open(fay, [gus, "bob"], { "idempotency-key": "group" })).body;
    const replay = await open(fay, [gus, "bob"], { "idempotency-key": "group" });
    expect([replay.status, replay.body.id, replay.headers.get("idempotency-replayed")]).toEqual([201, group.id, "true"]);
    expect((await talks(fay)).map(({ id, last_message }) => [id, last_message])).toEqual([
      [group.id, null],
      [opened.body.id, null],
    ]);
    const word = await tell(gus, fay, "the newest");
    const list = await talks(fay);
    expect(list.map(({ id, unread, last_message }) => [id, unread, last_message])).toEqual([
      [opened.body.id, 1, word],
      [group.id, 0, null],
    ]);
    for (const talk of list) expect([...Value.Errors({ ...Conversation, additionalProperties: false }, talk)]).toEqual([]);
  });

  test("before the first word are empty, and with nobody are not found", async () => {
    expect((await colony.get("/api/dms/outsider/messages", as("cid"))).body).toEqual([]);
    expect((await colony.get("/api/dms/outsider/messages?format=md", as("cid"))).text).toStartWith("# direct with @outsider\n");
    expect(await talks("cid")).not.toContainEqual(expect.objectContaining({ members: [expect.anything(), expect.objectContaining({ username: "outsider" })] }));
    expect(outcome(await colony.get("/api/dms/nobody-at-all/messages", as("cid")))).toBe("404 not_found");
  });

  test("stay as they were begun: no name, no archive, nobody comes or goes", async () => {
    const { channel_id } = await tell("ann", "bob", "as it is");
    const at = `/api/channels/${channel_id}`;
    for (const [method, path, body] of [
      ["PATCH", "", { topic: "x" }],
      ["PATCH", "", { name: "named" }],
      ["DELETE", "", undefined],
      ["POST", "/join", undefined],
      ["POST", "/leave", undefined],
      ["POST", "/members", { user: "cid" }],
      ["DELETE", "/members/bob", undefined],
    ] as const)
      expect(`${method} ${path} ${outcome(await colony.call(method, at + path, { ...as("ann"), body }))}`).toBe(`${method} ${path} 409 conversation_fixed`);
    expect((await colony.get(`${at}/members`, as("bob"))).body.map(({ user }: { user: { username: string } }) => user.username)).toEqual(["ann", "bob"]);
    expect((await colony.call("PUT", `${at}/notify`, { ...as("ann"), body: { notify: "none" } })).body.notify).toBe("none");
  });

  test("are nobody else's: not in the list of channels, not for an admin, in no log and no figure", async () => {
    const { channel_id } = await tell("ann", "bob", "between us");
    const at = `/api/channels/${channel_id}`;
    for (const who of ["outsider", "admin"])
      for (const path of ["", "/messages", "/members", "/events"]) expect(outcome(await colony.get(at + path, as(who)))).toBe("404 not_found");
    for (const who of ["ann", "admin"]) expect((await colony.get("/api/channels", as(who))).text).not.toContain("direct");
    expect(JSON.stringify(auditRows(colony.data))).not.toContain(channel_id);
    const public_channels = (await colony.get("/api/channels")).body.length;
    expect((await colony.get("/metrics")).text).toContain(`colony_channels ${public_channels}\n`);
  });

  test("appear on the open sockets of those who are in them with their first word, in order, and on nobody else's", async () => {
    const sockets = await Promise.all(["ann", "cid", "outsider"].map((name) => Listener.open(colony, "/ws", { token: tokens[name] })));
    const [ann, cid, outsider] = sockets;
    tokens.hal = await colony.user("hal");
    const message = (await dm("hal", { users: ["ann", "cid"], content: "out of the blue" })).body;
    const { seq } = await colony.say("general", "for everyone");
    for (const socket of sockets) await socket.until(() => socket.events.some((event) => event.seq === seq));
    for (const socket of [ann, cid])
      expect(socket?.events.filter(({ channel_id }) => channel_id === message.channel_id)).toEqual([
        {
          seq: expect.any(Number),
          event: "channel",
          channel_id: message.channel_id,
          data: expect.objectContaining({ visibility: "direct", name: null, members: expect.any(Array) }),
        },
        { seq: message.seq, event: "message", channel_id: message.channel_id, data: message },
      ]);
    expect(JSON.stringify(outsider?.frames)).not.toContain(message.channel_id);
    for (const socket of sockets) socket.close();
  });
});
