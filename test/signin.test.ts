import { beforeAll, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { ADMIN_PASSWORD, Colony, outcome, time, until } from "./colony.ts";
import { cookieOf, peopleOf } from "./people.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});
const { login, me, person } = peopleOf(() => colony);

describe("signing in", () => {
  test("gives a token, when it ends, who it is, and a session cookie that scripts cannot read", async () => {
    const before = Date.now();
    const answer = await login("admin", ADMIN_PASSWORD);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body).sort()).toEqual(["expires_at", "token", "user"]);
    expect(answer.body.user).toMatchObject({ username: "admin", role: "ape", admin: true });
    expect(answer.body.expires_at).toMatch(time);
    expect(Date.parse(answer.body.expires_at)).toBeGreaterThan(before);
    const { value, attributes } = cookieOf(answer);
    expect(value).toBe(answer.body.token);
    expect(attributes).toContain("httponly");
    expect(attributes).toContain("samesite=lax");
    expect(attributes).toContain("path=/");
    expect(attributes).not.toContain("secure");
    expect((await me(answer.body.token)).body.username).toBe("admin");
    expect((await colony.get("/api/auth/me", { token: null, headers: { cookie: `other=1; colony_session=${value}` } })).body.username).toBe("admin");
  });

  test("gives a JWT of three parts, signed with HS256, that holds no name of a right", async () => {
    const { body } = await login("admin", ADMIN_PASSWORD);
    const [header = "", payload = ""] = body.token.split(".");
    expect(JSON.parse(Buffer.from(header, "base64url").toString())).toMatchObject({ alg: "HS256" });
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    expect(Math.abs(claims.exp * 1000 - Date.parse(body.expires_at))).toBeLessThan(1_000);
    expect(claims.admin).toBeUndefined();
    expect(body.token.split(".")).toHaveLength(3);
  });

  test("answers an unknown name like a wrong password, in word and in time", async () => {
    await person("known");
    const known = await login("known", "not the password");
    const unknown = await login("nobody-at-all", "not the password");
    expect(outcome(known)).toBe("401 unauthorized");
    expect(outcome(unknown)).toBe("401 unauthorized");
    expect(unknown.body).toEqual(known.body);
    expect(unknown.headers.get("set-cookie")).toBeNull();
    // Hashing takes tens of milliseconds; a name looked up in vain and answered at once would take less than one.
    const timed = async (username: string) => {
      const started = performance.now();
      await login(username, "not the password");
      return performance.now() - started;
    };
    const times = { known: Number.POSITIVE_INFINITY, unknown: Number.POSITIVE_INFINITY };
    for (let round = 0; round < 3; round++) {
      times.known = Math.min(times.known, await timed("known"));
      times.unknown = Math.min(times.unknown, await timed("nobody-at-all"));
    }
    expect(times.unknown).toBeGreaterThan(times.known / 4);
  });

  test("does not take an agent without a password, a deactivated person, or an empty password", async () => {
    await colony.user("no-password");
    const gone = await person("gone-person");
    expect((await colony.call("DELETE", "/api/users/gone-person")).status).toBe(204);
    for (const [username, password] of [
      ["no-password", ""],
      ["no-password", "null"],
      ["gone-person", gone.password],
      ["admin", ""],
    ] as const)
      expect(outcome(await login(username, password))).toBe("401 unauthorized");
  });

  test("says which field is wrong rather than trying", async () => {
    expect(outcome(await colony.post("/api/auth/login", { username: "admin" }, { token: null }))).toBe("422 validation_failed");
    const { status, body } = await colony.post("/api/auth/login", { user: "admin", password: ADMIN_PASSWORD }, { token: null });
    expect(status).toBe(422);
    expect(body.error.details.map(({ path }: { path: string }) => path).sort()).toEqual(["user", "username"]);
    expect(JSON.stringify(body)).not.toContain(ADMIN_PASSWORD);
  });

  test("marks the cookie Secure behind https, as the proxy or the public address tells", async () => {
    const proxied = await Colony.start({ COLONY_TRUST_PROXY: "true" });
    const credentials = { username: "admin", password: ADMIN_PASSWORD };
    const https = await proxied.post("/api/auth/login", credentials, { token: null, headers: { "x-forwarded-proto": "https" } });
    expect(cookieOf(https).attributes).toContain("secure");
    expect(cookieOf(await proxied.post("/api/auth/login", credentials, { token: null })).attributes).not.toContain("secure");
    // Without that setting anybody could write the header.
    expect(cookieOf(await colony.post("/api/auth/login", credentials, { token: null, headers: { "x-forwarded-proto": "https" } })).attributes).not.toContain("secure");
    const published = await Colony.start({ COLONY_PUBLIC_URL: "https://chat.example.com" });
    expect(cookieOf(await published.post("/api/auth/login", credentials, { token: null })).attributes).toContain("secure");
    await Promise.all([proxied.stop(), published.stop()]);
  });

  test("takes many right passwords for one name at the same moment", async () => {
    const { username, password } = await person("crowd");
    const answers = await Promise.all(Array.from({ length: 12 }, () => login(username, password)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
  });
});

describe("a session", () => {
  test("is dead at once after logout, as Bearer and as cookie, and no other session with it", async () => {
    const ape = await person("leaver");
    const { body: other } = await login(ape.username, ape.password);
    const answer = await colony.call("POST", "/api/auth/logout", { token: ape.session });
    expect(answer.status).toBe(204);
    expect(answer.text).toBe("");
    expect(outcome(await me(ape.session))).toBe("401 unauthorized");
    expect(outcome(await colony.get("/api/auth/me", { token: null, headers: { cookie: ape.cookie } }))).toBe("401 unauthorized");
    expect((await me(other.token)).status).toBe(200);
    expect((await me(ape.token)).status).toBe(200);
  });

  test("ended by logout from the viewer takes its cookie away", async () => {
    const ape = await person("leaver-by-cookie");
    const answer = await colony.call("POST", "/api/auth/logout", { token: null, headers: { cookie: ape.cookie, origin: colony.url } });
    expect(answer.status).toBe(204);
    const { value, attributes } = cookieOf(answer);
    expect(value).toBe("");
    expect(attributes.some((attribute) => attribute === "max-age=0" || attribute.startsWith("expires=thu, 01 jan 1970"))).toBe(true);
    expect(outcome(await me(ape.session))).toBe("401 unauthorized");
  });

  test("ends a long poll that waits under it", async () => {
    const ape = await person("waiter");
    const waiting = colony.get("/api/events?wait=50", { token: ape.session });
    await until(async () => ((await colony.get("/metrics")).status === 200 ? true : undefined));
    expect((await colony.call("POST", "/api/auth/logout", { token: ape.session })).status).toBe(204);
    expect(outcome(await waiting)).toBe("401 unauthorized");
  });

  test("outlives a restart, and stays ended over one", async () => {
    const kept = await Colony.start();
    const { body: first } = await login("admin", ADMIN_PASSWORD, kept);
    const { body: second } = await login("admin", ADMIN_PASSWORD, kept);
    await kept.call("POST", "/api/auth/logout", { token: second.token });
    await kept.stop("SIGKILL");
    await kept.run();
    expect((await me(first.token, kept)).status).toBe(200);
    expect(outcome(await me(second.token, kept))).toBe("401 unauthorized");
    await kept.stop();
  });

  test("of another Colony is worth nothing here", async () => {
    const foreign = await Colony.start();
    const { body } = await login("admin", ADMIN_PASSWORD, foreign);
    expect((await me(body.token, foreign)).status).toBe(200);
    expect(outcome(await me(body.token))).toBe("401 unauthorized");
    expect(outcome(await me(foreign.admin))).toBe("401 unauthorized");
    await foreign.stop();
  });

  test("cannot be forged: unsigned, signed with another key, tampered with or cut", async () => {
    const { body } = await login("admin", ADMIN_PASSWORD);
    const [header, payload, signature] = body.token.split(".") as [string, string, string];
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const signed = (key: string, algorithm = "sha256", alg = "HS256") => {
      const text = `${encode({ alg })}.${payload}`;
      return `${text}.${createHmac(algorithm, key).update(text).digest("base64url")}`;
    };
    const later = encode({ ...claims, exp: claims.exp + 1_000_000 });
    const forgeries = [
      `${encode({ alg: "none" })}.${payload}.`,
      `${encode({ alg: "none" })}.${payload}.${signature}`,
      `${encode({ alg: "None", typ: "JWT" })}.${payload}.`,
      signed(""),
      signed("secret"),
      signed("colony"),
      signed("secret", "sha512", "HS512"),
      `${header}.${later}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.${payload}.${signature}x`,
      `${encode({ alg: "HS256", jwk: { kty: "oct", k: "c2VjcmV0" } })}.${payload}.${signature}`,
    ];
    for (const forged of forgeries) {
      expect(outcome(await me(forged))).toBe("401 unauthorized");
      expect(outcome(await colony.get("/api/auth/me", { token: null, headers: { cookie: `colony_session=${forged}` } }))).toBe("401 unauthorized");
    }
    expect((await me(body.token)).status).toBe(200);
  });
});

describe("a credential", () => {
  test("is asked for everywhere, and what is no credential is refused", async () => {
    const { token_prefix } = (await colony.post("/api/auth/keys", { name: "prefix" })).body;
    const headers: Record<string, string>[] = [
      {},
      { authorization: "Bearer" },
      { authorization: "Bearer " },
      { authorization: "Bearer nonsense" },
      { authorization: `Bearer col_${token_prefix}_${"a".repeat(52)}` },
      { authorization: `Token ${colony.admin}` },
      { authorization: colony.admin },
      { cookie: "colony_session=nonsense" },
      { cookie: `session=${colony.admin}` },
    ];
    for (const header of headers) {
      const answer = await colony.get("/api/channels", { token: null, headers: header });
      expect(outcome(answer)).toBe("401 unauthorized");
      expect(answer.body.error.hint).not.toBe("");
      expect(answer.headers.get("x-request-id")).toBeTruthy();
    }
  });

  test("is asked for before anything of the request is looked at", async () => {
    const strange = { token: null };
    for (const answer of [
      await colony.post("/api/channels", { wrong: "fields" }, strange),
      await colony.call("POST", "/api/channels/general/messages", { ...strange, raw: "{not json", headers: { "content-type": "application/json" } }),
      await colony.get("/api/channels/no-such-channel/messages?limit=nonsense", strange),
      await colony.call("DELETE", "/api/users/nobody", strange),
    ])
      expect(outcome(answer)).toBe("401 unauthorized");
  });

  test("tells who one is, and nothing of a password", async () => {
    const ape = await person("curious", { display_name: "Curious George" });
    const { status, body } = await me(ape.token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: ape.id, username: "curious", display_name: "Curious George", role: "ape", admin: false, deactivated_at: null });
    expect(body.created_at).toMatch(time);
    expect(JSON.stringify(body)).not.toMatch(/hash|argon|password"/);
  });
});

describe("a request by cookie", () => {
  test("that writes must come from this server's own page", async () => {
    const ape = await person("by-cookie");
    const post = (headers: Record<string, string>) =>
      colony.post("/api/channels/general/messages", { content: "by cookie" }, { token: null, headers: { cookie: ape.cookie, ...headers } });
    for (const headers of [{}, { origin: "https://evil.example" }, { origin: "null" }, { origin: `${colony.url}.evil.example` }, { referer: colony.url }] as Record<
      string,
      string
    >[]) {
      const answer = await post(headers);
      expect(answer.status).toBe(403);
      expect(answer.body.error.hint).not.toBe("");
    }
    const { body: before } = await colony.get("/api/channels/general/messages?user_id=by-cookie");
    expect(before).toEqual([]);
    const posted = await post({ origin: colony.url });
    expect(posted.status).toBe(201);
    expect(posted.body.via).toBe("web");
    for (const method of ["PUT", "PATCH", "DELETE"])
      expect((await colony.call(method, "/api/users/by-cookie", { token: null, body: {}, headers: { cookie: ape.cookie } })).status).toBe(403);
  });

  test("that reads needs no Origin", async () => {
    const ape = await person("cookie-reader");
    expect((await colony.get("/api/channels", { token: null, headers: { cookie: ape.cookie } })).status).toBe(200);
    expect((await colony.call("HEAD", "/api/channels", { token: null, headers: { cookie: ape.cookie } })).status).toBe(200);
  });

  test("that brings a Bearer token too goes by the token", async () => {
    const ape = await person("with-both");
    const { status, body } = await colony.post("/api/channels/general/messages", { content: "by token" }, { headers: { cookie: ape.cookie } });
    expect([status, body.user.username, body.via]).toEqual([201, "admin", "api"]);
    expect(outcome(await colony.get("/api/auth/me", { token: "nonsense", headers: { cookie: ape.cookie } }))).toBe("401 unauthorized");
  });

  test("signs nobody in from a foreign page", async () => {
    const answer = await colony.post("/api/auth/login", { username: "admin", password: ADMIN_PASSWORD }, { token: null, headers: { origin: "https://evil.example" } });
    expect(answer.status).toBe(403);
    expect(answer.headers.get("set-cookie")).toBeNull();
  });
});
