import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Colony, outcome, time } from "./colony.ts";
import { Listener } from "./follow.ts";
import { auditRows, peopleOf } from "./people.ts";

type Session = { id: string; current: boolean; user_agent: string | null; address: string | null; created_at: string; expires_at: string; last_used_at: string | null };

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});
const { me, person } = peopleOf(() => colony);

/** Signs in from a device that calls itself so. @returns the session's token */
const signIn = async ({ username, password }: { username: string; password: string }, user_agent = "curl/8.5.0"): Promise<string> =>
  (await colony.post("/api/auth/login", { username, password }, { token: null, headers: { "user-agent": user_agent } })).body.token;
const list = async (token: string): Promise<Session[]> => (await colony.get("/api/auth/sessions", { token })).body;
const current = async (token: string): Promise<Session> => {
  const found = (await list(token)).find((session) => session.current);
  if (!found) throw new Error("No session is the current one.");
  return found;
};
const end = (id: string, token: string) => colony.call("DELETE", `/api/auth/sessions/${id}`, { token });
const endOthers = (token: string) => colony.call("DELETE", "/api/auth/sessions", { token });

describe("my sessions", () => {
  test("are listed newest first with when, from where and by what, the one in use marked; nothing of a token is told", async () => {
    const ape = await person("traveller");
    const phone = await signIn(ape, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1");
    const laptop = await signIn(ape, "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");
    const { status, body, text } = await colony.get("/api/auth/sessions", { token: phone });
    expect(status).toBe(200);
    expect(body.map(({ user_agent, current }: Session) => [user_agent?.split(" ").at(-1), current])).toEqual([
      ["Firefox/140.0", false],
      ["Safari/604.1", true],
      [expect.any(String), false],
    ]);
    for (const session of body)
      expect(session).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        current: expect.any(Boolean),
        user_agent: expect.any(String),
        address: expect.stringContaining("127.0.0.1"),
        created_at: expect.stringMatching(time),
        expires_at: expect.stringMatching(time),
        last_used_at: session.current ? expect.stringMatching(time) : null,
      });
    for (const token of [phone, laptop, ape.session]) expect(text).not.toContain(token.split(".")[2] ?? token);
  });

  test("are one's own: nobody sees another's, an admin neither; an API token sees its user's, none of them current", async () => {
    const [ape, other] = [await person("private-one"), await person("nosy")];
    const mine = (await list(ape.session)).map(({ id }) => id);
    expect(mine).toHaveLength(1);
    for (const token of [other.session, other.token, colony.admin, await colony.user("nosy-agent")]) for (const { id } of await list(token)) expect(mine).not.toContain(id);
    expect(await list(ape.token)).toEqual([expect.objectContaining({ id: mine[0], current: false })]);
  });

  test("keep what signed in as one short line, whatever it calls itself", async () => {
    const ape = await person("shouter");
    const said = async (user_agent: string) => (await current(await signIn(ape, user_agent))).user_agent;
    expect(await said(`Bot\t\u0085 ${"x".repeat(5_000)}`)).toBe(`Bot ${"x".repeat(196)}`);
    expect(await said("<script>alert(1)</script>")).toBe("<script>alert(1)</script>");
    expect(await said("")).toBeNull();
  });

  test("of before this was kept are listed with nothing in its place", async () => {
    const own = await Colony.start();
    const { body } = await own.post("/api/auth/login", { username: "admin", password: "correct horse battery" }, { token: null });
    await own.stop();
    const database = new Database(join(own.data, "colony.db"));
    database.run("UPDATE sessions SET user_agent = NULL, address = NULL, last_used_at = NULL");
    database.close();
    await own.run();
    expect((await own.get("/api/auth/sessions", { token: own.admin })).body).toEqual([expect.objectContaining({ user_agent: null, address: null, last_used_at: null })]);
    expect((await me(body.token, own)).status).toBe(200);
    await own.stop();
  });

  test("tell when they were last used, over a restart too", async () => {
    const own = await Colony.start();
    const { body } = await own.post("/api/auth/login", { username: "admin", password: "correct horse battery" }, { token: null });
    await me(body.token, own);
    await own.stop();
    await own.run();
    expect((await own.get("/api/auth/sessions", { token: own.admin })).body[0].last_used_at).toMatch(time);
    await own.stop();
  });
});

describe("ending a session", () => {
  test("kills it at once, its open socket and its long poll too, and no other", async () => {
    const ape = await person("ender");
    const lost = await signIn(ape);
    const { id } = await current(lost);
    const socket = await Listener.open(colony, "/ws", { token: lost });
    const kept = await Listener.open(colony, "/ws", { token: ape.session });
    const waiting = colony.get("/api/events?wait=50", { token: lost });
    expect((await me(lost)).status).toBe(200);
    const { status, text } = await end(id, ape.session);
    expect([status, text]).toEqual([204, ""]);
    expect(outcome(await me(lost))).toBe("401 unauthorized");
    expect((await socket.waitClosed()).code).toBe(4401);
    expect(outcome(await waiting)).toBe("401 unauthorized");
    expect((await me(ape.session)).status).toBe(200);
    expect((await me(ape.token)).status).toBe(200);
    expect(kept.closed).toBeNull();
    kept.close();
    expect((await list(ape.session)).map((session) => session.id)).not.toContain(id);
    expect(outcome(await end(id, ape.session))).toBe("404 not_found");
  });

  test("is for one's own alone: another's is not there, for an admin neither", async () => {
    const [ape, other] = [await person("held"), await person("grabber")];
    const { id } = await current(ape.session);
    for (const token of [other.session, other.token, colony.admin, await colony.user("grabbing-agent")]) expect(outcome(await end(id, token))).toBe("404 not_found");
    for (const ref of ["nonsense", "01a1fd53-2c6d-73cb-95a9-306aa6bdd309", "%00"]) expect(outcome(await end(ref, ape.session))).toBe("404 not_found");
    expect((await me(ape.session)).status).toBe(200);
  });

  test("in use signs out", async () => {
    const ape = await person("self-ender");
    const { id } = await current(ape.session);
    expect((await end(id, ape.session)).status).toBe(204);
    expect(outcome(await me(ape.session))).toBe("401 unauthorized");
  });

  test("all others leaves the one in use and the API tokens; under an API token all of them end", async () => {
    const [ape, bystander] = [await person("many-devices"), await person("bystander")];
    const others = [await signIn(ape), await signIn(ape), await signIn(ape)];
    const socket = await Listener.open(colony, "/ws", { token: others[0] });
    expect((await endOthers(ape.session)).status).toBe(204);
    expect((await socket.waitClosed()).code).toBe(4401);
    for (const token of others) expect(outcome(await me(token))).toBe("401 unauthorized");
    expect(await list(ape.session)).toEqual([expect.objectContaining({ current: true })]);
    expect((await me(ape.token)).status).toBe(200);
    expect((await me(bystander.session)).status).toBe(200);
    expect((await endOthers(ape.session)).status).toBe(204);
    expect((await endOthers(ape.token)).status).toBe(204);
    expect(outcome(await me(ape.session))).toBe("401 unauthorized");
    expect(await list(ape.token)).toEqual([]);
  });

  test("is written down once for each deed: by whom, which or how many", async () => {
    const ape = await person("recorded");
    const { id } = await current(await signIn(ape));
    await end(id, ape.session);
    await signIn(ape);
    await signIn(ape);
    await endOthers(ape.session);
    await endOthers(ape.session);
    const rows = auditRows(colony.data).filter(({ actor }) => actor === "recorded");
    expect(rows.filter(({ action }) => action === "session_ended")).toEqual([expect.objectContaining({ subject: id, address: expect.stringContaining("127.0.0.1") })]);
    expect(rows.filter(({ action }) => action === "other_sessions_ended")).toEqual([expect.objectContaining({ subject: ape.id, details: '{"sessions":2}' })]);
  });
});
