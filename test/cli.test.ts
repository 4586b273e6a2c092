import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clientEnvironment, colonyCli, homeOf, terminal } from "./cli.ts";
import { ADMIN_PASSWORD, Colony, newFolder, program } from "./colony.ts";

let colony: Colony;
let agent: string;
beforeAll(async () => {
  colony = await Colony.start();
  agent = await colony.user("cc-cli");
});

const keptIn = (home: string) => JSON.parse(readFileSync(join(home, "config.json"), "utf8"));
const signIn = (home: string, args: string[] = []) =>
  colonyCli(colony, ["login", colony.url, "--username", "admin", "--password-stdin", ...args], { home, stdin: `${ADMIN_PASSWORD}\n` });

describe("signing in", () => {
  test("by name and password makes a token of this machine's own, keeps it for its owner alone, and signing out ends it", async () => {
    const home = homeOf();
    const { code, err, out } = await signIn(home, ["--token-name", "a laptop"]);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining("Try: colony read general") });
    expect(out).toBe(`✓ Signed in to ${colony.url} as admin (ape).\n`);
    const host = new URL(colony.url).host;
    const kept = keptIn(home);
    expect(kept).toEqual({ current: host, servers: { [host]: { url: colony.url, username: "admin", token: expect.stringMatching(/^col_/), token_id: expect.any(String) } } });
    expect(statSync(join(home, "config.json")).mode & 0o777).toBe(0o600);
    const names = async () => (await colony.get("/api/auth/keys")).body.map(({ name }: { name: string }) => name);
    expect(await names()).toContain("a laptop");
    expect(await colonyCli(null, ["whoami"], { home })).toEqual({ code: 0, out: "admin\n", err: "" });

    expect(await colonyCli(null, ["logout"], { home })).toMatchObject({ code: 0, err: "" });
    expect(keptIn(home)).toEqual({ current: null, servers: {} });
    expect(await names()).not.toContain("a laptop");
    expect((await colony.get("/api/auth/me", { token: kept.servers[host].token })).status).toBe(401);
    expect((await colonyCli(null, ["whoami"], { home })).code).toBe(3);
  });

  test("again replaces the token that was kept, and the old one is dead", async () => {
    const home = homeOf();
    await signIn(home);
    const host = new URL(colony.url).host;
    const first = keptIn(home).servers[host].token;
    await signIn(home);
    const second = keptIn(home).servers[host].token;
    expect(second).not.toBe(first);
    expect((await colony.get("/api/auth/me", { token: first })).status).toBe(401);
    expect((await colony.get("/api/auth/me", { token: second })).status).toBe(200);
  });

  test("by a token keeps that token, which signing out leaves alive", async () => {
    const home = homeOf();
    const { code, out } = await colonyCli(colony, ["auth", "login", colony.url, "--token-stdin", "--json"], { home, stdin: agent });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual((await colony.get("/api/auth/me", { token: agent })).body);
    const status = await colonyCli(null, ["auth", "status"], { home });
    expect(status.out).toContain("user\tcc-cli (agent)\n");
    expect(status.out).not.toContain(agent);
    await colonyCli(null, ["auth", "logout"], { home });
    expect((await colony.get("/api/auth/me", { token: agent })).status).toBe(200);
  });

  test("on a terminal asks for what is missing, and does not show the password", async () => {
    const home = homeOf();
    const asked = terminal(colony, ["login", colony.url], { home });
    await asked.shows("Username");
    asked.type("admin\r");
    await asked.shows("Password");
    asked.type(`${ADMIN_PASSWORD}\r`);
    const { code, shown } = await asked.ended();
    expect(code).toBe(0);
    expect(shown).toContain("Signed in to");
    expect(shown).not.toContain(ADMIN_PASSWORD);
    expect(keptIn(home).servers[new URL(colony.url).host].username).toBe("admin");
  });

  test("that is broken off changes nothing", async () => {
    const home = homeOf();
    const asked = terminal(colony, ["login", colony.url], { home });
    await asked.shows("Username");
    asked.type("\x03");
    const { code, shown } = await asked.ended();
    expect(code).toBe(1);
    expect(shown).toContain("Nothing was changed.");
  });

  test("where nobody can be asked says what to give; a wrong password, a wrong address and a wrong token each say so", async () => {
    const home = homeOf();
    const failures: [string[], string, number, string][] = [
      [["login", colony.url], "", 2, "--token-stdin"],
      [["login", colony.url, "--password-stdin"], "x", 2, "--username"],
      [["login", "ftp://here", "--token-stdin"], "x", 2, "address"],
      [["login", colony.url, "--username", "admin", "--password-stdin"], "wrong password", 3, "password"],
      [["login", colony.url, "--token-stdin"], "col_12345678_nothing", 3, "colony login"],
      [["login", "127.0.0.1:1", "--token-stdin"], agent, 1, "No server answers"],
    ];
    for (const [args, stdin, code, says] of failures) {
      const ended = await colonyCli(colony, args, { home, stdin });
      expect({ args, code: ended.code }).toEqual({ args, code });
      expect(ended.err).toContain(says);
      expect(ended.err.trim().split("\n")).toHaveLength(1);
      expect(ended.out).toBe("");
    }
  });
});

describe("several servers", () => {
  test("are kept by name, one in use; --server, COLONY_SERVER and COLONY_URL choose another", async () => {
    const home = homeOf();
    await signIn(home);
    await colonyCli(colony, ["login", colony.url, "--token-stdin", "--name", "bot"], { home, stdin: agent });
    const host = new URL(colony.url).host;
    const who = async (args: string[] = [], env = {}) => (await colonyCli(null, ["whoami", ...args], { home, env })).out.trim();
    expect(await who()).toBe("cc-cli");
    expect(await who(["--server", host])).toBe("admin");
    expect(await who([], { COLONY_SERVER: host })).toBe("admin");
    expect(await who(["--server", "bot"], { COLONY_URL: "http://127.0.0.1:1", COLONY_TOKEN: "x" })).toBe("cc-cli");
    expect(await who([], { COLONY_URL: colony.url, COLONY_TOKEN: colony.admin })).toBe("admin");
    expect((await colonyCli(null, ["servers", "use", host], { home })).code).toBe(0);
    expect(await who()).toBe("admin");
    expect((await colonyCli(null, ["servers", "list"], { home })).out).toBe(`*\t${host}\tadmin\t${colony.url}\n\tbot\tcc-cli\t${colony.url}\n`);
    const unknown = await colonyCli(null, ["whoami", "--server", "nowhere"], { home });
    expect(unknown).toMatchObject({ code: 4, out: "" });
    expect(unknown.err).toContain(`${host}, bot`);
    expect((await colonyCli(null, ["servers", "use", "constructor"], { home })).code).toBe(4);
  });

  test("that are signed in to at the same time are all kept", async () => {
    const home = homeOf();
    const names = Array.from({ length: 6 }, (_, at) => `s${at}`);
    const ended = await Promise.all(names.map((name) => colonyCli(colony, ["login", colony.url, "--token-stdin", "--name", name], { home, stdin: agent })));
    expect(ended.map(({ code }) => code)).toEqual(names.map(() => 0));
    expect(Object.keys(keptIn(home).servers).toSorted()).toEqual(names);
  });

  test("a kept token goes to the address it was kept for, and to no other", async () => {
    const home = homeOf();
    await signIn(home);
    const other = await colonyCli(null, ["whoami"], { home, env: { COLONY_URL: "http://127.0.0.1:1" } });
    expect(other.code).toBe(3);
  });

  test("settings that are a link stay one, and what cannot be read is said by its name", async () => {
    const home = homeOf();
    const real = join(newFolder(), "dotfiles.json");
    writeFileSync(real, '{"current":null,"servers":{}}', { mode: 0o644 });
    symlinkSync(real, join(home, "config.json"));
    await signIn(home);
    expect(Object.keys(JSON.parse(readFileSync(real, "utf8")).servers)).toHaveLength(1);
    expect(statSync(real).mode & 0o777).toBe(0o600);
    writeFileSync(real, '{"servers": 7');
    const { code, err } = await colonyCli(null, ["whoami"], { home });
    expect(code).toBe(1);
    expect(err).toContain(join(home, "config.json"));
  });

  test("without COLONY_CONFIG they lie in XDG_CONFIG_HOME, in a folder for their owner alone", async () => {
    const xdg = join(newFolder(), "config");
    const env = { COLONY_CONFIG: "", XDG_CONFIG_HOME: xdg };
    mkdirSync(join(xdg, "colony"), { recursive: true, mode: 0o755 });
    await colonyCli(colony, ["login", colony.url, "--token-stdin"], { home: newFolder(), env, stdin: agent });
    expect(statSync(join(xdg, "colony")).mode & 0o777).toBe(0o700);
    expect(statSync(join(xdg, "colony", "config.json")).mode & 0o777).toBe(0o600);
  });
});

describe("exit codes", () => {
  test("each failure is one line on stderr that says what to do, nothing on stdout, and a code for scripts", async () => {
    await colony.post("/api/channels", { name: "over" });
    await colony.call("DELETE", "/api/channels/over");
    await colony.post("/api/projects", { name: "tried" });
    const failures: [string[], { token?: string | null; env?: Record<string, string> }, number, string][] = [
      [["whoami"], { env: { COLONY_URL: "http://127.0.0.1:1" } }, 1, "No server answers at http://127.0.0.1:1"],
      [["whoami"], { env: { COLONY_URL: "http://no.such.name.invalid" } }, 1, "is not known"],
      [["whoami"], { token: null }, 3, "colony login"],
      [["whoami"], { token: "col_12345678_wrong" }, 3, "COLONY_TOKEN is set"],
      [["post", "nowhere", "hi"], {}, 4, "colony channels"],
      [["post", "over", "hi"], {}, 5, "archived"],
      [["post", "general"], {}, 2, "standard input"],
      [["post", "general", "hi", "--type", "shout"], {}, 2, "text, code, result, error, plan"],
      [["post"], {}, 2, "channel"],
      [["post", "general", "hi", "--colour"], {}, 2, "--colour"],
      [["pots", "general", "hi"], {}, 2, "Did you mean post?"],
      [["whoami", "--server"], {}, 2, "--server"],
      [["--server", "nowhere", "whoami"], {}, 4, "nowhere"],
      [["servers", "use", "constructor"], {}, 4, "No server 'constructor' is known"],
      // A value that is none is a mistake in the command; what it names may be missing.
      [["read", "general", "--since", "yesterday"], {}, 2, "give 15m, 2h or 1d"],
      [["search", "x after:soon"], {}, 2, "is not a date"],
      [["ask", "general", "x", "-o", "a", "--wait", "0"], {}, 2, "at least 2 entries. See 'colony help ask'."],
      [["search", "x from:nobody"], {}, 4, "there is no user 'nobody'. 'colony users' lists everyone."],
      [["post", "general", "x", "-r", "99999"], {}, 4, "'colony read CHANNEL --json'"],
      [["edit", "general", "99999", "x"], {}, 4, "no such message in this channel. 'colony read CHANNEL --json'"],
      [["download", "nope"], {}, 4, "no such file that you can see. 'colony read CHANNEL'"],
      [["logs", "nope", "-p", "tried"], {}, 4, "'colony runs' lists the project's."],
      [["logs", "nope", "-p", "nope"], {}, 4, "'colony list' lists those you can see."],
    ];
    for (const [args, called, code, says] of failures) {
      const ended = await colonyCli(colony, args, called);
      expect({ args, code: ended.code, out: ended.out }).toEqual({ args, code, out: "" });
      expect(ended.err).toContain(says);
      expect(ended.err).toStartWith("colony: ");
      expect(ended.err).not.toMatch(/GET |POST |\/api\//);
      expect(ended.err.trim().split("\n")).toHaveLength(1);
    }
  });

  test("what cannot be written, because the disk is full, ends a command and is said", async () => {
    await colony.say("general", "something to read");
    for (const args of [["channels"], ["read", "general"], ["help"]]) {
      const { exited, stderr } = Bun.spawn(["sh", "-c", '"$@" > /dev/full', "sh", ...program, ...args], { env: clientEnvironment(colony, {}), stdin: "ignore", stderr: "pipe" });
      expect([await exited, await new Response(stderr).text()]).toEqual([
        1,
        "colony: What was said could not be written (ENOSPC): make room where it goes, or send it elsewhere.\n",
      ]);
    }
  });

  test("an address where something else answers is told apart from a server that is away", async () => {
    const other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("<h1>Hello</h1>") });
    const gone = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => Response.redirect("https://elsewhere.example/") });
    const ask = (url: URL) => colonyCli(colony, ["whoami"], { env: { COLONY_URL: url.origin } });
    const stranger = await ask(other.url);
    expect(stranger).toMatchObject({ code: 1, out: "" });
    expect(stranger.err).toContain("not as Colony does");
    expect((await ask(gone.url)).err).toContain("sends on to https://elsewhere.example/");
    await Promise.all([other.stop(true), gone.stop(true)]);
  });
});

describe("help and completion", () => {
  const asked = async (words: string[], called: Parameters<typeof colonyCli>[2] = {}) => {
    const { code, err, out } = await colonyCli(colony, ["complete", "--", ...words], called);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const lines = out.trimEnd().split("\n");
    return { directive: lines.pop(), words: lines.map((line) => line.split("\t")[0]) };
  };

  test("help names every command, fits on a screen, and carries no colour to a pipe", async () => {
    const { code, err, out } = await colonyCli(null, ["help"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const names = (await asked([""])).words;
    expect(names.length).toBeGreaterThan(30);
    names.splice(names.indexOf("help"), 1);
    for (const name of names) expect({ name, named: new RegExp(`[ ,]${name}[ ,\\n]`).test(out) }).toEqual({ name, named: true });
    expect(out.split("\n").length).toBeLessThan(60);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(out).not.toContain("\u001b");
    expect((await colonyCli(null, ["--help"])).out).toBe(out);
    expect((await colonyCli(null, ["help", "post"])).out).toContain("make 2>&1 | colony post ci -t result");
    expect((await colonyCli(null, ["help", "schedule", "create"])).out).toContain("--cron");
    expect((await colonyCli(null, ["help", "pots"])).code).toBe(2);
    expect((await terminal(null, ["help"]).ended()).shown).toContain("\u001b[1m");
  });

  test("Tab knows commands, options, types, and the server's names", async () => {
    await colony.post("/api/channels", { name: "tabbed" });
    expect((await asked(["ta"])).words).toEqual(["tail"]);
    expect((await asked(["post", "tab"])).words).toEqual(["tabbed"]);
    expect((await asked(["post", "--key", "k", "tab"])).words).toEqual(["tabbed"]);
    expect((await asked(["upload", "x", "--to", "tab"])).words).toEqual(["tabbed"]);
    expect((await asked(["dm", "cc-"])).words).toContain("cc-cli");
    expect((await asked(["post", "general", "--type", ""])).words).toEqual(["text", "code", "result", "error", "plan"]);
    expect((await asked(["post", "general", "--me"])).words).toEqual(["--metadata"]);
    expect((await asked(["channels", "jo"])).words).toEqual(["join"]);
    // Files of the folder are the shell's to know.
    expect((await asked(["upload", ""])).directive).toBe(":0");
    expect((await asked(["post", ""])).directive).toBe(":4");
  });

  test("Tab is quiet where no server answers, and offers what it knew", async () => {
    const home = homeOf();
    const away = { COLONY_URL: "http://127.0.0.1:1", COLONY_TOKEN: "x" };
    expect(await asked(["post", ""], { home, env: away })).toEqual({ directive: ":4", words: [] });
    await signIn(home);
    expect((await asked(["post", "gen"], { home })).words).toEqual(["general"]);
    const host = new URL(colony.url).host;
    expect((await asked(["servers", "use", ""], { home })).words).toEqual([host]);
    expect((await asked(["whoami", "--server", ""], { home })).words).toEqual([host]);
  });

  test("in bash a press of Tab completes, and runs nothing of what is typed", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "colony"), `#!/bin/sh\nexec ${program.map((part) => `'${part}'`).join(" ")} "$@"\n`, { mode: 0o755 });
    const tab = async (...words: string[]) => {
      const line = words.map((word) => `'${word}'`).join(" ");
      const script = `source <(colony completion bash); COMP_WORDS=(colony ${line}); COMP_CWORD=${words.length}; _colony; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const child = Bun.spawn(["bash", "--norc", "-c", script], {
        env: { ...clientEnvironment(colony, {}), PATH: `${folder}:${process.env.PATH}` },
        cwd: folder,
        stdout: "pipe",
        stderr: "pipe",
      });
      return { out: (await new Response(child.stdout).text()).trim(), err: await new Response(child.stderr).text() };
    };
    expect(await tab("post", "gen")).toEqual({ out: "general", err: "" });
    await tab("post", "$(touch ran)", "`touch ran`", "x");
    expect(existsSync(join(folder, "ran"))).toBe(false);
    for (const shell of ["zsh", "fish"]) {
      const { out } = await colonyCli(null, ["completion", shell]);
      expect(out).toContain("colony complete --");
      expect(out.replace(/^\s*#.*$/gm, "")).not.toMatch(/\beval\b/);
    }
    expect((await colonyCli(null, ["completion", "cmd"])).code).toBe(2);
  });
});
