import { homedir, hostname } from "node:os";
import { basename } from "node:path";
import { MESSAGE_CONTENT_BYTES } from "../../limits.ts";
import type { Message } from "../../messages/wire.ts";
import { CommandError, EXIT } from "../failure.ts";
import type { Shared } from "./command.ts";
import { seconds } from "./given.ts";
import { isPiped, readInput } from "./input.ts";
import { clock } from "./messages.ts";
import { bytes, colour, inLine, isTerminal, say } from "./say.ts";
import { openServer, type Server } from "./server.ts";
import { sha256 } from "./signing.ts";

export type PostOptions = Shared & { type?: string; replyTo?: string; file?: string[]; metadata?: string[]; key?: string };

/** Posts words, or what is piped in, with files. */
export const post = async (channel: string, words: string[], options: PostOptions): Promise<void> => {
  if (channel.startsWith("@")) return direct(channel, words, options);
  const server = openServer(options).signedIn();
  const body = await draft(server, words, options);
  sent(await server.call<Message>("POST", `${await placeOf(server, channel)}/messages`, { body, key: options.key }), channel, options);
};

/** Writes to someone directly; several people with commas between. */
export const direct = async (to: string, words: string[], options: PostOptions): Promise<void> => {
  const server = openServer(options).signedIn();
  const users = to
    .split(",")
    .filter((name) => name !== "")
    .map(bare);
  const body = await draft(server, words, options);
  sent(await server.call<Message>("POST", "/api/dms", { body: { ...body, ...(users.length > 1 ? { users } : { user: bare(to) }) }, key: options.key }), to, options);
};

/** A user as the API names them: people write @benji. */
export const bare = (name: string): string => name.replace(/^@/, "");

/** A channel's name: people write #general. One with @ is no channel's, and stays what it is. */
export const channelName = (name: string): string => name.replace(/^#/, "");

/** The address of a channel, or of the conversation with @somebody: never of a channel that is called as they are. */
export const placeOf = async (server: Server, place: string): Promise<string> => {
  if (!place.startsWith("@")) return `/api/channels/${encodeURIComponent(channelName(place))}`;
  const { id } = await server.call<{ id: string }>("POST", "/api/dms/conversations", { body: { users: [bare(place)] } });
  return `/api/channels/${encodeURIComponent(id)}`;
};

const of = async (server: Server, place: string, message: string): Promise<string> => `${await placeOf(server, place)}/messages/${encodeURIComponent(message)}`;

/** Says on a terminal that something is done; to a script its exit code says so. */
const done = (answer: unknown, text: string, { json }: Shared): void => {
  if (json && answer !== undefined) say.json(answer);
  else if (!json && isTerminal()) say.line(`${colour.green("✓")} ${text}`);
};

export const edit = async (channel: string, message: string, words: string[], options: Shared & { type?: string }): Promise<void> => {
  const server = openServer(options).signedIn();
  const content = words.length === 0 && options.type !== undefined ? undefined : await contentOf(words);
  done(await server.call("PATCH", await of(server, channel, message), { body: { content, type: options.type } }), "Edited.", options);
};

export const retract = async (channel: string, message: string, options: Shared): Promise<void> => {
  const server = openServer(options).signedIn();
  done(await server.call("DELETE", await of(server, channel, message)), "Taken back: its words are gone.", options);
};

export const react = async (channel: string, message: string, emoji: string, options: Shared & { remove?: boolean }): Promise<void> => {
  const server = openServer(options).signedIn();
  const path = `${await of(server, channel, message)}/reactions/${encodeURIComponent(emoji)}`;
  done(await server.call(options.remove ? "DELETE" : "PUT", path), options.remove ? "Taken back." : "Reacted.", options);
};

/** Takes the work that a message stands for; another's claim is refused with who and until when. */
export const claim = async (channel: string, message: string, options: Shared & { ttl?: string }): Promise<void> => {
  const body = { ttl_seconds: seconds(options.ttl ?? "15m") };
  const server = openServer(options).signedIn();
  const made = await server.call<{ expires_at: string }>("POST", `${await of(server, channel, message)}/claim`, { body });
  done(made, `Yours until ${clock(made.expires_at)}.`, options);
};

export const release = async (channel: string, message: string, options: Shared): Promise<void> => {
  const server = openServer(options).signedIn();
  done(await server.call("DELETE", `${await of(server, channel, message)}/claim`), "Released.", options);
};

/** A person is told where it stands; a script gets its seq, which is good wherever a message is named. */
const sent = (message: Message, where: string, { json }: Shared): void => {
  if (json) say.json(message);
  else say.line(isTerminal() ? `${colour.green("✓")} Posted to ${colour.bold(inLine(where))} · ${colour.dim(String(message.seq))}` : String(message.seq));
};

/** What a post says: words of the command line, else what is piped in (or where a word is "-"), and the files, which are sent first. */
const draft = async (server: Server, words: string[], { file = [], key, metadata = [], replyTo, type }: PostOptions): Promise<Record<string, unknown>> => {
  const content = await contentOf(words, file.length > 0);
  const labels = { ...session(), ...pairs(metadata) };
  const attachments: string[] = [];
  for (const [at, path] of file.entries()) {
    const query = { name: basename(path) };
    attachments.push((await server.upload<{ id: string }>("/api/files", path, { query, key: key === undefined ? undefined : sha256(`${key} file ${at}`) })).id);
  }
  return {
    content,
    type,
    reply_to: replyTo,
    ...(Object.keys(labels).length > 0 && { metadata: labels }),
    ...(attachments.length > 0 && { attachments }),
  };
};

/** Standard input is read only where nothing else is said, or "-" asks for it: what runs agents often leaves it open. */
export const contentOf = async (words: string[], hasFiles = false): Promise<string> => {
  const asked = words.at(-1) === "-";
  const said = (asked ? words.slice(0, -1) : words).join(" ");
  if (!asked && (said.trim() !== "" || hasFiles)) return said;
  // An empty word is a variable that holds nothing: what stands on standard input is somebody else's.
  if (!asked && words.length > 0) throw new CommandError("Nothing to post: the words are empty. To post what is piped in, leave them out or end with -.", EXIT.usage);
  if (!asked && !isPiped()) throw new CommandError("Nothing to post: give the words, or pipe text in (make 2>&1 | colony post ci).", EXIT.usage);
  const limit = `${bytes(MESSAGE_CONTENT_BYTES)} is the most that one message holds`;
  const piped = await readInput(MESSAGE_CONTENT_BYTES, `What is piped in is too long: ${limit}. Save it and send it as a file: colony upload FILE --to CHANNEL`);
  if (piped.trim() === "") throw new CommandError("Nothing came on standard input: nothing was posted.", EXIT.usage);
  return said === "" ? piped : `${said}\n\n${piped}`;
};

/**
 * The labels of an agent's session, as its environment says: COLONY_SESSION and COLONY_MODEL, else what Claude Code sets.
 * Without a session there are none: a person's folder and machine are nobody's business.
 */
export const session = (): Record<string, string> => {
  const id = process.env.COLONY_SESSION || process.env.CLAUDE_CODE_SESSION_ID;
  const model = process.env.COLONY_MODEL || (id && process.env.ANTHROPIC_MODEL);
  const home = homedir();
  const here = process.cwd();
  const cwd = here === home || here.startsWith(`${home}/`) ? `~${here.slice(home.length)}` : here;
  return { ...(id && { session_id: id, hostname: hostname(), cwd }), ...(model && { model }) };
};

/** `key=value` pairs; a value that is a JSON number, true, false, list or object is that, all else is text. */
const pairs = (given: string[]): Record<string, unknown> =>
  Object.fromEntries(
    given.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new CommandError(`--metadata ${pair}: write it as key=value.`, EXIT.usage);
      return [pair.slice(0, at), readValue(pair.slice(at + 1))];
    }),
  );

const readValue = (text: string): unknown => {
  if (!/^(-?\d|\[|\{|true$|false$|null$)/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
