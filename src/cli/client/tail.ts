import { CLIENT_TAIL_MESSAGES, CLIENT_TAIL_REMEMBERED } from "../../limits.ts";
import type { Message } from "../../messages/wire.ts";
import { CommandError, EXIT } from "../failure.ts";
import type { Shared } from "./command.ts";
import { count } from "./given.ts";
import type { LiveEvent, Ready } from "./live.ts";
import { drawMessage, inField, recordOf, type Seqs } from "./messages.ts";
import { colour, inLine, isTerminal, plain, say } from "./say.ts";
import { ApiError, openServer, type Server } from "./server.ts";
import { bare, channelName } from "./talk.ts";

export type TailOptions = Shared & { all?: boolean; lines?: string };
type Channel = { id: string; name: string | null; members: { username: string }[] | null };
type Page = { epoch: string; next_seq: number };

/** What of the line concerns what is said; the rest goes by. */
const told = new Set(["message", "edit", "delete", "answer"]);

/** Shows messages as they come until it is ended; what is missed while the server is away comes when it is back. */
export const tail = async (place: string | undefined, options: TailOptions): Promise<void> => {
  if ((place === undefined) === !options.all) throw new CommandError("Name a channel, or --all.", EXIT.usage);
  const server = openServer(options).signedIn();
  const names = new Names(server);
  const channel = place === undefined ? null : await channelOf(server, place);
  const path = channel ? `/api/channels/${channel.id}/events` : "/api/events";
  const ended = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ended.abort());

  const teller = new Teller(server, options.json === true, channel ? null : names);
  const { epoch, next_seq } = await server.call<Page>("GET", path, { query: { limit: 1 } });
  const limit = options.lines === undefined ? (channel ? CLIENT_TAIL_MESSAGES : 0) : count(options.lines, "--lines");
  if (channel && limit > 0) {
    // Up to the cursor and no further: what comes after it is the line's to tell.
    const before = await server.call<Message[]>("GET", `/api/channels/${channel.id}/messages`, { query: { limit, before_seq: next_seq + 1 } });
    for (const message of before) await teller.tell({ seq: message.seq, event: "message", channel_id: message.channel_id, data: message });
  }
  await go(server, path, { after_seq: next_seq, epoch }, teller, ended.signal);
};

/** A channel by its name or id, or (`@name`) the conversation with somebody. */
const channelOf = (server: Server, place: string): Promise<Channel> =>
  place.startsWith("@")
    ? server.call<Channel>("POST", "/api/dms/conversations", { body: { users: [bare(place)] } })
    : server.call<Channel>("GET", `/api/channels/${encodeURIComponent(channelName(place))}`);

const go = async (server: Server, path: string, from: { after_seq?: number; epoch?: string }, teller: Teller, signal: AbortSignal): Promise<void> => {
  let away = false;
  const ready = ({ seq, head_seq }: Ready) => {
    if (away) say.note(`Back${head_seq > seq ? ", with what was said meanwhile" : ""}.`);
    away = false;
  };
  const lost = (why: string) => {
    away = true;
    say.note(`Offline: ${why} Still trying; nothing is lost.`);
  };
  try {
    for await (const event of server.follow(path, { ...from, ready, lost }, signal)) await teller.tell(event);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "cursor_expired") throw error;
    say.note("The server has another past now (a backup was restored, or the time away was too long): going on from here.");
    await go(server, path, {}, teller, signal);
  }
};

const remember = <T>(map: Map<string, T>, id: string, value: T): void => {
  map.delete(id);
  map.set(id, value);
  if (map.size > CLIENT_TAIL_REMEMBERED) map.delete(map.keys().next().value ?? "");
};

/** Says events as they come: each drawn on a terminal, a line each to a pipe, or as the API has them. */
class Teller {
  readonly #seqs: Seqs = new Map();
  /** Residents' answers that are still being written: said once they are whole. */
  readonly #growing = new Set<string>();
  /** When what was shown of a message was last edited: what came while we were away shows the newest words at once, and its edits after that are no news. */
  readonly #edited = new Map<string, string>();

  constructor(
    private readonly server: Server,
    private readonly json: boolean,
    /** Of the channels, where several are followed. */
    private readonly names: Names | null,
  ) {}

  async tell(event: LiveEvent): Promise<void> {
    if (this.json) {
      // Whatever has no number only passes.
      if (event.seq !== undefined) await say.write(`${JSON.stringify(event)}\n`);
      return;
    }
    if (event.event === "channel") this.names?.forget();
    if (!told.has(event.event)) return;
    const where = this.names ? await this.names.of(event.channel_id ?? "") : undefined;
    if (event.event === "message" || event.event === "edit") await this.#message(event as LiveEvent<Message>, where);
    else if (event.event === "delete") await this.#deletion(event as LiveEvent<{ id: string }>, where);
    else await this.#answer(event as LiveEvent<{ id: string; ask: NonNullable<Message["ask"]> }>, where);
  }

  async #message({ data: message, event }: LiveEvent<Message>, where: string | undefined): Promise<void> {
    const { id } = message;
    const writing = message.via === "resident" && message.metadata?.streaming === true;
    if (writing) {
      this.#growing.add(id);
      this.#seqs.set(id, message.seq);
      return;
    }
    const whole = this.#growing.delete(id);
    if (event === "edit" && !whole && this.#edited.get(id) === message.updated_at) return;
    if (message.updated_at !== null) remember(this.#edited, id, message.updated_at);
    if (isTerminal()) await say.write(`${drawMessage(message, this.#seqs, where)}\n`);
    else await say.write(`${event === "edit" && !whole ? "edit\t" : ""}${recordOf(message, where)}\n`);
    remember(this.#seqs, id, message.seq);
  }

  async #deletion({ channel_id, data: { id }, seq }: LiveEvent<{ id: string }>, where: string | undefined): Promise<void> {
    const which = await this.#seqOf(id, channel_id);
    if (isTerminal()) await say.write(`${colour.dim(`✗ ${which} was deleted${where ? ` in ${inLine(where)}` : ""}`)}\n`);
    else await say.write(`delete\t${which}\t${seq}\n`);
  }

  /** A message is named by its seq; of one that was not shown here the server is asked. */
  async #seqOf(id: string, channel_id: string | null | undefined): Promise<number | string> {
    const known = this.#seqs.get(id);
    if (known !== undefined) return known;
    try {
      const { seq } = await this.server.call<Message>("GET", `/api/channels/${channel_id}/messages/${id}`);
      remember(this.#seqs, id, seq);
      return seq;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return id;
    }
  }

  async #answer({ channel_id, data: { ask, id } }: LiveEvent<{ id: string; ask: NonNullable<Message["ask"]> }>, where: string | undefined): Promise<void> {
    const { answer } = ask;
    if (!answer) return;
    const which = await this.#seqOf(id, channel_id);
    if (isTerminal())
      await say.write(
        `${colour.green("✓")} ${inLine(answer.user.username)} answered ${which}: ${colour.bold(inLine(answer.option))}${answer.note ? ` ${plain(answer.note)}` : ""}${where ? colour.dim(` in ${inLine(where)}`) : ""}\n`,
      );
    else await say.write(`answer\t${which}\t${answer.at}\t${answer.user.username}\t${inField(answer.option)}\t${inField(answer.note ?? "")}\n`);
  }
}

/** Names of channels, asked for when one is met that is not known. */
class Names {
  #known: Map<string, string> | undefined;

  constructor(private readonly server: Server) {}

  forget(): void {
    this.#known = undefined;
  }

  async of(id: string): Promise<string> {
    try {
      this.#known ??= await this.#read();
      if (!this.#known.has(id)) this.#known = await this.#read();
    } catch (error) {
      // The server went away just now: what was said is worth more than where.
      if (!(error instanceof CommandError)) throw error;
    }
    return this.#known?.get(id) ?? id;
  }

  async #read(): Promise<Map<string, string>> {
    const [channels, conversations] = await Promise.all([this.server.call<Channel[]>("GET", "/api/channels"), this.server.call<Channel[]>("GET", "/api/dms/conversations")]);
    return new Map(
      [...channels, ...conversations].map(({ id, members, name }) => [id, name === null ? `@${(members ?? []).map(({ username }) => username).join(",")}` : `#${name}`]),
    );
  }
}
