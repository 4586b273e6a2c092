import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { clientEnvironment, colonyCli } from "./cli.ts";
import { Colony, program, until } from "./colony.ts";
import { Mcp } from "./mcp.ts";

let colony: Colony;
let agent: string;
let benji: string;
const open: Mcp[] = [];

beforeAll(async () => {
  colony = await Colony.start();
  [agent, benji] = await Promise.all([colony.user("agent"), colony.user("benji", "ape")]);
});

afterAll(() => Promise.all(open.map((one) => one.close())));

/** The official client, which starts `colony mcp` itself; `said`: what that wrote on stderr. */
const started = async (mode: "legacy" | "auto", called: Parameters<typeof clientEnvironment>[1] = { token: agent }): Promise<Mcp & { said: () => string }> => {
  const [command = "", ...args] = [...program, "mcp"];
  const transport = new StdioClientTransport({ command, args, env: clientEnvironment(colony, called), stderr: "pipe" });
  let said = "";
  transport.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  const one = await Mcp.over(transport, mode);
  open.push(one);
  return Object.assign(one, { said: () => said });
};

const line = (message: object): string => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`;
const post = (id: number, content: string) => line({ id, method: "tools/call", params: { name: "post", arguments: { channel: "general", content } } });
const contents = async () => (await colony.get("/api/channels/general/messages")).body.map(({ content }: { content: string }) => content);

describe.each(["legacy", "auto"] as const)("by stdio, protocol %s,", (mode) => {
  test("an agent's loop is done: catch up, claim, plan, ask and be answered, run, read, result, inbox", async () => {
    const mcp = await started(mode);
    const task = await colony.say("general", `@agent sums, please (${mode})`, {}, benji);
    expect((await mcp.get("catchup")).text).toContain(`sums, please (${mode})`);
    await mcp.get("claim", { channel: "general", message: task.id });
    await mcp.get("post", { channel: "general", type: "plan", content: "- [ ] add", reply_to: task.id });
    const asking = mcp.get("ask", { channel: "@benji", question: "Which?", options: ["une", "deux ✓"], wait: 25 });
    const asked = await until(async () => (await colony.get("/api/questions", { token: benji })).body[0]);
    await colony.post(`/api/channels/${asked.channel.id}/messages/${asked.message.id}/answer`, { option: "deux ✓" }, { token: benji });
    expect((await asking).json).toMatchObject({ state: "answered", answer: { option: "deux ✓" } });
    await colony.post("/api/projects", { name: `Sums ${mode}` }, { token: agent });
    const project = `sums-${mode}`;
    expect((await mcp.get("run", { project, command: "echo $((20 + 22)) > sum.txt" })).json.state).toBe("succeeded");
    expect((await mcp.get("read_file", { project, path: "sum.txt" })).parts[1]?.text).toBe("42\n");
    const { seq } = (await mcp.get("post", { channel: "general", type: "result", content: "42", reply_to: task.id })).json;
    const waiting = mcp.get("inbox", { wait: 25, after_seq: seq });
    await colony.say("general", "@agent thanks", {}, benji);
    expect((await waiting).text).toContain("thanks");
    const channel = encodeURIComponent("general");
    expect(JSON.stringify((await mcp.client.readResource({ uri: `colony://channels/${channel}/transcript` })).contents)).toContain("sums, please");
    expect((await colony.get("/api/channels/general/messages?limit=2", { token: benji })).body[0]).toMatchObject({ via: "mcp", content: "42" });
    expect(mcp.said()).toBe("");
  }, 60_000);

  test("a call under way when the server is killed is answered after its start, and a post of that moment stands once", async () => {
    const mcp = await started(mode);
    const { seq } = await colony.say("general", "before");
    const waiting = mcp.get("inbox", { wait: 40, after_seq: seq });
    await until(async () => (await colony.get("/api/presence")).body.find(({ presence }: { presence: string }) => presence === "online"));
    const port = Number(new URL(colony.url).port);
    await colony.stop("SIGKILL");
    const posting = mcp.get("post", { channel: "general", content: `while away, ${mode}` });
    await colony.run(port);
    expect((await posting).json.seq).toBeGreaterThan(seq);
    await colony.say("general", `@agent back, ${mode}`, {}, benji);
    expect((await waiting).text).toContain(`back, ${mode}`);
    expect((await contents()).filter((content: string) => content === `while away, ${mode}`)).toHaveLength(1);
  }, 60_000);
});

test("a post whose answer is lost on the way is asked again and stands once", async () => {
  let lost = 0;
  const way = Bun.serve({
    port: 0,
    fetch: async (request) => {
      const body = await request.text();
      const answer = await fetch(`${colony.url}/mcp`, { method: "POST", headers: request.headers, body });
      if (!body.includes("tools/call") || lost++ > 0) return answer;
      await answer.text();
      // What was done is on disk, and the stream ends in the middle of saying so.
      return new Response("event: message\ndata: {", { headers: { "content-type": "text/event-stream" } });
    },
  });
  const { out } = await colonyCli(colony, ["mcp"], { token: agent, env: { COLONY_URL: way.url.origin }, stdin: post(1, "said into a broken line") });
  expect([lost, JSON.parse(out).id]).toEqual([2, 1]);
  expect((await contents()).filter((content: string) => content === "said into a broken line")).toHaveLength(1);
  await way.stop(true);
});

test("a call that is cancelled waits no longer at the server, by either way and in either protocol", async () => {
  const { seq } = await colony.say("general", "before");
  const ways = [
    ["a", (token: string) => started("legacy", { token })],
    ["b", (token: string) => started("auto", { token })],
    ["c", (token: string) => Mcp.http(colony, token, "legacy")],
    ["d", (token: string) => Mcp.http(colony, token, "auto")],
  ] as const;
  const cancelled = ways.map(async ([name, connect]) => {
    const mcp = await connect(await colony.user(`waiter-${name}`));
    const { id } = (await colony.get(`/api/users/waiter-${name}`)).body;
    // Who waits counts as here: freed is who no longer does, some seconds later.
    const here = async () => (await colony.get("/api/presence")).body.some(({ user_id }: { user_id: string }) => user_id === id);
    const stop = new AbortController();
    const call = mcp.call("inbox", { wait: 55, after_seq: seq }, { signal: stop.signal });
    await until(async () => (await here()) || undefined);
    stop.abort();
    await expect(call).rejects.toThrow();
    await until(async () => !(await here()) || undefined);
  });
  await Promise.all(cancelled);
}, 30_000);

describe("what it says", () => {
  test("is protocol alone, a line each, and the end comes with the input's", async () => {
    const { code, out, err } = await colonyCli(colony, ["mcp"], { token: agent, stdin: `\n${post(1, "piped")}no json\n[]\n${line({ id: "two", method: "tools/list" })}` });
    expect([code, err]).toEqual([0, ""]);
    const messages = out
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));
    expect(messages.map(({ id }) => id).toSorted()).toEqual([null, null, 1, "two"].toSorted());
    expect(messages.filter(({ error }) => error).map(({ error }) => error.code)).toEqual([-32_600, -32_600]);
    expect(await contents()).toContain("piped");
  });

  test("signs what it sends for a token that wants it", async () => {
    const { body: key } = await colony.post("/api/auth/token", { name: "careful", signed: true }, { token: agent });
    const stdin = post(1, "signed for") + post(2, "signed for");
    const { out } = await colonyCli(colony, ["mcp"], { token: key.token, env: { COLONY_TOKEN_SECRET: key.secret }, stdin });
    expect(out.match(/\\"seq\\"/g)).toHaveLength(2);
    expect((await contents()).filter((content: string) => content === "signed for")).toHaveLength(2);
  });

  test("is one line and exit code 3 when nobody is signed in, or no longer", async () => {
    const none = await colonyCli(colony, ["mcp"], { token: null, stdin: line({ id: 1, method: "tools/list" }) });
    expect([none.code, none.out, none.err.trim().split("\n").length]).toEqual([3, "", 1]);
    expect(none.err).toContain("colony login");
    const bad = await colonyCli(colony, ["mcp"], { token: "col_aaaaaaaa_none", stdin: line({ id: 1, method: "tools/list" }) });
    expect([bad.code, JSON.parse(bad.out).id]).toEqual([3, 1]);
    expect(bad.err).not.toContain("col_aaaaaaaa_none");
  });

  test("is one line and exit code 1 when the input has ended and no server came", async () => {
    const { code, out, err } = await colonyCli(null, ["mcp"], { env: { COLONY_URL: "http://127.0.0.1:1", COLONY_TOKEN: agent }, stdin: line({ id: 1, method: "tools/list" }) });
    expect([code, out, err.trim().split("\n").length]).toEqual([1, "", 1]);
    expect(err).toContain("No server answers at http://127.0.0.1:1");
  }, 30_000);
});
