import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Subprocess } from "bun";

/** The program under test: the compiled one when COLONY_BINARY names it, else the sources. */
export const program: string[] = process.env.COLONY_BINARY ? [resolve(process.env.COLONY_BINARY)] : [process.execPath, "--no-env-file", resolve(import.meta.dir, "../src/main.ts")];

export const ADMIN_PASSWORD = "correct horse battery";

/** The environment of a child: ours without COLONY_* and the keys to models of whoever runs the tests. */
export const environment = (extra: Record<string, string> = {}): Record<string, string> => {
  const kept = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && !/^(COLONY|ANTHROPIC|OPENAI)_/.test(entry[0]));
  return { ...Object.fromEntries(kept), ...extra };
};

export type Answer<T = any> = { status: number; headers: Headers; body: T; text: string };
export type Call = { token?: string | null; body?: unknown; raw?: BodyInit; headers?: Record<string, string>; signal?: AbortSignal };

/** `422 validation_failed`, or the bare status when it went well. */
export const outcome = ({ status, body }: Answer): string => (status < 400 ? String(status) : `${status} ${body.error?.code}`);

/** A time as it goes on the wire. */
export const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Waits until `look` finds something. */
export const until = async <T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await Bun.sleep(5);
  }
};

const folders: string[] = [];
const running = new Set<Colony>();

/** A folder of its own, removed at the end. */
export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "colony-test-"));
  folders.push(folder);
  return folder;
};

/** A real server on a free port with a real database, in an empty folder. */
export class Colony {
  url = "";
  admin = "";
  output = "";
  process: Subprocess<"ignore", "pipe", "pipe"> | undefined;

  private constructor(
    readonly data: string,
    readonly env: Record<string, string>,
  ) {}

  /** Starts a server and makes the admin's token. `env` are more settings. */
  static async start(env: Record<string, string> = {}, data = join(newFolder(), "data")): Promise<Colony> {
    const colony = new Colony(data, { COLONY_ADMIN_PASSWORD: ADMIN_PASSWORD, COLONY_RATE_LIMIT: "0", ...env });
    await colony.run();
    colony.admin = await colony.tokenOf("admin", ADMIN_PASSWORD);
    return colony;
  }

  /** A server that runs in the test's own process, at an address. */
  static async within(url: string, data: string): Promise<Colony> {
    const colony = new Colony(data, {});
    colony.url = url;
    colony.admin = await colony.tokenOf("admin", ADMIN_PASSWORD);
    return colony;
  }

  /** Starts the process and waits until it listens. `port`: 0 for any that is free. */
  async run(port = 0): Promise<void> {
    const child = Bun.spawn([...program, "serve", "--data", this.data, "--port", String(port)], {
      env: environment(this.env),
      cwd: newFolder(),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.process = child;
    this.output = "";
    running.add(this);
    const errors = new Response(child.stderr).text().then((text) => {
      // A fault of the server is seen in the output of the test that met it.
      if (text !== "") console.error(text);
      return text;
    });
    const decoder = new TextDecoder();
    const reader = child.stdout.getReader();
    while (!/listening on (http:\S+)/.test(this.output)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`The server ended before it listened: ${this.output}${await errors}`);
      this.output += decoder.decode(value, { stream: true });
    }
    this.url = /listening on (http:\S+)/.exec(this.output)?.[1] ?? "";
    (async () => {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        this.output += decoder.decode(value, { stream: true });
      }
    })();
  }

  /** Ends the process and waits for it. @returns its exit code, or null when a signal ended it */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const child = this.process;
    if (!child) return null;
    child.kill(signal);
    await child.exited;
    running.delete(this);
    return child.exitCode;
  }

  async call(method: string, path: string, { token = this.admin, body, raw, headers = {}, signal }: Call = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      body: body === undefined ? raw : JSON.stringify(body),
      redirect: "manual",
      signal,
    });
    const text = await response.text();
    const json = response.headers.get("content-type")?.startsWith("application/json");
    return { status: response.status, headers: response.headers, body: json && text !== "" ? JSON.parse(text) : text, text };
  }

  get(path: string, call: Call = {}): Promise<Answer> {
    return this.call("GET", path, call);
  }

  post(path: string, body?: unknown, call: Call = {}): Promise<Answer> {
    return this.call("POST", path, { body, ...call });
  }

  /** A token by name and password, the way one curl makes it. */
  async tokenOf(username: string, password: string): Promise<string> {
    const { status, body } = await this.call("POST", "/api/auth/token", {
      token: null,
      body: { name: "test" },
      headers: { authorization: `Basic ${btoa(`${username}:${password}`)}` },
    });
    if (status !== 201) throw new Error(`No token for ${username}: ${JSON.stringify(body)}`);
    return body.token;
  }

  /** Signs in as the page does. @returns the session, as the cookie `colony_session` holds it */
  async signIn(username: string, password: string): Promise<string> {
    const { status, headers } = await this.post("/api/auth/login", { username, password }, { token: null });
    const session = /colony_session=([^;]+)/.exec(headers.get("set-cookie") ?? "")?.[1];
    if (status !== 200 || !session) throw new Error(`${username} could not sign in: ${status}`);
    return session;
  }

  /** Makes a user. @returns a token of theirs */
  async user(username: string, role: "ape" | "agent" = "agent", more: Record<string, unknown> = {}): Promise<string> {
    const password = role === "ape" ? { password: `password of ${username}` } : {};
    const { status, body } = await this.post("/api/users", { username, role, with_token: true, ...password, ...more });
    if (status !== 201) throw new Error(`No user ${username}: ${JSON.stringify(body)}`);
    return body.token.token;
  }

  /** Posts a message that must be taken. @returns it */
  async say(channel: string, content: string, more: Record<string, unknown> = {}, token = this.admin) {
    const { status, body } = await this.post(`/api/channels/${channel}/messages`, { content, ...more }, { token });
    if (status !== 201) throw new Error(`Not posted: ${JSON.stringify(body)}`);
    return body;
  }
}

/** Ends every server that a test left running and removes the folders. */
export const stopAll = async (): Promise<void> => {
  await Promise.all([...running].map((colony) => colony.stop("SIGKILL")));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};

/** Runs a command of the program to its end. */
export const command = async (args: string[], env: Record<string, string> = {}, cwd = newFolder()): Promise<{ code: number; out: string; err: string }> => {
  const child = Bun.spawn([...program, ...args], { env: environment(env), cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, out, err };
};
