import { beforeAll, describe, expect, test } from "bun:test";
import { type Answer, Colony, time } from "./colony.ts";
import { readEvents } from "./follow.ts";

let colony: Colony;
let agent: string;
beforeAll(async () => {
  colony = await Colony.start();
  agent = await colony.user("agent");
  for (let n = 0; n < 5; n++) await colony.say("general", `message ${n} @agent`);
});

const enveloped = (path: string): string => path.replace("/api/", "/api/v1/");
/** What must not differ between the dialects; ids and times of the answer itself do. */
const common = ({ status, headers }: Answer) => ({ status, type: headers.get("content-type"), allow: headers.get("allow"), retry: headers.get("retry-after") });

const expectSuccess = ({ body, headers }: Answer, data: unknown) =>
  expect(body).toEqual({
    success: true,
    data,
    error: null,
    metadata: { timestamp: expect.stringMatching(time), request_id: headers.get("x-request-id"), version: "1.0" },
  });

describe("under /api/v1", () => {
  test.each([
    "/api/auth/me",
    "/api/users",
    "/api/users/agent",
    "/api/channels",
    "/api/channels/general",
    "/api/channels/general/messages",
    "/api/channels/general/messages?limit=2&type=text",
    "/api/channels/general/messages?type=plan",
    "/api/channels/general/events?after_seq=0",
    "/api/events?after_seq=0",
    "/api/inbox?after_seq=0",
    "/api/catchup",
  ])("GET %s is the same answer, wrapped", async (path) => {
    const [plain, wrapped] = [await colony.get(path, { token: agent }), await colony.get(enveloped(path), { token: agent })];
    expect(wrapped.status).toBe(200);
    expect(wrapped.headers.get("content-type")).toStartWith("application/json");
    expectSuccess(wrapped, plain.body);
    expect(Object.keys(wrapped.body)).toEqual(["success", "data", "error", "metadata"]);
  });

  test("what is made is made once, with its status, and stands in both dialects", async () => {
    const made = await colony.post("/api/v1/channels", { name: "made-in-v1" });
    expect(made.status).toBe(201);
    expectSuccess(made, (await colony.get("/api/channels/made-in-v1")).body);
    const posted = await colony.post("/api/v1/channels/made-in-v1/messages", { content: "hello", type: "result" });
    expect(posted.status).toBe(201);
    expect((await colony.get("/api/channels/made-in-v1/messages")).body).toEqual([posted.body.data]);
    const path = `/api/v1/channels/made-in-v1/messages/${posted.body.data.id}`;
    const edited = await colony.call("PATCH", path, { body: { content: "hello again" } });
    expect([edited.status, edited.body.success, edited.body.data.content]).toEqual([200, true, "hello again"]);
    const removed = await colony.call("DELETE", path);
    expect([removed.status, removed.text]).toEqual([204, ""]);
    const log = await colony.call("POST", "/api/v1/channels/made-in-v1/messages?type=error", { raw: "a log", headers: { "content-type": "text/plain" } });
    expect([log.status, log.body.data.type, log.body.data.content]).toEqual([201, "error", "a log"]);
  });

  test("signing in works, its cookie with it", async () => {
    await colony.user("person", "ape");
    const answer = await colony.post("/api/v1/auth/login", { username: "person", password: "password of person" }, { token: null });
    expect([answer.status, answer.body.success, answer.body.data.user.username]).toEqual([200, true, "person"]);
    expect(answer.headers.get("set-cookie")).toContain(`colony_session=${answer.body.data.token}`);
    const made = await colony.post("/api/v1/auth/token", { name: "x" }, { token: null, headers: { authorization: `Basic ${btoa("person:password of person")}` } });
    expect([made.status, made.body.data.token.startsWith("col_")]).toEqual([201, true]);
  });

  const failures: { method: string; path: string; body?: unknown; who?: "agent" | "nobody" }[] = [
    { method: "GET", path: "/api/channels/nowhere" },
    { method: "GET", path: "/api/nothing" },
    { method: "GET", path: "/api/channels/%ff" },
    { method: "PUT", path: "/api/channels", body: {} },
    { method: "POST", path: "/api/channels", body: { name: "general" } },
    { method: "POST", path: "/api/channels", body: { name: "Bad Name", wrong: 1 } },
    { method: "GET", path: "/api/channels/general/messages?limit=0" },
    { method: "GET", path: "/api/channels/general/messages?limt=1" },
    { method: "GET", path: "/api/events?after_seq=4000000000" },
    { method: "DELETE", path: "/api/users/admin", who: "agent" },
    { method: "GET", path: "/api/channels", who: "nobody" },
    { method: "POST", path: "/api/channels/general/messages", body: { content: "x".repeat(256 * 1024 + 1) } },
    { method: "POST", path: "/api/channels/general/messages", body: { content: "x", pad: "y".repeat(3_000_000) } },
  ];
  test.each(failures)("$method $path fails alike, its error wrapped", async ({ method, path, body, who }) => {
    const token = who === "agent" ? agent : who === "nobody" ? null : colony.admin;
    const [plain, wrapped] = [await colony.call(method, path, { body, token }), await colony.call(method, enveloped(path), { body, token })];
    expect(plain.status).toBeGreaterThanOrEqual(400);
    expect({ ...common(wrapped), type: null }).toEqual({ ...common(plain), type: null });
    expect(wrapped.headers.get("content-type")).toStartWith("application/json");
    expect(wrapped.body).toEqual({
      success: false,
      data: null,
      error: plain.body.error,
      metadata: { timestamp: expect.stringMatching(time), request_id: wrapped.headers.get("x-request-id"), version: "1.0" },
    });
  });

  test.each([
    ["/api/channels/general/messages?format=ndjson", ""],
    ["/api/channels/general/messages?format=md", ""],
    ["/api/channels/general/messages", "application/x-ndjson"],
    ["/api/catchup?format=md", ""],
  ])("%s with Accept %j passes unchanged", async (path, accept) => {
    const call = { token: agent, headers: { accept: accept || "*/*" } };
    const [plain, passed] = [await colony.get(path, call), await colony.get(enveloped(path), call)];
    expect(passed.text).toBe(plain.text);
    expect(common(passed)).toEqual(common(plain));
  });

  test("an event stream passes unchanged, live", async () => {
    const stop = new AbortController();
    const response = await fetch(`${colony.url}/api/v1/channels/general/events`, {
      headers: { authorization: `Bearer ${agent}`, accept: "text/event-stream" },
      signal: stop.signal,
    });
    expect(response.headers.get("content-type")).toStartWith("text/event-stream");
    const events = readEvents(response.body as ReadableStream<Uint8Array>);
    expect((await events.next()).value?.event).toBe("ready");
    const live = await colony.say("general", "live");
    expect((await events.next()).value?.data).toEqual({ seq: live.seq, event: "message", channel_id: live.channel_id, data: live });
    stop.abort();
  });

  test("a long poll waits as without it", async () => {
    const { head_seq } = (await colony.get("/api/events")).body;
    const waiting = colony.get(`/api/v1/events?after_seq=${head_seq}&wait=30`);
    const [message, { body }] = await Promise.all([colony.say("general", "woken"), waiting]);
    expect(body.data.events.map(({ data }: { data: unknown }) => data)).toEqual([message]);
  });

  test("a history of many megabytes is whole, and its bytes are the plain answer's own", async () => {
    await colony.post("/api/channels", { name: "large" });
    for (let n = 0; n < 25; n++) await Promise.all(Array.from({ length: 100 }, (_, m) => colony.say("large", `${n} ${m} ${"é".repeat(1_000)}`)));
    const plain = await colony.get("/api/channels/large/messages");
    const wrapped = await colony.get("/api/v1/channels/large/messages");
    expect(plain.body).toHaveLength(2_500);
    expect(wrapped.text.startsWith(`{"success":true,"data":${plain.text},"error":null,"metadata":{`)).toBe(true);
    expectSuccess(wrapped, plain.body);
  });

  test("the head of an answer has its status and headers, and no body", async () => {
    for (const [path, status] of [
      ["/api/v1/channels", 200],
      ["/api/channels", 200],
      ["/api/channels/nowhere", 404],
      ["/api/v1/channels/nowhere", 404],
      ["/api/v1/channels/general/messages", 200],
    ] as const) {
      const answer = await colony.call("HEAD", path);
      expect({ path, status: answer.status, text: answer.text }).toEqual({ path, status, text: "" });
      expect(answer.headers.get("content-type")).toStartWith("application/json");
    }
  });

  test("nothing stands that does not stand without it", async () => {
    for (const path of ["/api/v1", "/api/v1/", "/api/v2/channels", "/api/v1/v1/channels", "/api/v1/api/channels", "/api/V1/channels"])
      expect((await colony.get(path)).status).toBe(404);
    for (const path of ["/v1/channels", "/healthz/v1", "/channels"]) expect((await colony.get(path, { headers: { accept: "application/json" } })).status).toBe(404);
  });
});

describe("every answer", () => {
  const paths: [string, string, Record<string, string>?][] = [
    ["GET", "/api/channels"],
    ["GET", "/api/v1/channels"],
    ["HEAD", "/api/channels"],
    ["GET", "/api/channels/nowhere"],
    ["GET", "/api/v1/channels/nowhere"],
    ["GET", "/api/nothing"],
    ["PUT", "/api/channels"],
    ["POST", "/api/channels"],
    ["GET", "/api/channels/%ff"],
    ["GET", "/api/channels/general/messages"],
    ["GET", "/api/channels/general/messages?format=ndjson"],
    ["GET", "/api/channels/general/messages?format=md"],
    ["GET", "/api/events"],
    ["GET", "/api/channels/general/events", { accept: "text/event-stream" }],
    ["GET", "/api/catchup?format=md"],
    ["OPTIONS", "/api/channels"],
    ["GET", "/healthz"],
    ["GET", "/readyz"],
    ["GET", "/metrics"],
    ["GET", "/llms.txt"],
    ["GET", "/skill.md"],
    ["GET", "/docs"],
    ["GET", "/openapi.json"],
    ["GET", "/"],
    ["GET", "/favicon.svg"],
    ["GET", "/no/such/page"],
    ["GET", "/ws"],
    ["GET", "/ws/general"],
    ["GET", "/api/channels", { authorization: "Bearer nonsense" }],
    ["GET", "/api/channels", { authorization: "Digest nonsense" }],
  ];
  const ask = async (on: Colony, method: string, path: string, headers: Record<string, string> = {}) => {
    const stop = new AbortController();
    const response = await fetch(on.url + path, { method, headers: { authorization: `Bearer ${on.admin}`, ...headers }, signal: stop.signal, redirect: "manual" });
    stop.abort();
    return response;
  };

  test("has a request id of its own, whatever was asked by whom", async () => {
    const ids = new Set<string | null>();
    for (const [method, path, headers] of paths) {
      const response = await ask(colony, method, path, { "x-request-id": "mine", ...headers });
      const id = response.headers.get("x-request-id");
      expect({ method, path, id }).toEqual({ method, path, id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
      ids.add(id);
    }
    expect(ids.size).toBe(paths.length);
  });

  test("to someone signed in tells where they stand with their limit; to a stranger it does not", async () => {
    const limited = await Colony.start({ COLONY_RATE_LIMIT: "6000" });
    for (const [method, path, headers] of paths.filter(([_, path]) => path.startsWith("/api/"))) {
      const response = await ask(limited, method, path, headers);
      const told = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"].map((name) => response.headers.get(name));
      const expected = headers?.authorization ? [null, null, null] : ["6000", expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)];
      expect({ method, path, told }).toEqual({ method, path, told: path.includes("%ff") ? told : expected });
    }
    await limited.stop();
  });

  test("is the same whatever the host is called", async () => {
    for (const host of ["colony.example.com", "localhost:80", "chat", "box", "ci", "x", "[::1]"]) {
      const answers = await Promise.all(["/api/channels", "/api/v1/channels", "/healthz", "/nowhere"].map((path) => colony.get(path, { headers: { host } })));
      expect([host, ...answers.map(({ status }) => status)]).toEqual([host, 200, 200, 200, 404]);
    }
  });
});
