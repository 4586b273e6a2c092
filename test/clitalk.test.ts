import { beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { colonyCli, startCli } from "./cli.ts";
import { Colony, newFolder, until } from "./colony.ts";

let colony: Colony;
let agent: string;
beforeAll(async () => {
  colony = await Colony.start();
  agent = await colony.user("cc-cli");
  await colony.post("/api/channels", { name: "ci" });
});

const newest = async (channel = "ci") => (await colony.get(`/api/channels/${channel}/messages?limit=1`)).body[0];

describe("post", () => {
  test("words, and gives a script the message's seq alone; the server says that it came by the command line", async () => {
    const { code, err, out } = await colonyCli(colony, ["post", "ci", "hello", "there", "--type", "plan"], { token: agent });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(await newest()).toMatchObject({ seq: Number(out), content: "hello there", type: "plan", via: "cli", metadata: null });
  });

  test("what is piped in, whole and to the byte; with -, below the words", async () => {
    const log = "make: *** [all] Error 1\n\tünï \u001b[31mred\u001b[0m\n".repeat(4_000);
    const piped = await colonyCli(colony, ["post", "ci", "--type", "result", "--json"], { stdin: log });
    expect(piped.code).toBe(0);
    expect(JSON.parse(piped.out)).toEqual(await newest());
    expect((await newest()).content).toBe(log);
    await colonyCli(colony, ["post", "ci", "The build says:", "-"], { stdin: "all well\n" });
    expect((await newest()).content).toBe("The build says:\n\nall well\n");
  });

  test("nothing where the word given is empty: what is piped in is then not meant for it", async () => {
    for (const words of [
      ["post", "ci", ""],
      ["dm", "cc-cli", "", " "],
    ]) {
      const { code, err, out } = await colonyCli(colony, words, { stdin: "the rest of a loop\n" });
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toContain("the words are empty");
    }
  });

  test("more than a message holds is refused before it is sent, and says to upload a file", async () => {
    const { code, err, out } = await colonyCli(colony, ["post", "ci"], { stdin: "x".repeat(256 * 1024 + 1) });
    expect({ code, out }).toEqual({ code: 5, out: "" });
    expect(err).toContain("colony upload FILE --to CHANNEL");
  });

  test("a reply with files and labels, once however often its key is used", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "a.txt"), "first");
    writeFileSync(join(folder, "b.bin"), new Uint8Array(300_000).fill(7));
    const { seq, id } = await colony.say("ci", "a question");
    const args = ["post", "ci", "see these", "-r", String(seq), "-f", "a.txt", "-f", "b.bin", "-m", "task=T-1", "-m", "loss=0.25", "-m", "sha=00123", "--key", "once"];
    const first = await colonyCli(colony, args, { cwd: folder });
    const again = await colonyCli(colony, args, { cwd: folder });
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(again.out).toBe(first.out);
    const message = await newest();
    expect(message).toMatchObject({ seq: Number(first.out), reply_to: id, metadata: { task: "T-1", loss: 0.25, sha: "00123" } });
    expect(message.attachments.map(({ name, size }: { name: string; size: number }) => ({ name, size }))).toEqual([
      { name: "a.txt", size: 5 },
      { name: "b.bin", size: 300_000 },
    ]);
    const missing = await colonyCli(colony, ["post", "ci", "x", "-f", "none.txt"], { cwd: folder });
    expect(missing).toMatchObject({ code: 1, err: "colony: There is no file none.txt.\n" });
  });

  test("an agent's session stands in the labels, and a person's folder does not", async () => {
    await colonyCli(colony, ["post", "ci", "working"], { env: { COLONY_SESSION: "cc_1", COLONY_MODEL: "claude-opus-4-6" } });
    expect((await newest()).metadata).toMatchObject({ session_id: "cc_1", model: "claude-opus-4-6", hostname: expect.any(String), cwd: expect.any(String) });
    await colonyCli(colony, ["post", "ci", "just me"]);
    expect((await newest()).metadata).toBeNull();
  });

  test("under a token that signs what it writes: twice the same in one second, and files", async () => {
    const { body } = await colony.post("/api/auth/token", { name: "signed", signed: true });
    const env = { COLONY_TOKEN_SECRET: body.secret };
    const folder = newFolder();
    writeFileSync(join(folder, "a.txt"), "first");
    const same = await Promise.all([1, 2, 3].map(() => colonyCli(colony, ["post", "ci", "same"], { token: body.token, env })));
    expect(same.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await colonyCli(colony, ["post", "ci", "file", "-f", "a.txt"], { token: body.token, env, cwd: folder })).toMatchObject({ code: 0, err: "" });
    const unsigned = await colonyCli(colony, ["post", "ci", "x"], { token: body.token });
    expect(unsigned.code).toBe(3);
    expect(unsigned.err).toContain("COLONY_TOKEN_SECRET");
  });
});

describe("dm", () => {
  test("writes to one or several", async () => {
    await colony.user("second");
    expect(await colonyCli(colony, ["dm", "cc-cli", "psst"])).toMatchObject({ code: 0, err: "" });
    expect((await colony.get("/api/inbox", { token: agent })).body.items.at(-1).message.content).toBe("psst");
    expect((await colonyCli(colony, ["dm", "@cc-cli,second", "both of you"])).code).toBe(0);
    const nobody = await colonyCli(colony, ["dm", "nobody", "x"]);
    expect(nobody.code).toBe(4);
    expect(nobody.err).toContain("nobody");
  });

  test("is what @somebody means wherever a message goes to or stands, never a channel that is called as they are", async () => {
    await colony.user("neeraj");
    await colony.post("/api/channels", { name: "neeraj" });
    const { code, out } = await colonyCli(colony, ["post", "@neeraj", "for your eyes only"]);
    expect(code).toBe(0);
    expect((await colonyCli(colony, ["edit", "@neeraj", out.trim(), "yours alone"])).code).toBe(0);
    expect((await colonyCli(colony, ["ask", "@neeraj", "here?", "--wait", "0"])).code).toBe(0);
    const said = (await colonyCli(colony, ["read", "@neeraj"])).out;
    expect([said.includes("yours alone"), said.includes("here?")]).toEqual([true, true]);
    expect((await colonyCli(colony, ["channels", "archive", "@neeraj"])).code).toBe(4);
    expect((await colony.get("/api/channels/neeraj/messages")).body).toEqual([]);
  });
});

describe("a message", () => {
  test("is changed, reacted to, claimed by one at a time, given back and taken back", async () => {
    const { seq } = JSON.parse((await colonyCli(colony, ["post", "ci", "draft", "--json"])).out);
    const at = String(seq);
    const now = async () => (await colony.get(`/api/channels/ci/messages/${at}`)).body;
    expect((await colonyCli(colony, ["edit", "ci", at, "final", "words"])).code).toBe(0);
    expect((await now()).content).toBe("final words");
    expect((await colonyCli(colony, ["edit", "ci", at, "mine now"], { token: agent })).code).toBe(5);
    await colonyCli(colony, ["react", "ci", at, "👍"]);
    expect((await now()).reactions).toHaveLength(1);
    await colonyCli(colony, ["react", "ci", at, "👍", "--remove"]);
    expect((await now()).reactions).toHaveLength(0);
    const claimed = await colonyCli(colony, ["claim", "ci", at, "--ttl", "2h", "--json"], { token: agent });
    expect(Date.parse(JSON.parse(claimed.out).expires_at) - Date.now()).toBeGreaterThan(7_000_000);
    const second = await colonyCli(colony, ["claim", "ci", at]);
    expect(second.code).toBe(5);
    expect(second.err).toContain("cc-cli");
    expect((await colonyCli(colony, ["claim", "ci", at, "--ttl", "soon"])).code).toBe(2);
    expect((await colonyCli(colony, ["release", "ci", at], { token: agent })).code).toBe(0);
    expect((await now()).claim).toBeNull();
    expect((await colonyCli(colony, ["retract", "ci", at])).code).toBe(0);
    expect((await now()).deleted_at).not.toBeNull();
  });
});

describe("ask", () => {
  test("waits, and prints the option that was chosen, alone; the note goes beside it", async () => {
    const asking = startCli(colony, ["ask", "ci", "Deploy now?", "-o", "now", "-o", "later"], { token: agent });
    const question = await until(async () => {
      const message = await newest();
      return message.content === "Deploy now?" ? message : undefined;
    });
    const wrong = await colonyCli(colony, ["answer", "ci", String(question.seq), "never"]);
    expect(wrong.code).toBe(2);
    expect((await colonyCli(colony, ["answer", "ci", String(question.seq), "later", "-n", "after lunch"])).code).toBe(0);
    expect(await asking.exited).toBe(0);
    expect(asking.out()).toBe("later\n");
    expect(asking.err()).toBe("admin: after lunch\n");
    expect((await colonyCli(colony, ["answer", "ci", String(question.seq), "now"])).code).toBe(5);
    expect((await colonyCli(colony, ["answer", "ci", String(question.seq)])).out).toBe("later\n");
  });

  test("ends with 124 when the time is over, the question still open, and with 5 when it expired", async () => {
    const late = await colonyCli(colony, ["ask", "ci", "Anyone?", "--wait", "1"], { token: agent });
    expect(late).toMatchObject({ code: 124, out: "" });
    const { ask, seq } = await newest();
    expect(ask).toMatchObject({ options: ["yes", "no"], state: "open" });
    expect(late.err).toContain(`colony answer ci ${seq}`);
    const expired = await colonyCli(colony, ["ask", "ci", "Quick?", "--expires", "1s", "--to", "@admin"], { token: agent });
    expect(expired).toMatchObject({ code: 5, out: "" });
    expect(expired.err).toContain("expired");
    const posted = await colonyCli(colony, ["ask", "ci", "Later?", "--wait", "0"], { token: agent });
    expect(Number(posted.out)).toBe((await newest()).seq);
  });
});

describe("inbox", () => {
  test("waits until something is said, and what is done is not shown again", async () => {
    const reader = await colony.user("reader");
    const waiting = startCli(colony, ["inbox", "--wait", "30", "--done"], { token: reader });
    await until(async () => (await colony.get("/api/presence")).body.length > 0 || undefined);
    await colony.say("ci", "@reader have a look");
    expect(await waiting.exited).toBe(0);
    expect(waiting.out()).toContain("have a look");
    const empty = await colonyCli(colony, ["inbox", "--wait", "1"], { token: reader });
    expect(empty).toMatchObject({ code: 124, out: "" });
    await colony.say("ci", "@reader again");
    const page = JSON.parse((await colonyCli(colony, ["inbox", "--json"], { token: reader })).out);
    expect(page.items).toHaveLength(1);
    expect((await colonyCli(colony, ["inbox", "--done", String(page.next_seq)], { token: reader })).code).toBe(0);
    expect(JSON.parse((await colonyCli(colony, ["inbox", "--json"], { token: reader })).out).items).toHaveLength(0);
  });
});
