import { CLIENT_POLL_SECONDS, CLIENT_READ_MESSAGES, CLIENT_READ_TOKENS } from "../../limits.ts";
import type { Message } from "../../messages/wire.ts";
import { CommandError, EXIT } from "../failure.ts";
import type { Shared } from "./command.ts";
import { count, seconds, sinceTime } from "./given.ts";
import { clock, drawMessage, recordOf, type Seqs } from "./messages.ts";
import { colour, inLine, isTerminal, plain, say } from "./say.ts";
import { openServer, type Server } from "./server.ts";
import { bare, channelName } from "./talk.ts";
import { askOn } from "./watching.ts";

export type Narrowed = { limit?: string; since?: string; type?: string; user?: string; session?: string; afterSeq?: string; beforeSeq?: string };
export type ReadOptions = Shared & Narrowed & { maxTokens?: string; all?: boolean };

/** Where a history stands: of a channel, or (`@name`) of the conversation with somebody. */
export const historyOf = (place: string): string =>
  place.startsWith("@") ? `/api/dms/${encodeURIComponent(bare(place))}/messages` : `/api/channels/${encodeURIComponent(channelName(place))}/messages`;

/** Shows a channel's messages, oldest first: drawn on a terminal, to a pipe as the transcript that models read. */
export const read = async (place: string, options: ReadOptions): Promise<void> => {
  const server = openServer(options).signedIn();
  const path = historyOf(place);
  const { afterSeq, all, beforeSeq, json, limit, maxTokens, session, since, type, user } = options;
  const query = { type, user_id: user && bare(user), session_id: session, after_seq: afterSeq, before_seq: beforeSeq, since: since && sinceTime(since) };
  const narrowed = all || limit !== undefined || afterSeq !== undefined || since !== undefined;
  if (json) {
    if (maxTokens !== undefined) throw new CommandError("--max-tokens bounds a transcript: leave --json out.", EXIT.usage);
    await pourJson(server, path, { ...query, limit: limit ?? (narrowed ? undefined : CLIENT_READ_MESSAGES) });
  } else if (isTerminal() && maxTokens === undefined) {
    const messages = await server.call<Message[]>("GET", path, { query: { ...query, limit: limit ?? (narrowed ? undefined : CLIENT_READ_MESSAGES + 1) } });
    const shown = narrowed ? messages : messages.slice(-CLIENT_READ_MESSAGES);
    if (shown.length < messages.length) say.line(colour.dim(`Older messages: --before-seq ${shown[0]?.seq}, --limit N, or --all\n`));
    const seqs: Seqs = new Map();
    for (const message of shown) await say.write(`${drawMessage(message, seqs)}\n`);
    if (shown.length === 0) say.note("Nothing yet.");
  } else await pourText(await server.stream("GET", path, { query: { ...query, limit, format: "md", max_tokens: maxTokens ?? (narrowed ? undefined : CLIENT_READ_TOKENS) } }));
};

/** Passes JSON on as it comes; on a terminal indented. */
const pourJson = async (server: Server, path: string, query: Record<string, string | number | undefined>): Promise<void> => {
  if (isTerminal()) {
    say.json(await server.call("GET", path, { query }));
    return;
  }
  const response = await server.stream("GET", path, { query });
  for await (const chunk of response.body ?? []) await say.write(chunk);
  say.line();
};

/** Passes text on line by line, without others' control characters; on a terminal its heads stand out. */
export const pourText = async (response: Response): Promise<void> => {
  const decoder = new TextDecoder();
  const drawn = (text: string) => (isTerminal() ? plain(text).replace(/^#.*$/gm, (line) => colour.bold(line)) : plain(text));
  let rest = "";
  for await (const chunk of response.body ?? []) {
    rest += decoder.decode(chunk, { stream: true });
    const end = rest.lastIndexOf("\n") + 1;
    await say.write(drawn(rest.slice(0, end)));
    rest = rest.slice(end);
  }
  await say.write(drawn(rest));
};

type Item = { seq: number; reasons: string[]; channel: { id: string; name: string | null }; message: Message };
type Inbox = { epoch: string; items: Item[]; next_seq: number; has_more: boolean };
export type InboxOptions = Shared & { wait?: string | true; done?: string | true };

/** Shows what others said to me; waits for it, and says that it is dealt with, where that is asked. */
export const inbox = async (options: InboxOptions): Promise<void> => {
  const server = openServer(options).signedIn();
  const { done, json, wait } = options;
  if (typeof done === "string") {
    const mark = await server.call("PUT", "/api/inbox", { body: { seq: count(done, "--done") } });
    if (json) say.json(mark);
    return;
  }
  const page = await waited(server, wait);
  const late = wait !== undefined && page.items.length === 0;
  if (json) say.json(page);
  else if (late) throw new CommandError("Nothing came in that time.", EXIT.timedOut);
  else if (isTerminal()) drawInbox(page);
  // What came meanwhile is in the text too, so the mark moves only over what was read before it.
  else await pourText(await server.stream("GET", "/api/inbox", { query: { format: "md" } }));
  if (done && page.items.length > 0) await server.call("PUT", "/api/inbox", { body: { seq: page.next_seq } });
  if (late) throw new CommandError("Nothing came in that time.", EXIT.timedOut);
};

/** The inbox, once there is something in it or the time is over. `wait`: seconds, or true for as long as it takes. */
const waited = async (server: Server, wait: string | true | undefined): Promise<Inbox> => {
  const until = wait === undefined ? 0 : wait === true ? Number.POSITIVE_INFINITY : Date.now() + seconds(wait) * 1000;
  let page = await server.call<Inbox>("GET", "/api/inbox");
  while (page.items.length === 0 && Date.now() < until) {
    const query = { wait: Math.min(CLIENT_POLL_SECONDS, Math.ceil((until - Date.now()) / 1000)) };
    page = await askOn<Inbox>({ server }, "/api/inbox", { query }, "What is said meanwhile waits there.", until - Date.now());
  }
  return page;
};

const drawInbox = ({ has_more, items }: Inbox): void => {
  const seqs: Seqs = new Map();
  for (const { channel, message, reasons } of items) {
    say.line(drawMessage(message, seqs, channel.name === null ? "direct" : `#${channel.name}`));
    const place = channel.name ?? channel.id;
    const next = message.ask?.state === "open" && reasons.includes("ask") ? `colony answer ${place} ${message.seq} OPTION` : `colony post ${place} -r ${message.seq} …`;
    say.line(colour.dim(`  ${reasons.join(", ")} · ${next}`));
  }
  if (items.length === 0) say.line("Nothing waits for you.");
  else say.line(colour.dim(`\n${has_more ? "More waits behind these. " : ""}Dealt with all of it: colony inbox --done`));
};

/** Shows what happened while one was away: drawn on a terminal, to a pipe as the text that models read. */
export const catchUp = async (options: Shared & { maxTokens?: string }): Promise<void> => {
  const server = openServer(options).signedIn();
  const query = { max_tokens: options.maxTokens };
  if (options.json) say.json(await server.call("GET", "/api/catchup", { query }));
  else if (isTerminal()) (await import("./catching.ts")).drawCatchUp(await server.call("GET", "/api/catchup", { query }));
  else await pourText(await server.stream("GET", "/api/catchup", { query: { ...query, format: "md" } }));
};

type Found = { hits: { message: Message; channel: { id: string; name: string | null }; snippet: string }[]; has_more: boolean; indexing: boolean };
export type SearchOptions = Shared & { limit?: string; offset?: string; sort?: string };

/** Searches; the words as the API reads them (from: in: type: "a phrase" -not). */
export const search = async (words: string[], options: SearchOptions): Promise<void> => {
  const { json, limit, offset, sort } = options;
  const found = await openServer(options)
    .signedIn()
    .call<Found>("GET", "/api/search", { query: { q: words.join(" "), limit, offset, sort } });
  if (json) {
    say.json(found);
    return;
  }
  for (const { channel, message, snippet } of found.hits) {
    const where = channel.name ?? channel.id;
    if (!isTerminal()) say.line(recordOf({ ...message, content: unmarked(snippet, (text) => text) }, where));
    else
      say.line(
        `${colour.bold(channel.name === null ? "direct" : `#${channel.name}`)} ${inLine(message.user.username)} ${colour.dim(`${clock(message.created_at)} · ${message.seq}`)}\n  ${unmarked(snippet, colour.yellow)}`,
      );
  }
  if (found.hits.length === 0) say.note("Nothing found.");
  if (found.has_more) say.note(`More: --offset ${Number(offset ?? 0) + found.hits.length}`);
  if (found.indexing) say.note("The index is still being built: older messages may be missing.");
};

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'" };

/** A snippet's HTML as text, what was found in it painted. */
const unmarked = (snippet: string, paint: (text: string) => string): string =>
  snippet
    .split(/<mark>|<\/mark>/)
    .map((text) => unescaped(text))
    .map((text, at) => (at % 2 === 1 ? paint(text) : text))
    .join("");

const unescaped = (text: string): string => plain(text.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (_, name: string) => entities[name] ?? "")).replace(/\s+/g, " ");
