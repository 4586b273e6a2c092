import { beforeAll, describe, expect, test } from "bun:test";
import { type Call, Colony, outcome, time } from "./colony.ts";
import { auditRows, bytesOnDisk, DAY, peopleOf, type User } from "./people.ts";

let colony: Colony;
beforeAll(async () => {
  // Behind a proxy, so that tries can come from many addresses.
  colony = await Colony.start({ COLONY_TRUST_PROXY: "true", COLONY_REGISTRATION: "invite", COLONY_LOG_LEVEL: "debug" });
});
const { login, me } = peopleOf(() => colony);

let addresses = 0;
const fresh = (): Record<string, string> => ({ "x-forwarded-for": `192.0.2.${++addresses}` });

const register = (body: Record<string, unknown>, call: Call = {}, on = colony) =>
  on.post("/api/auth/register", { password: "a long enough password", ...body }, { token: null, headers: fresh(), ...call });
const invite = async (body: Record<string, unknown> = {}) => (await colony.post("/api/invites", body)).body;

describe("registration", () => {
  test("is closed unless set otherwise; an invitation opens it once for one, and says so to strangers", async () => {
    const closed = await Colony.start({ COLONY_TRUST_PROXY: "true" });
    expect((await closed.get("/api/auth/registration", { token: null })).body).toEqual({ registration: "closed" });
    expect(outcome(await register({ username: "anna" }, {}, closed))).toBe("403 registration_closed");
    const { body } = await closed.post("/api/invites", {});
    expect((await register({ username: "anna", invite: body.code }, {}, closed)).status).toBe(201);
    expect(outcome(await register({ username: "otto", invite: body.code }, {}, closed))).toBe("403 invite_invalid");
    await closed.stop();

    expect((await colony.get("/api/auth/registration", { token: null })).body).toEqual({ registration: "invite" });
    expect(outcome(await register({ username: "anna" }))).toBe("403 invite_required");
  });

  test("makes a person who is signed in, in #general, and no admin", async () => {
    const { code } = await invite();
    const { status, body, headers } = await register({ username: "berta", display_name: "Berta B.", invite: code });
    expect(status).toBe(201);
    expect(body.user).toMatchObject({ username: "berta", display_name: "Berta B.", role: "ape", admin: false, job: null });
    expect(body.expires_at).toMatch(time);
    expect(headers.get("set-cookie")).toContain(`colony_session=${body.token}; Path=/; HttpOnly; SameSite=Lax`);
    expect((await me(body.token)).body.id).toBe(body.user.id);
    expect((await colony.get("/api/channels/general", { token: body.token })).body.member).toBe(true);
    expect((await login("berta", "a long enough password")).status).toBe(200);
    expect((await colony.get("/api/auth/sessions", { token: body.token })).body).toHaveLength(2);
  });

  test("is everyone's where it is open", async () => {
    const open = await Colony.start({ COLONY_REGISTRATION: "open", COLONY_TRUST_PROXY: "true" });
    expect((await register({ username: "caesar" }, {}, open)).status).toBe(201);
    // A wrong code is not passed over in silence.
    expect(outcome(await register({ username: "dora", invite: "nothing" }, {}, open))).toBe("403 invite_invalid");
    await open.stop();
  });

  test("refuses a name that is taken or means something else, a short password, an unknown field; the invitation is not used up", async () => {
    const { code } = await invite();
    expect(outcome(await register({ username: "admin", invite: code }))).toBe("409 username_taken");
    for (const username of ["channel", "me"]) expect(outcome(await register({ username, invite: code }))).toBe("409 username_taken");
    for (const wrong of [{ username: "Emil E." }, { username: "emil", password: "short" }, { username: "emil", admin: true }, { username: "emil", role: "agent" }])
      expect(outcome(await register({ ...wrong, invite: code }))).toBe("422 validation_failed");
    expect((await register({ username: "emil", invite: code })).status).toBe(201);
  });

  test("tries from one address are five a minute, whatever comes of them", async () => {
    const headers = fresh();
    const { code } = await invite();
    const tries = await Promise.all(Array.from({ length: 8 }, (_, n) => register({ username: `guesser-${n}`, invite: `guess ${n}` }, { headers })));
    expect(tries.map(outcome).toSorted()).toEqual([...Array(5).fill("403 invite_invalid"), ...Array(3).fill("429 rate_limited")]);
    const late = await register({ username: "guesser", invite: code }, { headers });
    expect(outcome(late)).toBe("429 rate_limited");
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await register({ username: "guesser", invite: code })).status).toBe(201);
  });

  test("a page of another origin cannot register its reader", async () => {
    const { code } = await invite();
    expect(outcome(await register({ username: "lured", invite: code }, { headers: { ...fresh(), origin: "https://evil.example" } }))).toBe("403 origin_mismatch");
    expect((await register({ username: "lured", invite: code }, { headers: { ...fresh(), origin: colony.url } })).status).toBe(201);
  });

  test("sent again under its key gives the first answer; with another password it does not", async () => {
    const { code } = await invite();
    const headers = { ...fresh(), "idempotency-key": "registration-1" };
    const first = await register({ username: "frida", invite: code }, { headers });
    const again = await register({ username: "frida", invite: code }, { headers });
    expect([again.status, again.body, again.headers.get("idempotency-replayed")]).toEqual([201, first.body, "true"]);
    expect(outcome(await register({ username: "frida", invite: code, password: "a guess at the password" }, { headers }))).toBe("422 idempotency_key_reused");
  });
});

describe("invitations", () => {
  test("are for seven days and one account, their code in the address's fragment, shown once and kept as a hash", async () => {
    const { status, body } = await colony.post("/api/invites", { note: "Anna from sales" });
    expect(status).toBe(201);
    expect(body).toMatchObject({ note: "Anna from sales", url: `${colony.url}/register#${body.code}`, created_by: { username: "admin" } });
    expect(Date.parse(body.expires_at) - Date.parse(body.created_at)).toBe(7 * DAY);
    const longer = await invite({ expires_in_days: 30 });
    expect(Date.parse(longer.expires_at) - Date.parse(longer.created_at)).toBe(30 * DAY);
    for (const expires_in_days of [0, 366, 1.5, "7"]) expect(outcome(await colony.post("/api/invites", { expires_in_days }))).toBe("422 validation_failed");
    // An invitation needs no words.
    expect((await colony.post("/api/invites")).status).toBe(201);

    const listed = await colony.get("/api/invites");
    const { code, url, ...shown } = body;
    expect(listed.body.find(({ id }: { id: string }) => id === body.id)).toEqual(shown);
    expect(listed.text).not.toContain(code);
    expect((await register({ username: "gustav", invite: code })).status).toBe(201);
    expect((await colony.get("/api/invites")).text).not.toContain(body.id);
    expect((await colony.get(url.slice(colony.url.length), { token: null })).headers.get("content-type")).toStartWith("text/html");
    expect(bytesOnDisk(colony.data).includes(code)).toBe(false);
    expect(JSON.stringify(auditRows(colony.data))).not.toContain(code);
    expect(colony.output).not.toContain(code);
  });

  test("are won by one of the many who race for one", async () => {
    for (let round = 0; round < 5; round++) {
      const { code } = await invite();
      const racers = await Promise.all(Array.from({ length: 6 }, (_, n) => register({ username: `racer-${round}-${n}`, invite: code })));
      expect(racers.map(outcome).toSorted()).toEqual(["201", ...Array(5).fill("403 invite_invalid")]);
    }
    const users: User[] = (await colony.get("/api/users")).body;
    expect(users.filter(({ username }) => username.startsWith("racer-"))).toHaveLength(5);
  });

  test("taken back, over, or of an admin who is none any more, open nothing", async () => {
    const { id, code } = await invite();
    expect((await colony.call("DELETE", `/api/invites/${id}`)).status).toBe(204);
    expect(outcome(await colony.call("DELETE", `/api/invites/${id}`))).toBe("404 not_found");
    expect(outcome(await register({ username: "late", invite: code }))).toBe("403 invite_invalid");

    const token = await colony.user("second", "ape", { admin: true });
    const theirs = (await colony.post("/api/invites", {}, { token })).body;
    await colony.call("PATCH", "/api/users/second", { body: { admin: false } });
    expect(outcome(await register({ username: "late", invite: theirs.code }))).toBe("403 invite_invalid");
    expect((await colony.get("/api/invites")).text).not.toContain(theirs.id);
    expect(outcome(await colony.get("/api/invites", { token }))).toBe("403 forbidden");
  });

  test("and what came of them stand in the audit log", async () => {
    const made = await invite({ note: "Heinrich" });
    const { body } = await register({ username: "heinrich", invite: made.code });
    const gone = await invite();
    await colony.call("DELETE", `/api/invites/${gone.id}`);
    await register({ username: "nobody", invite: "never was" });
    const rows = auditRows(colony.data);
    for (const [action, actor, subject] of [
      ["invite_created", "admin", made.id],
      ["registered", "heinrich", body.user.id],
      ["invite_revoked", "admin", gone.id],
      ["registration_failed", null, null],
    ])
      expect(rows.some((row) => row.action === action && row.actor === actor && row.subject === subject)).toBe(true);
    expect(rows.find((row) => row.action === "registered" && row.subject === body.user.id)?.details).toContain(made.id);
  });
});

describe("a job", () => {
  test("is one's own to change, an admin's for all, and seen by everyone", async () => {
    const token = await colony.user("worker", "ape", { job: "bd" });
    expect((await me(token)).body.job).toBe("bd");
    const change = (job: unknown, by = token) => colony.call("PATCH", "/api/users/worker", { token: by, body: { job } });
    expect((await change("Herds the build machines")).body.job).toBe("Herds the build machines");
    const other = await colony.user("bystander");
    expect(outcome(await change("exec", other))).toBe("403 forbidden");
    expect((await colony.get("/api/users/worker", { token: other })).body.job).toBe("Herds the build machines");
    expect((await change("exec", colony.admin)).body.job).toBe("exec");
    for (const wrong of ["", "two\nlines", "x".repeat(201), 7]) expect(outcome(await change(wrong))).toBe("422 validation_failed");
    expect((await change(null)).body.job).toBeNull();
  });
});
