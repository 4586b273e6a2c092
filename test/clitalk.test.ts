import { beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { colonyCli } from "./cli.ts";
import { Colony, newFolder } from "./colony.ts";

let colony: Colony;
let agent: string;
beforeAll(async () => {
  colony = await Colony.start();
  agent = await colony.user("cc-cli");
  await colony.post("/api/channels", { name: "ci" });
});

const newest = async (channel = "ci") => (await colony.get(`/api/channels/${channel}/messages?limit=1`)).body[0];

describe("post", () => {
  test("words, and gives a script the message's id alone; the server says that it came by the command line", async () => {
    const { code, err, out } = await colonyCli(colony, ["post", "ci", "hello", "there", "--type", "plan"], { token: agent });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(await newest()).toMatchObject({ id: out.trim(), content: "hello there", type: "plan", via: "cli", metadata: null });
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
    expect(message).toMatchObject({ id: first.out.trim(), reply_to: id, metadata: { task: "T-1", loss: 0.25, sha: "00123" } });
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
    expect(nobody.code).toBe(5);
    expect(nobody.err).toContain("nobody");
  });
});
