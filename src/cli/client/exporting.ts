import { existsSync, mkdirSync, statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { ChannelWire } from "../../channels/service.ts";
import { cleanName } from "../../files/names.ts";
import { CLIENT_RETRIES } from "../../limits.ts";
import type { Message } from "../../messages/wire.ts";
import { CommandError, EXIT } from "../failure.ts";
import type { Shared } from "./command.ts";
import { replaceFile } from "./replace.ts";
import { escaped, inLine, isTerminal, plain, progress, say } from "./say.ts";
import { ConnectionError, openServer, type Server } from "./server.ts";
import { placeOf } from "./talk.ts";

export type ExportOptions = Shared & { all?: boolean; format: "jsonl" | "md"; output?: string; files?: boolean };

/** Where a channel's text goes: taken piece by piece, and begun anew where that is possible. */
type Sink = { take: (text: string) => Promise<void>; again: (() => Promise<void>) | null };

/** What came of one channel. `messages` null: not counted, as of a transcript. */
type Exported = { channel: string; id: string; messages: number | null; files: number; file: string };

/** Writes channels, each whole, to standard output, a file, or a folder with a file for each. */
export const exportChannels = async (refs: string[], options: ExportOptions): Promise<void> => {
  const server = openServer(options).signedIn();
  const channels = await chosen(server, refs, options);
  const { output = "-", files = false, format } = options;
  if (output === "-") {
    if (files) throw new CommandError("--files needs a folder to put them in: -o FOLDER.", EXIT.usage);
    for (const channel of channels) await read(server, channel, format, { take: async (text) => say.write(isTerminal() ? shown(text, format) : text), again: null });
    return;
  }
  const isFolder = options.all || files || channels.length > 1 || output.endsWith("/") || statSync(output, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder) makeFolder(output);
  const done: Exported[] = [];
  for (const channel of channels) {
    const file = isFolder ? join(output, `${fileName(channel)}.${format}`) : output;
    const { messages, attached } = await write(server, channel, format, file, files);
    for (const one of attached) await fetchOne(server, output, one);
    done.push({ channel: titleOf(channel), id: channel.id, messages, files: attached.length, file });
  }
  if (isFolder) await replaceFile(join(output, "channels.json"), `${JSON.stringify(channels, null, 2)}\n`, OWN);
  if (options.json) say.json(done);
  else
    say.table(
      ["CHANNEL", "MESSAGES", "FILES", "WRITTEN TO"],
      done.map((one) => [one.channel, one.messages, one.files, one.file]),
    );
};

/** What others wrote, as a terminal may have it: without what acts on it. JSON stays the same JSON. */
const shown = (text: string, format: ExportOptions["format"]): string => (format === "md" ? plain(text) : escaped(text));

const chosen = async (server: Server, refs: string[], { all = false }: ExportOptions): Promise<ChannelWire[]> => {
  if (all === refs.length > 0)
    throw new CommandError(all ? "--all is every channel: name none beside it." : "Name the channels, or say --all: colony export general -o general.jsonl", EXIT.usage);
  if (!all) return Promise.all([...new Set(refs)].map(async (ref) => server.call<ChannelWire>("GET", await placeOf(server, ref))));
  return [...(await server.call<ChannelWire[]>("GET", "/api/channels")), ...(await server.call<ChannelWire[]>("GET", "/api/dms/conversations"))];
};

/** A channel by its name; a conversation by who is in it. */
const titleOf = ({ name, members }: ChannelWire): string => name ?? (members ?? []).map(({ username }) => username).join("+");

/** No two channels have one file: a conversation's ends with its id. */
const fileName = (channel: ChannelWire): string => channel.name ?? `direct+${titleOf(channel).slice(0, 100)}+${channel.id}`;

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CommandError(`The folder ${folder} cannot be made (${(error as { code?: string }).code}): name another with -o.`);
  }
};

/** Writes one channel beside the place that its file shall have, which it takes when all of it is there: a file of an earlier export stands until then. */
const write = async (server: Server, channel: ChannelWire, format: ExportOptions["format"], file: string, files: boolean) => {
  const part = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  const handle = await open(part, "w", OWN).catch((error) => {
    throw new CommandError(`${file} cannot be written (${error.code}): name another place with -o.`);
  });
  const bar = progress(inLine(titleOf(channel)));
  let done = 0;
  const sink: Sink = {
    take: async (text) => {
      done += (await handle.write(text)).bytesWritten;
      bar.at(done);
    },
    again: async () => {
      await handle.truncate(0);
      done = 0;
    },
  };
  try {
    const { messages, attached } = await read(server, channel, format, sink);
    await handle.sync();
    await rename(part, file);
    const beside = files && format === "md" ? (await read(server, channel, "jsonl", { take: async () => {}, again: async () => {} })).attached : attached;
    return { messages, attached: files ? beside : [] };
  } finally {
    bar.end();
    await handle.close();
    await rm(part, { force: true });
  }
};

type Read = { messages: number | null; attached: Message["attachments"] };

/** Reads one channel whole; where the connection breaks once more, from where it was or from the beginning. @throws CommandError when not all of it came */
const read = async (server: Server, channel: ChannelWire, format: ExportOptions["format"], sink: Sink): Promise<Read> => {
  const reading = format === "jsonl" ? new Lines(channel, sink) : new Transcript(sink);
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await server.stream("GET", `/api/channels/${channel.id}/messages`, { query: reading.query });
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) await reading.take(decoder.decode(chunk, { stream: true }));
      return reading.end();
    } catch (error) {
      const pause = CLIENT_RETRIES[attempt];
      if (!isLost(error) || pause === undefined || !(await reading.again()))
        throw isLost(error) ? new CommandError(`The connection was lost in the midst of ${inLine(titleOf(channel))}: run it again.`) : error;
      await Bun.sleep(pause);
    }
  }
};

/** Whether a body broke off: Bun's fetch says it by a code of the system's. */
const isLost = (error: unknown): boolean => error instanceof ConnectionError || (error instanceof Error && "code" in error && error.code === "ECONNRESET");

/** JSON lines: each is passed on when it is whole, so that a broken connection is gone on from behind the last. */
class Lines {
  #rest = "";
  #last = 0;
  #count = 0;
  readonly #attached = new Map<string, Message["attachments"][number]>();

  constructor(
    private readonly channel: ChannelWire,
    private readonly sink: Sink,
  ) {}

  get query() {
    return { format: "ndjson", after_seq: this.#last };
  }

  async take(text: string): Promise<void> {
    const whole = this.#rest + text;
    const end = whole.lastIndexOf("\n") + 1;
    this.#rest = whole.slice(end);
    if (end === 0) return;
    for (const line of whole.slice(0, end - 1).split("\n")) {
      const { seq, attachments } = JSON.parse(line) as Message;
      this.#last = seq;
      this.#count++;
      for (const one of attachments) this.#attached.set(one.id, one);
    }
    await this.sink.take(whole.slice(0, end));
  }

  async again(): Promise<boolean> {
    this.#rest = "";
    return true;
  }

  end(): Read {
    if (this.#rest !== "" || this.#last < this.channel.last_seq) throw new CommandError("The server ended before the channel did: run it again.");
    return { messages: this.#count, attached: [...this.#attached.values()] };
  }
}

/** A transcript says at its end where to read on: until then it is not whole. */
class Transcript {
  readonly query = { format: "md" };
  #tail = "";

  constructor(private readonly sink: Sink) {}

  async take(text: string): Promise<void> {
    this.#tail = (this.#tail + text).slice(-TAIL);
    await this.sink.take(text);
  }

  async again(): Promise<boolean> {
    if (!this.sink.again) return false;
    this.#tail = "";
    await this.sink.again();
    return true;
  }

  end(): Read {
    if (!/\nRead on: \S+\n$/.test(this.#tail)) throw new CommandError("The server ended before the channel did: run it again.");
    return { messages: null, attached: [] };
  }
}

/** An export holds what was said in private: it is its owner's alone. */
const OWN = 0o600;

/** Characters of a transcript's last line, and some. */
const TAIL = 500;

/** Fetches a file into the export's `files` folder, under its id and name. One that is there is as it was: a file never changes. */
const fetchOne = async (server: Server, folder: string, { id, name, size }: Message["attachments"][number]): Promise<void> => {
  const at = join(folder, "files");
  makeFolder(at);
  const file = join(at, `${id}-${cleanName(name)}`);
  if (existsSync(file) && statSync(file).size === size) return;
  await server.download(`/api/files/${id}/download`, { file, force: true, mode: OWN });
};
