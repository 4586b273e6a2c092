import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome, time } from "./colony.ts";
import { basic, peopleOf, type User } from "./people.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});
const { login, me, person } = peopleOf(() => colony);

describe("users", () => {
  test("are seen by everyone signed in, with nothing of a password", async () => {
    const agent = await colony.user("onlooker");
    const { status, body, text } = await colony.get("/api/users", { token: agent });
    expect(status).toBe(200);
    expect(body.map(({ username }: User) => username)).toContain("admin");
    expect(text).not.toMatch(/hash|argon/);
    const one = await colony.get("/api/users/onlooker", { token: agent });
    expect(one.body).toMatchObject({ username: "onlooker", display_name: "onlooker", role: "agent", admin: false });
    expect((await colony.get(`/api/users/${one.body.id}`, { token: agent })).body).toEqual(one.body);
    expect(outcome(await colony.get("/api/users/nobody", { token: agent }))).toBe("404 not_found");
  });

  test("are made by an admin: an agent needs no password, a person does", async () => {
    const { status, body } = await colony.post("/api/users", { username: "cc-benji-opus", display_name: "Claude (Benji's Opus)", role: "agent", with_token: true });
    expect(status).toBe(201);
    expect(body).toMatchObject({ username: "cc-benji-opus", display_name: "Claude (Benji's Opus)", role: "agent", admin: false, deactivated_at: null });
    expect((await me(body.token.token)).body.id).toBe(body.id);
    const bare = await colony.post("/api/users", { username: "bare", display_name: "Bare", role: "agent" });
    expect(bare.status).toBe(201);
    expect(bare.body.token).toBeUndefined();
    const answer = await colony.post("/api/users", { username: "passless", display_name: "P", role: "ape" });
    expect(outcome(answer)).toBe("422 validation_failed");
    expect(answer.body.error.details[0].path).toBe("password");
  });

  test("are not made by anyone else", async () => {
    for (const token of [await colony.user("plain-agent"), await colony.user("plain-ape", "ape")]) {
      expect(outcome(await colony.post("/api/users", { username: "mine", display_name: "M", role: "agent", admin: true }, { token }))).toBe("403 forbidden");
      expect(outcome(await colony.call("DELETE", "/api/users/admin", { token }))).toBe("403 forbidden");
    }
    expect(outcome(await colony.get("/api/users/mine"))).toBe("404 not_found");
  });

  test("have names of small letters that mean nothing else", async () => {
    for (const username of ["", "Upper", "-dash", ".dot", "sp ace", "emöji", "a".repeat(41), "a@b", "a/b", 'q"']) {
      const answer = await colony.post("/api/users", { username, display_name: "X", role: "agent" });
      expect(outcome(answer)).toBe("422 validation_failed");
      expect(answer.body.error.details[0].path).toBe("username");
    }
    for (const username of ["here", "channel"]) expect((await colony.post("/api/users", { username, display_name: "X", role: "agent" })).status).toBeGreaterThanOrEqual(400);
    for (const username of ["a", "0", "a.b-c_d", "a".repeat(40)]) expect((await colony.post("/api/users", { username, display_name: "X", role: "agent" })).status).toBe(201);
  });

  test("have a name each: the second one is told that it is taken, also of one deactivated", async () => {
    await colony.user("taken");
    const again = () => colony.post("/api/users", { username: "taken", display_name: "T", role: "agent" });
    expect(outcome(await again())).toBe("409 username_taken");
    await colony.call("DELETE", "/api/users/taken");
    expect(outcome(await again())).toBe("409 username_taken");
  });

  test("change their own display name and nothing else; an admin changes all", async () => {
    const [ape, other] = [await person("renamer"), await person("renamed")];
    const patch = (ref: string, body: Record<string, unknown>, token?: string) => colony.call("PATCH", `/api/users/${ref}`, { body, token });
    expect((await patch("renamer", { display_name: "New Name" }, ape.token)).body).toMatchObject({ username: "renamer", display_name: "New Name" });
    expect(outcome(await patch("renamed", { display_name: "Mine now" }, ape.token))).toBe("403 forbidden");
    for (const change of [{ admin: true }, { role: "agent" }, { active: false }, { password: "without the current one" }, { display_name: "x", admin: true }])
      expect(outcome(await patch("renamer", change, ape.token))).toBe("403 forbidden");
    expect((await me(ape.token)).body).toMatchObject({ admin: false, role: "ape", display_name: "New Name" });
    expect((await patch(other.id, { role: "agent", display_name: "Robot", admin: true })).body).toMatchObject({ role: "agent", display_name: "Robot", admin: true });
    expect((await colony.post("/api/users", { username: "made-by-renamed", display_name: "x", role: "agent" }, { token: other.token })).status).toBe(201);
    expect((await patch(other.id, { admin: false })).status).toBe(200);
    expect(outcome(await colony.post("/api/users", { username: "no-more", display_name: "x", role: "agent" }, { token: other.token }))).toBe("403 forbidden");
    for (const wrong of [{}, { username: "other" }, { display_name: "" }, { role: "robot" }]) expect(outcome(await patch("renamer", wrong))).toBe("422 validation_failed");
    expect(outcome(await patch("nobody", { admin: true }))).toBe("404 not_found");
  });

  test("show a new display name on the messages they wrote before", async () => {
    const ape = await person("author");
    const message = await colony.say("general", "hello", {}, ape.token);
    await colony.call("PATCH", "/api/users/author", { body: { display_name: "The Author" } });
    expect((await colony.get(`/api/channels/general/messages/${message.id}`)).body.user).toEqual({ id: ape.id, username: "author", display_name: "The Author", role: "ape" });
  });

  test("who are deactivated lose every credential at once and keep their messages", async () => {
    const ape = await person("leaving");
    const message = await colony.say("general", "I was here", {}, ape.token);
    expect((await me(ape.session)).status).toBe(200);
    const waiting = colony.get("/api/events?wait=50", { token: ape.token });
    expect((await me(ape.token)).status).toBe(200);
    expect((await colony.call("DELETE", `/api/users/${ape.id}`)).status).toBe(204);
    for (const token of [ape.token, ape.session]) expect(outcome(await me(token))).toBe("401 unauthorized");
    expect(outcome(await waiting)).toBe("401 unauthorized");
    expect(outcome(await login(ape.username, ape.password))).toBe("401 unauthorized");
    expect(outcome(await colony.post("/api/auth/token", { name: "x" }, { token: null, headers: basic(ape.username, ape.password) }))).toBe("401 unauthorized");
    const { body } = await colony.get(`/api/channels/general/messages/${message.id}`);
    expect(body).toMatchObject({ content: "I was here", user: { username: "leaving" } });
    expect((await colony.get("/api/users/leaving")).body.deactivated_at).toMatch(time);
    expect((await colony.call("DELETE", `/api/users/${ape.id}`)).status).toBe(204);
  });

  test("always have one active admin among them", async () => {
    const own = await Colony.start();
    const patch = (ref: string, body: Record<string, unknown>, token?: string) => own.call("PATCH", `/api/users/${ref}`, { body, token });
    expect(outcome(await own.call("DELETE", "/api/users/admin"))).toBe("409 last_admin");
    expect(outcome(await patch("admin", { admin: false }))).toBe("409 last_admin");
    expect(outcome(await patch("admin", { active: false }))).toBe("409 last_admin");
    expect((await me(own.admin, own)).body.admin).toBe(true);
    const second = await own.user("second", "ape", { admin: true });
    // Two admins who put each other out at the same moment: one of them remains.
    await Promise.all([patch("second", { admin: false }), patch("admin", { admin: false }, second)]);
    const { body: users } = await own.get("/api/users");
    expect(users.filter(({ admin }: User) => admin)).toHaveLength(1);
    await own.stop();
  });
});
