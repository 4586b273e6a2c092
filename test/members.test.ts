import { beforeAll, describe, expect, test } from "bun:test";
import { type Answer, Colony, outcome, time } from "./colony.ts";
import { auditRows } from "./people.ts";

let colony: Colony;
const tokens: Record<string, string> = {};
beforeAll(async () => {
  colony = await Colony.start();
  for (const name of ["maker", "member", "outsider", "quitter"]) tokens[name] = await colony.user(name);
});

const as = (name: string) => ({ token: name === "admin" ? colony.admin : tokens[name] });
const make = async (name: string, more: Record<string, unknown> = {}, by = "maker") => (await colony.post("/api/channels", { name, visibility: "private", ...more }, as(by))).body;
const add = (ref: string, user: string, by = "maker", headers = {}) => colony.post(`/api/channels/${ref}/members`, { user }, { ...as(by), headers });
const takeOut = (ref: string, user: string, by = "maker") => colony.call("DELETE", `/api/channels/${ref}/members/${user}`, as(by));
const members = async (ref: string, by = "maker"): Promise<string[]> =>
  (await colony.get(`/api/channels/${ref}/members`, as(by))).body.map(({ user }: { user: { username: string } }) => user.username);
const go = (ref: string, where: "join" | "leave", by: string) => colony.post(`/api/channels/${ref}/${where}`, undefined, as(by));

describe("a private channel", () => {
  test("is made with its members, each once, whoever made it among them; nobody else finds it by any name", async () => {
    const channel = await make("secret-plan", { members: ["member", "member", "maker"], topic: "hush" });
    expect(channel).toMatchObject({ name: "secret-plan", visibility: "private", topic: "hush", member: true, members: null, notify: "all" });
    expect((await colony.get("/api/channels/secret-plan", as("member"))).body).toEqual(channel);
    expect(await members("secret-plan")).toEqual(["maker", "member"]);
    for (const who of ["outsider", "admin"]) {
      expect((await colony.get("/api/channels", as(who))).text).not.toContain("secret-plan");
      const absent = (await colony.get("/api/channels/nowhere-at-all", as(who))).text;
      for (const ref of [channel.id, "secret-plan"]) expect((await colony.get(`/api/channels/${ref}`, as(who))).text).toBe(absent.replace("nowhere-at-all", ref));
    }
  });

  test("is entered by being added, by any of its members and by nobody else", async () => {
    await make("by-invitation");
    for (const who of ["outsider", "admin"]) {
      expect(outcome(await go("by-invitation", "join", who))).toBe("404 not_found");
      expect(outcome(await add("by-invitation", who, who))).toBe("404 not_found");
      expect(outcome(await colony.post("/api/channels/by-invitation/messages", { content: "let me in" }, as(who)))).toBe("404 not_found");
    }
    expect(await members("by-invitation")).toEqual(["maker"]);
    const added = await add("by-invitation", "member");
    expect([added.status, added.body]).toEqual([201, { user: expect.objectContaining({ username: "member" }), joined_at: expect.stringMatching(time) }]);
    expect((await add("by-invitation", "outsider", "member")).status).toBe(201);
    expect(await members("by-invitation", "outsider")).toEqual(["maker", "member", "outsider"]);
    expect((await go("by-invitation", "join", "member")).body.member).toBe(true);
    expect((await colony.say("by-invitation", "in", {}, tokens.outsider)).content).toBe("in");
  });

  test("is left by whoever likes, and left for good: not found from that answer on", async () => {
    await make("leaving", { members: ["quitter"] });
    await colony.say("leaving", "@quitter, before you go", {}, tokens.maker);
    expect((await colony.get("/api/inbox?after_seq=0", as("quitter"))).text).toContain("before you go");
    const { status, body } = await go("leaving", "leave", "quitter");
    expect([status, body.member]).toEqual([200, false]);
    for (const path of ["", "/messages", "/members", "/events"]) expect(outcome(await colony.get(`/api/channels/leaving${path}`, as("quitter")))).toBe("404 not_found");
    expect((await colony.get("/api/inbox?after_seq=0", as("quitter"))).text).not.toContain("before you go");
    expect((await colony.get("/api/catchup?format=md", as("quitter"))).text).not.toContain("leaving");
    expect(outcome(await go("leaving", "leave", "quitter"))).toBe("404 not_found");
    expect((await colony.say("leaving", "@quitter is gone", {}, tokens.maker)).mentions).toEqual([]);
  });

  test("keeps its last member, who alone could ever let anyone in again", async () => {
    await make("lonely", { members: ["quitter"] });
    expect((await go("lonely", "leave", "quitter")).status).toBe(200);
    expect(outcome(await go("lonely", "leave", "maker"))).toBe("409 last_member");
    expect(outcome(await takeOut("lonely", "maker"))).toBe("409 last_member");
    await colony.user("sleeper");
    await add("lonely", "sleeper");
    await colony.call("DELETE", "/api/users/sleeper");
    expect(outcome(await go("lonely", "leave", "maker"))).toBe("409 last_member");
    expect(await members("lonely")).toEqual(["maker", "sleeper"]);
  });

  test("loses members by its maker's hand, or an admin's who is a member, or their own; by no other's", async () => {
    await make("weeding", { members: ["member", "quitter", "outsider"] });
    expect(outcome(await takeOut("weeding", "quitter", "member"))).toBe("403 forbidden");
    expect(outcome(await takeOut("weeding", "quitter", "admin"))).toBe("404 not_found");
    expect((await takeOut("weeding", "quitter")).status).toBe(204);
    expect((await takeOut("weeding", "quitter")).status).toBe(204);
    expect((await takeOut("weeding", "outsider", "outsider")).status).toBe(204);
    await add("weeding", "admin", "member");
    expect((await takeOut("weeding", "maker", "admin")).status).toBe(204);
    expect(await members("weeding", "admin")).toEqual(["member", "admin"]);
    expect(outcome(await colony.get("/api/channels/weeding", as("maker")))).toBe("404 not_found");
  });

  test("keeps one of two who leave at the same moment", async () => {
    for (let n = 0; n < 5; n++) {
      await make(`parting-${n}`, { members: ["member"] });
      const answers = await Promise.all([go(`parting-${n}`, "leave", "maker"), go(`parting-${n}`, "leave", "member")]);
      expect(answers.map(outcome).toSorted()).toEqual(["200", "409 last_member"]);
    }
  });

  test("takes nothing from whoever is being taken out at that moment: it was said before, or it is not said; nor do they let others in", async () => {
    for (let n = 0; n < 5; n++) {
      const { id } = await make(`last-words-${n}`, { members: ["quitter"] });
      const say = () => colony.post(`/api/channels/${id}/messages`, { content: "one more thing" }, as("quitter"));
      const [said, , added] = await Promise.all([say(), takeOut(id, "quitter"), add(id, "outsider", "quitter"), say(), say()]);
      for (const answer of [said, added]) expect(["201", "404 not_found"]).toContain(outcome(answer as Answer));
      const { events } = (await colony.get(`/api/channels/${id}/events?after_seq=0`, as("maker"))).body;
      const kinds: string[] = events.map(({ event, data }: { event: string; data: any }) => `${event} by ${data.user?.username}`);
      expect(kinds.lastIndexOf("message by quitter")).toBeLessThan(kinds.lastIndexOf("member by quitter"));
      expect(outcome(await say())).toBe("404 not_found");
    }
  });

  test("that is archived takes nobody in and lets everybody out", async () => {
    await make("shut", { members: ["member"] });
    expect(outcome(await colony.call("DELETE", "/api/channels/shut"))).toBe("404 not_found");
    expect((await colony.call("DELETE", "/api/channels/shut", as("maker"))).status).toBe(204);
    expect(outcome(await add("shut", "quitter"))).toBe("409 channel_archived");
    expect((await takeOut("shut", "member")).status).toBe(204);
  });

  test("is not named in the log of deeds, which says who let in whom", async () => {
    const { id } = await make("unlogged", { members: ["member"] });
    await takeOut("unlogged", "member");
    const rows = auditRows(colony.data).filter(({ subject }) => subject === id);
    expect(rows.map(({ action, actor }) => [action, actor])).toEqual([
      ["channel_created", "maker"],
      ["member_added", "maker"],
      ["member_removed", "maker"],
    ]);
    expect(JSON.stringify(rows)).not.toContain("unlogged");
  });

  test("is still its members' after a restart", async () => {
    const own = await Colony.start();
    const [inside, outside] = [await own.user("inside"), await own.user("outside")];
    await own.post("/api/channels", { name: "kept", visibility: "private", members: ["inside"] });
    await own.stop();
    await own.run();
    expect((await own.get("/api/channels", { token: inside })).text).toContain("kept");
    expect((await own.get("/api/channels", { token: outside })).text).not.toContain("kept");
    await own.stop();
  }, 30_000);
});

describe("a public channel", () => {
  test("is joined and left as one likes, and a member adds others", async () => {
    await make("open-house", { visibility: "public" });
    expect(outcome(await add("open-house", "quitter", "member"))).toBe("403 forbidden");
    expect((await go("open-house", "join", "member")).body).toMatchObject({ name: "open-house", member: true });
    expect((await add("open-house", "quitter", "member")).status).toBe(201);
    expect(await members("open-house", "outsider")).toEqual(["maker", "member", "quitter"]);
    expect((await go("open-house", "leave", "member")).body.member).toBe(false);
    expect((await go("open-house", "leave", "member")).status).toBe(200);
    expect((await takeOut("open-house", "quitter", "admin")).status).toBe(204);
    expect((await go("open-house", "leave", "maker")).body.member).toBe(false);
    expect(await members("open-house", "outsider")).toEqual([]);
  });

  test("called general is everyone's: nobody leaves it or is taken out", async () => {
    expect(outcome(await go("general", "leave", "member"))).toBe("403 forbidden");
    expect(outcome(await takeOut("general", "member", "admin"))).toBe("403 forbidden");
  });
});

describe("a member", () => {
  test("is added once: a second time, and a retry under the same key, change nothing and say nothing", async () => {
    await make("once");
    const headers = { "idempotency-key": "add-once" };
    const first = await add("once", "member", "maker", headers);
    const replay = await add("once", "member", "maker", headers);
    const again = await add("once", "member");
    expect([replay.body, again.body]).toEqual([first.body, first.body]);
    expect(replay.headers.get("idempotency-replayed")).toBe("true");
    const events = (await colony.get("/api/channels/once/events?after_seq=0", as("maker"))).body.events;
    expect(events.filter(({ event, data }: { event: string; data: any }) => event === "member" && data.user.username === "member")).toHaveLength(1);
  });

  test.each([
    [{ user: "nobody-at-all" }, "422 validation_failed"],
    [{ user: "" }, "422 validation_failed"],
    [{ user: ["member"] }, "422 validation_failed"],
    [{}, "422 validation_failed"],
    [{ user: "member", role: "admin" }, "422 validation_failed"],
    [{ user: "gone-member" }, "409 user_deactivated"],
  ])("is refused as %j", async (body, answer) => {
    if (!(await colony.get("/api/users/gone-member")).body.id) {
      await colony.user("gone-member");
      await colony.call("DELETE", "/api/users/gone-member");
      await make("choosy");
    }
    expect(outcome(await colony.post("/api/channels/choosy/members", body, as("maker")))).toBe(answer);
    expect(await members("choosy")).toEqual(["maker"]);
  });

  test.each([
    [{ members: ["nobody-at-all"] }, "422 validation_failed"],
    [{ members: "member" }, "422 validation_failed"],
    [{ members: Array(501).fill("member") }, "422 validation_failed"],
    [{ members: ["gone-member"] }, "409 user_deactivated"],
    [{ visibility: "direct" }, "422 validation_failed"],
    [{ visibility: "secret" }, "422 validation_failed"],
  ])("makes no channel as %j", async (more, answer) => {
    expect(outcome(await colony.post("/api/channels", { name: "never-made", visibility: "private", ...more }, as("maker")))).toBe(answer);
    expect(outcome(await colony.get("/api/channels/never-made", as("maker")))).toBe("404 not_found");
  });

  test("who is nobody is 404 when taken out", async () => {
    await make("whom");
    expect(outcome(await takeOut("whom", "nobody-at-all"))).toBe("404 not_found");
  });
});

describe("what calls me in a channel", () => {
  const notify = (ref: string, level: unknown, by = "member") => colony.call("PUT", `/api/channels/${ref}/notify`, { ...as(by), body: { notify: level } });

  test("is all until I say otherwise, is mine alone, and is told to my devices once", async () => {
    const { id } = await make("calling", { members: ["member"] });
    const before = (await colony.get("/api/events", as("member"))).body.head_seq;
    expect((await notify("calling", "mentions")).body).toMatchObject({ id, notify: "mentions", read_seq: 0 });
    expect((await notify(id, "none")).body.notify).toBe("none");
    expect((await notify(id, "none")).body.notify).toBe("none");
    const list: { id: string; notify: string }[] = (await colony.get("/api/channels", as("member"))).body;
    expect(list.find((channel) => channel.id === id)?.notify).toBe("none");
    expect((await colony.get("/api/channels/calling", as("maker"))).body.notify).toBe("all");
    const { events } = (await colony.get(`/api/events?after_seq=${before}`, as("member"))).body;
    expect(events).toEqual([{ seq: expect.any(Number), event: "notify", channel_id: id, data: { notify: "none" } }]);
    expect((await colony.get(`/api/events?after_seq=${before}`, as("maker"))).body.events).toEqual([]);
    const { seq } = await colony.say("calling", "hello", {}, tokens.maker);
    expect((await colony.call("PUT", "/api/channels/calling/read", { ...as("member"), body: { seq } })).body).toMatchObject({ notify: "none", read_seq: seq });
  });

  test.each(["loud", null, 1, ""])("is not %j", async (level) => {
    expect(outcome(await notify("general", level))).toBe("422 validation_failed");
  });

  test("is nothing that an outsider can set", async () => {
    await make("not-yours");
    for (const who of ["outsider", "admin"]) expect(outcome(await notify("not-yours", "all", who))).toBe("404 not_found");
  });
});
