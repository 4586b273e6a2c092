import { beforeAll, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { colonyCli, startCli, terminal } from "./cli.ts";
import { Colony, newFolder, until } from "./colony.ts";

let colony: Colony;
let agent: string;
beforeAll(async () => {
  colony = await Colony.start();
  agent = await colony.user("cc-cli");
  await colony.post("/api/channels", { name: "ci" });
});

const newest = async (channel = "ci") => (await colony.get(`/api/channels/${channel}/messages?limit=1`)).body[0];

describe("read", () => {
  test("gives a pipe the API's transcript, narrowed as asked, and JSON to the letter", async () => {
    await colony.post("/api/channels", { name: "story" });
    await colony.say("story", "first", { type: "plan" });
    const second = await colony.say("story", "two\u001b[31m red\u0007 \u202ebackwards");
    await colony.say("story", "third", { metadata: { session_id: "s-1" } }, agent);
    const transcript = await colonyCli(colony, ["read", "story"]);
    expect(transcript).toMatchObject({ code: 0, err: "" });
    expect(transcript.out).toContain(`## ${second.seq} · admin (ape) · text`);
    expect(transcript.out).toContain("\ntwo red backwards\n");
    const only = async (...args: string[]) =>
      JSON.parse((await colonyCli(colony, ["read", "#story", "--json", ...args])).out).map(({ content }: { content: string }) => content.slice(0, 5));
    expect(await only("--user", "@cc-cli")).toEqual(["third"]);
    expect(await only("--session", "s-1")).toEqual(["third"]);
    expect(await only("-t", "plan,text", "-n", "2")).toEqual(["two\u001b[", "third"]);
    expect(await only("--before-seq", String(second.seq))).toEqual(["first"]);
    expect(await only("--since", "1h")).toHaveLength(3);
    expect((await colonyCli(colony, ["read", "story", "--json"])).out.trimEnd()).toBe((await colony.get("/api/channels/story/messages?limit=50")).text);
    expect((await colonyCli(colony, ["read", "story", "--max-tokens", "200"])).out).toContain("Older messages were left out");
  });

  test("draws for a terminal, without a control character of others, and says what it left out", async () => {
    await colony.post("/api/channels", { name: "long" });
    for (let n = 1; n <= 51; n++) await colony.say("long", n === 51 ? "evil\u001b]0;title\u0007\u009b2J end" : `line ${n}`, {}, n === 51 ? agent : colony.admin);
    const { code, shown } = await terminal(colony, ["read", "long"]).ended();
    expect(code).toBe(0);
    expect(shown).toContain("--before-seq");
    expect(shown).not.toContain("line 1\r");
    expect(shown).toContain("line 2\r");
    expect(shown).toContain("evil end");
    expect(shown).not.toContain("title");
    expect(shown).toContain("cc-cli");
    const uncoloured = await terminal(colony, ["read", "long", "-n", "1"], { env: { NO_COLOR: "1" } }).ended();
    expect(uncoloured.shown).not.toContain("\u001b");
  });

  test("what two said to each other, by the other's name", async () => {
    await colonyCli(colony, ["dm", "cc-cli", "between us"]);
    const mine = await colonyCli(colony, ["read", "@admin", "--json"], { token: agent });
    expect(JSON.parse(mine.out).at(-1).content).toBe("between us");
  });
});

describe("search, catchup, users, channels", () => {
  test("search finds what the API finds, and marks nothing on a pipe", async () => {
    const { seq } = await colony.say("general", "the flux capacitor <b>& more</b>");
    const { out } = await colonyCli(colony, ["search", "flux", "in:general"]);
    expect(out).toMatch(new RegExp(`^${seq}\t\\S+\tgeneral\tadmin\ttext\tthe flux capacitor <b>& more</b>\n$`));
    const none = await colonyCli(colony, ["search", "nowheretobefound"]);
    expect(none).toEqual({ code: 0, out: "", err: "Nothing found.\n" });
    expect(JSON.parse((await colonyCli(colony, ["search", "flux", "--json"])).out)).toEqual((await colony.get("/api/search?q=flux")).body);
  });

  test("catchup is the API's text, in the tokens asked for", async () => {
    const { out } = await colonyCli(colony, ["catchup", "--max-tokens", "300"], { token: agent });
    expect(out).toContain("#");
    expect(out.length).toBeLessThan(1200);
    expect(JSON.parse((await colonyCli(colony, ["catchup", "--json"], { token: agent })).out)).toHaveProperty("awaiting");
    // A person at a terminal is told of commands, and not that fences are no instructions.
    await colony.post("/api/channels", { name: "morning" });
    await colony.say("morning", "@cc-cli good morning\u001b[2J");
    const { shown } = await terminal(colony, ["catchup"], { token: agent }).ended();
    for (const said of ["Waiting for you", "good morning", "colony post morning -r "]) expect(shown).toContain(said);
    for (const never of ["GET ", "fences", "\u001b[2J"]) expect(shown).not.toContain(never);
  });

  test("channels are listed, made, joined, left and archived; users are listed", async () => {
    expect((await colonyCli(colony, ["channels", "create", "plans", "--private", "--topic", "what is next", "--member", "cc-cli"])).out).toBe("plans\n");
    const mine = async () => (await colonyCli(colony, ["channels"], { token: agent })).out;
    expect(await mine()).toContain("plans\t0\t0\tprivate\twhat is next\n");
    expect((await colonyCli(colony, ["channels", "create", "plans"])).code).toBe(5);
    expect((await colonyCli(colony, ["channels", "leave", "plans"], { token: agent })).code).toBe(0);
    expect(await mine()).not.toContain("plans");
    expect((await colonyCli(colony, ["channels", "archive", "plans"])).code).toBe(0);
    expect((await colonyCli(colony, ["channels", "list", "--archived"])).out).toContain("plans\t0\t0\tarchived");
    expect((await colonyCli(colony, ["channels", "join", "ci"], { token: agent })).code).toBe(0);
    expect((await colonyCli(colony, ["users"])).out).toMatch(/^cc-cli\tagent\t\w+\tcc-cli\t/m);
    expect(JSON.parse((await colonyCli(colony, ["users", "--json"])).out)).toEqual((await colony.get("/api/users")).body);
  });
});

describe("tail", () => {
  test("begins with the newest, shows edits, answers and deletions, and ends with 0 at Ctrl-C", async () => {
    await colony.post("/api/channels", { name: "live" });
    await colony.say("live", "old");
    const before = await colony.say("live", "before");
    const tail = startCli(colony, ["tail", "live", "-n", "1"]);
    await tail.says("before");
    const { id } = await colony.say("live", "new\nline\u001b[2J");
    await tail.says("new\\nline\n");
    await colony.call("PATCH", `/api/channels/live/messages/${id}`, { body: { content: "newer" } });
    await tail.says("edit\t");
    const asked = await colony.say("live", "go?", { ask: { options: ["a", "b"] } });
    await colony.post(`/api/channels/live/messages/${asked.id}/answer`, { option: "a" });
    await tail.says(`answer\t${asked.seq}\t`);
    await colony.call("DELETE", `/api/channels/live/messages/${before.id}`);
    await tail.says(`delete\t${before.seq}\t`);
    tail.kill("SIGINT");
    expect(await tail.exited).toBe(0);
    expect(tail.out()).not.toContain("old");
    expect(tail.out()).not.toContain("\u001b");
    expect(tail.err()).toBe("");
  });

  test("misses nothing and says nothing twice while the server is away, and says that it is; who waits for an answer waits on", async () => {
    const other = await Colony.start();
    const { port } = new URL(other.url);
    await other.post("/api/channels", { name: "live" });
    const tail = startCli(other, ["tail", "--all", "--json"]);
    const shown = () =>
      tail
        .out()
        .split("\n")
        .filter((line) => line.includes('"event":"message"'))
        .map((line) => JSON.parse(line).data.content);
    await until(async () => {
      await other.say("live", "begin");
      return shown().length > 0 || undefined;
    });
    const { seq } = await other.say("general", "Deploy?", { ask: { options: ["now", "later"] } });
    const asking = startCli(other, ["answer", "general", String(seq), "--wait", "10m"]);
    const waiting = startCli(other, ["inbox", "--wait", "10m"], { token: await other.user("waiting") });
    // Both wait at the server: whoever does counts as there.
    await until(async () => (await other.get("/api/presence")).body.length >= 2 || undefined);
    await other.stop("SIGKILL");
    await Promise.all([tail.says("Offline:", "err"), asking.says("trying on", "err"), waiting.says("trying on", "err")]);
    await other.run(Number(port));
    const sent = Array.from({ length: 20 }, (_, n) => `after ${n}`);
    for (const content of sent) await other.say("live", content);
    await tail.says("after 19");
    tail.kill("SIGTERM");
    expect(await tail.exited).toBe(0);
    expect(shown().filter((content) => content.startsWith("after"))).toEqual(sent);
    const seqs = tail
      .out()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).seq);
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(tail.err()).toContain("Back");
    await other.post(`/api/channels/general/messages/${seq}/answer`, { option: "later" });
    await other.say("general", "@waiting wake up");
    expect([await asking.exited, asking.out()]).toEqual([0, "later\n"]);
    expect(await waiting.exited).toBe(0);
    expect(waiting.out()).toContain("wake up");
    await other.stop();
  });

  test("wants one place, and a place that is there", async () => {
    expect((await colonyCli(colony, ["tail"])).code).toBe(2);
    expect((await colonyCli(colony, ["tail", "live", "--all"])).code).toBe(2);
    expect((await colonyCli(colony, ["tail", "nowhere"])).code).toBe(4);
    expect((await colonyCli(colony, ["tail", "live", "-n", "many"])).code).toBe(2);
  });
});

describe("files", () => {
  test("go up, stand in a message, and come down to the byte; what is there is not overwritten", async () => {
    const folder = newFolder();
    const bytes = crypto.getRandomValues(new Uint8Array(200_000));
    writeFileSync(join(folder, "loss.bin"), bytes);
    const up = await colonyCli(colony, ["upload", "loss.bin", "--to", "ci", "-m", "the loss"], { cwd: folder });
    expect(up).toMatchObject({ code: 0, err: "" });
    const message = await newest();
    expect(message).toMatchObject({ seq: Number(up.out), content: "the loss" });
    const { id } = message.attachments[0];
    const there = newFolder();
    expect(await colonyCli(colony, ["download", id], { cwd: there })).toEqual({ code: 0, out: "loss.bin\n", err: "" });
    expect(new Uint8Array(readFileSync(join(there, "loss.bin")))).toEqual(bytes);
    writeFileSync(join(there, "loss.bin"), "mine");
    const again = await colonyCli(colony, ["download", id], { cwd: there });
    expect(again.code).toBe(1);
    expect(again.err).toContain("--force");
    expect(readFileSync(join(there, "loss.bin"), "utf8")).toBe("mine");
    expect((await colonyCli(colony, ["download", id, "--force"], { cwd: there })).code).toBe(0);
    expect((await colonyCli(colony, ["download", id, "-o", "copy"], { cwd: there })).out).toBe("copy\n");
    expect(readdirSync(there).toSorted()).toEqual(["copy", "loss.bin"]);
    expect((await colonyCli(colony, ["download", "nothing"], { cwd: there })).code).toBe(4);
    expect((await colonyCli(colony, ["upload", "."], { cwd: there })).err).toContain("is a folder");
  });

  test("a name that an uploader chose stays in the folder and is not hidden", async () => {
    const { body } = await colony.call("POST", "/api/files?name=..%2F..%2F.profile", { raw: "evil" });
    const there = newFolder();
    expect((await colonyCli(colony, ["download", body.id], { cwd: there })).out).toBe("_profile\n");
    expect(readdirSync(there)).toEqual(["_profile"]);
  });

  test("a download that broke off goes on where it was, and shows under its name only when it is whole", async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(400_000));
    const { body } = await colony.call("POST", "/api/files?name=big.bin", { raw: bytes });
    const ranges: (string | null)[] = [];
    const there = newFolder();
    const arrived = () => readdirSync(there).find((name) => statSync(join(there, name)).size >= 50_000 * (broken + 1));
    let broken = 0;
    // Between the two: a line that breaks in the middle of the first two answers, once what it brought is on disk.
    const line = createServer(async (request, answer) => {
      const got = await fetch(colony.url + request.url, { method: request.method, headers: request.headers as Record<string, string> });
      answer.writeHead(got.status, Object.fromEntries(got.headers));
      if (request.method === "HEAD") return answer.end();
      ranges.push(request.headers.range ?? null);
      const all = new Uint8Array(await got.arrayBuffer());
      if (broken === 2) return answer.end(all);
      answer.write(all.slice(0, 50_000));
      await until(() => arrived());
      broken++;
      answer.destroy();
    }).listen(0, "127.0.0.1");
    await once(line, "listening");
    const url = `http://127.0.0.1:${(line.address() as AddressInfo).port}`;
    const { code, err } = await colonyCli(colony, ["download", body.id], { cwd: there, env: { COLONY_URL: url } });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(new Uint8Array(readFileSync(join(there, "big.bin")))).toEqual(bytes);
    expect(ranges).toEqual([null, "bytes=50000-", "bytes=100000-"]);
    expect(readdirSync(there)).toEqual(["big.bin"]);
    line.close();
  });
});
