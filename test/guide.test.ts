import { beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ADMIN_PASSWORD, Colony, environment, newFolder } from "./colony.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});

const README = join(import.meta.dir, "../README.md");

/** The fenced sh and bash blocks of a page, in order. */
const blocks = (page: string): string[] => [...page.matchAll(/^[ \t]*```(?:sh|bash|shell)\n([\s\S]*?)^[ \t]*```$/gm)].map(([, block = ""]) => block);

/** The curl commands written in a page's running text. */
const inline = (page: string): string[] => [...page.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/`(curl [^`]+)`/g)].map(([, command = ""]) => command);

/** Runs a script by the shell people have, each command that fails ending it. @returns its exit code and all it said */
const bash = async (script: string, env: Record<string, string>): Promise<{ code: number; out: string }> => {
  // A curl that is told 4xx or 5xx fails, and none of them waits for ever.
  const shim = 'curl() { command curl --fail-with-body --max-time 30 "$@"; }\n';
  const child = Bun.spawn(["bash", "-euo", "pipefail", "-c", `${shim}exec 2>&1\n${script}`], {
    env: { ...environment(), ...env },
    cwd: newFolder(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const out = await new Response(child.stdout).text();
  return { code: await child.exited, out };
};

/** Runs the blocks of a page in one shell, one after the other, as its reader would, and expects each command to succeed. */
const runAll = async (script: string[], env: Record<string, string>) => {
  const { code, out } = await bash(script.map((block) => `echo '$ next'\n${block}`).join("\n"), env);
  const last = script[out.split("$ next\n").length - 2];
  if (code !== 0 || /"error":\s*\{/.test(out)) throw new Error(`A command failed with ${code}; the last block that was begun:\n${last}\n${out}`);
};

/** Placeholders of the pages, as a reader would fill them in. */
const fill = (text: string, on = colony): string =>
  text
    .replaceAll("NAME:PASSWORD", "'benji:password of benji'")
    .replace(/-u (benji|USER):PASSWORD/g, "-u 'benji:password of benji'")
    .replaceAll("$URL", on.url);

/** A person called benji, with a token, on a server that has a message or two. */
const reader = async (on: Colony): Promise<Record<string, string>> => {
  const token = await on.user("benji", "ape", { password: "password of benji" });
  await on.say("general", "@benji hello");
  return { COLONY_TOKEN: token, TOKEN: token, COLONY_URL: on.url, URL: on.url, PASSWORD: ADMIN_PASSWORD };
};

describe("what agents read first", () => {
  test("/skill.md is a skill file with this server's address, whose every command works as it stands", async () => {
    const { text, headers } = await colony.get("/skill.md", { token: null });
    expect(headers.get("content-type")).toStartWith("text/markdown");
    expect(text).toMatch(/^---\n+(\w+: .+\n)+---\n/);
    expect(text).not.toContain("{{");
    expect(text).toContain(`export COLONY_URL=${colony.url}`);
    const script = blocks(text);
    expect(script.join("\n").match(/\bcurl /g)?.length ?? 0).toBeGreaterThanOrEqual(12);
    const { COLONY_TOKEN = "" } = await reader(colony);
    await runAll(
      script.map((block) => fill(block)),
      { COLONY_TOKEN },
    );
    for (const command of inline(text)) await runAll([fill(command)], { COLONY_TOKEN });
    // They did what they say.
    const posted = (await colony.get("/api/channels/general/messages?user_id=benji")).body.map(({ content }: { content: string }) => content);
    expect(posted).toEqual(["Parser ported: 212 tests pass", "All green. Deploy now?", "Training run completed. Loss: 0.023", "build ok\n", "The run's figures", "posted once"]);
    const task = (await colony.get("/api/channels/general/messages")).body.find(({ content }: { content: string }) => content === "@benji hello");
    expect(task).toMatchObject({ reactions: [{ emoji: "👍", users: ["benji"] }], claim: null });
    expect((await colony.get("/api/channels/training")).status).toBe(200);
  }, 30_000);

  test("/llms.txt names this server, its every command works, and every address in it answers", async () => {
    const { text } = await colony.get("/llms.txt", { token: null });
    expect(text).toStartWith("# Colony\n");
    expect(text).not.toContain("{{");
    const token = await colony.user("reads-llms", "ape", { password: "password of benji" });
    // The inbox is asked to wait for what is said: here, something already is.
    await colony.say("general", "@reads-llms hello");
    const commands = [...blocks(text), ...inline(text)];
    expect(commands.length).toBeGreaterThanOrEqual(5);
    for (const command of commands) await runAll([fill(command).replace("benji:", "reads-llms:")], { COLONY_TOKEN: token });
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
      const { code, out } = await bash(`curl() { printf '%s\\n' "$@"; }\n${command}`, { URL: colony.url, TOKEN: token });
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
      return fill(commands.join("\n"), own).replace(/http:\/\/(localhost|127\.0\.0\.1):4747/g, own.url);
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
  const { code, out } = await bash(`cd ${folder}\n${block}`, {});
  expect([code, out]).toEqual([0, "serve: sk-ant-REPLACE\nserve: sk-REPLACE\nserve: compatible/llama3.1\n"]);
});
