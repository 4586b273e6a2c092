import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome, time } from "./colony.ts";
import { auditRows } from "./people.ts";

let colony: Colony;
let member: string;
let other: string;
beforeAll(async () => {
  colony = await Colony.start();
  member = await colony.user("member");
  other = await colony.user("other");
});

type Channel = { id: string; name: string; read_seq: number; unread: number; mentions: number; last_seq: number; member: boolean };

const create = (body: Record<string, unknown>, token = member) => colony.post("/api/channels", body, { token });
const show = async (ref: string, token = member): Promise<Channel> => (await colony.get(`/api/channels/${ref}`, { token })).body;
const patch = (ref: string, body: unknown, token = member) => colony.call("PATCH", `/api/channels/${ref}`, { token, body });
const read = (ref: string, body: unknown, token = member) => colony.call("PUT", `/api/channels/${ref}/read`, { token, body });
const counts = async (ref: string, token = member) => {
  const { unread, mentions } = await show(ref, token);
  return { unread, mentions };
};

describe("making a channel", () => {
  test("gives it whole; whoever made it is its first member, and everyone sees it", async () => {
    const { status, body } = await create({ name: "whole", description: "What it is for", topic: "now" });
    expect(status).toBe(201);
    const { body: maker } = await colony.get("/api/auth/me", { token: member });
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      name: "whole",
      description: "What it is for",
      visibility: "public",
      topic: "now",
      created_by: maker.id,
      created_at: expect.stringMatching(time),
      archived_at: null,
      project_id: null,
      last_seq: 0,
      member: true,
      read_seq: 0,
      unread: 0,
      notify: "all",
      members: null,
      mentions: 0,
    });
    expect(await show("whole")).toEqual(body);
    expect(await show("whole", other)).toEqual({ ...body, member: false });
    expect((await colony.get("/api/channels", { token: other })).body).toContainEqual({ ...body, member: false });
  });

  test("needs no more than a name", async () => {
    expect((await create({ name: "bare" })).body).toMatchObject({ name: "bare", description: "", topic: "", visibility: "public" });
  });

  test.each(["a", "0", "a_b-c", "9-lives", "a".repeat(80), "con", "constructor", "0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b10"])(
    "takes the name %s, and finds the channel by it",
    async (name) => {
      const { status, body } = await create({ name });
      expect(status).toBe(201);
      expect((await show(name)).id).toBe(body.id);
      expect((await colony.say(name, "found")).channel_id).toBe(body.id);
    },
  );

  test.each([
    "",
    " ",
    "Upper",
    "-dash",
    "_under",
    "a".repeat(81),
    "sp ace",
    "trailing ",
    "line\n",
    "emöji",
    "🐜",
    "a/b",
    "../x",
    "a.b",
    "a%2fb",
    "#general",
    "a\u0000b",
    "a\u202eb",
    "١",
    "<b>",
    "a'b",
  ])("refuses the name %j by the field", async (name) => {
    const answer = await create({ name });
    expect(outcome(answer)).toBe("422 validation_failed");
    expect(answer.body.error.details.map(({ path }: { path: string }) => path)).toEqual(["name"]);
    expect(answer.body.error.message).toContain("name");
  });

  test("refuses a name that is taken, by an archived channel too, and both of two at the same moment but one", async () => {
    await create({ name: "taken" });
    const again = await create({ name: "taken" }, other);
    expect(outcome(again)).toBe("409 channel_exists");
    expect(again.body.error.details).toEqual([{ path: "name", message: expect.stringContaining("taken") }]);
    await colony.call("DELETE", "/api/channels/taken", { token: member });
    expect(outcome(await create({ name: "taken" }))).toBe("409 channel_exists");
    const outcomes = (await Promise.all([1, 2, 3, 4].map(() => create({ name: "raced" })))).map(outcome);
    expect(outcomes.toSorted()).toEqual(["201", "409 channel_exists", "409 channel_exists", "409 channel_exists"]);
  });

  test("a name that is another channel's id does not stand in its way", async () => {
    const { body: first } = await create({ name: "has-an-id" });
    const { body: second } = await create({ name: first.id }, other);
    expect((await show(first.id)).name).toBe("has-an-id");
    expect((await show(second.id)).name).toBe(first.id);
  });

  test.each([
    [{}, ["name"]],
    [{ name: 7 }, ["name"]],
    [{ name: "x", description: "d".repeat(2_001) }, ["description"]],
    [{ name: "x", topic: "t".repeat(201) }, ["topic"]],
    [{ name: "x", topic: null }, ["topic"]],
    [{ name: "x", visibility: "secret" }, ["visibility"]],
    [{ name: "x", archived_at: null }, ["archived_at"]],
    [{ name: "x", created_by: "me", last_seq: 9 }, ["created_by", "last_seq"]],
  ])("refuses %j by name", async (body, paths) => {
    const answer = await create(body);
    expect(outcome(answer)).toBe("422 validation_failed");
    expect(answer.body.error.details.map(({ path }: { path: string }) => path).toSorted()).toEqual(paths);
    expect(outcome(await colony.get("/api/channels/x"))).toBe("404 not_found");
  });

  test("holds description and topic to their limits and keeps them as they are written", async () => {
    const [description, topic] = ["d".repeat(2_000), "<b>🐜</b>\u202e 't".padEnd(200, ".")];
    expect((await create({ name: "limits", description, topic })).status).toBe(201);
    expect(await show("limits")).toMatchObject({ description, topic });
  });
});

describe("a channel", () => {
  test("called general is there from the first start, and everyone is in it from theirs", async () => {
    const own = await Colony.start();
    const { body } = await own.get("/api/channels");
    expect(body.map(({ name, member }: Channel) => [name, member])).toEqual([["general", true]]);
    expect((await own.get("/api/channels/general", { token: await own.user("newcomer") })).body.member).toBe(true);
    await own.stop();
  });

  test("stands under its id and its name alike, and a name nobody has is 404 everywhere", async () => {
    const { body } = await create({ name: "two-addresses" });
    const message = await colony.say("two-addresses", "hello");
    for (const path of ["", "/messages", `/messages/${message.id}`, `/messages/${message.id}/thread`, "/events?after_seq=0"])
      expect((await colony.get(`/api/channels/${body.id}${path}`)).body).toEqual((await colony.get(`/api/channels/two-addresses${path}`)).body);
    for (const ref of ["nowhere", "01a1fd53-2c6d-73cb-95a9-306aa6bdd309", body.id.toUpperCase(), "Two-Addresses", "two%2Daddresses%20", "%20", "general%00", "__proto__"])
      for (const [method, path, sent] of [
        ["GET", ""],
        ["PATCH", "", { topic: "x" }],
        ["DELETE", ""],
        ["PUT", "/read", { seq: 0 }],
        ["GET", "/messages"],
        ["POST", "/messages", { content: "x" }],
        ["GET", "/events"],
      ] as const) {
        const answer = await colony.call(method, `/api/channels/${ref}${path}`, { body: sent });
        expect({ ref, method, path, status: answer.status }).toEqual({ ref, method, path, status: 404 });
      }
  });

  test("is listed with all others in the order they were made, the archived too", async () => {
    const { body } = await colony.get("/api/channels", { token: other });
    const list: { id: string; created_at: string }[] = body;
    expect(list.map(({ created_at }) => created_at)).toEqual(list.map(({ created_at }) => created_at).toSorted());
    expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
    await create({ name: "listed" });
    await colony.call("DELETE", "/api/channels/listed", { token: member });
    expect((await colony.get("/api/channels", { token: other })).body.at(-1)).toMatchObject({ name: "listed", archived_at: expect.stringMatching(time) });
  });

  test("is joined by posting to it", async () => {
    await create({ name: "joined" });
    expect((await show("joined", other)).member).toBe(false);
    await colony.say("joined", "here I am", {}, other);
    expect((await show("joined", other)).member).toBe(true);
    const kinds = (await colony.get("/api/channels/joined/events?after_seq=0")).body.events.map(({ event, data }: { event: string; data: any }) => [event, data.user?.username]);
    expect(kinds).toEqual([
      ["channel", undefined],
      ["member", "member"],
      ["member", "other"],
      ["message", "other"],
    ]);
  });
});

describe("a change of a channel", () => {
  test("is made by its maker or an admin, one field or all, and told to all", async () => {
    const { body } = await create({ name: "changing", description: "old", topic: "old" });
    expect((await patch("changing", { topic: "new" })).body).toMatchObject({ id: body.id, name: "changing", description: "old", topic: "new" });
    expect((await patch(body.id, { description: "", topic: "by an admin" }, colony.admin)).body).toMatchObject({ description: "", topic: "by an admin" });
    expect(outcome(await patch("changing", { topic: "mine" }, other))).toBe("403 forbidden");
    expect((await show("changing", other)) as unknown).toMatchObject({ description: "", topic: "by an admin" });
    const events = (await colony.get(`/api/channels/${body.id}/events?after_seq=0`, { token: other })).body.events;
    expect(events.at(-1)).toMatchObject({ event: "channel", data: { id: body.id, topic: "by an admin" } });
  });

  test("of its name moves the channel with all it holds; the old name is free", async () => {
    const { body } = await create({ name: "old-name" });
    const message = await colony.say("old-name", "stays");
    expect((await patch("old-name", { name: "new-name" })).body).toMatchObject({ id: body.id, name: "new-name" });
    expect((await colony.get("/api/channels/new-name/messages")).body).toEqual([message]);
    expect(outcome(await colony.get("/api/channels/old-name"))).toBe("404 not_found");
    expect((await create({ name: "old-name" })).body.id).not.toBe(body.id);
    expect(outcome(await patch("new-name", { name: "old-name" }))).toBe("409 channel_exists");
    expect((await patch("new-name", { name: "new-name" })).status).toBe(200);
  });

  test("that swaps two names leaves each channel under its own", async () => {
    const [{ body: a }, { body: b }] = [await create({ name: "swap-a" }), await create({ name: "swap-b" })];
    await Promise.all([patch(a.id, { name: "swap-c" }), patch(b.id, { name: "swap-a" }), patch(a.id, { name: "swap-b" })]);
    for (const { id } of [a, b]) expect((await show((await show(id)).name)).id).toBe(id);
    expect(new Set([(await show(a.id)).name, (await show(b.id)).name])).toEqual(new Set(["swap-a", "swap-b"]));
  });

  test.each([{}, { name: "Bad Name" }, { name: null }, { topic: 5 }, { visibility: "private" }, { archived_at: null }, { topics: "x" }])("refuses %j", async (body) => {
    expect(outcome(await patch("general", body, colony.admin))).toBe("422 validation_failed");
  });

  test("never takes general's name away, nor archives it", async () => {
    expect(outcome(await patch("general", { name: "lobby" }, colony.admin))).toBe("403 forbidden");
    expect(outcome(await colony.call("DELETE", "/api/channels/general"))).toBe("403 forbidden");
    expect((await patch("general", { topic: "welcome" }, colony.admin)).status).toBe(200);
  });
});

describe("an archived channel", () => {
  test("is read as before and takes no posts, edits or changes, though one's words can still be taken back", async () => {
    await create({ name: "closing" });
    const message = await colony.say("closing", "last words", {}, other);
    expect(outcome(await colony.call("DELETE", "/api/channels/closing", { token: other }))).toBe("403 forbidden");
    const { status, text } = await colony.call("DELETE", "/api/channels/closing", { token: member });
    expect([status, text]).toEqual([204, ""]);
    expect((await show("closing")) as unknown).toMatchObject({ archived_at: expect.stringMatching(time) });
    expect((await colony.get("/api/channels/closing/messages", { token: other })).body).toEqual([message]);
    const path = `/api/channels/closing/messages/${message.id}`;
    for (const answer of [
      await colony.post("/api/channels/closing/messages", { content: "more" }, { token: other }),
      await colony.post("/api/channels/closing/messages", { content: "more" }),
      await colony.call("PATCH", path, { body: { content: "changed" }, token: other }),
      await patch("closing", { topic: "x" }),
    ])
      expect(outcome(answer)).toBe("409 channel_archived");
    expect((await read("closing", { seq: message.seq })).status).toBe(200);
    expect((await colony.call("DELETE", path, { token: other })).status).toBe(204);
    expect((await colony.call("DELETE", "/api/channels/closing", { token: member })).status).toBe(204);
    const kinds = (await colony.get("/api/channels/closing/events?after_seq=0", { token: other })).body.events.map(({ event }: { event: string }) => event);
    expect(kinds.filter((kind: string) => kind === "channel")).toHaveLength(2);
  });

  test("is opened again by its maker or an admin, with other changes if they like, and takes posts as before", async () => {
    await create({ name: "reopening", topic: "old" });
    const message = await colony.say("reopening", "before");
    await colony.call("DELETE", "/api/channels/reopening", { token: member });
    expect(outcome(await patch("reopening", { archived: false }, other))).toBe("403 forbidden");
    const { status, body } = await patch("reopening", { archived: false, topic: "new" });
    expect([status, body.archived_at, body.topic]).toEqual([200, null, "new"]);
    await colony.say("reopening", "after", {}, other);
    expect((await colony.get("/api/channels/reopening/messages")).body.map(({ content }: { content: string }) => content)).toEqual([message.content, "after"]);
    await colony.call("DELETE", "/api/channels/reopening", { token: member });
    expect((await patch("reopening", { archived: false }, colony.admin)).body.archived_at).toBeNull();
    const events = (await colony.get("/api/channels/reopening/events?after_seq=0", { token: other })).body.events;
    const { data } = events.findLast(({ event }: { event: string }) => event === "channel");
    expect(data).toMatchObject({ name: "reopening", archived_at: null });
    const rows = auditRows(colony.data).filter(({ subject }) => subject === body.id);
    expect(rows.map(({ action, actor }) => [action, actor])).toEqual([
      ["channel_created", "member"],
      ["channel_archived", "member"],
      ["channel_unarchived", "member"],
      ["channel_changed", "member"],
      ["channel_archived", "member"],
      ["channel_unarchived", "admin"],
    ]);
  });

  test("that is none is opened for nothing: no event, no trace", async () => {
    await create({ name: "open-already" });
    const before = (await colony.get("/api/events")).body.head_seq;
    expect((await patch("open-already", { archived: false })).body.archived_at).toBeNull();
    expect((await colony.get("/api/events")).body.head_seq).toBe(before);
    for (const archived of [true, null, "false", 0]) expect(outcome(await patch("open-already", { archived }))).toBe("422 validation_failed");
  });

  test("takes no post that was on its way when it was archived: each is stored before, or refused", async () => {
    await create({ name: "racing" });
    const posts = Array.from({ length: 20 }, (_, n) => colony.post("/api/channels/racing/messages", { content: `${n}` }));
    const archived = colony.call("DELETE", "/api/channels/racing", { token: member });
    const outcomes = (await Promise.all(posts)).map(outcome);
    expect((await archived).status).toBe(204);
    expect(outcomes.every((one) => one === "201" || one === "409 channel_archived")).toBe(true);
    expect((await colony.get("/api/channels/racing/messages")).body).toHaveLength(outcomes.filter((one) => one === "201").length);
  });
});

describe("unread and mentions", () => {
  test("count what others said after the mark, not one's own words, nor what was deleted", async () => {
    await create({ name: "counting" });
    expect(await counts("counting")).toEqual({ unread: 0, mentions: 0 });
    const first = await colony.say("counting", "one @member", {}, other);
    await colony.say("counting", "mine", {}, member);
    const third = await colony.say("counting", "two", {}, other);
    await colony.say("counting", "three @member @member", {}, other);
    expect(await counts("counting")).toEqual({ unread: 3, mentions: 2 });
    expect(await counts("counting", other)).toEqual({ unread: 1, mentions: 0 });
    expect((await read("counting", { seq: first.seq })).body).toMatchObject({ name: "counting", unread: 2, mentions: 1 });
    await colony.call("DELETE", `/api/channels/counting/messages/${third.id}`, { token: other });
    expect(await counts("counting")).toEqual({ unread: 1, mentions: 1 });
    const { last_seq } = await show("counting");
    expect((await read("counting", { seq: last_seq })).body).toMatchObject({ unread: 0, mentions: 0 });
    const listed = (await colony.get("/api/channels", { token: member })).body.find(({ name }: Channel) => name === "counting");
    expect(listed).toMatchObject({ unread: 0, mentions: 0 });
  });

  test("go with the mark, forward and back, and the mark is one's own on every device", async () => {
    await create({ name: "marks" });
    const messages = [];
    for (let n = 0; n < 4; n++) messages.push(await colony.say("marks", `${n} @member`, {}, other));
    for (const at of [2, 0, 3, 1]) {
      const { seq } = messages[at];
      expect((await read("marks", { seq })).body).toMatchObject({ read_seq: seq, unread: 3 - at, mentions: 3 - at });
      expect((await show("marks")).read_seq).toBe(seq);
      expect((await show("marks", other)).read_seq).toBe(0);
    }
    expect((await read("marks", { seq: 0 })).body).toMatchObject({ read_seq: 0, unread: 4, mentions: 4 });
    expect(await counts("marks", await colony.user("marks-other"))).toEqual({ unread: 4, mentions: 0 });
  });

  test("agree when an edit of something read mentions me: what stands before the mark is read", async () => {
    await create({ name: "late-mention" });
    const early = await colony.say("late-mention", "nothing yet", {}, other);
    await read("late-mention", { seq: early.seq });
    await colony.call("PATCH", `/api/channels/late-mention/messages/${early.id}`, { body: { content: "now @member" }, token: other });
    await colony.say("late-mention", "no name in this", {}, other);
    expect(await counts("late-mention")).toEqual({ unread: 1, mentions: 0 });
  });

  test("follow an edit that adds or takes away a mention of something unread", async () => {
    await create({ name: "edited-mention" });
    const message = await colony.say("edited-mention", "nothing yet", {}, other);
    const edit = (content: string) => colony.call("PATCH", `/api/channels/edited-mention/messages/${message.id}`, { body: { content }, token: other });
    await edit("now @member");
    expect(await counts("edited-mention")).toEqual({ unread: 1, mentions: 1 });
    await edit("not any more");
    expect(await counts("edited-mention")).toEqual({ unread: 1, mentions: 0 });
  });

  test("stay true over hundreds of one's own words, as others speak, take words back, and the mark moves", async () => {
    await create({ name: "talkative" });
    const say = async (times: number, token: string, content = "word") => {
      const posted = await Promise.all(Array.from({ length: times }, (_, n) => colony.say("talkative", `${content} ${n}`, {}, token)));
      return posted.toSorted((a, b) => a.seq - b.seq);
    };
    const mine = await say(700, member);
    expect(await counts("talkative")).toEqual({ unread: 0, mentions: 0 });
    const theirs = await say(3, other, "@member");
    expect(await counts("talkative")).toEqual({ unread: 3, mentions: 3 });
    await say(5, member);
    expect(await counts("talkative")).toEqual({ unread: 3, mentions: 3 });
    const take = ({ id }: { id: string }) => colony.call("DELETE", `/api/channels/talkative/messages/${id}`);
    await Promise.all([take(theirs[1]), take(mine[10])]);
    expect(await counts("talkative")).toEqual({ unread: 2, mentions: 2 });
    await read("talkative", { seq: theirs[0].seq });
    expect(await counts("talkative")).toEqual({ unread: 1, mentions: 1 });
    await read("talkative", { seq: 0 });
    expect(await counts("talkative")).toEqual({ unread: 2, mentions: 2 });
    expect((await counts("talkative", other)).unread).toBe(704);
  });

  test("are counted to a thousand, and from there again when the mark moves", async () => {
    await create({ name: "flood" });
    const posted = await Promise.all(Array.from({ length: 1_010 }, () => colony.say("flood", "@member come", {}, other)));
    const seqs = posted.map(({ seq }) => seq).toSorted((a, b) => a - b);
    expect(await counts("flood")).toEqual({ unread: 1_000, mentions: 1_000 });
    await colony.say("flood", "@member once more", {}, other);
    expect(await counts("flood")).toEqual({ unread: 1_000, mentions: 1_000 });
    expect((await read("flood", { seq: seqs[99] })).body).toMatchObject({ unread: 911, mentions: 911 });
  });

  test("a mark stands where the server is, not beyond", async () => {
    const head = (await colony.get("/api/events")).body.head_seq;
    for (const body of [{ seq: head + 1 }, { seq: 4_294_967_296 }, { seq: -1 }, { seq: 1.5 }, { seq: "1" }, { seq: null }, {}, { seq: 1, channel: "general" }]) {
      const answer = await read("general", body);
      expect({ body, outcome: outcome(answer) }).toEqual({ body, outcome: "422 validation_failed" });
      expect(answer.body.error.message).toMatch(/^(seq|channel): /);
    }
    expect((await read("general", { seq: head })).status).toBe(200);
  });
});
