import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ADMIN_PASSWORD, Colony, outcome, until } from "./colony.ts";
import { Mcp, post } from "./mcp.ts";

/** Stands in whatever a token may not see. */
const CANARY = "wombat";

let colony: Colony;
let agent: string;
const open: Mcp[] = [];

beforeAll(async () => {
  colony = await Colony.start({ COLONY_PUBLIC_URL: "https://colony.example:8443" });
  agent = await colony.user("agent");
});

afterAll(() => Promise.all(open.map((one) => one.close())));

const connected = async (token: string, mode: "legacy" | "auto" = "legacy"): Promise<Mcp> => {
  const one = await Mcp.http(colony, token, mode);
  open.push(one);
  return one;
};

describe("the door", () => {
  test("lets nobody in without a token, and says which kind it takes", async () => {
    const none = await post(colony, null);
    expect([outcome(none), none.headers.get("www-authenticate")]).toEqual(["401 unauthorized", 'Bearer realm="colony"']);
    const wrong = await post(colony, "col_aaaaaaaa_nobody");
    expect([outcome(wrong), wrong.headers.get("www-authenticate")]).toEqual(["401 unauthorized", 'Bearer realm="colony", error="invalid_token"']);
    const session = await colony.signIn("admin", ADMIN_PASSWORD);
    expect(outcome(await post(colony, null, { cookie: `colony_session=${session}`, origin: colony.url }))).toBe("401 unauthorized");
    expect(outcome(await post(colony, null, { authorization: `Basic ${btoa(`admin:${ADMIN_PASSWORD}`)}` }))).toBe("401 unauthorized");
  });

  test("is closed to pages of other origins, and to names that were made to lead here", async () => {
    for (const origin of ["http://evil.example", "http://localhost:3000", "null", "https://colony.example"])
      expect([origin, outcome(await post(colony, agent, { origin }))]).toEqual([origin, "403 origin_mismatch"]);
    for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:4747"]) {
      expect([host, outcome(await post(colony, agent, { host }))]).toEqual([host, "403 host_unknown"]);
      // As a page would be there whose name leads here: its origin is the host it asks.
      expect([host, outcome(await post(colony, agent, { host, origin: `http://${host}` }))]).toEqual([host, "403 host_unknown"]);
    }
  });

  test("is open under the server's own addresses: of the machine, by number, within a network, and the public one", async () => {
    for (const host of ["localhost", "127.0.0.1:4747", "[::1]:80", "192.168.1.20:4747", "colony:4747", "colony.example:8443", "agents.localhost"])
      expect([host, (await post(colony, agent, { host })).status]).toEqual([host, 200]);
    expect((await post(colony, agent, { host: "colony.example:8443", origin: "https://colony.example:8443" })).status).toBe(200);
    expect((await post(colony, agent, { origin: colony.url })).status).toBe(200);
  });

  test("keeps no stream of its own, takes JSON alone, and tells what it is asked as everywhere", async () => {
    for (const method of ["GET", "DELETE"]) expect(outcome(await colony.call(method, "/mcp", { token: agent }))).toBe("405 method_not_allowed");
    expect(outcome(await colony.call("GET", "/mcp", { token: null }))).toBe("401 unauthorized");
    expect((await colony.call("POST", "/mcp", { token: agent, raw: "{", headers: { "content-type": "application/json" } })).status).toBe(400);
    const answer = await post(colony, agent);
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    await until(() => (colony.output.includes(answer.headers.get("x-request-id") ?? "?") ? true : undefined));
    const line = colony.output.split("\n").find((one) => one.includes(answer.headers.get("x-request-id") ?? "?")) ?? "";
    expect(JSON.parse(line)).toMatchObject({ event: "request", method: "POST", path: "/mcp", status: 200, user: "agent" });
    expect(colony.output).not.toContain(agent);
  });

  test("counts what comes against the token's limit", async () => {
    const strict = await Colony.start({ COLONY_RATE_LIMIT: "3" });
    const { body } = await strict.post("/api/auth/token", { name: "few" });
    const answers = [];
    for (let count = 0; count < 4; count++) answers.push(await post(strict, body.token));
    expect(answers.map(outcome)).toEqual(["200", "200", "200", "429 rate_limited"]);
    expect(answers[0]?.headers.get("ratelimit-limit")).toBe("3");
    // Several in one would count as one.
    const call = { jsonrpc: "2.0", id: 1, method: "tools/list" };
    expect(outcome(await post(colony, agent, {}, [call, call]))).toBe("422 validation_failed");
    await strict.stop();
  });
});

describe("a token", () => {
  test("that is revoked is refused at once, also while it waits", async () => {
    const { body: key } = await colony.post("/api/auth/token", { name: "short" }, { token: agent });
    const client = await connected(key.token);
    await client.get("channels");
    const { seq } = await colony.say("general", "before");
    const waiting = client.call("inbox", { wait: 55, after_seq: seq });
    await until(async () => (await colony.get("/api/presence")).body.find(({ presence }: { presence: string }) => presence === "online"));
    await colony.call("DELETE", `/api/auth/keys/${key.id}`, { token: agent });
    expect((await waiting).json).toMatchObject({ code: "unauthorized" });
    await expect(client.call("channels")).rejects.toThrow();
    expect(outcome(await post(colony, key.token))).toBe("401 unauthorized");
  });

  test("whose writes must be signed reads, and writes with a signature alone", async () => {
    const { body: key } = await colony.post("/api/auth/token", { name: "careful", signed: true }, { token: agent });
    const client = await connected(key.token);
    expect((await client.get("channels")).text).toContain("#general");
    const { json } = await client.call("post", { channel: "general", content: "unsigned" });
    expect(json).toMatchObject({ code: "bad_signature", hint: expect.stringContaining("COLONY_TOKEN_SECRET") });
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "post", arguments: { channel: "general", content: "signed" } } });
    const t = Math.floor(Date.now() / 1000);
    const digest = new Bun.CryptoHasher("sha256").update(body).digest("hex");
    const v1 = new Bun.CryptoHasher("sha256", key.secret).update(`${t}.POST./mcp.${digest}`).digest("hex");
    const send = (signature: string) =>
      colony.call("POST", "/mcp", {
        token: key.token,
        raw: body,
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream", "x-colony-signature": signature },
      });
    expect(outcome(await send(`t=${t},v1=${"0".repeat(64)}`))).toBe("401 bad_signature");
    expect((await send(`t=${t},v1=${v1}`)).text).toContain('\\"seq\\":');
    const { body: said } = await colony.get("/api/channels/general/messages?user_id=agent");
    expect(said.map(({ content }: { content: string }) => content)).toEqual(["signed"]);
  });

  test.each(["legacy", "auto"] as const)(
    "sees nothing that it may not, by any tool or resource, protocol %s",
    async (mode) => {
      const member = await colony.user(`member-${mode}`, "ape");
      const partner = `partner-${mode}`;
      await colony.user(partner);
      const as = { token: member };
      const name = `${CANARY}-${mode}`;
      const { body: room } = await colony.post("/api/channels", { name, visibility: "private", topic: CANARY }, as);
      const { body: file } = await colony.call("POST", `/api/files?name=${CANARY}.txt`, { ...as, raw: CANARY });
      const message = await colony.say(room.id, `@agent @channel ${CANARY}`, { attachments: [file.id], ask: { options: [CANARY, "no"] } }, member);
      const { body: direct } = await colony.post("/api/dms", { user: partner, content: CANARY }, as);
      const { body: project } = await colony.post("/api/projects", { name: `${name}-works`, visibility: "private" }, as);
      await colony.post(`/api/projects/${project.slug}/files`, { path: `${CANARY}.txt`, content: CANARY }, as);
      const { body: run } = await colony.post(`/api/projects/${project.slug}/container/execute?wait=25`, { command: `echo ${CANARY}` }, as);

      const asks: [string, Record<string, unknown>][] = [
        ["catchup", {}],
        ["inbox", {}],
        ["channels", {}],
        ["projects", {}],
        ["search", { q: CANARY }],
        ["status", {}],
        ["download", { file: file.id }],
      ];
      for (const channel of [name, room.id, direct.channel_id]) {
        const of = { channel, message: message.id };
        asks.push(
          ["read", { channel }],
          ["post", { channel, content: "x" }],
          ["ask", { channel, question: "x", options: ["a", "b"] }],
          ["ask", of],
          ["edit", { ...of, content: "x" }],
        );
        asks.push(["answer", { ...of, option: "no" }], ["claim", of], ["release", of], ["react", { ...of, emoji: "👍" }]);
      }
      const { slug } = project;
      asks.push(["run", { project: slug, command: "true" }], ["run", { project: slug, run: run.id }], ["run", { project: slug, run: run.id, stop: true }]);
      asks.push(["console", { project: slug }], ["console", { project: slug, errors: true }], ["list_files", { project: slug }]);
      asks.push(["read_file", { project: slug, path: `${CANARY}.txt` }], ["write_file", { project: slug, path: "x", content: "x" }]);

      const outsider = await connected(agent, mode);
      const insider = await connected(member, mode);
      const { tools } = await outsider.client.listTools();
      const tried = new Set(asks.map(([tool]) => tool));
      expect(tools.map((one) => one.name).filter((tool) => !tried.has(tool))).toEqual(["upload"]);
      const hidden = [CANARY, room.id, direct.channel_id, message.id, run.id, file.id];
      for (const [tool, given] of asks) {
        const { text, failed } = await outsider.call(tool, given);
        const said = JSON.stringify(given);
        for (const secret of hidden.filter((one) => !said.includes(one))) expect({ tool, given, text }).toEqual({ tool, given, text: expect.not.stringContaining(secret) });
        if ("channel" in given || "project" in given || "file" in given)
          expect({ tool, given, failed, text }).toMatchObject({ failed: true, text: expect.stringContaining("not_found") });
      }
      for (const tool of ["channels", "projects"]) expect((await insider.get(tool)).text).toContain(CANARY);
      expect((await insider.get("read", { channel: name })).text).toContain(CANARY);

      const { resources } = await outsider.client.listResources();
      expect(JSON.stringify(resources)).not.toContain(CANARY);
      expect(JSON.stringify((await insider.client.listResources()).resources)).toContain(CANARY);
      for (const channel of [name, room.id, direct.channel_id])
        await expect(outsider.client.readResource({ uri: `colony://channels/${channel}/transcript` })).rejects.toMatchObject({
          message: expect.stringMatching(/^not_found: There is no channel/),
          data: { uri: `colony://channels/${channel}/transcript` },
        });
      expect(JSON.stringify((await outsider.client.readResource({ uri: "colony://channels" })).contents)).not.toContain(CANARY);
    },
    30_000,
  );
});

test("a client does not notice that the server was killed and started again, in either protocol", async () => {
  const data = await Colony.start();
  const token = await data.user("worker");
  const clients = await Promise.all((["legacy", "auto"] as const).map((mode) => Mcp.http(data, token, mode)));
  const port = Number(new URL(data.url).port);
  const asked = await Promise.all(clients.map((client) => client.get("ask", { channel: "general", question: "Still here?", options: ["yes", "no"], wait: 0 })));
  await data.stop("SIGKILL");
  await data.run(port);
  for (const [at, client] of clients.entries()) {
    const { channel, message } = asked[at]?.json ?? {};
    await data.post(`/api/channels/${channel}/messages/${message}/answer`, { option: "yes" });
    expect((await client.get("ask", { channel, message })).json).toMatchObject({ state: "answered", answer: { option: "yes" } });
    expect((await client.get("read", { channel: "general" })).text).toContain("Still here?");
    await client.close();
  }
  await data.stop();
}, 30_000);
