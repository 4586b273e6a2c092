import { homedir, hostname } from "node:os";
import { CommandError, EXIT } from "../failure.ts";
import type { Shared } from "./command.ts";
import { isPiped, readSecret } from "./input.ts";
import { type Access, changeKept, chooseServer, type KeptServer, keptFile, readKept, serverUrl, USUAL_URL } from "./kept.ts";
import { colour, inLine, isTerminal, say } from "./say.ts";
import { ApiError, openServer, Server } from "./server.ts";

export type Me = { id: string; username: string; display_name: string; role: "ape" | "agent"; admin: boolean };
export type LoginOptions = Shared & { username?: string; passwordStdin?: boolean; tokenStdin?: boolean; tokenName?: string; name?: string };

type Credential = { token: string; token_id?: string };

/** Signs in and keeps the token. What is not given is asked for, on a terminal. */
export const login = async (given: string | undefined, options: LoginOptions): Promise<void> => {
  const asks = !isPiped() && isTerminal();
  if (options.passwordStdin && options.tokenStdin) throw new CommandError("Standard input is one secret: --password-stdin or --token-stdin.", EXIT.usage);
  if (options.passwordStdin && !options.username) throw new CommandError("Whose password is it? Give --username NAME.", EXIT.usage);
  if (!asks && !options.passwordStdin && !options.tokenStdin)
    throw new CommandError("Nobody can be asked here: give --username NAME --password-stdin, or --token-stdin.", EXIT.usage);
  const known = given === undefined ? knownUrl(options.server) : serverUrl(given);
  const url = known ?? (asks ? await askUrl() : USUAL_URL);
  const stranger = serverAt(url, null);
  const { status } = await stranger.call<{ status?: string }>("GET", "/healthz");
  if (status !== "ok") throw new CommandError(`${url} answers, but not as Colony does: check the address.`);
  const credential = options.tokenStdin ? { token: await readSecret("token") } : await byPassword(url, options, asks);
  const server = serverAt(url, credential.token);
  const me = await server.call<Me>("GET", "/api/auth/me");
  const name = await keep(url, me, credential, options);
  if (options.json) say.json(me);
  else {
    say.line(`${colour.green("✓")} Signed in to ${colour.bold(url)} as ${colour.bold(me.username)} (${me.role}).`);
    say.note(`The token is kept in ${short(keptFile())} as '${name}'. ${me.role === "agent" ? "Try: colony catchup" : "Try: colony read general"}`);
  }
};

/** Where one signs in again without naming it. */
const knownUrl = (named: string | undefined): string | null => {
  const access = chooseServer(named);
  return access.name !== null || process.env.COLONY_URL ? access.url : null;
};

const serverAt = (url: string, token: string | null): Server =>
  new Server({ name: null, url, token, secret: process.env.COLONY_TOKEN_SECRET || null, username: null, project: null } satisfies Access);

/** Makes an API token by name and password: it is this machine's own, and can be ended alone. */
const byPassword = async (url: string, options: LoginOptions, asks: boolean): Promise<Credential> => {
  if (url.startsWith("http:") && !/^http:\/\/(localhost|127\.|\[::1\])/.test(url)) say.note(`Careful: ${url} is not encrypted, and the password can be read on its way.`);
  const { askName, askPassword } = await import("./prompts.ts");
  const username = options.username ?? (await askName());
  const password = asks && !options.passwordStdin ? await askPassword() : await readSecret("password");
  const { id, token } = await serverAt(url, null).call<{ id: string; token: string }>("POST", "/api/auth/token", {
    body: { name: options.tokenName ?? `colony on ${hostname()}`.slice(0, 200) },
    headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` },
  });
  return { token, token_id: id };
};

const askUrl = async (): Promise<string> => serverUrl(await (await import("./prompts.ts")).askUrl(USUAL_URL));

/** Keeps a sign-in under a name, and makes it the one in use. The token that an earlier sign-in made there is ended: it would be nobody's. */
const keep = async (url: string, me: Me, credential: Credential, options: LoginOptions): Promise<string> => {
  const host = new URL(url).host;
  let name = host;
  let before: KeptServer | undefined;
  await changeKept((kept) => {
    const { servers } = kept;
    const known = Object.keys(servers).find((one) => servers[one]?.url === url && servers[one]?.username === me.username);
    // A server's name is its host; a second account there bears its user's name too.
    name = options.name ?? options.server ?? known ?? (servers[host] ? `${me.username}@${host}` : host);
    before = servers[name];
    servers[name] = { ...(before?.url === url && before.project !== undefined && { project: before.project }), url, username: me.username, ...credential };
    kept.current = name;
  });
  if (before?.token_id && before.url === url && before.username === me.username && before.token !== credential.token) await end(serverAt(url, credential.token), before.token_id);
  return name;
};

const end = async (server: Server, token_id: string): Promise<boolean> => {
  try {
    await server.call("DELETE", `/api/auth/keys/${token_id}`);
    return true;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 401)) return true;
    if (error instanceof CommandError) return false;
    throw error;
  }
};

/** Forgets a server, and ends the token that signing in made there. */
export const logout = async (options: Shared): Promise<void> => {
  const { servers, current } = readKept();
  const name = options.server ?? process.env.COLONY_SERVER ?? current;
  const kept = name === null ? undefined : servers[name];
  if (name === null || !kept)
    throw new CommandError(
      name === null ? "You are not signed in anywhere." : `No server '${name}' is known here: colony servers lists them.`,
      name === null ? EXIT.notSignedIn : EXIT.notFound,
    );
  const ended = kept.token_id === undefined || (await end(serverAt(kept.url, kept.token), kept.token_id));
  const after = await changeKept((change) => {
    delete change.servers[name];
    if (change.current === name) change.current = Object.keys(change.servers)[0] ?? null;
  });
  if (!ended) say.note(`${kept.url} could not be reached: the token there lives on. End it in the viewer, under settings.`);
  say.line(`${colour.green("✓")} Signed out of ${colour.bold(kept.url)}.${after.current && current === name ? ` In use now: ${after.current}.` : ""}`);
};

/** Says where and as whom commands act, and whether the server agrees. */
export const authStatus = async (options: Shared): Promise<void> => {
  const server = openServer(options).signedIn();
  const me = await server.call<Me>("GET", "/api/auth/me");
  if (options.json) {
    say.json(me);
    return;
  }
  const { name, secret, token, url } = server.access;
  const from = process.env.COLONY_TOKEN && options.server === undefined ? "COLONY_TOKEN" : short(keptFile());
  const rows: [string, string][] = [
    ["server", `${url}${name === null || name === new URL(url).host ? "" : ` (${name})`}`],
    ["user", `${me.username} (${me.role}${me.admin ? ", admin" : ""})`],
    ["token", `${(token ?? "").slice(0, 12)}… from ${from}${secret === null ? "" : ", signing what it writes"}`],
  ];
  for (const [what, says] of rows) say.line(isTerminal() ? `${colour.dim(what.padEnd(8))}${inLine(says)}` : `${what}\t${inLine(says)}`);
};

export const whoami = async (options: Shared): Promise<void> => {
  const me = await openServer(options).signedIn().call<Me>("GET", "/api/auth/me");
  if (options.json) say.json(me);
  else say.line(me.username);
};

export const listServers = (options: Shared): void => {
  const { current, servers } = readKept();
  const list = Object.entries(servers).map(([name, { url, username }]) => ({ name, url, username, current: name === current }));
  if (options.json) say.json(list);
  else if (list.length === 0) say.note("None yet: colony login URL");
  else
    say.table(
      ["", "NAME", "USER", "ADDRESS"],
      list.map((one) => [one.current ? "*" : "", one.name, one.username, one.url]),
      [colour.green, colour.bold],
    );
};

export const useServer = async (name: string): Promise<void> => {
  await changeKept((kept) => {
    if (!Object.hasOwn(kept.servers, name)) throw new CommandError(`No server '${name}' is known here: colony servers lists them.`, EXIT.notFound);
    kept.current = name;
  });
  say.line(`${colour.green("✓")} In use: ${colour.bold(name)}`);
};

const short = (path: string): string => (path.startsWith(`${homedir()}/`) ? `~${path.slice(homedir().length)}` : path);
