import { beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Colony, newFolder } from "./colony.ts";
import { blocks, fill, inline, reader, runAll, shell } from "./fences.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});

const README = join(import.meta.dir, "../README.md");

describe("what agents read first", () => {
  test("/llms.txt names this server, its every command works, and every address in it answers", async () => {
    const { text } = await colony.get("/llms.txt", { token: null });
    expect(text).toStartWith("# Colony\n");
    expect(text).not.toContain("{{");
    const token = await colony.user("reads-llms", "ape", { password: "password of benji" });
    // The inbox is asked to wait for what is said: here, something already is.
    await colony.say("general", "@reads-llms hello");
    const commands = [...blocks(text), ...inline(text)];
    expect(commands.length).toBeGreaterThanOrEqual(4);
    for (const command of commands) await runAll([fill(command, colony).replace("benji:", "reads-llms:")], { COLONY_TOKEN: token });
    const links = [...text.matchAll(/\]\((http[^)]+)\)/g)].map(([, address = ""]) => address);
    expect(links.length).toBeGreaterThanOrEqual(3);
    for (const link of links) expect([link, (await fetch(link)).status]).toEqual([link, 200]);
  }, 30_000);

  test("shows the public address where one is set, and otherwise the one it was asked by", async () => {
    const published = await Colony.start({ COLONY_PUBLIC_URL: "https://chat.example.com" });
    for (const path of ["/llms.txt", "/skill.md"]) {
      expect((await published.get(path, { token: null })).text).toContain("https://chat.example.com");
      expect((await colony.get(path, { token: null, headers: { host: "colony.internal:4747" } })).text).toContain("http://colony.internal:4747");
    }
    await published.stop();
  });
});

test("/docs tells curl in words how to sign, what Socket.IO hears and every route, and is a page to a browser", async () => {
  const { text, headers } = await colony.get("/docs", { token: null });
  const { paths } = (await colony.get("/openapi.json", { token: null })).body as { paths: Record<string, Record<string, { summary: string }>> };
  const routes = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { summary }]) => `- ${method.toUpperCase()} ${path}: ${summary}`));
  // What agents read first is among them; the files of the page are no routes.
  expect(Object.keys(paths).filter((path) => path.includes("."))).toEqual(["/llms.txt", "/skill.md", "/skill.tar"]);
  expect(headers.get("content-type")).toStartWith("text/markdown");
  expect(["X-Colony-Signature", "**Socket.IO.**", ...routes].filter((words) => !text.includes(words))).toEqual([]);
  const page = await colony.get("/docs", { token: null, headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } });
  expect([page.headers.get("content-type"), page.headers.get("vary")]).toEqual(["text/html; charset=utf-8", "Accept"]);
});

test("every curl of the API's docs is one that bash can read and that names a route that is there", async () => {
  const { paths } = (await colony.get("/openapi.json", { token: null })).body as { paths: Record<string, Record<string, { description: string }>> };
  const token = await colony.user("reads-docs", "ape", { admin: true });
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { description }] of Object.entries(methods)) {
      const [command = ""] = blocks(description);
      // The shell's own words, as curl is given them.
      const { code, out } = await shell(`curl() { printf '%s\\n' "$@"; }\n${command}`, { URL: colony.url, TOKEN: token });
      expect([method, path, code]).toEqual([method, path, 0]);
      const words = out.split("\n");
      const url = new URL(words.find((word) => word.startsWith(colony.url)) ?? "nowhere:");
      const pattern = new RegExp(
        `^${path
          .replace("{path}", "[^?]+")
          .replace(/\{\w+\}/g, "[^/]+")
          .replaceAll(".", "\\.")}$`,
      );
      const aliases = path === "/api/auth/keys" ? [/^\/api\/auth\/token$/] : [];
      expect([method, path, [pattern, ...aliases].some((one) => one.test(url.pathname))]).toEqual([method, path, true]);
      const data = words[words.indexOf("-d") + 1];
      if (words.includes("-d")) expect(() => JSON.parse(data ?? "")).not.toThrow();
      const sent = words.includes("-X") ? words[words.indexOf("-X") + 1] : words.some((word) => ["-d", "-F"].includes(word)) ? "POST" : "GET";
      expect([path, sent]).toEqual([path, method.toUpperCase()]);
    }
});

test("the API's docs name the headers that a route hears, and failures beside those that every route shares", async () => {
  const { paths } = (await colony.get("/openapi.json", { token: null })).body as {
    paths: Record<string, Record<string, { parameters?: { name: string; in: string }[]; responses: object }>>;
  };
  const told = (method: string, path: string) => {
    const { parameters = [], responses = {} } = paths[`/api${path}`]?.[method] ?? {};
    return [...parameters.filter((one) => one.in === "header").map(({ name }) => name), ...Object.keys(responses)];
  };
  const at = "/projects/{id}";
  expect(told("post", `${at}/container/execute`)).toEqual(expect.arrayContaining(["Idempotency-Key", "503"]));
  for (const [method, path] of [
    ["put", "/{path}"],
    ["put", ""],
    ["post", "/restore"],
  ] as const)
    expect(told(method, `${at}/files${path}`)).toEqual(expect.arrayContaining(["If-Match", "If-None-Match", "412", "413"]));
  expect(told("delete", `${at}/files/{path}`)).toEqual(expect.arrayContaining(["If-Match", "412"]));
  expect(told("post", "/channels/{id}/messages")).toContain("Idempotency-Key");
  expect(told("get", `${at}/files/{path}`)).not.toContain("If-Match");
});

test("the README's commands against a running server work as they stand, and do what they say", async () => {
  const own = await Colony.start();
  const env = await reader(own);
  const script = blocks(readFileSync(README, "utf8"))
    // What builds and starts a server has tests of its own; what speaks to one is run here.
    .map((block) => {
      const commands = block.split(/\n(?!\s)/).filter((line) => /\bcurl |^(export )?[A-Z_]+=/.test(line));
      return fill(commands.join("\n"), own);
    })
    .filter((block) => block !== "");
  expect(script.join("\n").match(/\bcurl /g)?.length ?? 0).toBeGreaterThanOrEqual(8);
  await runAll(script, env);
  const contents = async (channel: string) => (await own.get(`/api/channels/${channel}/messages`)).body.map(({ content }: { content: string }) => content);
  expect(await contents("general")).toContain("Hello, Colony");
  expect(await contents("training")).toHaveLength(2);
  await own.stop();
}, 30_000);

test("the README's lines that give agents a model can be pasted: settings, the executable that `run up` made, `serve`, and nothing more", async () => {
  const page = readFileSync(README, "utf8");
  const block = [...page.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text).find((text) => text.includes("ANTHROPIC_API_KEY="));
  const folder = newFolder();
  mkdirSync(join(folder, "dist"));
  writeFileSync(join(folder, "dist", "colony"), '#!/bin/sh\necho "$*: $ANTHROPIC_API_KEY$OPENAI_API_KEY$COLONY_LLM_MODEL"\n', { mode: 0o755 });
  const { code, out } = await shell(`cd ${folder}\n${block}`, {});
  expect([code, out]).toEqual([0, "serve: sk-ant-REPLACE\nserve: sk-REPLACE\nserve: compatible/llama3.1\n"]);
});
