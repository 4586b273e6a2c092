import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ADMIN_PASSWORD, type Answer, Colony, environment, newFolder, program } from "./colony.ts";

type User = { id: string; username: string; display_name: string; role: string; admin: boolean; created_at: string; deactivated_at: string | null };
type Key = { id: string; name: string; token_prefix: string; last_used_at: string | null; expires_at: string | null };
type AuditRow = { at: string; action: string; subject: string | null; actor: string | null; address: string | null; details: string | null };

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const DAY = 24 * 60 * 60 * 1000;

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});

/** `422 validation_failed`, or the bare status when it went well. */
const outcome = ({ status, body }: Answer): string => (status < 400 ? String(status) : `${status} ${body.error?.code}`);
const basic = (username: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` });
const login = (username: string, password: string, on = colony) => on.post("/api/auth/login", { username, password }, { token: null });
const me = (token: string | null, on = colony) => on.get("/api/auth/me", { token });

/** A person of a new name, signed in. */
const person = async (username: string, more: Record<string, unknown> = {}) => {
  const token = await colony.user(username, "ape", more);
  const password = `password of ${username}`;
  const { body } = await login(username, password);
  return { username, password, token, session: body.token as string, cookie: `colony_session=${body.token}`, id: body.user.id as string };
};

/** The attributes of the session cookie an answer sets, in small letters. */
const cookieOf = (answer: Answer): { value: string; attributes: string[] } => {
  const [first = "", ...attributes] = (answer.headers.get("set-cookie") ?? "").split("; ");
  return { value: first.replace("colony_session=", ""), attributes: attributes.map((attribute) => attribute.toLowerCase()) };
};

const readRows = <T>(data: string, sql: string): T[] => {
  const database = new Database(join(data, "colony.db"), { readonly: true });
  const rows = database.query<T, []>(sql).all();
  database.close();
  return rows;
};
const auditRows = (data: string): AuditRow[] =>
  readRows(data, "SELECT a.at, a.action, a.subject, u.username AS actor, a.address, a.details FROM audit a LEFT JOIN users u ON u.no = a.actor_no ORDER BY a.no");

/** Every byte of the database, its write-ahead log included. */
const bytesOnDisk = (data: string): Buffer =>
  Buffer.concat(
    readdirSync(data)
      .filter((name) => name.startsWith("colony.db"))
      .map((name) => readFileSync(join(data, name))),
  );

/** Waits until `look` finds something. */
const until = async <T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await Bun.sleep(5);
  }
};

describe("the first start", () => {
  /** Serves a folder until it listens, looks, ends it, and gives what it printed. */
  const printed = async (data: string, env: Record<string, string>, look: (url: string) => Promise<void> = async () => {}): Promise<string> => {
    const child = Bun.spawn([...program, "serve", "--data", data, "--port", "0"], {
      env: environment({ COLONY_LOG_LEVEL: "silent", ...env }),
      cwd: newFolder(),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const errors = new Response(child.stderr).text();
    let output = "";
    let looked = false;
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      output += chunk;
      const url = /listening on (http:\S+)/.exec(output)?.[1];
      if (!url || looked) continue;
      looked = true;
      await look(url);
      child.kill("SIGTERM");
    }
    if ((await child.exited) !== 0) throw new Error(`The server failed: ${output}${await errors}`);
    return output;
  };
  const passwordOf = (output: string, username: string): string => new RegExp(`^Password of ${username} .*: (\\S+)$`, "m").exec(output)?.[1] ?? "";
  const signIn = (url: string, username: string, password: string) => fetch(`${url}/api/auth/login`, { method: "POST", body: JSON.stringify({ username, password }) });

  test("prints the admin's and the seeded people's passwords once, and each of them works", async () => {
    const data = join(newFolder(), "data");
    const output = await printed(data, { COLONY_SEED_APES: "benji,neeraj" });
    const passwords = ["admin", "benji", "neeraj"].map((name) => passwordOf(output, name));
    expect(new Set(passwords).size).toBe(3);
    for (const password of passwords) expect(password.length).toBeGreaterThanOrEqual(16);

    const again = await printed(data, { COLONY_SEED_APES: "benji,neeraj" }, async (url) => {
      for (const [at, username] of ["admin", "benji", "neeraj"].entries()) {
        const answer = await signIn(url, username, passwords[at] ?? "");
        expect(answer.status).toBe(200);
        expect((await answer.json()) as { user: User }).toMatchObject({ user: { username, role: "ape", admin: username === "admin" } });
      }
    });
    expect(again).not.toContain("assword");
    for (const password of passwords) expect(again).not.toContain(password);
  }, 20_000);

  test("prints nothing of a password that the operator chose", async () => {
    const output = await printed(join(newFolder(), "data"), { COLONY_ADMIN_PASSWORD: "chosen by the operator", COLONY_SEED_APES: "benji" }, async (url) => {
      expect((await signIn(url, "admin", "chosen by the operator")).status).toBe(200);
    });
    expect(output).not.toContain("chosen by the operator");
    expect(passwordOf(output, "admin")).toBe("");
    expect(passwordOf(output, "benji")).not.toBe("");
  }, 10_000);

  test("makes no one again, and changes no password, when the settings change later", async () => {
    const data = join(newFolder(), "data");
    await printed(data, { COLONY_ADMIN_PASSWORD: "the first password" });
    const output = await printed(data, { COLONY_ADMIN_PASSWORD: "another password", COLONY_SEED_APES: "late" }, async (url) => {
      expect((await signIn(url, "admin", "another password")).status).toBe(401);
      expect((await signIn(url, "admin", "the first password")).status).toBe(200);
    });
    expect(passwordOf(output, "late")).toBe("");
  }, 10_000);

  test("keeps passwords and tokens on disk as argon2id hashes only", async () => {
    const ape = await person("on-disk");
    const hashes = readRows<{ hash: string | null }>(colony.data, "SELECT password_hash AS hash FROM users UNION ALL SELECT hash FROM tokens");
    for (const { hash } of hashes) if (hash !== null) expect(hash).toStartWith("$argon2id$");
    const bytes = bytesOnDisk(colony.data);
    for (const secret of [ape.password, ape.token, ADMIN_PASSWORD, colony.admin]) expect(bytes.includes(secret)).toBe(false);
  });
});

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
  }, 15_000);

  test("takes many right passwords for one name at the same moment", async () => {
    const { username, password } = await person("crowd");
    const answers = await Promise.all(Array.from({ length: 12 }, () => login(username, password)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
  }, 10_000);
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
  }, 10_000);

  test("of another Colony is worth nothing here", async () => {
    const foreign = await Colony.start();
    const { body } = await login("admin", ADMIN_PASSWORD, foreign);
    expect((await me(body.token, foreign)).status).toBe(200);
    expect(outcome(await me(body.token))).toBe("401 unauthorized");
    expect(outcome(await me(foreign.admin))).toBe("401 unauthorized");
    await foreign.stop();
  }, 10_000);

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

describe("a password change", () => {
  test("ends the other sessions at once, keeps this one and the API tokens, and the old password is gone", async () => {
    const ape = await person("changer");
    const { body: other } = await login(ape.username, ape.password);
    expect((await me(other.token)).status).toBe(200);
    const answer = await colony.post("/api/auth/password", { current: ape.password, new: "quite another password" }, { token: ape.session });
    expect(answer.status).toBe(204);
    expect((await me(ape.session)).status).toBe(200);
    expect(outcome(await me(other.token))).toBe("401 unauthorized");
    expect((await me(ape.token)).status).toBe(200);
    expect(outcome(await login(ape.username, ape.password))).toBe("401 unauthorized");
    expect((await login(ape.username, "quite another password")).status).toBe(200);
  });

  test("needs the current password, and counts wrong ones like failed sign-ins", async () => {
    const ape = await person("guesser");
    const guess = () => colony.post("/api/auth/password", { current: "a wrong guess", new: "quite another password" }, { token: ape.session });
    for (let tries = 0; tries < 5; tries++) expect((await guess()).status).toBe(401);
    expect(outcome(await guess())).toBe("429 rate_limited");
    expect((await me(ape.session)).status).toBe(200);
  });

  test("takes 8 to 1,024 characters", async () => {
    const ape = await person("measurer");
    const change = (current: string, next: string) => colony.post("/api/auth/password", { current, new: next }, { token: ape.session });
    for (const wrong of ["", "1234567", "x".repeat(1_025)]) {
      const answer = await change(ape.password, wrong);
      expect(outcome(answer)).toBe("422 validation_failed");
      expect(answer.body.error.details[0].path).toBe("new");
    }
    expect((await change(ape.password, "x".repeat(1_024))).status).toBe(204);
    expect((await change("x".repeat(1_024), "12345678")).status).toBe(204);
    expect((await login(ape.username, "12345678")).status).toBe(200);
  });

  test("tells one long password from another that begins alike", async () => {
    const long = "p".repeat(1_000);
    await colony.user("long-password", "ape", { password: `${long}A` });
    expect(outcome(await login("long-password", `${long}B`))).toBe("401 unauthorized");
    expect((await login("long-password", `${long}A`)).status).toBe(200);
  });

  test("by an admin gives the user a new password and ends all their sessions", async () => {
    const ape = await person("forgetful");
    expect((await colony.call("PATCH", "/api/users/forgetful", { body: { password: "told by the admin" } })).status).toBe(200);
    expect(outcome(await me(ape.session))).toBe("401 unauthorized");
    expect(outcome(await login(ape.username, ape.password))).toBe("401 unauthorized");
    expect((await login(ape.username, "told by the admin")).status).toBe(200);
  });
});

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
  }, 10_000);

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
  }, 10_000);

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
  }, 10_000);
});

describe("the throttle on guessing", () => {
  test("refuses a name after five failures, the right password too, and says for how long", async () => {
    const ape = await person("victim");
    const bystander = await person("bystander");
    for (let tries = 0; tries < 5; tries++) expect(outcome(await login("victim", `guess ${tries}`))).toBe("401 unauthorized");
    for (const refused of [
      await login("victim", "guess 6"),
      await login("victim", ape.password),
      await colony.post("/api/auth/token", { name: "x" }, { token: null, headers: basic("victim", ape.password) }),
    ]) {
      expect(outcome(refused)).toBe("429 rate_limited");
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
      expect(refused.body.error.hint).not.toBe("");
    }
    expect((await login("bystander", bystander.password)).status).toBe(200);
    for (const token of [ape.token, ape.session]) expect((await me(token)).status).toBe(200);
  });

  test("counts an unknown name, and one in other letters, the same way", async () => {
    for (let tries = 0; tries < 5; tries++) expect(outcome(await login("no-such-name", "guess"))).toBe("401 unauthorized");
    expect(outcome(await login("no-such-name", "guess"))).toBe("429 rate_limited");
    await person("lettered");
    for (const username of ["lettered", "LETTERED", "Lettered", " lettered", "lettered "]) await login(username, "guess");
    expect(outcome(await login("lettered", "guess"))).toBe("429 rate_limited");
  });

  test("counts guesses by Basic and by login together, and those sent all at once", async () => {
    await person("both-ways");
    const guesses = Array.from({ length: 12 }, (_, at) =>
      at % 2 ? login("both-ways", "guess") : colony.post("/api/auth/token", { name: "x" }, { token: null, headers: basic("both-ways", "guess") }),
    );
    const outcomes = (await Promise.all(guesses)).map(outcome);
    expect(outcomes.filter((one) => one === "401 unauthorized")).toHaveLength(5);
    expect(outcomes.filter((one) => one === "429 rate_limited")).toHaveLength(7);
  });

  test("forgets the failures before a right password", async () => {
    const ape = await person("fumbler");
    for (let round = 0; round < 3; round++) {
      for (let tries = 0; tries < 4; tries++) expect(outcome(await login("fumbler", "oops"))).toBe("401 unauthorized");
      expect((await login("fumbler", ape.password)).status).toBe(200);
    }
  }, 10_000);

  test("holds a name for the address that guesses, not for others", async () => {
    const proxied = await Colony.start({ COLONY_TRUST_PROXY: "true" });
    const from = (address: string, password: string) => proxied.post("/api/auth/login", { username: "admin", password }, { token: null, headers: { "x-forwarded-for": address } });
    for (let tries = 0; tries < 5; tries++) await from("203.0.113.7", "guess");
    expect(outcome(await from("203.0.113.7", ADMIN_PASSWORD))).toBe("429 rate_limited");
    expect((await from("203.0.113.8", ADMIN_PASSWORD)).status).toBe(200);
    // What a caller writes before the proxy's own entry is not believed.
    expect(outcome(await from("203.0.113.9, 203.0.113.7", ADMIN_PASSWORD))).toBe("429 rate_limited");
    await proxied.stop();
  }, 10_000);
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

describe("the rate limit", () => {
  let limited: Colony;
  beforeAll(async () => {
    limited = await Colony.start({ COLONY_RATE_LIMIT: "60" });
  });
  const tokenWith = async (more: Record<string, unknown>, token?: string) => limited.post("/api/auth/token", { name: "limited", ...more }, { token });
  const whoAmI = (token: string) => limited.get("/api/auth/me", { token });

  test("is told on every answer to someone signed in, the failures too", async () => {
    const { body } = await tokenWith({});
    const first = await whoAmI(body.token);
    const second = await limited.get("/api/channels/no-such", { token: body.token });
    for (const { headers } of [first, second]) {
      expect(headers.get("ratelimit-limit")).toBe("60");
      expect(headers.get("ratelimit-reset")).toMatch(/^\d+$/);
    }
    expect(Number(second.headers.get("ratelimit-remaining"))).toBeLessThan(Number(first.headers.get("ratelimit-remaining")));
  });

  test("ends in 429 with the seconds to wait, after which it goes on", async () => {
    const { body } = await tokenWith({});
    const answers: Answer[] = [];
    await until(async () => {
      const answer = await whoAmI(body.token);
      answers.push(answer);
      return answer.status === 429 ? true : undefined;
    });
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(60);
    const refused = answers.at(-1);
    if (!refused) throw new Error("nothing was answered");
    expect(outcome(refused)).toBe("429 rate_limited");
    expect(refused.body.error.hint).not.toBe("");
    expect(refused.headers.get("ratelimit-remaining")).toBe("0");
    expect(refused.headers.get("x-request-id")).toBeTruthy();
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThanOrEqual(1);
    // Another token of the same user has a bucket of its own.
    expect((await whoAmI(limited.admin)).status).toBe(200);
    await Bun.sleep(seconds * 1_000);
    expect((await whoAmI(body.token)).status).toBe(200);
  }, 15_000);

  test("of a token is its own when it has one", async () => {
    const { body: slow } = await tokenWith({ rate_limit: 3 });
    expect(slow.rate_limit).toBe(3);
    const statuses: number[] = [];
    for (let asked = 0; asked < 4; asked++) statuses.push((await whoAmI(slow.token)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const { body: free } = await tokenWith({ rate_limit: 0 });
    for (let asked = 0; asked < 70; asked++) expect((await whoAmI(free.token)).status).toBe(200);
  }, 10_000);

  test("is raised above the server's by an admin alone", async () => {
    const { body: made } = await limited.post("/api/users", { username: "ambitious", display_name: "A", role: "agent", with_token: true });
    const token: string = made.token.token;
    expect(outcome(await tokenWith({ rate_limit: 0 }, token))).toBe("403 forbidden");
    expect(outcome(await tokenWith({ rate_limit: 61 }, token))).toBe("403 forbidden");
    expect((await tokenWith({ rate_limit: 30 }, token)).status).toBe(201);
    expect((await tokenWith({ rate_limit: 6_000 })).status).toBe(201);
  });

  test("holds an address that shows no credential, and no one who does", async () => {
    const strange = await Colony.start({ COLONY_RATE_LIMIT: "600" });
    const refused = await until(async () => {
      const answer = await strange.get("/api/channels", { token: null });
      return answer.status === 429 ? answer : undefined;
    });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(outcome(await strange.get("/api/channels", { token: "nonsense" }))).toBe("429 rate_limited");
    expect((await strange.get("/api/channels")).status).toBe(200);
    await strange.stop();
  }, 15_000);
});

describe("the audit log", () => {
  test("has a row for each deed: who, what, whom, from where, when; and no secret is in it, nor in the log", async () => {
    const own = await Colony.start({ COLONY_LOG_LEVEL: "debug" });
    const secrets: string[] = [ADMIN_PASSWORD, own.admin];
    const password = "the password of audited";
    secrets.push(password, "a wrong guess", "another password of audited", "one more password");

    const { body: made } = await own.post("/api/users", { username: "audited", display_name: "Audited", role: "ape", password, with_token: true });
    secrets.push(made.token.token);
    await login("audited", "a wrong guess", own);
    const { body: session } = await login("audited", password, own);
    secrets.push(session.token);
    await own.post("/api/auth/password", { current: password, new: "another password of audited" }, { token: session.token });
    const { body: key } = await own.post("/api/auth/keys", { name: "audited key" }, { token: session.token });
    secrets.push(key.token);
    await own.call("DELETE", `/api/auth/keys/${key.id}`, { token: session.token });
    await own.call("PATCH", "/api/users/audited", { body: { display_name: "Audited Again", password: "one more password" } });
    const { body: again } = await login("audited", "one more password", own);
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
  }, 15_000);
});

test("the data folder is its owner's alone", () => {
  expect(existsSync(join(colony.data, "secret.key"))).toBe(true);
  const mode = (name: string) => Bun.file(join(colony.data, name)).stat();
  return Promise.all([mode("secret.key").then(({ mode }) => expect(mode & 0o077).toBe(0)), mode(".").then(({ mode }) => expect(mode & 0o077).toBe(0))]);
});
