import { beforeAll, describe, expect, test } from "bun:test";
import { Colony } from "./colony.ts";

/** What takes no credential, by method and path. Everything else must refuse a stranger. */
const open = new Set([
  "POST /api/auth/login",
  "POST /api/auth/register",
  "GET /api/auth/registration",
  "POST /hooks/{secret}",
  "GET /healthz",
  "GET /readyz",
  "GET /metrics",
  "GET /llms.txt",
  "GET /skill.md",
  "GET /skill/{page}",
  "GET /skill.tar",
  "GET /docs",
  "GET /openapi.json",
]);

let colony: Colony;
let routes: { method: string; path: string }[];
let outsider: string;

beforeAll(async () => {
  colony = await Colony.start();
  const { body } = await colony.get("/openapi.json", { token: null });
  routes = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })));
  outsider = await colony.user("outsider");
});

const filled = (path: string): string => path.replaceAll("{id}", "general").replaceAll("{msg_id}", "0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b10");

test("a stranger gets 401 on every route that is not open, whatever is sent", async () => {
  expect(routes.length).toBeGreaterThan(25);
  for (const { method, path } of routes.filter(({ method, path }) => !open.has(`${method} ${path}`))) {
    for (const prefix of ["/api/", "/api/v1/"]) {
      const asked = filled(path).replace(/^\/api\//, prefix);
      for (const token of [null, "col_aaaaaaaa_bbbb", "a.b.c", ""]) {
        const answer = await colony.call(method, asked, { token, ...(method !== "GET" && { body: { nonsense: true } }) });
        expect({ asked, method, status: answer.status }).toEqual({ asked, method, status: 401 });
        expect(JSON.stringify(answer.body)).toContain('"code":"unauthorized"');
      }
    }
  }
});

test("a path nobody serves is 404 in the contract's form, and no page of the viewer; under /api a stranger learns nothing", async () => {
  for (const path of ["/api/nothing", "/api/v1/nothing", "/api/channels/general/nothing"]) {
    expect((await colony.get(path, { token: null })).status).toBe(401);
    const answer = await colony.get(path);
    expect({ path, status: answer.status }).toEqual({ path, status: 404 });
    expect(JSON.stringify(answer.body)).toContain('"code":"not_found"');
  }
  for (const path of ["/api", "/nothing", "/assets/../../package.json", "/assets/%2e%2e/%2e%2e/package.json", "/docs/../secret.key"]) {
    const answer = await colony.get(path, { token: null });
    expect({ path, status: answer.status }).toEqual({ path, status: 404 });
    expect(JSON.stringify(answer.body)).toContain('"code":"not_found"');
  }
});

test("a method that an address does not take is 405 with those it takes", async () => {
  for (const [method, path, allow] of [
    ["PUT", "/api/channels", ["GET", "POST"]],
    ["POST", "/api/channels/general", ["GET", "PATCH", "DELETE"]],
    ["DELETE", "/healthz", ["GET"]],
  ] as const) {
    const answer = await colony.call(method, path, { body: {} });
    expect({ path, status: answer.status, code: answer.body.error.code }).toEqual({ path, status: 405, code: "method_not_allowed" });
    expect(answer.headers.get("allow")?.split(", ").toSorted()).toEqual([...allow].toSorted());
    for (const one of allow) expect(answer.body.error.hint).toContain(one);
  }
});

describe("who may", () => {
  /** Method, path and body; then the status for an outsider who has a token but no part in it. */
  const rows: [string, string, unknown, number][] = [
    ["POST", "/api/users", { username: "nobody", role: "agent" }, 403],
    ["PATCH", "/api/users/admin", { display_name: "Taken over" }, 403],
    ["PATCH", "/api/users/outsider", { admin: true }, 403],
    ["PATCH", "/api/users/outsider", { display_name: "Own name", admin: true }, 403],
    ["PATCH", "/api/users/outsider", { display_name: "Own name" }, 200],
    ["DELETE", "/api/users/admin", undefined, 403],
    ["DELETE", "/api/users/outsider", undefined, 403],
    ["GET", "/api/users", undefined, 200],
    ["GET", "/api/users/admin/keys", undefined, 403],
    ["POST", "/api/users/outsider/keys", { name: "mine" }, 403],
    ["DELETE", "/api/users/admin/keys/0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b10", undefined, 403],
    ["DELETE", "/api/auth/sessions/0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b10", undefined, 404],
    ["GET", "/api/auth/sessions", undefined, 200],
    ["PATCH", "/api/channels/general", { archived: false }, 403],
    ["PATCH", "/api/channels/general", { topic: "mine now" }, 403],
    ["DELETE", "/api/channels/general", undefined, 403],
    ["PATCH", "/api/users/outsider", { job: "engineer" }, 200],
    ["POST", "/api/invites", {}, 403],
    ["GET", "/api/invites", undefined, 403],
    ["GET", "/api/audit", undefined, 403],
    ["DELETE", "/api/invites/0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b10", undefined, 403],
    ["GET", "/metrics", undefined, 403],
  ];
  test.each(rows)("%s %s by an outsider", async (method, path, body, status) => {
    expect((await colony.call(method, path, { token: outsider, body })).status).toBe(status);
  });

  test("another's token is as if it were not there", async () => {
    const [mine] = (await colony.get("/api/auth/keys")).body;
    const answer = await colony.call("DELETE", `/api/auth/keys/${mine.id}`, { token: outsider });
    expect(answer.status).toBe(404);
    expect((await colony.get("/api/auth/keys")).body.map(({ id }: { id: string }) => id)).toContain(mine.id);
    expect((await colony.get("/api/auth/keys", { token: outsider })).text).not.toContain(mine.id);
  });

  test("an edit is its author's alone, an admin's not; a deletion its author's or an admin's", async () => {
    const message = await colony.say("general", "whose?", {}, outsider);
    const path = `/api/channels/general/messages/${message.id}`;
    expect((await colony.call("PATCH", path, { body: { content: "admin's words" } })).status).toBe(403);
    const other = await colony.user("bystander");
    expect((await colony.call("DELETE", path, { token: other })).status).toBe(403);
    expect((await colony.call("DELETE", path)).status).toBe(204);
  });

  test("read marks and inbox marks of others are nowhere to be seen", async () => {
    const message = await colony.say("general", "read me");
    const reader = await colony.user("marker");
    const before = (await colony.get("/api/events")).body.head_seq;
    await colony.call("PUT", "/api/channels/general/read", { token: reader, body: { seq: message.seq } });
    await colony.call("PUT", "/api/inbox", { token: reader, body: { seq: message.seq } });
    const mine = (await colony.get(`/api/events?after_seq=${before}`, { token: reader })).body.events.map(({ event }: { event: string }) => event);
    expect(mine).toEqual(["read", "inbox"]);
    for (const path of ["/api/events", "/api/channels/general/events"]) expect((await colony.get(`${path}?after_seq=${before}`)).body.events).toEqual([]);
  });
});
