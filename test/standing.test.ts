import { beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
import { Colony, outcome } from "./colony.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});

test("a credential that ends while its request's body comes in does nothing more", async () => {
  await colony.post("/api/users", { username: "slow", role: "agent", admin: true });
  const token = await colony.user("slow-admin");
  await colony.call("PATCH", "/api/users/slow-admin", { body: { admin: true } });
  const body = JSON.stringify({ username: "smuggled", role: "agent", admin: true, with_token: true });
  const { host, hostname, port } = new URL(colony.url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  const answered = new Promise<void>((resolve) => {
    socket.on("data", (chunk) => {
      answer += chunk;
      resolve();
    });
  });
  socket.write(`POST /api/users HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 3)}`);
  // The head has been read once the server has answered someone who came later.
  await colony.get("/api/auth/me");
  expect((await colony.call("DELETE", "/api/users/slow-admin")).status).toBe(204);
  socket.write(body.slice(3));
  await answered;
  socket.destroy();
  expect(answer).toStartWith("HTTP/1.1 401");
  expect((await colony.get("/api/users/smuggled")).status).toBe(404);
});

test("JSON of any depth is refused by name or read back, and harms nobody's filter", async () => {
  const nested = (levels: number) => `{"content":"deep","metadata":{"session_id":"s","at":${"[".repeat(levels)}${"]".repeat(levels)}}}`;
  const post = (levels: number) => colony.call("POST", "/api/channels/general/messages", { raw: nested(levels), headers: { "content-type": "application/json" } });
  expect((await post(90)).status).toBe(201);
  for (const levels of [120, 1_500, 300_000]) expect(outcome(await post(levels))).toMatch(/^(422 validation_failed|400 bad_json)$/);
  const found = await colony.get("/api/channels/general/messages?session_id=s&limit=5");
  expect(found.body.map(({ content }: { content: string }) => content)).toEqual(["deep"]);
});

test("a message is named by its seq as well, as transcripts show it", async () => {
  const parent = await colony.say("general", "by number");
  const at = `/api/channels/general/messages/${parent.seq}`;
  expect((await colony.get(at)).body.id).toBe(parent.id);
  expect((await colony.say("general", "an answer", { reply_to: String(parent.seq) })).reply_to).toBe(parent.id);
  expect((await colony.call("PATCH", at, { body: { content: "edited by number" } })).body.id).toBe(parent.id);
  await colony.post("/api/channels", { name: "elsewhere" });
  expect((await colony.get(`/api/channels/elsewhere/messages/${parent.seq}`)).status).toBe(404);
  expect((await colony.call("DELETE", at)).status).toBe(204);
});

test("a cursor into a history is held against the line: beyond its head or of another epoch is 410", async () => {
  const { head_seq, epoch } = (await colony.get("/api/events")).body;
  expect(outcome(await colony.get(`/api/channels/general/messages?after_seq=${head_seq + 1}`))).toBe("410 cursor_expired");
  expect(outcome(await colony.get("/api/channels/general/messages?after_seq=0&epoch=another"))).toBe("410 cursor_expired");
  expect((await colony.get(`/api/channels/general/messages?after_seq=0&epoch=${epoch}`)).status).toBe(200);
});

test("a parameter that stands twice is refused by name", async () => {
  const answer = await colony.get("/api/channels/general/messages?limit=1&limit=2");
  expect([outcome(answer), answer.body.error.details[0].path]).toEqual(["422 validation_failed", "limit"]);
});
