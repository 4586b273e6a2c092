import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Colony, until } from "./colony.ts";
import { PIXEL } from "./files.ts";
import { Mcp } from "./mcp.ts";

let colony: Colony;
let agent: string;
let benji: string;
let mcp: Mcp;
const open: Mcp[] = [];

beforeAll(async () => {
  colony = await Colony.start();
  [agent, benji] = await Promise.all([colony.user("agent"), colony.user("benji", "ape")]);
  mcp = await connected(agent);
});

afterAll(() => Promise.all(open.map((one) => one.close())));

const connected = async (token: string, mode: "legacy" | "auto" = "legacy"): Promise<Mcp> => {
  const one = await Mcp.http(colony, token, mode);
  open.push(one);
  return one;
};

describe("what a model is told of the tools", () => {
  test("is every tool with an exact schema, in fewer tokens than a page of talk", async () => {
    const { tools } = await mcp.client.listTools();
    expect(tools.length).toBeLessThanOrEqual(22);
    for (const { inputSchema } of tools) expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
    expect(JSON.stringify(tools).length / 4).toBeLessThan(3_300);
    expect(mcp.client.getInstructions()).toContain("catchup");
  });

  test("is the same in either protocol", async () => {
    const modern = await connected(agent, "auto");
    const [one, other] = await Promise.all([mcp.client.listTools(), modern.client.listTools()]);
    expect(other.tools).toEqual(one.tools);
  });
});

describe.each(["legacy", "auto"] as const)("an agent's loop, protocol %s", (mode) => {
  test("is done with tools alone: catch up, claim, plan, work, ask and be answered, inbox, result", async () => {
    const worker = await connected(agent, mode);
    const task = await colony.say("general", `@agent port the parser, please (${mode})`, {}, benji);
    expect((await worker.get("catchup")).text).toContain(`port the parser, please (${mode})`);
    const claimed = await worker.get("claim", { channel: "#general", message: String(task.seq) });
    expect(claimed.json).toMatchObject({ message_id: task.id });
    const plan = (await worker.get("post", { channel: "general", type: "plan", content: "- [ ] port", reply_to: task.id, metadata: { session_id: "s1" } })).json;
    await worker.get("edit", { channel: "general", message: plan.id, content: "- [x] port" });

    const { body: project } = await colony.post("/api/projects", { name: `Parser ${mode}` }, { token: agent });
    const { slug } = project;
    expect((await worker.get("projects")).text).toContain(slug);
    await worker.get("write_file", { project: slug, path: "parse.sh", content: "echo parsed 212\n" });
    const run = await worker.get("run", { project: slug, command: "sh parse.sh | tee out.txt" });
    expect([run.json.state, run.parts[1]?.text]).toEqual(["succeeded", "parsed 212"]);
    expect((await worker.get("read_file", { project: slug, path: "out.txt" })).parts[1]?.text).toBe("parsed 212\n");
    expect((await worker.get("list_files", { project: slug })).text).toContain("out.txt");
    expect((await worker.get("console", { project: slug, run: run.json.run })).text).toContain("parsed 212");

    const asking = worker.get("ask", { channel: "general", question: "Deploy now?", options: ["deploy", "wait"], wait: 25 });
    const [asked] = await until(async () => {
      const { body } = await colony.get("/api/questions", { token: benji });
      return body.length > 0 ? body : undefined;
    });
    await colony.post(`/api/channels/general/messages/${asked.message.id}/answer`, { option: "deploy", note: "go" }, { token: benji });
    expect((await asking).json).toMatchObject({ state: "answered", answer: { option: "deploy", note: "go", user: "benji" }, message: asked.message.id });

    const result = (await worker.get("post", { channel: "general", type: "result", content: "212 tests pass", reply_to: task.id })).json;
    await worker.get("release", { channel: "general", message: task.id });
    const { body: messages } = await colony.get("/api/channels/general/messages?limit=4", { token: benji });
    expect(messages.map(({ via }: { via: string }) => via)).toEqual(["api", "mcp", "mcp", "mcp"]);
    expect(messages.find(({ id }: { id: string }) => id === plan.id)).toMatchObject({ content: "- [x] port", type: "plan", reply_to: task.id, metadata: { session_id: "s1" } });
    expect(messages[0].claim).toBeNull();

    const waiting = worker.get("inbox", { wait: 25, after_seq: result.seq });
    const thanks = await colony.say("general", "well done", { reply_to: result.id }, benji);
    expect((await waiting).text).toContain("well done");
    await worker.get("inbox", { done_seq: thanks.seq });
    const caught = await worker.get("catchup", { mark_read: [{ channel: "general", seq: thanks.seq }] });
    expect(caught.text).toContain("Nothing new.");
  }, 60_000);
});

describe("waiting", () => {
  test("a question that nobody answered yet is waited for again and asked once", async () => {
    const first = await mcp.get("ask", { channel: "@benji", question: "Lunch?", options: ["yes", "no"], wait: 0 });
    expect(first.json).toMatchObject({ state: "open", answer: null });
    const { channel, message } = first.json;
    await colony.post(`/api/channels/${channel}/messages/${message}/answer`, { option: "yes" }, { token: benji });
    expect((await mcp.get("ask", { channel, message })).json).toMatchObject({ state: "answered", answer: { option: "yes" } });
    const { body } = await colony.get("/api/dms/benji/messages", { token: agent });
    expect(body.filter(({ content }: { content: string }) => content === "Lunch?")).toHaveLength(1);
  });

  test("a command that goes on is waited for again, by its key and by its id, and run once", async () => {
    const { body } = await colony.post("/api/projects", { name: "Slow" }, { token: agent });
    const asked = { project: body.slug, command: "while [ ! -e go ]; do :; done; echo gone", wait: 0, idempotency_key: "slow-1" };
    const { run } = (await mcp.get("run", asked)).json;
    expect((await mcp.get("run", asked)).json.run).toBe(run);
    await mcp.get("write_file", { project: "slow", path: "go", content: "" });
    const ended = await mcp.get("run", { project: "slow", run, wait: 50 });
    expect([ended.json.state, ended.parts[1]?.text]).toEqual(["succeeded", "gone"]);
    expect((await colony.get("/api/projects/slow/runs", { token: agent })).body).toHaveLength(1);
  }, 30_000);
});

describe("what is refused", () => {
  test("names the field that there is not, and the one that was meant", async () => {
    const asks = [
      ["post", { channel: "general", contant: "x" }, "contant", "content"],
      ["claim", { channel: "general", message: "1", ttl_secs: 5 }, "ttl_secs", "ttl_seconds"],
      ["status", { sate: "idle" }, "sate", "state"],
    ] as const;
    for (const [tool, given, wrong, meant] of asks) {
      const { failed, json } = await mcp.call(tool, given);
      const refused = { code: "validation_failed", message: `${wrong}: there is no such field here.`, hint: expect.stringContaining(`Did you mean '${meant}'?`) };
      expect([failed, json]).toEqual([true, expect.objectContaining(refused)]);
    }
  });

  test("is what contradicts itself: a question asked and waited for, a command beside a run, a stop of nothing", async () => {
    const asks = [
      ["ask", { channel: "general", message: "1", question: "Now?", options: ["a", "b"] }, "message"],
      ["ask", { channel: "general", question: "Which?" }, "ask"],
      ["run", { project: "x", run: "1", command: "true" }, "run"],
      ["run", { project: "x", stop: true }, "stop"],
      ["edit", { channel: "general", message: "1", content: "x", delete: true }, "delete"],
      ["upload", { name: "x", text: "x", base64: "eA==" }, "text"],
      ["upload", { name: "x", base64: "no base64" }, "base64"],
    ] as const;
    for (const [tool, given, field] of asks) {
      const { failed, json } = await mcp.call(tool, given);
      expect([tool, failed, json.code, json.details.map(({ path }: { path: string }) => path.split(".")[0])]).toEqual([
        tool,
        true,
        "validation_failed",
        expect.arrayContaining([field]),
      ]);
    }
  });

  test("is a result with code, message and hint, as the API's own", async () => {
    const { failed, json } = await mcp.call("read", { channel: "nowhere" });
    const { body } = await colony.get("/api/channels/nowhere/messages", { token: agent });
    expect([failed, json]).toEqual([true, body.error]);
    expect(json.hint).not.toBe("");
  });

  test("is a second claim, with who holds it", async () => {
    const { id } = await colony.say("general", "one task");
    const other = await connected(await colony.user("rival"));
    await mcp.get("claim", { channel: "general", message: id });
    expect((await other.call("claim", { channel: "general", message: id })).json).toMatchObject({ code: "claimed", details: [{ user: { username: "agent" } }] });
  });

  test("is a file's overwriting, unless its version is named or that is meant", async () => {
    await colony.post("/api/projects", { name: "Guarded" }, { token: agent });
    const file = { project: "guarded", path: "a.txt" };
    const first = await mcp.get("write_file", { ...file, content: "one" });
    expect((await mcp.call("write_file", { ...file, content: "two" })).json.code).toBe("version_conflict");
    const second = await mcp.get("write_file", { ...file, content: "two", version: first.json.version });
    expect((await mcp.call("write_file", { ...file, content: "three", version: first.json.version })).json.code).toBe("version_conflict");
    await mcp.get("write_file", { ...file, content: "four", overwrite: true });
    expect((await mcp.get("read_file", { ...file, version: second.json.version })).parts[1]?.text).toBe("two");
  });

  test("is a tool that there is none of, with the names of those there are", async () => {
    await expect(mcp.call("pots")).rejects.toThrow(/no tool 'pots'.*post/);
  });
});

describe("what is longer than its reader has room for", () => {
  test("is given in pieces that come to the whole: a channel, an inbox, a file, a list of files", async () => {
    await colony.post("/api/channels", { name: "long" });
    const numbers = Array.from({ length: 40 }, (_, at) => `number-${at}-${"x".repeat(200)} @agent`);
    for (const content of numbers) await colony.say("long", content);
    const seen = new Set<string>();
    const take = (text: string) => {
      for (const [found] of text.matchAll(/number-\d+-x+/g)) seen.add(found);
    };
    let query: Record<string, unknown> = {};
    for (let pages = 0; ; pages++) {
      const { text } = await mcp.get("read", { channel: "long", max_tokens: 1_000, ...query });
      expect(text.length / 3).toBeLessThan(1_000);
      take(text);
      const older = /Older messages were left out.*before_seq=(\d+)/.exec(text)?.[1];
      if (older === undefined) break;
      expect(pages).toBeLessThan(40);
      query = { before_seq: Number(older) };
    }
    expect(seen.size).toBe(numbers.length);

    seen.clear();
    for (let after_seq = 0, pages = 0; ; pages++) {
      const { text } = await mcp.get("inbox", { max_tokens: 1_000, after_seq });
      expect(text.length / 3).toBeLessThan(1_000);
      take(text);
      after_seq = Number(/after_seq=(\d+)/.exec(text)?.[1]);
      if (!text.includes("More waits")) break;
      expect(pages).toBeLessThan(40);
    }
    expect(seen.size).toBe(numbers.length);

    const { json } = await mcp.get("upload", { name: "numbers.txt", text: `${numbers.join("\n")}é` });
    let text = "";
    for (let offset = 0; ; ) {
      const { parts } = await mcp.get("download", { file: json.id, offset, max_tokens: 500 });
      text += parts[1]?.text;
      const next = /offset=(\d+)/.exec(parts[0]?.text ?? "")?.[1];
      if (next === undefined) break;
      offset = Number(next);
    }
    expect(text).toBe(`${numbers.join("\n")}é`);
    const cut = (await mcp.get("upload", { name: "cut.txt", text: "aéb" })).json;
    expect((await mcp.get("download", { file: cut.id, offset: 2 })).parts[1]?.text).toBe("b");
  });

  test("of an inbox says where a message too long for it stands", async () => {
    const { seq } = await colony.say("general", `@agent ${"long ".repeat(2_000)}`);
    const { text } = await mcp.get("inbox", { after_seq: seq - 1, max_tokens: 500 });
    expect(text.length).toBeLessThan(1_500);
    expect(text).toContain(`before_seq=${seq + 1}&limit=1`);
    expect(text).toContain(`after_seq=${seq}&`);
  });

  test("of what a run wrote is its end, and the console has the rest", async () => {
    await colony.post("/api/projects", { name: "Loud" }, { token: agent });
    const { json, parts } = await mcp.get("run", { project: "loud", command: "seq 1 3000", max_tokens: 300 });
    expect(json.output).toContain("console");
    expect(parts[1]?.text?.endsWith("2999\n3000")).toBe(true);
    expect((parts[1]?.text ?? "").length / 3).toBeLessThan(301);
    const seen = new Set<number>();
    for (let after_seq = 0; seen.size < 3_000; ) {
      const { text } = await mcp.get("console", { project: "loud", after_seq, limit: 5_000, max_tokens: 3_000 });
      const [lines = "", foot = ""] = text.split("\n-- ");
      for (const line of lines.split("\n")) if (/^\d+$/.test(line)) seen.add(Number(line));
      after_seq = Number(/after_seq=(\d+)/.exec(foot)?.[1]);
    }
    expect(seen.size).toBe(3_000);
  }, 30_000);

  test("of a text file are lines, with the next to read", async () => {
    await colony.post("/api/projects", { name: "Lines" }, { token: agent });
    const content = Array.from({ length: 500 }, (_, at) => `line ${at + 1}\n`).join("");
    await mcp.get("write_file", { project: "lines", path: "a.txt", content });
    let text = "";
    for (let from_line = 1; ; ) {
      const { json, parts } = await mcp.get("read_file", { project: "lines", path: "a.txt", from_line, max_tokens: 400 });
      text += parts[1]?.text;
      if (json.note === undefined) break;
      from_line = Number(/from_line=(\d+)/.exec(json.note)?.[1]);
    }
    expect(text).toBe(content);
    expect((await mcp.get("read_file", { project: "lines", path: "a.txt", from_line: 900 })).json.note).toBe("It ends before line 900: it has 500.");
  });
});

test("a picture is given to be looked at, and goes in as base64", async () => {
  const { json } = await mcp.get("upload", { name: "dot.png", base64: Buffer.from(PIXEL).toString("base64") });
  const { seq } = (await mcp.get("post", { channel: "general", attachments: [json.id] })).json;
  expect(seq).toBeGreaterThan(0);
  const { parts } = await mcp.get("download", { file: json.id });
  expect(parts[1]).toEqual({ type: "image", data: Buffer.from(PIXEL).toString("base64"), mimeType: "image/png" });
});

test("a person as the channel is a conversation with them, and several are one with all", async () => {
  const one = (await mcp.get("post", { channel: "@benji", content: "you alone" })).json;
  const both = (await mcp.get("post", { channel: "@benji, @admin", content: "you two" })).json;
  expect(both.channel_id).not.toBe(one.channel_id);
  expect((await mcp.get("read", { channel: "@benji" })).text).toContain("you alone");
  expect((await mcp.get("read", { channel: both.channel_id })).text).toContain("you two");
  expect((await mcp.get("channels")).text).toContain(both.channel_id);
  expect((await mcp.call("claim", { channel: "@benji", message: one.id })).json.hint).toContain("channel id");
});

test("the same key posts once, by MCP and by HTTP", async () => {
  const said = { content: "said once" };
  const first = (await mcp.get("post", { channel: "general", ...said, idempotency_key: "key-1" })).json;
  expect((await mcp.get("post", { channel: "general", ...said, idempotency_key: "key-1" })).json.id).toBe(first.id);
  const { body } = await colony.post("/api/channels/general/messages", said, { token: agent, headers: { "idempotency-key": "key-1" } });
  expect(body.id).toBe(first.id);
});

test("transcripts are resources, listed and read by address, with parameters", async () => {
  await colony.post("/api/channels", { name: "shelf", topic: "what stands here" });
  await colony.say("shelf", "first words");
  const { seq } = await colony.say("shelf", "last words");
  const { resources } = await mcp.client.listResources();
  expect(resources.find(({ name }) => name === "#shelf")).toMatchObject({ uri: "colony://channels/shelf/transcript", description: "what stands here" });
  const read = async (uri: string) => JSON.stringify((await mcp.client.readResource({ uri })).contents);
  expect(await read("colony://channels/shelf/transcript")).toContain("first words");
  expect(await read(`colony://channels/shelf/transcript?after_seq=${seq - 1}`)).not.toContain("first words");
  expect(await read("colony://channels")).toContain("#shelf");
  await expect(read("colony://channels/nowhere/transcript")).rejects.toThrow(/not_found/);
  await expect(read("colony://elsewhere")).rejects.toThrow(/no resource/);
});
