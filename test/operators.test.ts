import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT } from "../src/cli/failure.ts";
import { settings } from "../src/config.ts";
import { ADMIN_PASSWORD, Colony, command, newFolder, program } from "./colony.ts";
import { Listener } from "./follow.ts";

describe("serve", () => {
  test("with no settings fills an empty folder, says its passwords once and where it listens, and reads no .env lying there", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, ".env"), "COLONY_PORT=nonsense\nCOLONY_ADMIN_PASSWORD=from the env file\n");
    const start = async () => {
      const child = Bun.spawn([...program, "serve", "--port", "0"], { cwd: folder, env: { PATH: process.env.PATH ?? "", HOME: folder }, stdout: "pipe", stderr: "inherit" });
      let out = "";
      const decoder = new TextDecoder();
      for await (const chunk of child.stdout) {
        out += decoder.decode(chunk);
        if (out.includes("listening on")) break;
      }
      child.kill("SIGTERM");
      expect(await child.exited).toBe(0);
      return out;
    };
    const first = await start();
    expect(first).toMatch(/^Password of admin \(shown this once\): \S{20}$/m);
    expect(first).toMatch(/listening on http:\/\/127\.0\.0\.1:\d+$/m);
    expect(readdirSync(join(folder, "colony-data"))).toContain("colony.db");
    expect(statSync(join(folder, "colony-data", "secret.key")).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "colony-data")).mode & 0o777).toBe(0o700);
    expect(await start()).not.toContain("Password");
  });

  test.each(Object.entries(settings).flatMap(([name, { allowed }]) => (["COLONY_HOST", "COLONY_DATA", "COLONY_KNOWLEDGE"].includes(name) ? [] : [[name, allowed]])))(
    "refuses a wrong %s by name, saying what is allowed",
    async (name, allowed) => {
      const wrong = name === "COLONY_ADMIN_PASSWORD" ? "short" : "?wrong value?";
      const { code, err } = await command(["serve", "--data", newFolder()], { [name]: wrong });
      expect(code).toBe(2);
      expect(err).toContain(name);
      expect(err).toContain(allowed);
      expect(err.trim().split("\n")).toHaveLength(1);
      if (name === "COLONY_ADMIN_PASSWORD") expect(err).not.toContain(wrong);
    },
  );

  test("names the setting that a misspelt one was meant to be", async () => {
    const { code, err } = await command(["serve"], { COLONY_PROT: "1" });
    expect(code).toBe(2);
    expect(err).toContain("Did you mean COLONY_PORT?");
  });

  test("reads a file of settings that is named", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "settings"), "COLONY_PORT=wrong\n");
    expect((await command(["serve", "--env-file", join(folder, "settings")])).err).toContain("COLONY_PORT=wrong");
    expect((await command(["serve", "--env-file", join(folder, "none")])).err).toContain("cannot be read");
  });

  test("refuses a folder that another server holds, and a port that is taken", async () => {
    const colony = await Colony.start();
    const folder = await command(["serve", "--data", colony.data, "--port", "0"]);
    expect(folder.code).toBe(1);
    expect(folder.err).toContain("Another Colony serves");
    const port = await command(["serve", "--data", join(newFolder(), "d"), "--port", new URL(colony.url).port]);
    expect(port.code).toBe(1);
    expect(port.err).toContain("is taken");
  });

  test("drains on SIGTERM: what was asked is answered, the exit is 0", async () => {
    const colony = await Colony.start();
    const posts = Array.from({ length: 50 }, (_, n) => colony.post("/api/channels/general/messages", { content: `last ${n}` }).catch(() => null));
    await posts[0];
    expect(await colony.stop()).toBe(0);
    const acknowledged = (await Promise.all(posts)).filter((answer) => answer?.status === 201);
    await colony.run();
    const stored = new Set((await colony.get("/api/channels/general/messages")).body.map(({ id }: { id: string }) => id));
    expect(acknowledged.every((answer) => stored.has(answer?.body.id))).toBe(true);
  });

  test("an unknown command or option is a usage error", async () => {
    for (const args of [["serv"], ["serve", "--prot", "1"], ["backup"]]) {
      const { code, err } = await command(args);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(err).toStartWith("colony: ");
      expect(err).toContain("See 'colony help");
    }
  });
});

describe("backup and restore", () => {
  test("one file taken while posts go on restores to a Colony that knows all it held, under a new epoch", async () => {
    const colony = await Colony.start();
    const before = await Promise.all(Array.from({ length: 100 }, (_, n) => colony.say("general", `kept ${n}`)));
    let busy = true;
    const posting = (async () => {
      while (busy) await colony.say("general", "meanwhile");
    })();
    const file = join(newFolder(), "colony.backup");
    const backup = await command(["backup", file, "--data", colony.data]);
    busy = false;
    await posting;
    expect(backup).toMatchObject({ code: 0, err: "" });
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const folder = join(newFolder(), "restored");
    expect((await command(["restore", file, "--data", folder])).code).toBe(0);
    const { epoch, head_seq } = (await colony.get("/api/events")).body;
    const copy = await Colony.start({}, folder);
    const messages = (await copy.get("/api/channels/general/messages")).body;
    expect(messages.slice(0, 100)).toEqual(before);
    // The same people, tokens and sessions; cursors of the other life are refused.
    expect((await copy.get("/api/auth/me", { token: colony.admin })).status).toBe(200);
    expect((await copy.get(`/api/events?after_seq=1&epoch=${epoch}`)).status).toBe(410);
    expect((await Listener.open(copy, "/ws", { token: copy.admin, after_seq: 1, epoch })).closed?.code).toBe(4410);
    expect(head_seq).toBeGreaterThan(0);
  });

  test("refuses to overwrite, and says what to do", async () => {
    const colony = await Colony.start();
    const file = join(newFolder(), "b");
    await command(["backup", file, "--data", colony.data]);
    const again = await command(["backup", file, "--data", colony.data]);
    expect(again).toMatchObject({ code: 1, out: "" });
    expect(again.err).toContain("exists");
    const used = await command(["restore", file, "--data", colony.data]);
    expect(used.code).toBe(1);
    expect(used.err).toContain("empty folder");
    expect((await colony.get("/readyz")).status).toBe(200);
    expect((await command(["backup", join(newFolder(), "x"), "--data", newFolder()])).err).toContain("There is no Colony");
  });

  test("a file that is no backup, or a damaged one, restores nothing", async () => {
    const folder = newFolder();
    const zstd = async (files: Record<string, string>) => Bun.zstdCompressSync(await new Bun.Archive(files).bytes());
    for (const [name, bytes] of [
      ["text", "hello"],
      ["empty", ""],
      ["other", await zstd({ "a.txt": "a" })],
      ["half", (await zstd({ "colony.db": "x".repeat(5_000), "secret.key": "x" })).subarray(0, 40)],
      ["broken", await zstd({ "colony.db": "not a database", "secret.key": "x" })],
      ["foreign", await zstd({ "colony.db": "", "secret.key": "x" })],
    ] as const) {
      await Bun.write(join(folder, name), bytes);
      const data = join(folder, `data-${name}`);
      const { code, err } = await command(["restore", join(folder, name), "--data", data]);
      expect({ name, code }).toEqual({ name, code: 1 });
      expect(err.trim().split("\n")).toHaveLength(1);
      expect(existsSync(join(data, "colony.db"))).toBe(false);
      expect(existsSync(join(data, "secret.key"))).toBe(false);
    }
  });
});

describe("doctor", () => {
  test("finds a healthy server whole, and tells that it runs", async () => {
    const colony = await Colony.start();
    await colony.say("general", "x");
    const { code, out } = await command(["doctor", "--data", colony.data]);
    expect(code).toBe(0);
    expect(out).toContain("Running on this folder");
    expect(out).toMatch(/database +Whole; 1 messages/);
  });

  test("finds a damaged database and a lost key, and says what to do", async () => {
    const colony = await Colony.start();
    for (let n = 0; n < 50; n++) await colony.say("general", "x".repeat(4_000));
    await colony.stop();
    const file = join(colony.data, "colony.db");
    const raw = new Database(file);
    raw.run("PRAGMA wal_checkpoint(TRUNCATE)");
    raw.close();
    const bytes = readFileSync(file);
    for (let at = 8_192; at < bytes.length; at += 4_096) bytes.fill(0xff, at, at + 64);
    writeFileSync(file, bytes);
    const { code, out } = await command(["doctor", "--data", colony.data]);
    expect(code).toBe(1);
    expect(out).toMatch(/^fail +database .*restore/im);
  });

  test("says that there is no Colony in a folder that was meant for another, or before a first start", async () => {
    const { code, out } = await command(["doctor", "--data", join(newFolder(), "new")]);
    expect(code).toBe(1);
    expect(out).toMatch(/^fail +database +There is no Colony in .*--data/m);
  });
});

describe("user and token, beside a running server", () => {
  test("a user made on the machine can sign in at once; a token ended there is dead within a moment, its socket too", async () => {
    const colony = await Colony.start();
    const made = JSON.parse((await command(["user", "add", "cli-agent", "--agent", "--token", "vm", "--json", "--data", colony.data])).out);
    expect(made.token).toStartWith("col_");
    const eventually = async (look: () => Promise<boolean>) => {
      while (!(await look())) await Bun.sleep(20);
    };
    await eventually(async () => (await colony.get("/api/auth/me", { token: made.token })).status === 200);
    const socket = await Listener.open(colony, "/ws", { token: made.token });
    const listed = JSON.parse((await command(["token", "list", "cli-agent", "--json", "--data", colony.data])).out);
    expect(JSON.stringify(listed)).not.toContain(made.token);
    await command(["token", "revoke", listed[0].id, "--data", colony.data]);
    expect((await socket.waitClosed()).code).toBe(4401);
    expect((await colony.get("/api/auth/me", { token: made.token })).status).toBe(401);
    // The line went on through another process: what the server writes next has the next number.
    const events = (await colony.get("/api/events?after_seq=0")).body;
    const message = await colony.say("general", "next");
    expect(message.seq).toBeGreaterThan(events.head_seq);
    expect(events.events.map(({ seq }: { seq: number }) => seq)).toEqual([...new Set(events.events.map(({ seq }: { seq: number }) => seq))]);
  });

  test("a forgotten password is set anew, sign-ins end; admin is given and taken, never from the last", async () => {
    const colony = await Colony.start();
    const { out } = await command(["user", "password", "admin", "--data", colony.data]);
    const password = out.trim().split(": ").at(-1) ?? "";
    while ((await colony.post("/api/auth/login", { username: "admin", password }, { token: null })).status !== 200) await Bun.sleep(50);
    expect((await colony.post("/api/auth/login", { username: "admin", password: ADMIN_PASSWORD }, { token: null })).status).toBe(401);
    expect((await command(["user", "admin", "admin", "--revoke", "--data", colony.data])).err).toContain("admin");
    expect((await command(["user", "add", "second", "--admin", "--data", colony.data])).out).toContain("Password (shown this once)");
    expect((await command(["user", "admin", "admin", "--revoke", "--data", colony.data])).code).toBe(0);
    expect((await command(["user", "list", "--data", colony.data])).out).toMatch(/^second +ape +yes +active/m);
  });

  test("says in one line what is wrong, and by its exit code as the commands of a client do", async () => {
    const colony = await Colony.start();
    for (const [exit, ...args] of [
      [EXIT.usage, "user", "add", "Bad Name"],
      [EXIT.usage, "token", "create", "admin", "x", "--days", "abc"],
      [EXIT.refused, "user", "add", "admin"],
      [EXIT.refused, "user", "admin", "admin", "--revoke"],
      [EXIT.notFound, "user", "remove", "nobody"],
      [EXIT.notFound, "token", "create", "nobody", "x"],
      [EXIT.notFound, "token", "revoke", "nothing"],
    ] as [number, ...string[]][]) {
      const { code, err, out } = await command([...args, "--data", colony.data]);
      expect({ args, code, out }).toEqual({ args, code: exit, out: "" });
      expect(err.trim().split("\n")).toHaveLength(1);
    }
  });
});

test("a folder of an older version is copied before it is brought up to date; one of a newer version is refused", async () => {
  const folder = join(newFolder(), "data");
  const colony = await Colony.start({}, folder);
  await colony.say("general", "from before");
  await colony.stop();
  const raw = new Database(join(folder, "colony.db"));
  raw.run("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('from the future', 99999999999999)");
  raw.close();
  const refused = await command(["serve", "--data", folder, "--port", "0"]);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain("newer version");
});

test("one line a request, with no secrets in it; metrics count", async () => {
  const colony = await Colony.start({ COLONY_LOG_LEVEL: "info" });
  await colony.post("/api/channels/general/messages?x=secret-in-query", { content: "secret-in-body" });
  await colony.post("/api/auth/login", { username: "admin", password: "secret-password" }, { token: null });
  const metrics = await colony.get("/metrics", { token: null });
  expect(metrics.text).toMatch(/colony_requests_total\{method="POST",status="401"\} 1/);
  expect(metrics.text).toMatch(/^colony_seq \d+$/m);
  expect((await colony.get("/metrics", { token: null, headers: { "x-forwarded-for": "203.0.113.7" } })).status).toBe(401);
  await colony.stop();
  const lines = colony.output.split("\n").filter((line) => line.startsWith("{"));
  const requests = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "request");
  expect(requests.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
    "POST /api/auth/token 201",
    "POST /api/channels/general/messages 422",
    "POST /api/auth/login 401",
    "GET /metrics 200",
    "GET /metrics 401",
  ]);
  for (const secret of [colony.admin, ADMIN_PASSWORD, "secret-in-query", "secret-in-body", "secret-password"]) expect(colony.output).not.toContain(secret);
});

test("the data folder of a running server is not world-readable", async () => {
  const colony = await Colony.start();
  mkdirSync(newFolder(), { recursive: true });
  expect(statSync(colony.data).mode & 0o077).toBe(0);
});
