import { beforeAll, expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { TokenMade, UserMade } from "../src/accounts/model.ts";
import { DirectMade } from "../src/agents/model.ts";
import { Channel, Member } from "../src/channels/model.ts";
import { Message } from "../src/messages/model.ts";
import { Colony } from "./colony.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});

test.each([
  ["/api/channels", { name: "made", description: "here" }, Channel],
  ["/api/channels/general/messages", { content: "made, @admin", type: "plan", metadata: { session_id: "s", deep: [{ n: 1 }] } }, Message],
  ["/api/dms/conversations", { users: ["admin"] }, Channel],
  ["/api/dms", { user: "admin", content: "made" }, Message],
  ["/api/users", { username: "made", role: "agent", with_token: true }, UserMade],
  ["/api/channels/made/members", { user: "made" }, Member],
  ["/api/auth/token", { name: "made", expires_in_days: 1, rate_limit: 60 }, TokenMade],
  ["/api/auth/keys", { name: "made too" }, TokenMade],
  // No model is set up here: it has its end soon.
  ["/api/agents/grimlock/direct?wait=55", { message: "made" }, DirectMade],
] as const)("what POST %s made has exactly the documented shape, the first time and when it is repeated", async (path, body, schema) => {
  const headers = { "idempotency-key": crypto.randomUUID() };
  const first = await colony.post(path, body, { headers });
  const again = await colony.post(path, body, { headers });
  expect([...Value.Errors({ ...schema, additionalProperties: false }, first.body)].map(({ path, message }) => `${path} ${message}`)).toEqual([]);
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(first.headers.get("content-type")).toBe("application/json");
  expect(again.body).toEqual(first.body);
});
