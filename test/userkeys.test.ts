import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome, time } from "./colony.ts";
import { Listener } from "./follow.ts";
import { auditRows, type Key, peopleOf } from "./people.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});
const { me, person } = peopleOf(() => colony);

const keys = (user: string) => `/api/users/${user}/keys`;
const list = async (user: string): Promise<Key[]> => (await colony.get(keys(user))).body;
const make = (user: string, body: unknown = { name: "build machine" }, call = {}) => colony.post(keys(user), body, call);
const end = (user: string, id: string, token?: string) => colony.call("DELETE", `${keys(user)}/${id}`, { token });

describe("an agent's API tokens, in an admin's hands", () => {
  test("are listed without their secrets, those the agent made itself too, and ended ones no more", async () => {
    const first = await colony.user("lister");
    const { body: own } = await colony.post("/api/auth/keys", { name: "made by itself" }, { token: first });
    const { status, body, text } = await colony.get(keys("lister"));
    expect(status).toBe(200);
    expect(body.map(({ name }: Key) => name)).toEqual(["made by itself", "lister"]);
    expect(body).toEqual(
      (await colony.get("/api/auth/keys", { token: first })).body.map((key: Key) => ({ ...key, last_used_at: body.find(({ id }: Key) => id === key.id).last_used_at })),
    );
    for (const secret of [first, own.token]) expect(text).not.toContain(secret.slice(-52));
    expect(text).not.toMatch(/argon2|hash/);
    await end("lister", own.id);
    expect((await list("lister")).map(({ name }) => name)).toEqual(["lister"]);
  });

  test("are made for it: it works at once as that agent, and the same retry gives the same token", async () => {
    await colony.user("served");
    const { body: agent } = await colony.get("/api/users/served");
    const headers = { "idempotency-key": "served-1" };
    const { status, body } = await make("served", { name: "build machine", expires_in_days: 7 }, { headers });
    expect([status, body.name]).toEqual([201, "build machine"]);
    expect(body.expires_at).toMatch(time);
    expect((await me(body.token)).body.id).toBe(agent.id);
    const again = await make("served", { name: "build machine", expires_in_days: 7 }, { headers });
    expect([again.body.token, again.headers.get("idempotency-replayed")]).toEqual([body.token, "true"]);
    expect((await make(agent.id)).status).toBe(201);
    expect(await list("served")).toHaveLength(3);
  });

  test("end at once, the agent's open socket too, and none of another's by the way", async () => {
    const [token, other] = [await colony.user("ended"), await colony.user("unhurt")];
    const [{ id = "" } = {}] = await list("ended");
    const socket = await Listener.open(colony, "/ws", { token });
    expect(outcome(await end("unhurt", id))).toBe("404 not_found");
    expect((await me(token)).status).toBe(200);
    expect((await end("ended", id)).status).toBe(204);
    expect(outcome(await me(token))).toBe("401 unauthorized");
    expect((await socket.waitClosed()).code).toBe(4401);
    expect((await me(other)).status).toBe(200);
    expect(outcome(await end("ended", id))).toBe("404 not_found");
  });

  test("are not made for people, in whose name an admin must not speak, nor for the deactivated", async () => {
    const ape = await person("person");
    expect(outcome(await make("person"))).toBe("403 forbidden");
    expect(outcome(await make("admin"))).toBe("403 forbidden");
    await colony.user("gone");
    await colony.call("DELETE", "/api/users/gone");
    expect(outcome(await make("gone"))).toBe("409 user_deactivated");
    expect(await list("gone")).toEqual([]);
    // What a person made can be seen and ended, as when a laptop is lost.
    const [{ id = "" } = {}] = await list("person");
    expect((await end("person", id)).status).toBe(204);
    expect(outcome(await me(ape.token))).toBe("401 unauthorized");
  });

  test("are nobody else's matter: 403 whoever asks, the agent itself included, and nothing changes", async () => {
    const agent = await colony.user("guarded");
    const ape = await person("outsider");
    const before = await list("guarded");
    for (const token of [agent, ape.token, ape.session]) {
      expect(outcome(await colony.get(keys("guarded"), { token }))).toBe("403 forbidden");
      expect(outcome(await make("guarded", { name: "mine" }, { token }))).toBe("403 forbidden");
      expect(outcome(await end("guarded", before[0]?.id ?? "", token))).toBe("403 forbidden");
      expect(outcome(await colony.get(keys("nobody"), { token }))).toBe("403 forbidden");
    }
    expect((await list("guarded")).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });

  test("of a user who is not there, or with what they are not made of, are refused by name", async () => {
    expect(outcome(await colony.get(keys("nobody")))).toBe("404 not_found");
    expect(outcome(await make("nobody"))).toBe("404 not_found");
    expect(outcome(await end("nobody", "x"))).toBe("404 not_found");
    await colony.user("strict");
    for (const [body, path] of [
      [{}, "name"],
      [{ name: "x", expires_in_days: 0 }, "expires_in_days"],
      [{ name: "x", user: "admin" }, "user"],
    ] as const) {
      const answer = await make("strict", body);
      expect(outcome(answer)).toBe("422 validation_failed");
      expect(answer.body.error.details.map((detail: { path: string }) => detail.path)).toEqual([path]);
    }
  });

  test("leave a row in the audit log when they are made and ended, with the admin as who did it and no secret", async () => {
    await colony.user("audited");
    const { body } = await make("audited");
    await end("audited", body.id);
    const rows = auditRows(colony.data).filter(({ subject }) => subject === body.id);
    expect(rows.map(({ action, actor }) => [action, actor])).toEqual([
      ["token_created", "admin"],
      ["token_revoked", "admin"],
    ]);
    expect(JSON.stringify(rows)).not.toContain(body.token.slice(-52));
  });
});
