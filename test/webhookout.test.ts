import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { isPublic } from "../src/webhooks/addresses.ts";
import { send } from "../src/webhooks/send.ts";
import { Colony, outcome, until } from "./colony.ts";
import { auditRows, bytesOnDisk } from "./people.ts";
import { type Received, Receiver } from "./receiver.ts";

const hmac = (secret: string, text: string): string => new Bun.CryptoHasher("sha256", secret).update(text).digest("hex");

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start({ COLONY_WEBHOOK_ALLOW_PRIVATE: "true", COLONY_LOG_LEVEL: "debug" });
});

let channels = 0;
/** A channel of its own with a webhook to a receiver of its own. */
const wired = async (more: Record<string, unknown> = {}, channel: Record<string, unknown> = {}, token = colony.admin) => {
  const receiver = Receiver.open();
  const name = `wired-${++channels}`;
  await colony.post("/api/channels", { name, ...channel }, { token });
  const { status, body } = await colony.post(`/api/channels/${name}/webhooks`, { kind: "out", name: "Deployer", url: receiver.url, ...more }, { token });
  expect(status).toBe(201);
  const path = `/api/channels/${name}/webhooks/${body.id}`;
  return { receiver, name, hook: body, path, log: async () => (await colony.get(`${path}/deliveries`, { token })).body };
};
const contents = (received: Received[]): unknown[] => received.map(({ body }) => body.data?.content);

describe("an outgoing webhook", () => {
  test("is sent what happens in its channel, in order, signed under a secret shown once", async () => {
    const { receiver, name, hook, path, log } = await wired({ events: ["message", "edit", "delete"] });
    const said = await Promise.all(Array.from({ length: 30 }, (_, n) => colony.say(name, `word ${n}`)));
    await colony.say("general", "of another channel");
    const last = said.toSorted((a, b) => a.seq - b.seq).at(-1);
    const edited = await colony.call("PATCH", `/api/channels/${name}/messages/${last.id}`, { body: { content: "edited" } });
    const received = await receiver.has(31);
    expect(received.map(({ body }) => body.seq)).toEqual(received.map(({ body }) => body.seq).toSorted((a: number, b: number) => a - b));
    expect(received[0]?.body).toMatchObject({ webhook: hook.id, channel: { id: last.channel_id, name }, event: "message", channel_id: last.channel_id });
    expect(received.at(-1)?.body).toMatchObject({ event: "edit", data: edited.body });
    for (const { headers, text, body } of received) {
      const [, t = "", v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers["x-colony-signature"] ?? "") ?? [];
      expect(v1).toBe(hmac(hook.secret, `${t}.${text}`));
      expect([headers["x-colony-delivery"], headers["x-colony-event"], headers["content-type"]]).toEqual([body.delivery, body.event, "application/json"]);
    }
    expect(new Set(received.map(({ body }) => body.delivery)).size).toBe(31);
    const id = received[0]?.body.data.id;
    await colony.call("DELETE", `/api/channels/${name}/messages/${id}`);
    expect((await receiver.has(32)).at(-1)?.body).toMatchObject({ event: "delete", data: { id } });
    const settled = await until(async () => {
      const all = await log();
      return all.length === 32 && all.every(({ state }: { state: string }) => state === "delivered") ? all : undefined;
    });
    expect(settled[0]).toMatchObject({ event: "delete", status: 200, attempts: 1, response: "thanks", error: null, next_at: null });
    for (const where of [await colony.get(path.replace(/\/[^/]+$/, "")), JSON.stringify(auditRows(colony.data)), colony.output])
      expect(JSON.stringify(where)).not.toContain(hook.secret);
    expect(bytesOnDisk(colony.data).includes(hook.secret)).toBe(false);
  });

  test("tries again what failed, under the same delivery, before anything that came later; and goes on after a restart", async () => {
    const { receiver, name, log } = await wired();
    receiver.answer = () => new Response("not now", { status: 503 });
    await colony.say(name, "first");
    await colony.say(name, "second");
    await receiver.has(1);
    const waiting = await until(async () => {
      const last = (await log()).at(-1);
      return last?.attempts === 1 ? last : undefined;
    });
    expect(waiting).toMatchObject({ state: "waiting", status: 503, response: "not now", next_at: expect.any(String) });
    await colony.stop();
    receiver.answer = () => new Response("thanks");
    await colony.run();
    await colony.say(name, "third");
    const received = await receiver.has(4);
    expect(contents(received)).toEqual(["first", "first", "second", "third"]);
    expect(received[1]?.body.delivery).toBe(received[0]?.body.delivery);
  });

  test("after a kill sends what is still to be sent, in order, and never a word deleted meanwhile", async () => {
    const { receiver, name, path, log } = await wired();
    await colony.call("PATCH", path, { body: { paused: true } });
    await colony.say(name, "in the way");
    const doomed = await colony.say(name, "deleted before it was sent");
    await colony.say(name, "stays");
    receiver.answer = () => new Response(null, { status: 500 });
    await colony.call("PATCH", path, { body: { paused: false } });
    await receiver.has(1);
    await until(async () => ((await log()).at(-1)?.attempts === 1 ? true : undefined));
    expect(await log()).toHaveLength(3);
    await colony.call("DELETE", `/api/channels/${name}/messages/${doomed.id}`);
    await colony.stop("SIGKILL");
    receiver.answer = () => new Response("thanks");
    await colony.run();
    expect(contents(await receiver.has(3))).toEqual(["in the way", "in the way", "stays"]);
    const settled = await until(async () => {
      const all = await log();
      return all.every(({ state }: { state: string }) => state !== "waiting") ? all : undefined;
    });
    expect(settled.map(({ state }: { state: string }) => state)).toEqual(["delivered", "gone", "delivered"]);
  });

  test("is paused when hours of trying were in vain, says so in the channel, and goes on where it stopped when it is let", async () => {
    const { receiver, name, path, log } = await wired();
    receiver.answer = () => new Response("broken", { status: 500 });
    await colony.say(name, "the last straw");
    await receiver.has(1);
    await until(async () => ((await log())[0]?.attempts === 1 ? true : undefined));
    await colony.stop();
    // As if the night were over: one more try, and that is the last.
    const database = new Database(join(colony.data, "colony.db"));
    database.run("UPDATE deliveries SET attempts = 9, next_at = NULL WHERE state = 'waiting'");
    database.close();
    await colony.run();
    const told = await until(async () => (await colony.get(`/api/channels/${name}/messages?type=error`)).body[0]);
    expect(told).toMatchObject({ via: "webhook", type: "error", mentions: ["admin"], user: { role: "agent", display_name: "Deployer" } });
    expect(told.content).toContain("paused");
    expect(told.content).toContain("what else happens for 90 days");
    const paused = (await colony.get(path.replace(/\/[^/]+$/, ""))).body[0];
    expect(paused).toMatchObject({ paused_at: expect.any(String), paused_why: expect.stringContaining("answered 500") });
    const tries = receiver.received.length;
    receiver.answer = () => new Response("thanks");
    await colony.say(name, "meanwhile");
    expect((await colony.call("PATCH", path, { body: { paused: false } })).body).toMatchObject({ paused_at: null, paused_why: null });
    const after = (await receiver.has(tries + 3)).slice(tries);
    expect(contents(after)).toEqual(["the last straw", told.content, "meanwhile"]);
    const audit = await colony.get("/api/audit?action=webhook_paused");
    expect(audit.body.entries[0]).toMatchObject({ actor: null, address: "server", subject: { kind: "channel", name } });
  });

  test("is pinged, and sends again what it sent, at once and with what came of it", async () => {
    const { receiver, name, path, log } = await wired();
    const ping = await colony.call("POST", `${path}/ping`);
    expect([ping.status, ping.body]).toMatchObject([200, { event: "ping", state: "delivered", status: 200, response: "thanks", seq: null }]);
    expect(receiver.received[0]?.body).toMatchObject({ event: "ping", data: null });
    await colony.say(name, "once");
    await receiver.has(2);
    const [first] = await until(async () => ((await log())[0]?.state === "delivered" ? log() : undefined));
    receiver.answer = () => new Response("x".repeat(5_000_000), { status: 418 });
    const again = await colony.call("POST", `${path}/deliveries/${first.id}/redeliver`);
    expect(again.body).toMatchObject({ event: "message", seq: first.seq, state: "failed", status: 418, attempts: 1 });
    expect(again.body.response).toHaveLength(1024);
    expect(contents(receiver.received)).toEqual([undefined, "once", "once"]);
    expect(outcome(await colony.call("POST", `${path}/deliveries/none/redeliver`))).toBe("404 not_found");
  });

  test("follows no redirect", async () => {
    const { receiver, path } = await wired();
    const elsewhere = Receiver.open();
    receiver.answer = () => Response.redirect(elsewhere.url, 307);
    const { body } = await colony.call("POST", `${path}/ping`);
    expect(body).toMatchObject({ state: "failed", status: 307, error: expect.stringContaining("redirect") });
    expect(elsewhere.received).toEqual([]);
  });

  test("stops when its maker may no longer read the channel, and sends nothing of after that", async () => {
    const maker = await colony.user("maker", "ape");
    await colony.user("heir");
    const { receiver, name, path } = await wired({}, { visibility: "private", members: ["heir"] }, maker);
    await colony.say(name, "while in it", {}, maker);
    await receiver.has(1);
    await colony.call("POST", `/api/channels/${name}/leave`, { token: maker, body: {} });
    const heir = (await colony.post("/api/users/heir/keys", { name: "x" })).body.token;
    await colony.say(name, "after they left", {}, heir);
    await until(async () => (auditRows(colony.data).some(({ action, details }) => action === "webhook_paused" && details?.includes("may not read")) ? true : undefined));
    expect(contents(receiver.received)).toEqual(["while in it"]);
    expect(outcome(await colony.get(`${path}/deliveries`, { token: maker }))).toBe("404 not_found");
  });

  test("is ended at once, and takes only addresses that can be sent to", async () => {
    const { receiver, name, path } = await wired();
    expect((await colony.call("DELETE", path)).status).toBe(204);
    await colony.say(name, "nobody hears it");
    expect(outcome(await colony.call("POST", `${path}/ping`))).toBe("404 not_found");
    expect(receiver.received).toEqual([]);
    for (const url of ["ftp://example.com/", "nonsense", "http://name:word@example.com/", "javascript:alert(1)", ""])
      expect([url, outcome(await colony.post(`/api/channels/${name}/webhooks`, { kind: "out", name: "x", url }))]).toEqual([url, "422 validation_failed"]);
    for (const wrong of [{}, { url: receiver.url, events: [] }, { url: receiver.url, events: ["typing"] }])
      expect(outcome(await colony.post(`/api/channels/${name}/webhooks`, { kind: "out", name: "x", ...wrong }))).toBe("422 validation_failed");
  });
});

describe("private addresses", () => {
  test("are refused where the operator has not allowed them, written however", async () => {
    const own = await Colony.start();
    const receiver = Receiver.open();
    const { port } = new URL(receiver.url);
    for (const host of [
      "127.0.0.1",
      "localhost",
      "2130706433",
      "0x7f.1",
      "127.1",
      "[::1]",
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "0.0.0.0",
      "169.254.169.254",
      "10.0.0.1",
      "[fd00::1]",
      "[fe80::1]",
    ])
      expect([host, outcome(await own.post("/api/channels/general/webhooks", { kind: "out", name: "x", url: `http://${host}:${port}/` }))]).toEqual([
        host,
        "422 validation_failed",
      ]);
    expect(receiver.received).toEqual([]);
    await own.stop();
  });

  test.each([
    ["8.8.8.8", true],
    ["93.184.216.34", true],
    ["2606:2800:220:1:248:1893:25c8:1946", true],
    ["172.15.255.255", true],
    ["172.16.0.1", false],
    ["172.31.255.255", false],
    ["192.168.1.1", false],
    ["100.64.0.1", false],
    ["0.1.2.3", false],
    ["224.0.0.1", false],
    ["255.255.255.255", false],
    ["::", false],
    ["::1", false],
    ["::ffff:8.8.8.8", false],
    ["64:ff9b::7f00:1", false],
    ["2002:7f00:1::", false],
    ["2001:0:4136:e378:8000:63bf:3fff:fdd2", false],
    ["fc00::1", false],
    ["fe80::1", false],
    ["ff02::1", false],
    ["nonsense", false],
  ])("%s is of the internet: %p", (address, expected) => {
    expect(isPublic(address)).toBe(expected);
  });

  const sending = (url: string, allowPrivate: boolean) => ({ url, allowPrivate, headers: { "content-type": "text/plain" }, body: "hello", signal: new AbortController().signal });

  test("are refused when any of a name's addresses is one", async () => {
    const receiver = Receiver.open();
    const { port } = new URL(receiver.url);
    for (const answers of [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["2606:2800:220::1", "::1"]]) {
      const came = await send(sending(`http://hook.example.test:${port}/`, false), { resolve: async () => answers });
      expect(came).toMatchObject({ ok: false, status: null, error: "hook.example.test leads to a private address" });
    }
    expect(receiver.received).toEqual([]);
  });

  test("a name is asked for once, and what was checked is what is connected to, under the name", async () => {
    const receiver = Receiver.open();
    const { port } = new URL(receiver.url);
    let asked = 0;
    // Another answer each time: only the first may count.
    const resolve = async () => [asked++ === 0 ? "127.0.0.1" : "127.0.0.2"];
    const came = await send(sending(`http://hook.example.test:${port}/path?x=1`, true), { resolve });
    expect([came.ok, asked]).toEqual([true, 1]);
    expect(receiver.received[0]).toMatchObject({ path: "/path?x=1", text: "hello", headers: { host: `hook.example.test:${port}` } });
  });

  test("TLS is held to the name, not to the address", async () => {
    const { key, cert } = await certificate("hook.example.test");
    const receiver = Receiver.open({ key, cert });
    const { port } = new URL(receiver.url);
    const world = { resolve: async () => ["127.0.0.1"], ca: cert };
    expect(await send(sending(`https://hook.example.test:${port}/`, true), world)).toMatchObject({ ok: true, status: 200 });
    expect(await send(sending(`https://other.example.test:${port}/`, true), world)).toMatchObject({ ok: false, status: null, error: expect.any(String) });
    expect(await send(sending(`https://hook.example.test:${port}/`, true), { resolve: world.resolve })).toMatchObject({ ok: false, status: null });
    expect(receiver.received).toHaveLength(1);
  });

  test("a receiver that never answers, or never ends its answer, is given up; a name nobody has says so", async () => {
    const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
    const came = await send(sending(`http://127.0.0.1:${silent.port}/`, true), { time: 300 });
    expect(came).toMatchObject({ ok: false, status: null, error: "No answer within 0.3 s." });
    silent.stop(true);
    const endless = Receiver.open();
    endless.answer = () => new Response(new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("and so on")) }));
    expect(await send(sending(endless.url, true), { time: 300 })).toMatchObject({ ok: false, error: "No answer within 0.3 s." });
    const unknown = await send(sending("http://nobody.invalid/", false));
    expect([unknown.ok, unknown.status, typeof unknown.error]).toEqual([false, null, "string"]);
  });
});

/** A key and a certificate for a name, signed by itself. */
const certificate = async (name: string): Promise<{ key: string; cert: string }> => {
  const made = Bun.spawn(
    [
      "openssl",
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      "-",
      "-out",
      "-",
      "-days",
      "2",
      "-subj",
      `/CN=${name}`,
      "-addext",
      `subjectAltName=DNS:${name}`,
    ],
    { stdout: "pipe", stderr: "ignore" },
  );
  const text = await new Response(made.stdout).text();
  const part = (kind: string) => new RegExp(`-----BEGIN ${kind}-----[\\s\\S]*?-----END ${kind}-----`).exec(text)?.[0] ?? "";
  return { key: part("PRIVATE KEY"), cert: part("CERTIFICATE") };
};
