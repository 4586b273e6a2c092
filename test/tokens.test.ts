import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ADMIN_PASSWORD, Colony, outcome, time } from "./colony.ts";
import { basic, DAY, type Key, peopleOf } from "./people.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});
const { login, me, person } = peopleOf(() => colony);

describe("an API token", () => {
  test("is made by one curl with a name and password", async () => {
    const ape = await person("curler");
    const answer = await colony.call("POST", "/api/auth/token", {
      token: null,
      raw: '{"name":"laptop"}',
      headers: { ...basic(ape.username, ape.password), "content-type": "application/x-www-form-urlencoded" },
    });
    expect(answer.status).toBe(201);
    const { id, token, token_prefix, name, created_at, expires_at } = answer.body;
    expect({ name, expires_at }).toEqual({ name: "laptop", expires_at: null });
    expect(created_at).toMatch(time);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
    expect(token_prefix).toHaveLength(8);
    expect(token).toStartWith(`col_${token_prefix}_`);
    expect((await me(token)).body.username).toBe("curler");
  });

  test("is made by Bearer and by the cookie as well, under both addresses", async () => {
    const ape = await person("maker");
    for (const path of ["/api/auth/token", "/api/auth/keys"])
      for (const call of [
        { token: ape.token },
        { token: ape.session },
        { token: null, headers: { cookie: ape.cookie, origin: colony.url } },
        { token: null, headers: basic(ape.username, ape.password) },
      ]) {
        const { status, body } = await colony.post(path, { name: "another" }, call);
        expect(status).toBe(201);
        expect((await me(body.token)).body.username).toBe("maker");
      }
  });

  test("is not made with a wrong password, and a name with a colon or unicode password is read right", async () => {
    const ape = await person("basic-user");
    expect(outcome(await colony.post("/api/auth/token", { name: "x" }, { token: null, headers: basic(ape.username, "wrong password") }))).toBe("401 unauthorized");
    expect(outcome(await colony.post("/api/auth/token", { name: "x" }, { token: null, headers: { authorization: "Basic ???" } }))).toBe("401 unauthorized");
    await colony.user("colon", "ape", { password: "pass:wörd:🦍:word" });
    expect((await colony.post("/api/auth/token", { name: "x" }, { token: null, headers: basic("colon", "pass:wörd:🦍:word") })).status).toBe(201);
  });

  test("opens no other door by name and password", async () => {
    expect(outcome(await colony.get("/api/channels", { token: null, headers: basic("admin", ADMIN_PASSWORD) }))).toBe("401 unauthorized");
  });

  test("is listed for its owner alone, without its secret or hash, with when it was last used", async () => {
    const ape = await person("lister");
    const { body: made } = await colony.post("/api/auth/keys", { name: "to be listed" }, { token: ape.session });
    const list = async () => (await colony.get("/api/auth/keys", { token: ape.session })).body as Key[];
    const find = async () => (await list()).find(({ id }) => id === made.id);
    expect(await find()).toMatchObject({ name: "to be listed", token_prefix: made.token_prefix, last_used_at: null });
    await me(made.token);
    expect((await find())?.last_used_at).toMatch(time);
    const { text } = await colony.get("/api/auth/keys", { token: ape.session });
    expect(text).not.toContain(made.token);
    expect(text).not.toContain(made.token.slice(-52));
    expect(text).not.toMatch(/argon2|hash/);
    const { body: others } = await colony.get("/api/auth/keys");
    expect(others.map(({ id }: Key) => id)).not.toContain(made.id);
  });

  test("is dead the moment it is revoked, also where it was just used and where it waits", async () => {
    const ape = await person("revoker");
    const { body: made } = await colony.post("/api/auth/keys", { name: "short-lived" }, { token: ape.session });
    expect((await me(made.token)).status).toBe(200);
    const waiting = colony.get("/api/events?wait=50", { token: made.token });
    expect((await me(made.token)).status).toBe(200);
    expect((await colony.call("DELETE", `/api/auth/keys/${made.id}`, { token: ape.session })).status).toBe(204);
    expect(outcome(await me(made.token))).toBe("401 unauthorized");
    expect(outcome(await waiting)).toBe("401 unauthorized");
    const { body: left } = await colony.get("/api/auth/keys", { token: ape.session });
    expect(left.map(({ id }: Key) => id)).not.toContain(made.id);
    expect((await me(ape.token)).status).toBe(200);
    expect(outcome(await colony.call("DELETE", `/api/auth/keys/${made.id}`, { token: ape.session }))).toBe("404 not_found");
  });

  test("may revoke itself", async () => {
    const ape = await person("self-revoker");
    const { body: made } = await colony.post("/api/auth/keys", { name: "mine" }, { token: ape.token });
    expect((await colony.call("DELETE", `/api/auth/keys/${made.id}`, { token: made.token })).status).toBe(204);
    expect(outcome(await me(made.token))).toBe("401 unauthorized");
  });

  test("of someone else is not there to be revoked, but for an admin", async () => {
    const [owner, other] = [await person("owner"), await person("other")];
    const { body: made } = await colony.post("/api/auth/keys", { name: "mine" }, { token: owner.token });
    expect(outcome(await colony.call("DELETE", `/api/auth/keys/${made.id}`, { token: other.token }))).toBe("404 not_found");
    expect((await me(made.token)).status).toBe(200);
    expect((await colony.call("DELETE", `/api/auth/keys/${made.id}`)).status).toBe(204);
    expect(outcome(await me(made.token))).toBe("401 unauthorized");
  });

  test("ends on its day, and is then no longer listed", async () => {
    const own = await Colony.start();
    const before = Date.now();
    const { body: unused } = await own.post("/api/auth/keys", { name: "never used", expires_in_days: 30 });
    const { body: used } = await own.post("/api/auth/keys", { name: "used", expires_in_days: 1 });
    expect(Math.abs(Date.parse(unused.expires_at) - before - 30 * DAY)).toBeLessThan(60_000);
    expect((await me(used.token, own)).status).toBe(200);
    const { body: session } = await login("admin", ADMIN_PASSWORD, own);
    await own.stop();
    // The day comes: the clock of a test cannot be turned, so the day is.
    const database = new Database(join(own.data, "colony.db"));
    const past = new Date(Date.now() - 1_000).toISOString();
    database.run("UPDATE tokens SET expires_at = ? WHERE expires_at IS NOT NULL", [past]);
    database.run("UPDATE sessions SET expires_at = ?", [past]);
    database.close();
    await own.run();
    for (const token of [unused.token, used.token, session.token]) expect(outcome(await me(token, own))).toBe("401 unauthorized");
    expect((await me(own.admin, own)).status).toBe(200);
    const { body: left } = await own.get("/api/auth/keys");
    expect(left.map(({ name }: Key) => name)).toEqual(["test"]);
    await own.stop();
  });

  test("needs a name, and days that make sense", async () => {
    for (const [body, path] of [
      [{}, "name"],
      [{ name: "" }, "name"],
      [{ name: 7 }, "name"],
      [{ name: "x", expires_in_days: 0 }, "expires_in_days"],
      [{ name: "x", expires_in_days: 1.5 }, "expires_in_days"],
      [{ name: "x", expires_in_days: "7" }, "expires_in_days"],
      [{ name: "x", rate_limit: -1 }, "rate_limit"],
      [{ name: "x", expires: 7 }, "expires"],
    ] as const) {
      const answer = await colony.post("/api/auth/token", body);
      expect(outcome(answer)).toBe("422 validation_failed");
      expect(answer.body.error.details.map((detail: { path: string }) => detail.path)).toEqual([path]);
    }
  });
});
