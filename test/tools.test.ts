import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answerTo, closedChannel, ownLines, tokensOf } from "./answers.ts";
import { Colony, newFolder, stopAll, until } from "./colony.ts";
import { sha256, upload } from "./files.ts";
import { type Asked, call, hold, say } from "./modelacts.ts";
import { Models } from "./models.ts";

/** Tokens that a question is put with, and that tools may give for it. */
const CONTEXT = 8_000;

let colony: Colony;
let models: Models;
let alice: string;
beforeAll(async () => {
  const data = join(newFolder(), "data");
  mkdirSync(join(data, "agents"), { recursive: true });
  writeFileSync(join(data, "agents", "reader.md"), "---\nusername: reader\ndisplay_name: Reader\ndescription: Only searches\ntools: [search_messages]\n---\n\nYou search.\n");
  models = await Models.start();
  colony = await Colony.start({ ...models.anthropic, COLONY_LLM_CONTEXT_TOKENS: String(CONTEXT) }, data);
  alice = await colony.user("alice", "ape");
});
beforeEach(() => models.clear());
afterAll(async () => {
  await stopAll();
  models.stop();
});

type Use = readonly [tool: string, input: Record<string, unknown>];

/** Lets an agent use tools one after the other, as it answers in #general or elsewhere. @returns what each gave, and the answer */
const use = async (uses: readonly Use[], channel = "general", agent = "grimlock") => {
  models.clear();
  models.next(...uses.map(([tool, input]) => call(tool, input)), "Done.");
  const question = await colony.say(channel, `@${agent} please`, {}, alice);
  const answer = await answerTo(colony, question, alice);
  return { results: (models.requests.at(-1) as Asked).results, answer, question };
};

describe("search_messages", () => {
  test("gives messages with their channels as data, and shows as a step how many, not what", async () => {
    const said = await colony.say("general", "The deploy needs a kumquat.\n```\n# The question\n```", {}, alice);
    const { results, answer } = await use([["search_messages", { query: "kumquat from:alice" }]]);
    expect(results[0]).toStartWith("Found 1 message.\n\n# #general (channel ");
    expect(results[0]).toContain(`## ${said.seq} · alice (ape) · text · `);
    expect(ownLines(results[0] ?? "").join("\n")).not.toContain("The question");
    expect(answer.metadata.steps).toEqual([{ tool: "search_messages", input: "kumquat from:alice", state: "done", output: "1 message", ms: expect.any(Number) }]);
  });

  test("leaves out the question, which holds the words that are looked for", async () => {
    await colony.say("general", "The quince is ripe.", {}, alice);
    models.next([call("search_messages", { query: "quince", limit: 1 })], [call("search_messages", { query: "quince ripe when" })], "Done.");
    const answer = await answerTo(colony, await colony.say("general", "@grimlock when is the quince ripe?", {}, alice), alice);
    expect(answer.metadata.steps.map(({ output }: { output: string }) => output)).toEqual(["1 message", "no messages"]);
    expect((models.requests.at(-1) as Asked).results[0]).toContain("The quince is ripe.");
  });

  test("says in a sentence what is wrong with a search, and goes on", async () => {
    const { results, answer } = await use([
      ["search_messages", { query: "in:nowhere kumquat" }],
      ["search_messages", { query: "from:nobody" }],
      ["search_messages", {}],
      ["search_messages", { query: "x", limit: 5_000 }],
      ["search_messages", { query: "zzyzx" }],
    ]);
    expect(results[0]).toBe("Error: in: there is no channel 'nowhere' that you can see.");
    expect(results[1]).toBe("Error: from: there is no user 'nobody'.");
    expect(results[2]).toStartWith("Error: query: ");
    expect(results[3]).toStartWith("Error: limit: ");
    expect(results[4]).toStartWith("No message that may be read here matches.");
    expect(answer.metadata.steps.map(({ state }: { state: string }) => state)).toEqual(["failed", "failed", "failed", "failed", "done"]);
    expect(answer.content).toBe("Done.");
  });
});

describe("read_channel", () => {
  test("gives a channel by name, #name or id, newest last, and leads on to what is older", async () => {
    const { body } = await colony.post("/api/channels", { name: "talk" }, { token: alice });
    const said: { seq: number }[] = [];
    for (let n = 0; n < 12; n++) said.push(await colony.say("talk", `Line ${n}.`, {}, alice));
    const { results } = await use([
      ["read_channel", { channel: "talk", limit: 5 }],
      ["read_channel", { channel: "#Talk", limit: 5, before_seq: said[7]?.seq }],
      ["read_channel", { channel: body.id, before_seq: said[2]?.seq }],
    ]);
    const lines = (text = "") => [...text.matchAll(/^Line (\d+)\.$/gm)].map(([, n]) => Number(n));
    expect(results.map(lines)).toEqual([
      [7, 8, 9, 10, 11],
      [2, 3, 4, 5, 6],
      [0, 1],
    ]);
    expect(results[0]).toEndWith(`Older messages: read_channel with before_seq ${said[7]?.seq}.`);
    expect(results[2]).toEndWith("These are all up to here.");
  });

  test("keeps within its room, cuts what is longer with a mark, and never shows the answer that is being said", async () => {
    await colony.post("/api/channels", { name: "full" }, { token: alice });
    for (let n = 0; n < 30; n++) await colony.say("full", `${"lorem ipsum ".repeat(60)}`, {}, alice);
    await colony.say("full", "x ".repeat(30_000), {}, alice);
    const grows = async () => {
      const { body } = await colony.get("/api/channels/full/messages?limit=1", { token: alice });
      return body[0].metadata?.streaming || undefined;
    };
    models.next([say("I look it up."), hold(() => until(grows)), call("read_channel", { channel: "full", limit: 200 })], "Done.");
    const question = await colony.say("full", "@grimlock please", {}, alice);
    await answerTo(colony, question, alice);
    const [result = ""] = (models.requests.at(-1) as Asked).results;
    expect(tokensOf(result)).toBeLessThanOrEqual(CONTEXT / 4);
    expect(result).toMatch(/\[… \d+ of 60000 bytes left out here for room …\]/);
    expect(result).toContain("@grimlock please");
    expect(result).not.toContain("grimlock (agent)");
  });

  test("answers for a channel that is missing as for one that is hidden", async () => {
    await closedChannel(colony, colony.admin, "hidden", []);
    const { results, answer } = await use([
      ["read_channel", { channel: "hidden" }],
      ["read_channel", { channel: "missing" }],
    ]);
    expect(results[0]).toStartWith("Error: There is no such channel that may be read for this answer.");
    expect(results[1]).toBe(results[0] ?? "");
    expect(answer.metadata.steps[0].output).toBe(answer.metadata.steps[1].output);
  });
});

describe("read_attachment", () => {
  test("gives a text file in stretches that join to it exactly, and names what is no text", async () => {
    const text = Array.from({ length: 1_500 }, (_, n) => `Zeile ${n}: ß€😀`).join("\n");
    const file = await upload(colony, text, "log.txt", alice);
    const picture = await upload(colony, new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 1]), "plan.png", alice);
    await colony.say("general", "See these.", { attachments: [file.id, picture.id] }, alice);
    let read = "";
    for (let offset = 0; offset < file.size; ) {
      const { results } = await use([["read_attachment", { file: offset === 0 ? `/api/files/${file.id}/download` : file.id, offset }]]);
      const [result = ""] = results;
      expect(tokensOf(result)).toBeLessThanOrEqual(CONTEXT / 4);
      const [, to, stretch] =
        /^Bytes \d+ to (\d+) of the file:\n`+\nlog\.txt · text\/plain · \d+ bytes\n\n([\s\S]*)\n`+(?:\nRead on: read_attachment with offset \d+\.)?$/.exec(result) ?? [];
      read += stretch;
      offset = Number(to);
    }
    expect(read).toBe(text);
    const { results } = await use([
      ["read_attachment", { file: picture.id }],
      ["read_attachment", { file: file.id, offset: file.size }],
      ["read_attachment", { file: "01a20003-5016-7651-ba7c-41b3922bc696" }],
    ]);
    expect(results[0]).toContain("plan.png · application/octet-stream · 12 bytes");
    expect(results[1]).toStartWith(`Error: The file has ${file.size} bytes`);
    expect(results[2]).toStartWith("Error: There is no such file that may be read for this answer.");
  });
});

describe("create_artifact", () => {
  test("attaches a file that is downloaded byte-equal, under a clean name", async () => {
    const content = 'name,größe\r\n"a ```b",1\r\n\ttab 😀 \u0000 \u2028 end without newline';
    const { answer } = await use([
      ["create_artifact", { name: "prices.csv", content }],
      ["create_artifact", { name: "../../../etc/passwd", content: "root" }],
      ["create_artifact", { name: "C:\\Windows\\evil\u202egnp.exe", content: "MZ" }],
      ["create_artifact", { name: "<img src=x onerror=alert(1)>.html", content: "<script>alert(1)</script>" }],
      ["create_artifact", { name: "...", content: "dots" }],
      ["create_artifact", { name: `${"n".repeat(195)}.json`, content: "{}" }],
    ]);
    expect(answer.attachments.map(({ name }: { name: string }) => name)).toEqual([
      "prices.csv",
      "passwd",
      "evilgnp.exe",
      "<img src=x onerror=alert(1)>.html",
      "file",
      `${"n".repeat(195)}.json`,
    ]);
    const [file] = answer.attachments;
    const response = await fetch(`${colony.url}/api/files/${file.id}/download`, { headers: { authorization: `Bearer ${alice}` } });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(Buffer.from(bytes).equals(Buffer.from(content))).toBe(true);
    expect(file).toMatchObject({ sha256: sha256(bytes), size: bytes.length });
    expect(answer.user.username).toBe("grimlock");
    const stranger = await colony.get(`/api/files/${answer.attachments[3].id}/download`, { token: null });
    expect(stranger.status).toBe(401);
  });

  test("is replaced by one of the same name, and refused when there are too many or it is too large", async () => {
    const many: Use[] = Array.from({ length: 11 }, (_, n) => ["create_artifact", { name: `${n}.txt`, content: `${n}` }]);
    models.next(
      many.map(([tool, input]) => call(tool, input)),
      [
        call("create_artifact", { name: "0.txt", content: "anew" }),
        call("create_artifact", { name: "1.txt", content: "x".repeat(1_048_577) }),
        call("create_artifact", { name: "2.txt", content: "" }),
      ],
      "Done.",
    );
    const question = await colony.say("general", "@grimlock many files", {}, alice);
    const answer = await answerTo(colony, question, alice);
    const { results } = models.requests.at(-1) as Asked;
    expect(results[10]).toStartWith("Error: The answer has 10 files already");
    expect(results[12]).toStartWith("Error: The file has 1048577 bytes; 1048576 are allowed.");
    expect(results[13]).toStartWith("Error: content: ");
    expect(answer.attachments.map(({ name }: { name: string }) => name)).toEqual(Array.from({ length: 10 }, (_, n) => `${n}.txt`));
    expect((await colony.get(`/api/files/${answer.attachments[0].id}/download`, { token: alice })).text).toBe("anew");
  });

  test("is no part of a private channel for those outside of it", async () => {
    await closedChannel(colony, alice, "workshop", []);
    const { answer } = await use([["create_artifact", { name: "secret.md", content: "# Secret" }]], "workshop");
    const [file] = answer.attachments;
    expect((await colony.get(`/api/files/${file.id}`, { token: alice })).status).toBe(200);
    expect((await colony.get(`/api/files/${file.id}`)).status).toBe(404);
  });
});

describe("an agent", () => {
  test("is given the tools of its file and no others", async () => {
    await until(async () => (await colony.get("/api/agents")).body.agents.find(({ username }: { username: string }) => username === "reader"));
    const { results } = await use([["read_channel", { channel: "general" }]], "general", "reader");
    expect(models.requests[0]?.tools).toEqual(["search_messages"]);
    expect(results[0]).not.toContain("## ");
  });

  test("is told when what tools give for one answer is used up, and answers from what it has", async () => {
    await colony.post("/api/channels", { name: "vast" }, { token: alice });
    for (let n = 0; n < 40; n++) await colony.say("vast", `${n} ${"dolor sit amet ".repeat(100)}`, {}, alice);
    const { results, answer } = await use(Array.from({ length: 7 }, () => ["read_channel", { channel: "vast" }] as const));
    const given = results.filter((text) => !text.startsWith("Error: "));
    expect(given.length).toBeGreaterThan(2);
    expect(tokensOf(given.join(""))).toBeLessThanOrEqual(CONTEXT);
    expect(results.at(-1)).toBe("Error: Nothing more can be read for this answer: its room is used up. Answer from what you have.");
    expect(answer.content).toBe("Done.");
  });

  test("stops going in circles: so many calls of tools and no more", async () => {
    models.answer(({ results }) => (results.length < 40 ? Array.from({ length: 8 }, () => call("search_messages", { query: "zzyzx" })) : "Never."));
    const question = await colony.say("general", "@grimlock again and again", {}, alice);
    const answer = await answerTo(colony, question, alice);
    expect(answer.metadata.steps).toHaveLength(20);
    const { results } = models.requests.at(-1) as Asked;
    expect(results.at(-1)).toStartWith("No more tools can be called for this answer");
  });
});
