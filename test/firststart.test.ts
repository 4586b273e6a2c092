import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ADMIN_PASSWORD, Colony, environment, newFolder, program } from "./colony.ts";
import { bytesOnDisk, peopleOf, readRows, type User } from "./people.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});
const { person } = peopleOf(() => colony);

describe("the first start", () => {
  /** Serves a folder until it listens, looks, ends it, and gives what it printed. */
  const printed = async (data: string, env: Record<string, string>, look: (url: string) => Promise<void> = async () => {}): Promise<string> => {
    const child = Bun.spawn([...program, "serve", "--data", data, "--port", "0"], {
      env: environment({ COLONY_LOG_LEVEL: "silent", ...env }),
      cwd: newFolder(),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const errors = new Response(child.stderr).text();
    let output = "";
    let looked = false;
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      output += chunk;
      const url = /listening on (http:\S+)/.exec(output)?.[1];
      if (!url || looked) continue;
      looked = true;
      await look(url);
      child.kill("SIGTERM");
    }
    if ((await child.exited) !== 0) throw new Error(`The server failed: ${output}${await errors}`);
    return output;
  };
  const passwordOf = (output: string, username: string): string => new RegExp(`^Password of ${username} .*: (\\S+)$`, "m").exec(output)?.[1] ?? "";
  const signIn = (url: string, username: string, password: string) => fetch(`${url}/api/auth/login`, { method: "POST", body: JSON.stringify({ username, password }) });

  test("prints the admin's and the seeded people's passwords once, and each of them works", async () => {
    const data = join(newFolder(), "data");
    const output = await printed(data, { COLONY_SEED_APES: "benji,neeraj" });
    const passwords = ["admin", "benji", "neeraj"].map((name) => passwordOf(output, name));
    expect(new Set(passwords).size).toBe(3);
    for (const password of passwords) expect(password.length).toBeGreaterThanOrEqual(16);

    const again = await printed(data, { COLONY_SEED_APES: "benji,neeraj" }, async (url) => {
      for (const [at, username] of ["admin", "benji", "neeraj"].entries()) {
        const answer = await signIn(url, username, passwords[at] ?? "");
        expect(answer.status).toBe(200);
        expect((await answer.json()) as { user: User }).toMatchObject({ user: { username, role: "ape", admin: username === "admin" } });
      }
    });
    expect(again).not.toContain("assword");
    for (const password of passwords) expect(again).not.toContain(password);
  });

  test("prints nothing of a password that the operator chose", async () => {
    const output = await printed(join(newFolder(), "data"), { COLONY_ADMIN_PASSWORD: "chosen by the operator", COLONY_SEED_APES: "benji" }, async (url) => {
      expect((await signIn(url, "admin", "chosen by the operator")).status).toBe(200);
    });
    expect(output).not.toContain("chosen by the operator");
    expect(passwordOf(output, "admin")).toBe("");
    expect(passwordOf(output, "benji")).not.toBe("");
  });

  test("makes no one again, and changes no password, when the settings change later", async () => {
    const data = join(newFolder(), "data");
    await printed(data, { COLONY_ADMIN_PASSWORD: "the first password" });
    const output = await printed(data, { COLONY_ADMIN_PASSWORD: "another password", COLONY_SEED_APES: "late" }, async (url) => {
      expect((await signIn(url, "admin", "another password")).status).toBe(401);
      expect((await signIn(url, "admin", "the first password")).status).toBe(200);
    });
    expect(passwordOf(output, "late")).toBe("");
  });

  test("keeps passwords and tokens on disk as argon2id hashes only", async () => {
    const ape = await person("on-disk");
    const hashes = readRows<{ hash: string | null }>(colony.data, "SELECT password_hash AS hash FROM users UNION ALL SELECT hash FROM tokens");
    for (const { hash } of hashes) if (hash !== null) expect(hash).toStartWith("$argon2id$");
    const bytes = bytesOnDisk(colony.data);
    for (const secret of [ape.password, ape.token, ADMIN_PASSWORD, colony.admin]) expect(bytes.includes(secret)).toBe(false);
  });
});

test("the data folder is its owner's alone", () => {
  expect(existsSync(join(colony.data, "secret.key"))).toBe(true);
  const mode = (name: string) => Bun.file(join(colony.data, name)).stat();
  return Promise.all([mode("secret.key").then(({ mode }) => expect(mode & 0o077).toBe(0)), mode(".").then(({ mode }) => expect(mode & 0o077).toBe(0))]);
});
