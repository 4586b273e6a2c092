/** The three programs that are compared, each started as its operator would start it and spoken to in its own words. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { keep } from "./children.ts";
import type { Door } from "./live.ts";
import { folder, type Process, ROOT, spawn } from "./servers.ts";
import { contents } from "./words.ts";

export type Name = "floor" | "colony" | "peer";

/** A server that runs. */
export interface Subject {
  name: Name;
  pid: number;
  port: number;
  /** Whole HTTP requests that post one message each, all different. */
  posts: string[];
  /** One such request for a content of your own. */
  post(content: string): string;
  /** A whole GET request with this server's credentials. */
  get(path: string): string;
  /** GETs JSON, uncompressed → the body, null when there is no such thing. */
  read<Body>(path: string): Promise<Body | null>;
  /** Path of the whole history; null when the program has none. */
  history: string | null;
  door: Door;
  /** A door that resumes after a seq; Colony's alone. */
  resume?(seq: number): Door;
  stop(): Promise<void>;
}

const PEER = join(import.meta.dir, "peer");
export const ADMIN = { username: "admin", password: "bench-password-4747" };

const texts = contents();

/** A server's requests, ready to be sent, under one credential. */
function spoken(port: number, path: string, authorization: string | null) {
  const head = `Host: 127.0.0.1\r\n${authorization ? `Authorization: ${authorization}\r\n` : ""}`;
  const post = (content: string) => {
    const body = JSON.stringify({ content, type: "text" });
    return `POST ${path} HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  };
  return {
    post,
    posts: texts.map(post),
    get: (target: string) => `GET ${target} HTTP/1.1\r\n${head}\r\n`,
    async read<Body>(target: string): Promise<Body | null> {
      const headers = { "accept-encoding": "identity", ...(authorization && { authorization }) };
      const answer = await fetch(`http://127.0.0.1:${port}${target}`, { headers });
      return answer.ok ? ((await answer.json()) as Body) : null;
    },
  };
}

/** Starts the floor program on a data folder. */
async function startFloor(data: string): Promise<Subject> {
  const { child, port, stop } = await spawn([process.execPath, join(import.meta.dir, "floor.ts"), join(data, "floor.db"), "0"]);
  return {
    name: "floor",
    pid: child.pid,
    port,
    ...spoken(port, "/messages", null),
    history: "/history",
    door: { path: "/ws", hello: [], ready: null },
    stop,
  };
}

/** The command that runs Colony: words to which `serve --data …` is added. */
let colony: string[] = [join(ROOT, "dist/colony")];

/** Takes `--colony`; false when there is no such program. */
export function chooseColony(command: string | null): boolean {
  if (command !== null) colony = command.split(/\s+/).filter(Boolean);
  const [program = ""] = colony;
  return program.includes("/") ? existsSync(join(program.startsWith("/") ? "" : ROOT, program)) : Bun.which(program) !== null;
}

/** How the Colony that is measured is called. */
export const colonyCommand = (): string[] => colony;

/** Colony's process alone, as an operator starts it: for measures that need no token. */
export function spawnColony(data: string, more: Record<string, string> = {}): Promise<Process> {
  return spawn([...colony, "serve", "--data", data, "--port", "0"], {
    COLONY_ADMIN_PASSWORD: ADMIN.password,
    COLONY_RATE_LIMIT: "0",
    ...more,
  });
}

/** Asks a Colony to make something, which it must. `authorization`: the header, null for none. */
export async function make<Made>(port: number, path: string, authorization: string | null, body: object): Promise<{ made: Made; headers: Headers }> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(authorization && { authorization }) },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`colony refused ${path}: ${answer.status} ${await answer.text()}`);
  return { made: (await answer.json()) as Made, headers: answer.headers };
}

export async function makeToken(port: number): Promise<string> {
  const { made } = await make<{ token: string }>(port, "/api/auth/token", `Basic ${btoa(`${ADMIN.username}:${ADMIN.password}`)}`, { name: "bench" });
  return made.token;
}

/** Starts Colony on a data folder, an empty one when none is given, with more settings, and makes a token. */
export async function startColony(data = folder(), more: Record<string, string> = {}): Promise<Subject & { authorization: string }> {
  const { child, port, stop } = await spawnColony(data, more);
  const token = await makeToken(port);
  const authorization = `Bearer ${token}`;
  const words = spoken(port, "/api/channels/general/messages", authorization);
  const channels = await words.read<{ id: string; name: string }[]>("/api/channels");
  const general = channels?.find(({ name }) => name === "general");
  if (!general) throw new Error("colony has no channel named general");
  const door = (resume: { after_seq?: number }): Door => ({
    path: `/ws/${general.id}`,
    hello: [JSON.stringify({ type: "auth", token, ...resume })],
    ready: '"ready"',
  });
  return {
    name: "colony",
    pid: child.pid,
    port,
    authorization,
    ...words,
    history: "/api/channels/general/messages",
    door: door({}),
    resume: (after_seq) => door({ after_seq }),
    stop,
  };
}

/** Installs the peer's packages when they are not there → null, or why there will be no peer. */
export async function installPeer(): Promise<string | null> {
  if (!Bun.which("node") || !Bun.which("npm")) return "no node or npm on this machine";
  if (existsSync(join(PEER, "node_modules/better-sqlite3/build/Release/better_sqlite3.node"))) return null;
  console.log("installing the peer's packages (once; better-sqlite3 is compiled here)");
  const headers = join(Bun.which("node") ?? "", "../..");
  const child = keep(
    Bun.spawn(["npm", "ci", "--no-audit", "--no-fund"], {
      cwd: PEER,
      env: {
        ...process.env,
        npm_config_build_from_source: "true",
        ...(existsSync(join(headers, "include/node/node.h")) && { npm_config_nodedir: headers }),
      },
      stdout: "ignore",
      stderr: "ignore",
      timeout: 300_000,
    }),
  );
  return (await child.exited) === 0 ? null : "its packages could not be installed (npm ci in bench/peer says why)";
}

/** Starts the peer on a data folder. */
async function startPeer(data: string): Promise<Subject> {
  const token = "peer-token-4747";
  const { child, port, stop } = await spawn(["node", join(PEER, "server.js"), join(data, "peer.db"), "0"], {
    NODE_ENV: "production",
    PEER_TOKEN: token,
  });
  return {
    name: "peer",
    pid: child.pid,
    port,
    ...spoken(port, "/api/channels/general/messages", `Bearer ${token}`),
    history: null,
    door: { path: "/socket.io/?EIO=4&transport=websocket", hello: [`40${JSON.stringify({ token })}`], ready: '"joined"' },
    stop,
  };
}

const starts = { floor: startFloor, colony: (data: string) => startColony(data), peer: startPeer };

/** Starts a program on a data folder, an empty one when none is given. */
export function start(name: Name, data = folder()): Promise<Subject> {
  return starts[name](data);
}

/** Starts the named programs, each on an empty data folder. */
export function startAll(names: Name[]): Promise<Subject[]> {
  return Promise.all(names.map((name) => start(name)));
}
