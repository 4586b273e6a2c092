import { beforeAll, describe, expect, test } from "bun:test";
import { slackText } from "../src/webhooks/slack.ts";
import { type Call, Colony, outcome } from "./colony.ts";
import { auditRows, bytesOnDisk } from "./people.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start({ COLONY_LOG_LEVEL: "debug" });
});

let channels = 0;
/** A channel of its own with a webhook into it. `post`: what others do with its address. */
const opened = async (channel: Record<string, unknown> = {}, token = colony.admin) => {
  const name = `open-${++channels}`;
  await colony.post("/api/channels", { name, ...channel }, { token });
  const { status, body: hook } = await colony.post(`/api/channels/${name}/webhooks`, { kind: "in", name: "Build server" }, { token });
  expect(status).toBe(201);
  const path = hook.post_url.slice(colony.url.length);
  const post = (raw: string, type = "application/json", call: Call = {}) => colony.call("POST", path, { token: null, raw, headers: { "content-type": type }, ...call });
  const said = async () => (await colony.get(`/api/channels/${name}/messages`, { token })).body;
  return { name, hook, path, post, said };
};

describe("an incoming webhook", () => {
  test("takes text, JSON as Slack's, a form's payload and the fields of a post, and answers ok", async () => {
    const { hook, post, said } = await opened();
    const form = "application/x-www-form-urlencoded";
    for (const [raw, type] of [
      ["a log line\nand another", "text/plain; charset=utf-8"],
      ['{"text":"from Slack\'s sender"}', "application/json"],
      [`payload=${encodeURIComponent('{"text":"in a form"}')}`, form],
      ['{"text":"curl -d"}', form],
      ["text=one+field", form],
      ['{"content":"ours","type":"result","metadata":{"build":417}}', "application/json"],
    ] as const) {
      const answer = await post(raw, type);
      expect([raw, answer.status, answer.text]).toEqual([raw, 200, "ok"]);
      expect(answer.headers.get("content-type")).toStartWith("text/plain");
    }
    const messages = await said();
    expect(messages.map(({ content }: { content: string }) => content)).toEqual(["a log line\nand another", "from Slack's sender", "in a form", "curl -d", "one field", "ours"]);
    expect(messages[5]).toMatchObject({ type: "result", metadata: { build: 417 }, via: "webhook" });
    for (const { user, via } of messages) expect([user, via]).toEqual([hook.agent, "webhook"]);
    expect(hook.agent).toMatchObject({ role: "agent", display_name: "Build server", username: expect.stringMatching(/^hook-build-server-[a-z0-9]{6}$/) });
  });

  test("refuses what it cannot say, by name", async () => {
    const { name, post, said } = await opened();
    for (const [raw, expected] of [
      ["", "422 validation_failed"],
      ["{}", "422 validation_failed"],
      ["[]", "422 validation_failed"],
      ["{", "400 bad_json"],
      ['{"text":7}', "422 validation_failed"],
      ['{"content":"x","via":"web"}', "422 validation_failed"],
      ['{"content":"x","type":"shout"}', "422 validation_failed"],
      ['{"content":"x","reply_to":"none"}', "422 reply_not_found"],
      [JSON.stringify({ text: "x".repeat(300_000) }), "413 payload_too_large"],
    ] as const)
      expect([raw.slice(0, 40), outcome(await post(raw))]).toEqual([raw.slice(0, 40), expected]);
    expect((await post('{"content":"x","via":"web"}')).body.error.details[0].path).toBe("via");
    // What is nested deeper than the database reads would end every history that is filtered by session.
    const deep = `{"content":"x","metadata":{"a":${"[".repeat(1_500)}${"]".repeat(1_500)}}}`;
    expect(outcome(await post(deep))).toBe("422 validation_failed");
    expect((await colony.get(`/api/channels/${name}/messages?session_id=s`)).body).toEqual([]);
    expect(await said()).toEqual([]);
  });

  test("has a secret that is shown once, kept as a hash, and stands in no log", async () => {
    const { name, hook, path, post } = await opened();
    const secret = path.split("/").at(-1) ?? "";
    expect(secret.length).toBeGreaterThan(30);
    await post('{"text":"hello"}');
    for (const elsewhere of [`/api/v1${path}`, `/${path}`, `${path}/slack`, `/HOOKS/${secret}`])
      expect((await colony.call("POST", elsewhere, { token: null, raw: "{}" })).status).toBeGreaterThan(400);
    const listed = await colony.get(`/api/channels/${name}/webhooks`);
    expect(listed.body[0]).toMatchObject({ id: hook.id, kind: "in", name: "Build server", agent: hook.agent, url: null });
    expect(listed.text).not.toContain(secret);
    expect(bytesOnDisk(colony.data).includes(secret)).toBe(false);
    expect(JSON.stringify(auditRows(colony.data))).not.toContain(secret);
    await colony.stop();
    expect(colony.output).toContain('"path":"/hooks/…"');
    expect(colony.output).not.toContain(secret);
    await colony.run();
  });

  test("is one of nothing when the secret is wrong, and of nothing more once it is ended; its agent goes with it", async () => {
    const { name, hook, path, post, said } = await opened();
    expect(outcome(await colony.post("/hooks/wrong", { text: "x" }, { token: null }))).toBe("404 not_found");
    expect((await post('{"text":"in time"}')).status).toBe(200);
    expect((await colony.call("DELETE", `/api/channels/${name}/webhooks/${hook.id}`)).status).toBe(204);
    expect(outcome(await colony.call("POST", path, { token: null, body: { text: "too late" } }))).toBe("404 not_found");
    expect((await said()).map(({ content }: { content: string }) => content)).toEqual(["in time"]);
    expect((await colony.get(`/api/users/${hook.agent.id}`)).body.deactivated_at).not.toBeNull();
    expect((await colony.get(`/api/channels/${name}/members`)).text).not.toContain(hook.agent.id);
    expect((await colony.get(`/api/channels/${name}/webhooks`)).body).toEqual([]);
    // Also where everyone stays for good.
    const { body } = await colony.post("/api/channels/general/webhooks", { kind: "in", name: "x" });
    expect((await colony.call("DELETE", `/api/channels/general/webhooks/${body.id}`)).status).toBe(204);
  });

  test("says a retry under its key once, and no more than it may in a minute", async () => {
    const { post, said } = await opened();
    const headers = { "content-type": "application/json", "idempotency-key": "build-417" };
    for (const replayed of [null, "true", "true"]) {
      const answer = await post('{"text":"once"}', "", { headers });
      expect([answer.status, answer.headers.get("idempotency-replayed")]).toEqual([200, replayed]);
    }
    expect(await said()).toHaveLength(1);
    const flood = await Promise.all(Array.from({ length: 130 }, (_, n) => post(`{"text":"flood ${n}"}`)));
    const refused = flood.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await said()).toHaveLength(1 + flood.length - refused.length);
  });

  test("of a private channel shows nothing to outsiders, and ends when its maker may not read there", async () => {
    const maker = await colony.user("maker", "ape");
    await colony.user("heir", "agent");
    const { name, hook, path, post, said } = await opened({ visibility: "private", members: ["heir"] }, maker);
    expect((await post('{"text":"a secret"}')).status).toBe(200);
    expect((await said())[0]).toMatchObject({ content: "a secret", user: { display_name: "Webhook" } });
    // It is nobody who could be left behind there.
    expect((await colony.get(`/api/channels/${name}/members`, { token: maker })).body).toHaveLength(2);
    const outsider = await colony.user("outsider");
    const everything = await Promise.all(
      ["/api/users", "/api/events?after_seq=0&limit=10000", "/api/channels", "/api/presence"].flatMap((where) =>
        [outsider, colony.admin].map((token) => colony.get(where, { token })),
      ),
    );
    const audit = await colony.get("/api/audit?action=webhook_created,webhook_changed");
    for (const { text } of everything) for (const hidden of [name, hook.id, "a secret"]) expect(text).not.toContain(`"${hidden}"`);
    for (const hidden of [`"${name}"`, hook.id]) expect(audit.text).not.toContain(hidden);
    await colony.call("POST", `/api/channels/${name}/leave`, { token: maker, body: {} });
    expect(outcome(await colony.call("POST", path, { token: null, body: { text: "from outside" } }))).toBe("404 not_found");
  });

  test("is made and tended by who made the channel, or an admin, and by nobody else", async () => {
    const maker = await colony.user("channel-maker", "ape");
    const other = await colony.user("bystander", "ape");
    const { name, hook } = await opened({}, maker);
    const path = `/api/channels/${name}/webhooks`;
    for (const [method, at, body] of [
      ["GET", path, undefined],
      ["POST", path, { kind: "in", name: "Mine" }],
      ["PATCH", `${path}/${hook.id}`, { name: "Mine" }],
      ["DELETE", `${path}/${hook.id}`, undefined],
    ] as const)
      expect([method, outcome(await colony.call(method, at, { token: other, body }))]).toEqual([method, "403 forbidden"]);
    expect((await colony.call("PATCH", `${path}/${hook.id}`, { body: { name: "The builder" } })).body.name).toBe("The builder");
    expect(outcome(await colony.get(`${path}/${hook.id}/deliveries`))).toBe("404 not_found");
    const { body: direct } = await colony.post("/api/dms", { user: "bystander", content: "hi" });
    expect(outcome(await colony.post(`/api/channels/${direct.channel_id}/webhooks`, { kind: "in", name: "x" }))).toBe("409 conversation_fixed");
    const key = { headers: { "idempotency-key": "hook" } };
    const [first, again] = [await colony.post(path, { kind: "in", name: "Twice" }, key), await colony.post(path, { kind: "in", name: "Twice" }, key)];
    expect([again.body, again.headers.get("idempotency-replayed")]).toEqual([first.body, "true"]);
    expect((await colony.get(path)).body).toHaveLength(2);
  });
});

test.each([
  ["plain words", "plain words"],
  ["see <https://example.com/x|the build> and <https://example.com>", "see [the build](https://example.com/x) and https://example.com"],
  ["*bold*, _slanted_, ~struck~, 2 * 3 * 4", "**bold**, _slanted_, ~~struck~~, 2 * 3 * 4"],
  ["a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"],
  ["`*code*` stays, ```*all of it*```", "`*code*` stays, ```*all of it*```"],
  ["<!here> <!channel> <!everyone>", "@here @channel @channel"],
])("Slack's %p is written %p", (text, expected) => {
  expect(slackText({ text })).toBe(expected);
});

test("a Slack message without text says its blocks and attachments", () => {
  const blocks = [
    { type: "header", text: { type: "plain_text", text: "Deploy" } },
    { type: "section", text: { type: "mrkdwn", text: "done" }, fields: [{ type: "mrkdwn", text: "*env*: prod" }] },
    { type: "divider" },
  ];
  const attachments = [
    { title: "Build 417", title_link: "https://ci.example.com/417", text: "failed", fields: [{ title: "Branch", value: "main" }] },
    { fallback: "seen elsewhere" },
    7,
  ];
  expect(slackText({ blocks, attachments })).toBe("**Deploy**\n\ndone\n**env**: prod\n\n[Build 417](https://ci.example.com/417)\nfailed\nBranch: main\n\nseen elsewhere");
  expect(slackText({ text: 7, blocks: "x", attachments: {} })).toBe("");
});
