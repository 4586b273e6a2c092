import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { describeError, type ErrorCode, errorCodes } from "../src/errors.ts";
import { PROJECT_SCHEDULES, PROJECT_SECRETS, PROJECTS } from "../src/limits.ts";
import { ADMIN_PASSWORD, type Answer, Colony, outcome, until } from "./colony.ts";

let colony: Colony;
let member: string;
beforeAll(async () => {
  colony = await Colony.start({ COLONY_SANDBOX: "off" });
  member = await colony.user("member");
  await colony.post("/api/channels", { name: "archived" });
  await colony.post("/api/channels", { name: "elsewhere" });
  await colony.call("DELETE", "/api/channels/archived");
});

const MESSAGES = "/api/channels/general/messages";
const post = (body: unknown, more = {}) => colony.post(MESSAGES, body, more);
const plain = (path: string, raw: string, type: string) => colony.call("POST", path, { raw, headers: { "content-type": type } });

/** A question, answered or left until its time is over. */
const asked = async (ask: object = {}) => `${MESSAGES}/${(await colony.say("general", "x", { ask: { options: ["a", "b"], ...ask } })).id}/answer`;

/** Makes something in a project. */
const inProject = async (path: string, body: object) => {
  await colony.post("/api/projects", { name: "errors" });
  return colony.post(`/api/projects/errors/${path}`, body);
};

/** Puts rows there beside the server: a thousand requests, or a run without a sandbox, cannot. */
const beside = (sql: string) => {
  const database = new Database(join(colony.data, "colony.db"));
  database.run("PRAGMA busy_timeout = 5000");
  database.run(sql);
  database.close();
};

/** What brings each code about. */
const causes: Partial<Record<ErrorCode, () => Promise<Answer>>> = {
  bad_json: () => plain(MESSAGES, "{content: hello}", "application/json"),
  unauthorized: () => colony.get("/api/channels", { token: "col_aaaaaaaa_nope" }),
  bad_signature: async () => {
    const { body } = await colony.post("/api/auth/keys", { name: "signed", signed: true });
    return post({ content: "x" }, { token: body.token });
  },
  forbidden: () => colony.call("DELETE", "/api/users/admin", { token: member }),
  host_unknown: () => colony.post("/mcp", {}, { headers: { host: "elsewhere.example" } }),
  origin_mismatch: async () => {
    const { body } = await colony.post("/api/auth/login", { username: "admin", password: ADMIN_PASSWORD }, { token: null });
    return post({ content: "x" }, { token: null, headers: { cookie: `colony_session=${body.token}`, origin: "https://evil.example" } });
  },
  telegram_unavailable: () => colony.post("/api/auth/telegram/link"),
  not_found: () => colony.get("/api/channels/nowhere"),
  method_not_allowed: () => colony.call("PUT", "/api/channels"),
  registration_closed: () => colony.post("/api/auth/register", { username: "anna", password: "long enough" }, { token: null }),
  invite_invalid: () => colony.post("/api/auth/register", { username: "anna", password: "long enough", invite: "never was" }, { token: null }),
  channel_exists: () => colony.post("/api/channels", { name: "general" }),
  username_taken: () => colony.post("/api/users", { username: "member", role: "agent" }),
  channel_archived: () => colony.post("/api/channels/archived/messages", { content: "x" }),
  conversation_fixed: async () => colony.post(`/api/channels/${(await colony.post("/api/dms", { user: "member", content: "x" })).body.channel_id}/leave`),
  last_member: async () => {
    await colony.post("/api/channels", { name: "lonely", visibility: "private" });
    return colony.post("/api/channels/lonely/leave");
  },
  message_deleted: async () => {
    const { id } = await colony.say("general", "x");
    await colony.call("DELETE", `${MESSAGES}/${id}`);
    return colony.call("PATCH", `${MESSAGES}/${id}`, { body: { content: "y" } });
  },
  claimed: async () => {
    const claim = `${MESSAGES}/${(await colony.say("general", "x")).id}/claim`;
    await colony.post(claim, { ttl_seconds: 600 });
    return colony.post(claim, { ttl_seconds: 600 }, { token: member });
  },
  question_answered: async () => {
    const path = await asked();
    await colony.post(path, { option: "a" });
    return colony.post(path, { option: "b" });
  },
  question_expired: async () => {
    const path = await asked({ expires_at: new Date(Date.now() + 1_000).toISOString() });
    await colony.get(`${path}?wait=30`);
    return colony.post(path, { option: "a" });
  },
  user_deactivated: async () => {
    await colony.user("retired", "agent");
    await colony.call("DELETE", "/api/users/retired");
    return colony.post("/api/users/retired/keys", { name: "late" });
  },
  resident_agent: () => colony.call("PATCH", "/api/users/grimlock", { body: { display_name: "Other" } }),
  last_admin: () => colony.call("DELETE", "/api/users/admin"),
  cursor_expired: () => colony.get("/api/events?after_seq=4000000000"),
  payload_too_large: () => post({ content: "x".repeat(256 * 1024 + 1) }),
  file_not_found: () => post({ content: "x", attachments: ["01a1fd53-2c6d-73cb-95a9-306aa6bdd309"] }),
  range_not_satisfiable: async () => {
    const { body } = await colony.call("POST", "/api/files?name=a.txt", { raw: "short" });
    return colony.get(`/api/files/${body.id}/download`, { headers: { range: "bytes=9-" } });
  },
  unsupported_media_type: () => plain(MESSAGES, "<content/>", "application/xml"),
  validation_failed: () => post({ content: "x", typ: "error" }),
  reply_in_other_channel: async () => post({ content: "x", reply_to: (await colony.say("elsewhere", "x")).id }),
  reply_not_found: () => post({ content: "x", reply_to: "01a1fd53-2c6d-73cb-95a9-306aa6bdd309" }),
  cause_not_found: () => post({ content: "x", caused_by: "01a1fd53-2c6d-73cb-95a9-306aa6bdd309" }),
  idempotency_key_reused: async () => {
    const headers = { "idempotency-key": "errors" };
    await post({ content: "x" }, { headers });
    return post({ content: "y" }, { headers });
  },
  too_many_pins: async () => {
    const pin = async () => colony.call("PUT", `/api/channels/elsewhere/messages/${(await colony.say("elsewhere", "x")).id}/pin`);
    for (let n = 0; n < 50; n++) await pin();
    return pin();
  },
  too_many_reactions: async () => {
    const { id } = await colony.say("general", "x");
    const react = (n: number) => colony.call("PUT", `${MESSAGES}/${id}/reactions/${encodeURIComponent(String.fromCodePoint(0x1f600 + n))}`);
    for (let n = 0; n < 30; n++) await react(n);
    return react(30);
  },
  too_many_tokens: async () => {
    await colony.user("hoarder", "ape");
    beside(
      `WITH RECURSIVE n (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < 1000)
       INSERT INTO tokens (id, user_no, name, token_prefix, hash, created_at) SELECT 'id' || at, no, 'x', 'p' || at, 'x', '' FROM n, users WHERE username = 'hoarder'`,
    );
    const { body } = await colony.post("/api/auth/login", { username: "hoarder", password: "password of hoarder" }, { token: null });
    return colony.post("/api/auth/token", { name: "one more" }, { token: body.token });
  },
  file_exists: async () => {
    await inProject("files", { path: "made.txt", content: "x" });
    return inProject("files", { path: "made.txt", content: "y" });
  },
  version_conflict: async () => {
    await inProject("files", { path: "kept.txt", content: "x" });
    return colony.call("PUT", "/api/projects/errors/files/kept.txt", { body: { content: "y" }, headers: { "if-match": '"7"' } });
  },
  bad_path: () => inProject("files", { path: "../out.txt", content: "x" }),
  project_exists: async () => {
    await colony.post("/api/projects", { name: "twice" });
    return colony.post("/api/projects", { name: "twice" });
  },
  project_channel: async () => {
    await colony.post("/api/projects", { name: "whole" });
    return colony.call("DELETE", "/api/channels/whole");
  },
  sandbox_unavailable: () => inProject("container/execute", { command: "true" }),
  run_ended: async () => {
    await colony.post("/api/projects", { name: "errors" });
    beside(
      `INSERT INTO runs (id, project_no, command, kind, state, trigger, user_no, right_no, seconds, created_at)
       SELECT 'ended', no, 'true', 'run', 'succeeded', 'person', created_by, created_by, 9, created_at FROM projects WHERE slug = 'errors'`,
    );
    return colony.post("/api/projects/errors/runs/ended/stop");
  },
  network_refused: async () => {
    await colony.post("/api/projects", { name: "errors" });
    return colony.call("PATCH", "/api/projects/errors", { body: { limits: { network: true } } });
  },
  bad_schedule: () => inProject("schedules", { name: "never", cron: "0 0 31 2 *", command: "true" }),
  too_many_schedules: async () => {
    for (let n = 0; n < PROJECT_SCHEDULES; n++) await inProject("schedules", { name: `daily ${n}`, cron: "0 9 * * *", command: "true" });
    return inProject("schedules", { name: "one more", cron: "0 9 * * *", command: "true" });
  },
  too_many_secrets: async () => {
    await colony.post("/api/projects", { name: "errors" });
    const put = (name: string) => colony.call("PUT", `/api/projects/errors/secrets/${name}`, { body: { value: "a value" } });
    for (let n = 0; n < PROJECT_SECRETS; n++) await put(`KEY_${n}`);
    return put("ONE_MORE");
  },
  too_many_projects: async () => {
    beside(
      `WITH RECURSIVE n (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < ${PROJECTS})
       INSERT INTO projects (id, name, description, template, channel_no, created_by, created_at, limits)
       SELECT 'many' || at, 'x', '', 'blank', 1000000 + at, 1, '', '{}' FROM n`,
    );
    const answer = await colony.post("/api/projects", { name: "one more" });
    beside("DELETE FROM projects WHERE name = 'x'");
    return answer;
  },
  rate_limited: () =>
    until(async () => {
      const answer = await colony.post("/api/auth/login", { username: "member", password: "guess" }, { token: null });
      return answer.status === 429 ? answer : undefined;
    }),
};

/** Told to callers who are gone, or for the blink in which the server goes; the two faults have tests of their own below, where accounts are made by invitation, registration.test.ts, a spent budget is told in a message, full projects are in workspace.test.ts and full queues, which need a sandbox, in runs.test.ts, and what cannot be tried again is in orders.test.ts. */
const elsewhere: ErrorCode[] = [
  "budget_exhausted",
  "invite_required",
  "client_closed",
  "shutting_down",
  "internal",
  "storage_failed",
  "nothing_to_retry",
  "project_full",
  "too_many_runs",
];

/** An answer is an error of the contract's form, and says nothing of the inside. */
const expectWellFormed = (answer: Answer, code: ErrorCode) => {
  const { status } = describeError(code);
  const { error, ...rest } = answer.body;
  expect(rest).toEqual({});
  expect([answer.status, error.code]).toEqual([status, code]);
  expect(Object.keys(error).filter((key) => !["code", "message", "hint", "details", "request_id"].includes(key))).toEqual([]);
  for (const text of [error.message, error.hint]) {
    expect(text).toBeString();
    expect(text.trim()).not.toBe("");
  }
  if ("details" in error) expect(error.details).toBeArray();
  expect(answer.headers.get("content-type")).toStartWith("application/json");
  expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.text).not.toMatch(/sqlite|node_modules|\.ts\b|bunfs|\bat \w+ \(|typebox|elysia|argon2|undefined|\[object/i);
};

test("every code is brought about here, or named as one that cannot be", () => {
  expect([...Object.keys(causes), ...elsewhere].toSorted()).toEqual([...errorCodes].toSorted());
});

test("every code stands in the docs, with its status and what to do", async () => {
  const { description } = (await colony.get("/openapi.json", { token: null })).body.info;
  for (const code of errorCodes) expect(description).toContain(`| ${describeError(code).status} | \`${code}\` | `);
});

describe.each(Object.entries(causes))("%s", (code, cause) => {
  test("has its status, its code, a message, a hint and a request id, and nothing of the inside", async () => {
    const answer = await cause();
    expectWellFormed(answer, code as ErrorCode);
    if (code === "rate_limited") expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    if (code === "method_not_allowed") expect(answer.headers.get("allow")).toBe("GET, POST");
    if (code === "cursor_expired") expect(answer.body.error.details[0]).toMatchObject({ epoch: expect.any(String), head_seq: expect.any(Number) });
  });
});

test("a fault of ours is 500 with the request id that stands in the log, and nothing of what went wrong", async () => {
  const broken = await Colony.start();
  const database = new Database(join(broken.data, "colony.db"));
  database.run("PRAGMA busy_timeout = 5000");
  database.run("DROP TABLE marks");
  database.close();
  const answer = await broken.get("/api/channels");
  expectWellFormed(answer, "internal");
  expect(answer.text).not.toContain("marks");
  expect(answer.body.error.request_id).toBe(answer.headers.get("x-request-id") as string);
  const { status, body } = await broken.get("/api/v1/channels");
  expect([status, body.success, body.data, body.error.code, body.error.request_id]).toEqual([500, false, null, "internal", body.metadata.request_id]);
  await until(() => (broken.output.includes(answer.body.error.request_id) ? true : undefined));
  const line = broken.output.split("\n").find((text) => text.includes('"event":"fault"') && text.includes(answer.body.error.request_id));
  expect(line).toContain("no such table: marks");
  // One broken table takes nothing else down.
  expect((await broken.get("/api/users")).status).toBe(200);
  await broken.stop();
});

// Only Linux lets one process narrow another's files.
test.skipIf(!Bun.which("prlimit"))("a full disk refuses the post with 503, keeps what was acknowledged, and posting goes on when there is room", async () => {
  const full = await Colony.start();
  const room = (bytes: string) => expect(Bun.spawnSync(["prlimit", "--pid", String(full.process?.pid), `--fsize=${bytes}:`]).exitCode).toBe(0);
  const kept = await full.say("general", "kept");
  room("100000");
  const headers = { "idempotency-key": "full" };
  const body = { content: "x".repeat(200_000) };
  for (let tries = 0; tries < 3; tries++) expectWellFormed(await full.post(MESSAGES, body, { headers }), "storage_failed");
  expect((await full.get(MESSAGES)).body).toEqual([kept]);
  room("unlimited");
  const stored = await full.post(MESSAGES, body, { headers });
  expect([stored.status, stored.headers.get("idempotency-replayed")]).toEqual([201, null]);
  await full.stop("SIGKILL");
  await full.run();
  expect((await full.get(MESSAGES)).body).toEqual([kept, stored.body]);
  await full.stop();
});

test("a caller who leaves a poll is written down as gone", async () => {
  await until(async () => {
    const leaving = new AbortController();
    const poll = colony.get("/api/events?wait=50", { signal: leaving.signal }).catch(() => null);
    await colony.get("/healthz");
    leaving.abort();
    expect(await poll).toBeNull();
    return colony.output.split("\n").some((line) => line.includes('"path":"/api/events"') && line.includes('"status":499')) || undefined;
  });
});

describe("what is asked wrongly", () => {
  type Operation = { parameters?: { name: string; in: string; required?: boolean }[]; requestBody?: { content: Record<string, { schema: any }> } };
  const filled = (path: string) => path.replaceAll("{id}", "general").replaceAll("{msg_id}", "0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b10");
  const operations = async () => {
    const { paths } = (await colony.get("/openapi.json", { token: null })).body as { paths: Record<string, Record<string, Operation>> };
    return Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })));
  };

  test("is refused by name on every route: a parameter it does not take", async () => {
    let asked = 0;
    for (const { method, path, operation } of (await operations()).filter(({ path }) => path.startsWith("/api/"))) {
      const known = operation.parameters?.filter((parameter) => parameter.in === "query").map(({ name }) => name) ?? [];
      const answer = await colony.call(method, `${filled(path)}?unknwon=1`, { ...(method !== "GET" && { body: {} }) });
      expect({ method, path, outcome: outcome(answer) }).toEqual({ method, path, outcome: "422 validation_failed" });
      const paths = answer.body.error.details.map((detail: { path: string }) => detail.path);
      // With a wrong body, either may be told first; a parameter that must be there and is not is told too.
      if (method === "GET") expect(paths).toContain("unknwon");
      for (const name of method === "GET" ? known : []) expect(answer.body.error.hint).toContain(name);
      asked++;
    }
    expect(asked).toBeGreaterThan(25);
  });

  test("is refused by name on every route: a field it does not take, with those it does", async () => {
    let asked = 0;
    for (const { method, path, operation } of await operations()) {
      const schema = operation.requestBody?.content["application/json"]?.schema;
      // What is posted to a webhook has the form of whoever sends it, and MCP has its own.
      if (!schema || path === "/hooks/{secret}" || path === "/mcp") continue;
      const fields = Object.keys(schema.properties);
      const needed = operation.parameters?.filter((parameter) => parameter.in === "query" && parameter.required).map(({ name }) => `${name}=x`) ?? [];
      const answer = await colony.call(method, `${filled(path)}?${needed.join("&")}`, { body: { unknwon: 1 } });
      expect({ method, path, outcome: outcome(answer) }).toEqual({ method, path, outcome: "422 validation_failed" });
      expect(answer.body.error.details).toContainEqual({ path: "unknwon", message: "there is no such field here" });
      for (const field of fields) expect(answer.body.error.hint).toContain(field);
      asked++;
    }
    expect(asked).toBeGreaterThan(10);
  });

  test.each(["container/start", "container/stop", "container/restart", "runs/ID/stop", "schedules/ID/run"])("is refused where nothing is asked: a field of %s", async (path) => {
    expect((await inProject(path, { timeout: 5 })).body.error).toMatchObject({ code: "validation_failed", details: [{ path: "timeout" }] });
    const { paths } = (await colony.get("/openapi.json", { token: null })).body;
    expect(paths[`/api/projects/{id}/${path.replace("runs/ID", "runs/{run_id}").replace("schedules/ID", "schedules/{sid}")}`].post.requestBody.required).toBe(false);
    for (const body of [undefined, {}]) expect([200, 404, 503]).toContain((await colony.post(`/api/projects/errors/${path}`, body)).status);
  });

  test("is told every fault at once, each by its field, in words", async () => {
    const { body } = await colony.post("/api/users", { username: "Bad Name", role: "robot", display_name: "", password: "short", pasword: "x" });
    expect(Object.fromEntries(body.error.details.map(({ path, message }: { path: string; message: string }) => [path, message]))).toEqual({
      username: expect.stringContaining("Small letters"),
      role: 'must be one of "ape", "agent", not "robot"',
      display_name: "must not be empty",
      password: "must have at least 8 characters",
      pasword: "there is no such field here",
    });
    expect(body.error.hint).toContain("Did you mean 'password'?");
  });

  test.each([
    [{ content: "x", replyTo: "y" }, "reply_to"],
    [{ contents: "x" }, "content"],
    [{ content: "x", meta_data: {} }, "metadata"],
    [{ content: "x", Type: "text" }, "type"],
  ])("as %j is told what was meant", async (body, meant) => {
    expect((await post(body)).body.error.hint).toStartWith(`Did you mean '${meant}'?`);
  });

  test("never has its values, which may be secrets, in the answer's message of a password", async () => {
    for (const body of [
      { current: ADMIN_PASSWORD, new: "short-1" },
      { current: 5, new: "short-1" },
      { current: "x", new: "short-1", secret: "s3cret" },
    ]) {
      const { text } = await colony.post("/api/auth/password", body);
      for (const secret of [ADMIN_PASSWORD, "short-1", "s3cret"]) expect(text).not.toContain(secret);
    }
  });
});
