import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { lockFile } from "../../db/lock.ts";
import { CLIENT_KEPT_WAIT } from "../../limits.ts";
import { CommandError, EXIT } from "../failure.ts";
import { replaceFile } from "./replace.ts";

/** One server that somebody signed in to. `token_id`: of a token that signing in made, which signing out ends; `project`: the one that `colony use` chose. */
export type KeptServer = { url: string; token: string; username: string; token_id?: string; project?: string };

/** What the command line remembers: servers by their names, and the name of the one in use. */
export type Kept = { current: string | null; servers: Record<string, KeptServer> };

/** Whom a command talks to, and as whom. `name`: of a kept server, null where the environment says all; `secret`: signs what is written. */
export type Access = { name: string | null; url: string; token: string | null; secret: string | null; username: string | null; project: string | null };

/** Where a server listens that was started without settings. */
export const USUAL_URL = "http://127.0.0.1:4747";

const variable = (name: string): string | null => process.env[name]?.trim() || null;

/** The file that holds what is kept: COLONY_CONFIG, else colony/config.json in XDG_CONFIG_HOME or ~/.config. */
export const keptFile = (): string => variable("COLONY_CONFIG") ?? join(variable("XDG_CONFIG_HOME") ?? join(homedir(), ".config"), "colony", "config.json");

/** @throws CommandError when the file is there and cannot be used */
export const readKept = (): Kept => {
  const file = keptFile();
  if (!existsSync(file)) return { current: null, servers: Object.create(null) };
  try {
    const { current = null, servers = {} } = JSON.parse(readFileSync(file, "utf8")) as Partial<Kept>;
    const whole = Object.values(servers).every(({ url, token, username }) => [url, token, username].every((text) => typeof text === "string"));
    // Without a prototype: a server may be named as anything.
    if (whole && (current === null || typeof current === "string")) return { current, servers: Object.assign(Object.create(null), servers) };
  } catch {}
  throw new CommandError(`${file} cannot be read as Colony's settings: mend it, or move it away and sign in again (colony login).`);
};

/**
 * Changes what is kept, in one step: whoever reads meanwhile sees the old or the new, and a crash leaves one of them; who changes
 * it at the same time comes after. The file is its owner's alone, for it holds tokens; where it is a link, what it leads to is changed.
 */
export const changeKept = async (change: (kept: Kept) => void): Promise<Kept> => {
  const file = keptFile();
  let unlock: (() => void) | null = null;
  try {
    if (mkdirSync(dirname(file), { recursive: true, mode: 0o700 }) === undefined && variable("COLONY_CONFIG") === null) await chmod(dirname(file), 0o700);
    unlock = lockFile(`${file}.lock`, CLIENT_KEPT_WAIT);
    if (unlock === null) throw new Error("another command holds it: try again");
    const kept = readKept();
    change(kept);
    await replaceFile(file, `${JSON.stringify(kept, null, 2)}\n`, 0o600);
    return kept;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${file} cannot be written: ${error instanceof Error ? error.message : error}`);
  } finally {
    unlock?.();
  }
};

/**
 * An address as somebody types it, made whole: the scheme may be left out (http on this machine, https elsewhere).
 * @throws CommandError for what is no http address
 */
export const serverUrl = (text: string): string => {
  const local = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(\/|$)/i.test(text);
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${local ? "http" : "https"}://${text}`);
    if (/^https?:$/.test(url.protocol) && url.username === "" && url.pathname === "/" && url.search === "") return url.origin;
  } catch {}
  throw new CommandError(`'${text}' is no server's address. It looks like https://colony.example.com or http://127.0.0.1:4747.`, EXIT.usage);
};

/**
 * Decides whom to talk to: --server, else COLONY_URL and COLONY_TOKEN, else COLONY_SERVER, else the server in use. A token
 * of the environment is used with whichever server that is; a kept token only with the address that it was kept for.
 * @throws CommandError when no server is known by that name
 */
export const chooseServer = (named?: string): Access => {
  const kept = readKept();
  const url = named === undefined ? variable("COLONY_URL") : null;
  const token = named === undefined ? variable("COLONY_TOKEN") : null;
  const name = named ?? (url === null ? (variable("COLONY_SERVER") ?? kept.current) : nameOf(kept, serverUrl(url)));
  const server = name === null ? undefined : kept.servers[name];
  if (name !== null && !server) {
    const names = Object.keys(kept.servers);
    throw new CommandError(`No server '${name}' is known here${names.length > 0 ? `, but ${names.join(", ")}` : ""}: sign in with 'colony login URL'.`, EXIT.notFound);
  }
  return {
    name: name ?? null,
    url: url === null ? (server?.url ?? USUAL_URL) : serverUrl(url),
    token: token ?? server?.token ?? null,
    secret: variable("COLONY_TOKEN_SECRET"),
    username: token === null ? (server?.username ?? null) : null,
    project: variable("COLONY_PROJECT") ?? server?.project ?? null,
  };
};

/** The name under which an address is kept: the one in use when it is that. */
const nameOf = ({ current, servers }: Kept, url: string): string | null => {
  if (current !== null && servers[current]?.url === url) return current;
  return Object.keys(servers).find((name) => servers[name]?.url === url) ?? null;
};
