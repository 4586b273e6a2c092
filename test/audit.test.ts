import { beforeAll, describe, expect, test } from "bun:test";
import { userInfo } from "node:os";
import { ADMIN_PASSWORD, Colony, command, outcome, time, until } from "./colony.ts";
import { auditRows, bytesOnDisk, peopleOf } from "./people.ts";

describe("the audit log", () => {
  test("has a row for each deed: who, what, whom, from where, when; and no secret is in it, nor in the log", async () => {
    const own = await Colony.start({ COLONY_LOG_LEVEL: "debug" });
    const { login } = peopleOf(() => own);
    const secrets: string[] = [ADMIN_PASSWORD, own.admin];
    const password = "the password of audited";
    secrets.push(password, "a wrong guess", "another password of audited", "one more password");

    const { body: made } = await own.post("/api/users", { username: "audited", display_name: "Audited", role: "ape", password, with_token: true });
    secrets.push(made.token.token);
    await login("audited", "a wrong guess");
    const { body: session } = await login("audited", password);
    secrets.push(session.token);
    await own.post("/api/auth/password", { current: password, new: "another password of audited" }, { token: session.token });
    const { body: key } = await own.post("/api/auth/keys", { name: "audited key" }, { token: session.token });
    secrets.push(key.token);
    await own.call("DELETE", `/api/auth/keys/${key.id}`, { token: session.token });
    await own.call("PATCH", "/api/users/audited", { body: { display_name: "Audited Again", password: "one more password" } });
    const { body: again } = await login("audited", "one more password");
    secrets.push(again.token);
    await own.call("POST", "/api/auth/logout", { token: again.token });
    const { body: channel } = await own.post("/api/channels", { name: "audited-channel" });
    await own.call("PATCH", "/api/channels/audited-channel", { body: { topic: "audited" } });
    await own.call("DELETE", "/api/channels/audited-channel");
    const message = await own.say("general", "to be removed by the admin", {}, made.token.token);
    await own.call("DELETE", `/api/channels/general/messages/${message.id}`);
    await own.call("DELETE", "/api/users/audited");
    // Secrets where they do not belong are not written down either.
    await own.get(`/api/channels?token=${encodeURIComponent(own.admin)}`);
    await own.post("/api/auth/login", { username: "admin", password: ADMIN_PASSWORD, extra: 1 }, { token: null });

    const rows = auditRows(own.data);
    const first = (action: string) => rows.find((row) => row.action === action && (row.subject !== null || action === "login_failed") && row.address !== "local");
    const expected: [action: string, actor: string | null, subject: string | null][] = [
      ["user_created", "admin", made.id],
      ["login_failed", null, made.id],
      ["login", "audited", null],
      ["password_changed", "audited", made.id],
      ["token_revoked", "audited", key.id],
      ["user_changed", "admin", made.id],
      ["logout", "audited", null],
      ["channel_created", "admin", channel.id],
      ["channel_changed", "admin", channel.id],
      ["channel_archived", "admin", channel.id],
      ["message_deleted_by_admin", "admin", message.id],
      ["user_deactivated", "admin", made.id],
    ];
    for (const [action, actor, subject] of expected) {
      const row = rows.find((one) => one.action === action && one.actor === actor && (subject === null || one.subject === subject));
      expect([action, row !== undefined]).toEqual([action, true]);
      expect(row?.at).toMatch(time);
      expect(row?.address).toContain("127.0.0.1");
    }
    expect(first("token_created")?.actor).toBe("admin");
    expect(rows.filter(({ action, subject }) => action === "token_created" && subject === key.id)).toHaveLength(1);

    await own.stop();
    const written = JSON.stringify(rows);
    for (const secret of secrets) {
      expect(written).not.toContain(secret);
      expect(own.output).not.toContain(secret);
    }
    expect(own.output).toContain("/api/channels/audited-channel");
    expect(own.output).not.toContain("to be removed by the admin");
    expect(written).not.toContain("to be removed by the admin");
  });
});

/** Who runs the commands here; a machine that does not name them is told by number. */
const account = userInfo().username === "unknown" ? `uid ${process.getuid?.()}` : userInfo().username;

type Entry = {
  id: number;
  at: string;
  action: string;
  actor: { username: string } | null;
  operator: string | null;
  subject: { kind: string; id: string | null; name: string | null } | null;
  address: string | null;
  details: Record<string, unknown> | null;
};

describe("GET /api/audit", () => {
  let colony: Colony;
  beforeAll(async () => {
    colony = await Colony.start();
  });
  const read = async (query = ""): Promise<Entry[]> => (await colony.get(`/api/audit${query}`)).body.entries;

  test("is an admin's alone, and tells the newest first, in pages that are read on from", async () => {
    const other = await colony.user("curious");
    expect(outcome(await colony.get("/api/audit", { token: other }))).toBe("403 forbidden");
    for (let n = 0; n < 5; n++) await colony.call("PATCH", "/api/users/curious", { body: { display_name: `Curious ${n}` } });
    const whole = await read();
    expect(whole.map(({ id }) => id)).toEqual(whole.map(({ id }) => id).toSorted((a, b) => b - a));
    expect(whole[0]?.at).toMatch(time);
    const paged: Entry[] = [];
    for (let before: number | null | undefined; before !== null; ) {
      const { body } = await colony.get(`/api/audit?limit=2${before === undefined ? "" : `&before=${before}`}`);
      expect(body.entries.length).toBeLessThanOrEqual(2);
      paged.push(...body.entries);
      before = body.next_before;
    }
    expect(paged).toEqual(whole);
    for (const wrong of ["limit=0", "limit=1001", "before=x", "action=guessing", "since=yesterday", "by=admin"])
      expect([wrong, outcome(await colony.get(`/api/audit?${wrong}`))]).toEqual([wrong, "422 validation_failed"]);
    expect(outcome(await colony.get("/api/audit?user=nobody"))).toBe("404 not_found");
  });

  test("filters by deed, by user as doer and as done to, and by time; all of them combine", async () => {
    const { login } = peopleOf(() => colony);
    await colony.user("filtered", "ape");
    await login("filtered", "a wrong guess");
    await login("filtered", "password of filtered");
    expect((await read("?action=login,login_failed&user=filtered")).map(({ action }) => action)).toEqual(["login", "login_failed"]);
    expect((await read("?action=login_failed&user=filtered")).map(({ action }) => action)).toEqual(["login_failed"]);
    const theirs = await read("?user=filtered");
    expect(theirs.map(({ action }) => action)).toEqual(["login", "login_failed", "token_created", "user_created"]);
    expect(theirs.map(({ actor }) => actor?.username ?? null)).toEqual(["filtered", null, "admin", "admin"]);
    expect(theirs[3]?.subject).toEqual({ kind: "user", id: expect.any(String), name: "filtered" });
    const { at } = theirs[1] as Entry;
    expect((await read(`?user=filtered&since=${at}`)).map(({ action }) => action)).toContain("login_failed");
    expect((await read(`?user=filtered&until=${at}`)).map(({ action }) => action)).toContain("login_failed");
    expect(await read("?user=filtered&until=2020-01-01T00:00:00Z")).toEqual([]);
    expect(await read("?since=2100-01-01")).toEqual([]);
    await colony.post("/api/channels", { name: "open-door", members: ["filtered"] });
    await colony.call("DELETE", "/api/channels/open-door/members/filtered");
    const moved = await read("?user=filtered&limit=2");
    expect(moved.map(({ action, subject, details }) => [action, subject?.name, details?.user])).toEqual([
      ["member_removed", "open-door", "filtered"],
      ["member_added", "open-door", "filtered"],
    ]);
  });

  test("tells of a change from what to what, and calls things by their names", async () => {
    const token = await colony.user("promoted", "ape");
    await colony.call("PATCH", "/api/users/promoted", { body: { admin: true, job: "exec" } });
    const [changed] = await read("?action=user_changed&user=promoted");
    expect(changed?.details).toEqual({ fields: ["admin", "job"], changes: { admin: { from: false, to: true }, job: { from: null, to: "exec" } } });
    await colony.call("PATCH", "/api/users/promoted", { body: { admin: false, password: "not to be seen here" } });
    const [again] = await read("?action=user_changed&user=promoted");
    expect(again?.details).toEqual({ fields: ["admin", "password"], changes: { admin: { from: true, to: false } } });
    await colony.post("/api/auth/keys", { name: "laptop" }, { token });
    expect((await read("?action=token_created&user=promoted"))[0]).toMatchObject({ subject: { kind: "token", name: "laptop" }, details: { user: "promoted", name: "laptop" } });
    await colony.call("DELETE", "/api/users/promoted");
    await colony.call("PATCH", "/api/users/promoted", { body: { active: true } });
    expect((await read("?user=promoted&limit=2")).map(({ action }) => action)).toEqual(["user_reactivated", "user_deactivated"]);
  });

  test("tells of a hidden channel that something was done, and neither where nor what", async () => {
    const owner = await colony.user("keeper");
    await colony.user("guest");
    const { body: channel } = await colony.post("/api/channels", { name: "undercover", visibility: "private", members: ["guest"] }, { token: owner });
    await colony.call("PATCH", "/api/channels/undercover", { token: owner, body: { topic: "the heist" } });
    const message = await colony.say("undercover", "tonight", {}, owner);
    await colony.call("DELETE", `/api/channels/undercover/messages/${message.id}`, { token: owner });
    const seen = await colony.get("/api/audit?user=keeper");
    for (const hidden of [channel.id, "undercover", message.id, "the heist", "tonight", "guest"]) expect(seen.text).not.toContain(hidden);
    const added = seen.body.entries.find(({ action }: Entry) => action === "member_added");
    expect(added).toMatchObject({ actor: { username: "keeper" }, subject: { kind: "channel", id: null, name: null }, details: null });
    // Nor whom one asks for by name.
    const guest = () => read("?user=guest&action=member_added");
    expect(await guest()).toEqual([]);
    // Who is let in sees it all.
    await colony.post("/api/channels/undercover/members", { user: "admin" }, { token: owner });
    const let_in = await colony.get("/api/audit?user=keeper&action=member_added,message_deleted");
    expect(let_in.body.entries.map(({ subject, details }: Entry) => [subject?.name ?? subject?.kind, details])).toEqual([
      ["undercover", { user: "admin" }],
      ["message", { channel: "undercover" }],
      ["undercover", { user: "guest" }],
    ]);
    expect(await guest()).toHaveLength(1);
  });

  test("names the operator of a command, and no admin in their place", async () => {
    await command(["user", "add", "by-command", "--data", colony.data]);
    await command(["user", "admin", "by-command", "--data", colony.data]);
    await until(async () => ((await colony.get("/api/users/by-command")).body.admin ? true : undefined));
    for (const entry of await read("?user=by-command")) expect(entry).toMatchObject({ actor: null, operator: account, address: "local" });
    expect((await read("?user=by-command")).map(({ action }) => action)).toEqual(["user_changed", "user_created"]);
  });

  test("tells which settings are others than at the last start, of secrets only that they are set", async () => {
    expect(await read("?action=setting_changed")).toEqual([]);
    await colony.stop();
    Object.assign(colony.env, { COLONY_REGISTRATION: "open", COLONY_SEED_APES: "someone" });
    delete colony.env.COLONY_ADMIN_PASSWORD;
    await colony.run();
    const changes = await read("?action=setting_changed");
    expect(new Set(changes.map(({ operator }) => operator))).toEqual(new Set([account]));
    expect(changes.map(({ details }) => [details?.setting, details?.from, details?.to]).toSorted()).toEqual([
      ["COLONY_ADMIN_PASSWORD", "set", "null"],
      ["COLONY_REGISTRATION", '"closed"', '"open"'],
      ["COLONY_SEED_APES", "[]", '["someone"]'],
    ]);
    expect(bytesOnDisk(colony.data).includes(ADMIN_PASSWORD)).toBe(false);
    await colony.stop();
    await colony.run();
    expect(await read("?action=setting_changed")).toHaveLength(3);
  });
});
