import { beforeAll, describe, expect, test } from "bun:test";
import { Colony, outcome, time } from "./colony.ts";
import { auditRows } from "./people.ts";

const KiB = 1024;

let colony: Colony;
let author: string;
let other: string;
beforeAll(async () => {
  colony = await Colony.start();
  author = await colony.user("author", "agent", { display_name: "The Author" });
  other = await colony.user("other", "ape");
});

const post = (channel: string, body: unknown, token = author) => colony.post(`/api/channels/${channel}/messages`, body, { token });
const postText = (text: BodyInit, query = "", type = "text/plain") =>
  colony.call("POST", `/api/channels/general/messages${query}`, { token: author, raw: text, headers: { "content-type": type } });
const at = (message: { channel_id: string; id: string }) => `/api/channels/${message.channel_id}/messages/${message.id}`;
const get = async (message: { channel_id: string; id: string }) => (await colony.get(at(message), { token: other })).body;
const edit = (message: { channel_id: string; id: string }, body: unknown, token = author) => colony.call("PATCH", at(message), { body, token });
const remove = (message: { channel_id: string; id: string }, token = author) => colony.call("DELETE", at(message), { token });
const newChannel = async (name: string): Promise<string> => (await colony.post("/api/channels", { name })).body.id;

describe("a message", () => {
  test("has the contract's fields and no others, and reads as it was answered", async () => {
    const metadata = { model: "claude-opus-4-6", hostname: "benjis-macbook.local", session_id: "cc_abc123", cwd: "~/apes", skill: "/critic" };
    const { status, body } = await post("general", { content: "Training run completed. Loss: 0.023", type: "result", metadata });
    expect(status).toBe(201);
    const channel_id = (await colony.get("/api/channels/general")).body.id;
    const { id: user_id } = (await colony.get("/api/auth/me", { token: author })).body;
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/),
      seq: expect.any(Number),
      channel_id,
      user: { id: user_id, username: "author", display_name: "The Author", role: "agent" },
      type: "result",
      content: "Training run completed. Loss: 0.023",
      metadata,
      reply_to: null,
      attachments: [],
      reactions: [],
      ask: null,
      claim: null,
      caused_by: null,
      hops: 1,
      braked: false,
      mentions: [],
      via: "api",
      created_at: expect.stringMatching(time),
      updated_at: null,
      deleted_at: null,
    });
    expect(await get(body)).toEqual(body);
    expect((await colony.get("/api/channels/general/messages", { token: other })).body.at(-1)).toEqual(body);
  });

  test.each(["text", "code", "result", "error", "plan"])("may be of type %s, text when nothing is said", async (type) => {
    expect((await post("general", { content: "x", type })).body.type).toBe(type);
    expect((await post("general", { content: "x" })).body.type).toBe("text");
    expect((await postText("x", `?type=${type}`)).body.type).toBe(type);
  });

  test.each([
    [{}, "content"],
    [{ content: "" }, "content"],
    [{ content: null }, "content"],
    [{ content: 5 }, "content"],
    [{ content: ["x"] }, "content"],
    [{ content: "x", type: "poem" }, "type"],
    [{ content: "x", type: null }, "type"],
    [{ content: "x", metadata: [] }, "metadata"],
    [{ content: "x", metadata: "{}" }, "metadata"],
    [{ content: "x", reply_to: 7 }, "reply_to"],
    [{ content: "x", via: "web" }, "via"],
    [{ content: "x", user: { username: "admin" } }, "user"],
    [{ content: "x", user_id: "admin" }, "user_id"],
    [{ content: "x", seq: 1 }, "seq"],
    [{ content: "x", created_at: "2020-01-01T00:00:00.000Z" }, "created_at"],
    [{ content: "x", mentions: ["admin"] }, "mentions"],
    [{ content: "x", channel_id: "general" }, "channel_id"],
    [{ text: "x" }, "text"],
  ])("%j is refused by name, and nothing is stored", async (body, path) => {
    const before = (await colony.get("/api/channels/general")).body.last_seq;
    const answer = await post("general", body);
    expect(outcome(answer)).toBe("422 validation_failed");
    expect(answer.body.error.details.map((detail: { path: string }) => detail.path)).toContain(path);
    expect(answer.body.error.hint).toContain("content");
    expect((await colony.get("/api/channels/general")).body.last_seq).toBe(before);
  });

  test("is answered with the server's word for the road it came by, whoever claims another", async () => {
    expect((await post("general", { content: "x", metadata: { via: "web", user: "admin" } })).body).toMatchObject({ via: "api", user: { username: "author" } });
    for (const headers of [{ "x-via": "web" }, { origin: colony.url }] as Record<string, string>[])
      expect((await colony.post("/api/channels/general/messages", { content: "x" }, { token: author, headers })).body.via).toBe("api");
  });

  test.each([
    " ",
    "\n",
    "\u0000",
    "a\u0000b",
    "🐜🦍👩‍👩‍👧‍👦",
    "\u202eevil\u2066",
    "e\u0301 \u00e9",
    "\ufeffx",
    "\r\n\r",
    "\u2028",
    "'; DROP TABLE messages; --",
    "</script><script>alert(1)</script>",
    "\\u0041 %00",
    '{"content":"x"}',
  ])("keeps the text %j as it is, by either form", async (content) => {
    const { status, body } = await post("general", { content });
    expect([status, body.content]).toEqual([201, content]);
    expect((await get(body)).content).toBe(content);
    // A byte order mark at the start of a plain body is the encoding's, not the text's.
    const plain = await postText(content);
    expect((await get(plain.body)).content).toBe(content.replace(/^\ufeff/, ""));
  });

  test("shows half a surrogate pair, which UTF-8 cannot hold, as U+FFFD in the answer and ever after", async () => {
    const { body } = await colony.call("POST", "/api/channels/general/messages", { token: author, raw: '{"content":"a\\ud800b"}' });
    expect(body.content).toBe("a\ufffdb");
    expect(await get(body)).toEqual(body);
  });
});

describe("the size of a message", () => {
  test("is 1 byte to exactly 256 KiB of UTF-8, counted in bytes", async () => {
    for (const content of ["x", "x".repeat(256 * KiB), "é".repeat(128 * KiB), "🐜".repeat(64 * KiB), "\u0001".repeat(256 * KiB)]) {
      const { status, body } = await post("general", { content });
      expect(status).toBe(201);
      expect((await get(body)).content === content).toBe(true);
    }
    for (const content of ["x".repeat(256 * KiB + 1), `${"é".repeat(128 * KiB)}x`, "🐜".repeat(64 * KiB + 1)]) {
      const answer = await post("general", { content });
      expect(outcome(answer)).toBe("413 payload_too_large");
      expect(answer.body.error.details).toEqual([{ path: "content", bytes: Buffer.byteLength(content), limit: 256 * KiB }]);
      expect(answer.body.error.hint).not.toBe("");
      expect(outcome(await postText(content))).toBe("413 payload_too_large");
    }
    expect((await postText("x".repeat(256 * KiB))).status).toBe(201);
  });

  test("holds for an edit, which then changes nothing", async () => {
    const { body } = await post("general", { content: "short" });
    expect(outcome(await edit(body, { content: "x".repeat(256 * KiB + 1) }))).toBe("413 payload_too_large");
    expect(await get(body)).toEqual(body);
    expect((await edit(body, { content: "x".repeat(256 * KiB) })).status).toBe(200);
  });

  test("holds for metadata: an object of any keys to exactly 16 KiB of JSON", async () => {
    const sized = (bytes: number) => ({ k: "v".repeat(bytes - '{"k":""}'.length) });
    expect((await post("general", { content: "x", metadata: sized(16 * KiB) })).status).toBe(201);
    const answer = await post("general", { content: "x", metadata: sized(16 * KiB + 1) });
    expect(outcome(answer)).toBe("413 payload_too_large");
    expect(answer.body.error.details).toEqual([{ path: "metadata", bytes: 16 * KiB + 1, limit: 16 * KiB }]);
    expect(outcome(await post("general", { content: "x", metadata: { k: "é".repeat(8 * KiB) } }))).toBe("413 payload_too_large");
  });

  test("of a request is bounded before it is read, also when its length is not told", async () => {
    const huge = JSON.stringify({ content: "x", pad: "y".repeat(3_000_000) });
    expect(outcome(await postText(huge, "", "application/json"))).toBe("413 payload_too_large");
    const chunks = new ReadableStream({
      start(controller) {
        for (let n = 0; n < 30; n++) controller.enqueue(new TextEncoder().encode("y".repeat(100_000)));
        controller.close();
      },
    });
    expect(outcome(await postText(chunks))).toBe("413 payload_too_large");
  });
});

describe("metadata", () => {
  test("comes back as it went in, whatever its keys", async () => {
    const written = '{"nested":{"a":[1,2.5,-0.1e-7,true,null,{"b":""}]},"__proto__":{"x":1},"constructor":"c","":"empty","🐜":"ant","session_id":7}';
    const { status, body } = await colony.call("POST", "/api/channels/general/messages", { token: author, raw: `{"content":"x","metadata":${written}}` });
    expect(status).toBe(201);
    expect(JSON.stringify(body.metadata)).toBe(JSON.stringify(JSON.parse(written)));
    expect(JSON.stringify((await get(body)).metadata)).toBe(JSON.stringify(JSON.parse(written)));
  });

  test("is null when none is given, and an empty object is one", async () => {
    expect((await post("general", { content: "x", metadata: null })).body.metadata).toBeNull();
    expect((await post("general", { content: "x", metadata: {} })).body.metadata).toEqual({});
  });
});

describe("the forms of a post", () => {
  test("are JSON under any JSON type, under curl -d's form type, and under none", async () => {
    for (const type of ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.colony+json", "application/x-www-form-urlencoded", ""]) {
      const answer = await postText('{"content":"by JSON","type":"plan"}', "", type);
      expect({ type, status: answer.status, content: answer.body.content, as: answer.body.type }).toEqual({ type, status: 201, content: "by JSON", as: "plan" });
    }
  });

  test("are plain text with type and reply_to in the query", async () => {
    const parent = await colony.say("general", "build?");
    const { status, body } = await postText("line 1\nline 2 { not json\n", `?type=error&reply_to=${parent.id}`, "text/plain; charset=utf-8");
    expect(status).toBe(201);
    expect(body).toMatchObject({ content: "line 1\nline 2 { not json\n", type: "error", reply_to: parent.id, metadata: null });
    expect((await postText('{"content":"as it is"}')).body.content).toBe('{"content":"as it is"}');
  });

  test("of plain text keep a log whose bytes are not UTF-8, the odd ones replaced", async () => {
    expect((await postText(new Uint8Array([0x61, 0xff, 0x62]))).body.content).toBe("a\ufffdb");
  });

  test("of plain text refuse an empty body, a wrong type, an unknown parameter, by name", async () => {
    for (const [text, query, path] of [
      ["", "", "content"],
      ["x", "?type=poem", "type"],
      ["x", "?typ=error", "typ"],
      ["x", "?content=y", "content"],
    ] as const) {
      const answer = await postText(text, query);
      expect(outcome(answer)).toBe("422 validation_failed");
      expect(answer.body.error.details).toHaveLength(1);
      expect(answer.body.error.details[0].path).toBe(path);
    }
  });

  test("do not mix: a query beside a JSON body is refused, so that neither is dropped in silence", async () => {
    expect(outcome(await postText('{"content":"x"}', "?type=error", "application/json"))).toBe("422 validation_failed");
  });

  test.each([
    ["", "400 bad_json"],
    ["{", "400 bad_json"],
    ["content=hello", "400 bad_json"],
    ["[]", "422 validation_failed"],
    ["12", "422 validation_failed"],
    ["null", "422 validation_failed"],
    ['"a string"', "422 validation_failed"],
  ])("of JSON refuse %j with %s", async (raw, expected) => {
    for (const type of ["application/json", "application/x-www-form-urlencoded"]) expect(outcome(await postText(raw, "", type))).toBe(expected);
  });

  test.each(["application/xml", "text/html", "multipart/form-data; boundary=x", "application/octet-stream", "image/png"])("do not include %s", async (type) => {
    expect(outcome(await postText("hello", "", type))).toBe("415 unsupported_media_type");
  });
});

test("what was made or changed is answered with its bare name under `Accept: text/plain`: a message's seq, a file's id; failures keep their form", async () => {
  const plain = { accept: "text/plain" };
  const said = await colony.post("/api/channels/general/messages", { content: "named" }, { headers: { ...plain, "idempotency-key": "named-once" } });
  const again = await colony.post("/api/channels/general/messages", { content: "named" }, { headers: { ...plain, "idempotency-key": "named-once" } });
  expect([said.status, said.headers.get("content-type"), again.text, again.headers.get("idempotency-replayed")]).toEqual([201, "text/plain; charset=utf-8", said.text, "true"]);
  const at = `/api/channels/general/messages/${said.text.trim()}`;
  expect((await colony.get(at)).body).toMatchObject({ content: "named", seq: Number(said.text) });
  const edited = await colony.call("PATCH", at, { body: { content: "renamed" }, headers: plain });
  expect([edited.status, edited.text]).toEqual([200, said.text]);
  const log = await colony.call("POST", "/api/channels/general/messages?type=result", { raw: "a log", headers: { ...plain, "content-type": "text/plain" } });
  expect(Number(log.text)).toBeGreaterThan(Number(said.text));
  const file = await colony.call("POST", "/api/files?name=a.txt", { raw: "a", headers: { ...plain, "content-type": "application/octet-stream" } });
  expect((await colony.get(`/api/files/${file.text.trim()}`)).body.name).toBe("a.txt");
  const enveloped = await colony.post("/api/v1/channels/general/messages", { content: "named too" }, { headers: plain });
  expect(enveloped.text).toMatch(/^\d+\n$/);
  expect(outcome(await colony.post("/api/channels/general/messages", { content: "" }, { headers: plain }))).toBe("422 validation_failed");
});

describe("an edit", () => {
  test("changes what it names, says when, and nothing else", async () => {
    const { body: before } = await post("general", { content: "before", type: "plan", metadata: { a: 1 } });
    const { status, body } = await edit(before, { content: "after" });
    expect(status).toBe(200);
    expect(body).toEqual({ ...before, content: "after", updated_at: expect.stringMatching(time) });
    expect(body.updated_at >= before.created_at).toBe(true);
    expect(await get(before)).toEqual(body);
    expect((await edit(before, { type: "result" })).body).toMatchObject({ content: "after", type: "result", metadata: { a: 1 } });
    expect((await edit(before, { metadata: { b: 2 } })).body).toMatchObject({ content: "after", metadata: { b: 2 } });
    expect((await edit(before, { metadata: null })).body).toMatchObject({ content: "after", metadata: null });
  });

  test("leaves nothing of the earlier text anywhere", async () => {
    const before = (await colony.get("/api/events")).body.head_seq;
    const channel = await newChannel("editing");
    const { body } = await post(channel, { content: "an unfortunate word", metadata: { note: "unfortunate" } });
    await edit(body, { content: "a better one", metadata: null });
    for (const path of [at(body), `${at(body)}/thread`, `/api/channels/${channel}/messages`, `/api/channels/${channel}/messages?format=md`, `/api/events?after_seq=${before}`])
      expect((await colony.get(path)).text).not.toContain("unfortunate");
  });

  test.each([{}, { content: "" }, { content: null }, { type: "poem" }, { reply_to: null }, { attachments: [] }, { deleted_at: null }, { via: "web" }])(
    "of %j is refused",
    async (body) => {
      const message = await colony.say("general", "unchanged", {}, author);
      expect(outcome(await edit(message, body))).toBe("422 validation_failed");
      expect(await get(message)).toEqual(message);
    },
  );

  test("is the author's alone; of a deleted message, nobody's; of none, 404", async () => {
    const message = await colony.say("general", "mine", {}, author);
    for (const token of [other, colony.admin]) expect(outcome(await edit(message, { content: "theirs" }, token))).toBe("403 forbidden");
    expect((await remove(message)).status).toBe(204);
    expect(outcome(await edit(message, { content: "back" }))).toBe("409 message_deleted");
    expect(outcome(await edit(message, { content: "back" }, other))).toBe("403 forbidden");
    const elsewhere = await newChannel("elsewhere");
    expect(outcome(await edit({ ...message, channel_id: elsewhere }, { content: "x" }))).toBe("404 not_found");
    expect(outcome(await edit({ ...message, id: "01a1fd53-2c6d-73cb-95a9-306aa6bdd309" }, { content: "x" }))).toBe("404 not_found");
  });
});

describe("a deletion", () => {
  test("keeps the place and takes the words, twice the same; a message of another channel is not there", async () => {
    const message = await colony.say("general", "@other gone soon", { type: "error", metadata: { secret: 1 } }, author);
    const elsewhere = await newChannel("deleted-elsewhere");
    expect(outcome(await remove({ ...message, channel_id: elsewhere }))).toBe("404 not_found");
    const { status, text } = await remove(message);
    expect([status, text]).toEqual([204, ""]);
    const left = await get(message);
    expect(left).toEqual({ ...message, content: "", metadata: null, mentions: [], deleted_at: expect.stringMatching(time) });
    expect((await remove(message)).status).toBe(204);
    expect(await get(message)).toEqual(left);
  });

  test("leaves its words in no answer: history, transcript, thread, events, inbox, catch-up, a repeated key", async () => {
    const before = (await colony.get("/api/events")).body.head_seq;
    const channel = await newChannel("deleting");
    const parent = await colony.say(channel, "parent", {}, other);
    const key = { headers: { "idempotency-key": "deleted later" }, token: author };
    const body = { content: "@other unspeakable", metadata: { note: "unspeakable" }, reply_to: parent.id };
    const { body: message } = await colony.post(`/api/channels/${channel}/messages`, body, key);
    await edit(message, { content: "@other still unspeakable" });
    const paths = [
      `/api/channels/${channel}/messages`,
      `/api/channels/${channel}/messages?format=ndjson`,
      `/api/channels/${channel}/messages?format=md`,
      `/api/channels/${channel}/messages?since=2020-01-01`,
      at(message),
      `${at(message)}/thread`,
      `${at(parent)}/thread`,
      `/api/events?after_seq=${before}`,
      `/api/channels/${channel}/events?after_seq=0`,
      "/api/inbox?after_seq=0",
      "/api/catchup",
      "/api/catchup?format=md",
      `/api/v1/channels/${channel}/messages`,
    ];
    for (const path of paths) expect({ path, found: (await colony.get(path, { token: other })).text.includes("unspeakable") }).toEqual({ path, found: true });
    await remove(message);
    for (const path of paths) expect({ path, found: (await colony.get(path, { token: other })).text.includes("unspeakable") }).toEqual({ path, found: false });
    const replayed = await colony.post(`/api/channels/${channel}/messages`, body, key);
    expect([replayed.status, replayed.headers.get("idempotency-replayed"), replayed.text.includes("unspeakable")]).toEqual([201, "true", false]);
    await colony.say(channel, "after");
    expect((await colony.get(`/api/channels/${channel}`, { token: other })).body).toMatchObject({ unread: 1, mentions: 0 });
  });

  test("by an admin is written down with who, what and where; one's own is not; others may not", async () => {
    const [mine, theirs] = [await colony.say("general", "mine", {}, author), await colony.say("general", "removed by force", {}, author)];
    expect(outcome(await remove(theirs, other))).toBe("403 forbidden");
    await remove(mine);
    expect((await remove(theirs, colony.admin)).status).toBe(204);
    const rows = auditRows(colony.data).filter(({ action }) => action === "message_deleted_by_admin");
    expect(rows.map(({ actor, subject }) => [actor, subject])).toEqual([["admin", theirs.id]]);
    expect(JSON.stringify(rows)).toContain(theirs.channel_id);
    expect(JSON.stringify(rows)).not.toContain("removed by force");
  });
});
