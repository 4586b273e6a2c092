import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type Answer, Colony, outcome } from "./colony.ts";
import { basic, bytesOnDisk, readRows } from "./people.ts";

let colony: Colony;
let agent: string;
beforeAll(async () => {
  colony = await Colony.start();
  agent = await colony.user("agent");
});

let count = 0;
const newKey = (): string => `key-${++count}`;
const send = (path: string, body: unknown, key: string, token = colony.admin, on = colony): Promise<Answer> => on.post(path, body, { token, headers: { "idempotency-key": key } });
const replayed = ({ headers }: Answer): boolean => headers.get("idempotency-replayed") === "true";
const MESSAGES = "/api/channels/general/messages";
const contents = async (on = colony): Promise<string[]> => (await on.get(MESSAGES)).body.map(({ content }: { content: string }) => content);

/** Everything that a POST creates: where, a body, another body, and how many of it there are. */
const creations: [string, string, (name: string) => Record<string, unknown>, () => Promise<number>][] = [
  ["a message", MESSAGES, (name) => ({ content: `message ${name}` }), async () => (await contents()).length],
  ["a channel", "/api/channels", (name) => ({ name }), async () => (await colony.get("/api/channels")).body.length],
  ["a user", "/api/users", (name) => ({ username: name, role: "agent", with_token: true }), async () => (await colony.get("/api/users")).body.length],
  ["a token", "/api/auth/token", (name) => ({ name }), async () => (await colony.get("/api/auth/keys")).body.length],
  ["a token, under its other address", "/api/auth/keys", (name) => ({ name }), async () => (await colony.get("/api/auth/keys")).body.length],
];

describe.each(creations)("a key with the post of %s", (_, path, body, counted) => {
  test("makes it once, and a repeat gets the first answer, marked as such", async () => {
    const key = newKey();
    const before = await counted();
    const first = await send(path, body(key), key);
    expect([first.status, replayed(first)]).toEqual([201, false]);
    for (let again = 0; again < 2; again++) {
      const repeat = await send(path, body(key), key);
      expect([repeat.status, replayed(repeat)]).toEqual([201, true]);
      expect(repeat.body).toEqual(first.body);
      expect(repeat.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
    }
    expect(await counted()).toBe(before + 1);
  });

  test("and another body is refused, and nothing is made of it", async () => {
    const key = newKey();
    await send(path, body(key), key);
    const before = await counted();
    const answer = await send(path, body(`${key}-other`), key);
    expect(outcome(answer)).toBe("422 idempotency_key_reused");
    expect(answer.body.error.hint).not.toBe("");
    expect(await counted()).toBe(before);
    expect(replayed(await send(path, body(key), key))).toBe(true);
  });

  test("sent many times at the same moment makes one, and all are told the same", async () => {
    const key = newKey();
    const before = await counted();
    const answers = await Promise.all(Array.from({ length: 12 }, () => send(path, body(key), key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter((answer) => !replayed(answer))).toHaveLength(1);
    expect(await counted()).toBe(before + 1);
  });

  test("that was refused is not burnt: put right, it goes through under the same key", async () => {
    const key = newKey();
    expect(outcome(await send(path, { nonsense: true }, key))).toBe("422 validation_failed");
    expect((await send(path, body(key), key)).status).toBe(201);
  });

  test("in the envelope's dialect is the same key", async () => {
    const key = newKey();
    const first = await send(path, body(key), key);
    const repeat = await send(path.replace("/api/", "/api/v1/"), body(key), key);
    expect([repeat.status, replayed(repeat)]).toEqual([201, true]);
    expect(repeat.body.data).toEqual(first.body);
  });
});

describe("a key", () => {
  test("is its user's own: another's same key is another request", async () => {
    const key = newKey();
    const mine = await send(MESSAGES, { content: "whose key" }, key);
    const theirs = await send(MESSAGES, { content: "whose key" }, key, agent);
    expect([theirs.status, replayed(theirs), theirs.body.user.username]).toEqual([201, false, "agent"]);
    expect(theirs.body.id).not.toBe(mine.body.id);
    // A second token of the same user is the same user.
    const { body } = await colony.post("/api/auth/token", { name: "second" });
    expect((await send(MESSAGES, { content: "whose key" }, key, body.token)).body).toEqual(mine.body);
  });

  test("stands for one address: the same body elsewhere is another request", async () => {
    const key = newKey();
    await colony.post("/api/channels", { name: "elsewhere" });
    await send(MESSAGES, { content: "where" }, key);
    expect(outcome(await send("/api/channels/elsewhere/messages", { content: "where" }, key))).toBe("422 idempotency_key_reused");
    expect((await colony.get("/api/channels/elsewhere/messages")).body).toEqual([]);
  });

  test("counts the query of a plain text post as part of what was asked", async () => {
    const key = newKey();
    const headers = { "content-type": "text/plain", "idempotency-key": key };
    const postText = (query: string) => colony.call("POST", `${MESSAGES}${query}`, { raw: "the log", headers });
    expect((await postText("?type=result")).status).toBe(201);
    expect(replayed(await postText("?type=result"))).toBe(true);
    expect(outcome(await postText("?type=error"))).toBe("422 idempotency_key_reused");
  });

  test("works with a name and password too", async () => {
    await colony.user("by-password", "ape");
    const key = newKey();
    const headers = { ...basic("by-password", "password of by-password"), "idempotency-key": key };
    const make = () => colony.post("/api/auth/token", { name: "laptop" }, { token: null, headers });
    const first = await make();
    const again = await make();
    expect(first.status).toBe(201);
    expect([again.body, replayed(again)]).toEqual([first.body, true]);
  });

  test.each(["", "k".repeat(256)])("of %j is refused by name; 255 characters are taken", async (key) => {
    const answer = await send(MESSAGES, { content: "x" }, key);
    expect(outcome(answer)).toBe("422 validation_failed");
    expect(answer.body.error.message).toContain("Idempotency-Key");
    expect((await send(MESSAGES, { content: "x" }, `${newKey()}${"k".repeat(255)}`.slice(0, 255))).status).toBe(201);
  });

  test("of a conflict is not burnt: when the name is free, the same request goes through", async () => {
    await colony.post("/api/channels", { name: "in-the-way" });
    const key = newKey();
    expect(outcome(await send("/api/channels", { name: "in-the-way" }, key))).toBe("409 channel_exists");
    await colony.call("PATCH", "/api/channels/in-the-way", { body: { name: "out-of-the-way" } });
    expect((await send("/api/channels", { name: "in-the-way" }, key)).status).toBe(201);
  });

  test("of a message shows it as it is today: edited, or deleted with its words gone", async () => {
    const key = newKey();
    const { body } = await send(MESSAGES, { content: "first words" }, key);
    const { body: edited } = await colony.call("PATCH", `${MESSAGES}/${body.id}`, { body: { content: "second words" } });
    const after = await send(MESSAGES, { content: "first words" }, key);
    expect([after.status, after.body, replayed(after)]).toEqual([201, edited, true]);
    await colony.call("DELETE", `${MESSAGES}/${body.id}`);
    expect((await send(MESSAGES, { content: "first words" }, key)).body).toMatchObject({ id: body.id, content: "" });
  });

  test("tells nobody twice: a repeat is no event, no mention, no number on the line", async () => {
    const key = newKey();
    await send(MESSAGES, { content: "once @agent" }, key);
    const before = (await colony.get("/api/events")).body.head_seq;
    expect(replayed(await send(MESSAGES, { content: "once @agent" }, key))).toBe(true);
    expect((await colony.get("/api/events")).body.head_seq).toBe(before);
    const told = (await colony.get("/api/inbox?after_seq=0", { token: agent })).body.items;
    expect(told.filter(({ message }: { message: { content: string } }) => message.content === "once @agent")).toHaveLength(1);
  });
});

test("keys outlive a crash, and are forgotten after a day", async () => {
  const own = await Colony.start();
  const message = await send(MESSAGES, { content: "before the crash" }, "a", own.admin, own);
  const token = await send("/api/auth/token", { name: "before the crash" }, "b", own.admin, own);
  const channel = await send("/api/channels", { name: "before" }, "c", own.admin, own);
  await own.stop("SIGKILL");
  // A secret shown once must not lie on disk for the sake of a repeat.
  expect(bytesOnDisk(own.data).includes(token.body.token)).toBe(false);
  await own.run();
  for (const [path, body, key, first] of [
    [MESSAGES, { content: "before the crash" }, "a", message],
    ["/api/auth/token", { name: "before the crash" }, "b", token],
    ["/api/channels", { name: "before" }, "c", channel],
  ] as const) {
    const again = await send(path, body, key, own.admin, own);
    expect([again.status, replayed(again), again.body]).toEqual([201, true, first.body]);
  }
  expect(await contents(own)).toEqual(["before the crash"]);

  await own.stop();
  const database = new Database(join(own.data, "colony.db"));
  database.run("UPDATE idempotency SET at = ?", [new Date(Date.now() - 24 * 60 * 60 * 1000 - 1).toISOString()]);
  database.close();
  await own.run();
  const late = await send(MESSAGES, { content: "the next day" }, "a", own.admin, own);
  expect([late.status, replayed(late)]).toEqual([201, false]);
  expect(await contents(own)).toEqual(["before the crash", "the next day"]);
  expect(readRows<{ n: number }>(own.data, "SELECT count(*) AS n FROM idempotency WHERE key = 'a'")).toEqual([{ n: 1 }]);
  await own.stop();
});

test("a repeat gets its first answer also when the channel was archived in between", async () => {
  await colony.post("/api/channels", { name: "archived-later" });
  const post = () => send("/api/channels/archived-later/messages", { content: "in time" }, "archived-later");
  const first = await post();
  expect(first.status).toBe(201);
  await colony.call("DELETE", "/api/channels/archived-later");
  const again = await post();
  expect([again.status, replayed(again), again.body]).toEqual([201, true, first.body]);
});
