import { CLIENT_MCP_AGAIN, CLIENT_MCP_CALLS, CLIENT_MCP_FAREWELL, CLIENT_MCP_LOST, CLIENT_MCP_MESSAGE_BYTES } from "../../limits.ts";
import { CommandError, EXIT } from "../failure.ts";
import { isTerminal } from "./say.ts";
import { ApiError, ConnectionError, openServer, type Server } from "./server.ts";

/** A message of JSON-RPC 2.0, as far as it concerns who passes it on. */
type Message = {
  jsonrpc?: unknown;
  id?: unknown;
  method?: unknown;
  params?: { [name: string]: unknown; _meta?: Record<string, unknown> };
  result?: { protocolVersion?: unknown };
  error?: unknown;
};

/** What JSON-RPC calls a message that is none, and the first of the codes that it leaves to servers. */
const INVALID = -32_600;
const SERVER_ERROR = -32_000;
/** Where a message of the protocol from 2026-07-28 on names the version that it speaks. */
const VERSION = "io.modelcontextprotocol/protocolVersion";

/**
 * Passes MCP messages between standard input and output (one JSON a line) and a server's /mcp, until the input ends. A server
 * that is away is asked again, under the same key, so that nothing is done twice.
 * @throws CommandError without a token, or when it is no good any more
 */
export const bridge = async (options: { server?: string }): Promise<void> => {
  const server = openServer(options).signedIn();
  if (isTerminal(process.stdin)) console.error("colony: this speaks MCP with the program that starts it; docs/mcp.md says how. Ctrl-D ends it.");
  const out = Bun.stdout.writer();
  const write = async (message: object) => {
    try {
      out.write(`${JSON.stringify(message)}\n`);
      await out.flush();
    } catch {
      throw new CommandError("Nobody reads the answers any more.");
    }
  };
  await new Passing(server, write).read(Bun.stdin.stream().getReader());
};

/** Messages on their way. */
class Passing {
  /** Requests under way, by their id: what ends them. */
  readonly #calls = new Map<string, AbortController>();
  readonly #under = new Set<Promise<void>>();
  /** What was agreed on by `initialize`. */
  #version: string | undefined;
  /** What was last said of a server that is away: it is said once. */
  #told = "";
  /** Whether the input has ended, and whether the server was ever there. */
  #ended = false;
  #met = false;
  /** Why the server is asked again; undefined since it answered. */
  #lost: Error | undefined;
  /** Why nothing more can be passed on: the token has ended, or nobody reads the answers. */
  #broken: Error | undefined;
  #stop: () => void = () => {};

  constructor(
    private readonly server: Server,
    private readonly write: (message: object) => Promise<void>,
  ) {}

  /** Takes messages until the input ends; then what is under way has some seconds. @throws CommandError when nothing more can be passed on */
  async read(input: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    this.#stop = () => void input.cancel().catch(() => {});
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { done, value } = await input.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      if (text.length > CLIENT_MCP_MESSAGE_BYTES) throw new CommandError(`A message is longer than ${CLIENT_MCP_MESSAGE_BYTES} bytes: send one JSON-RPC message a line.`);
      for (const line of lines) this.#take(line);
    }
    this.#take(text);
    this.#ended = true;
    const late = setTimeout(() => this.#giveUp(), this.#broken ? 0 : CLIENT_MCP_FAREWELL);
    await Promise.all(this.#under);
    clearTimeout(late);
    if (this.#broken) throw this.#broken;
  }

  #giveUp(): void {
    this.#broken ??= this.#lost ?? new CommandError("The input ended while calls were under way: they are given up.", EXIT.timedOut);
    for (const call of this.#calls.values()) call.abort();
  }

  #take(line: string): void {
    if (line.trim() === "") return;
    const message = parsed(line);
    if (message === null) this.#begin(this.#refuse(null, INVALID, "This is no JSON-RPC 2.0 message: send one, not a batch of them, as JSON on a line."));
    // What is waited for is given up by hanging up: the server frees it then.
    else if (message.method === "notifications/cancelled") this.#calls.get(nameOf(message.params?.requestId))?.abort();
    else if (message.id === undefined || message.id === null) this.#begin(this.#notify(message));
    else if (this.#calls.size >= CLIENT_MCP_CALLS) this.#begin(this.#refuse(message.id, SERVER_ERROR, `${CLIENT_MCP_CALLS} calls are under way: wait for one to end.`));
    else this.#begin(this.#call(message));
  }

  #begin(work: Promise<void>): void {
    const under = work
      .catch((error) => {
        this.#broken ??= error;
        this.#stop();
      })
      .finally(() => this.#under.delete(under));
    this.#under.add(under);
  }

  async #call(message: Message): Promise<void> {
    const name = nameOf(message.id);
    const call = new AbortController();
    this.#calls.set(name, call);
    try {
      await this.#request(message, call.signal);
    } finally {
      if (this.#calls.get(name) === call) this.#calls.delete(name);
    }
  }

  /** Whatever becomes of a notification, nobody hears of it: that is what it is. */
  async #notify(message: Message): Promise<void> {
    await this.#send(message, crypto.randomUUID(), AbortSignal.timeout(CLIENT_MCP_LOST)).catch(() => {});
  }

  /** Has a request answered, however often the server goes away meanwhile. */
  async #request(message: Message, signal: AbortSignal): Promise<void> {
    const key = crypto.randomUUID();
    let until: number | undefined;
    for (let pause: number = CLIENT_MCP_AGAIN.first; ; pause = Math.min(2 * pause, CLIENT_MCP_AGAIN.most)) {
      try {
        if (await this.#send(message, key, signal)) return;
        throw wentAway();
      } catch (error) {
        if (signal.aborted) return;
        until ??= performance.now() + CLIENT_MCP_LOST;
        const lost = error instanceof ConnectionError || (error instanceof ApiError && error.code === "shutting_down");
        if (!lost || performance.now() + pause > until) return this.#failed(message, error);
        this.#lost = error;
        this.#met ||= !(error instanceof ConnectionError) || error.sent;
        if (this.#ended && !this.#met) return this.#giveUp();
        await Bun.sleep(pause);
      }
    }
  }

  async #failed({ id }: Message, error: unknown): Promise<void> {
    if (!(error instanceof CommandError)) throw error;
    const again = error instanceof ConnectionError ? " Call again when it is back; with the same idempotency_key nothing is done twice." : "";
    if (this.#told !== error.message) console.error(`colony: ${error.message}`);
    this.#told = error.message;
    await this.#refuse(id, SERVER_ERROR, error.message + again);
    if (error.exit === EXIT.notSignedIn) throw new CommandError("The sign-in has ended: nothing more can be passed on.", EXIT.notSignedIn);
  }

  /** Sends a message and writes down what comes of it. @returns whether its answer came */
  async #send(message: Message, key: string, signal: AbortSignal): Promise<boolean> {
    const asked = { body: message, key, signal, once: true, headers: this.#headersOf(message), foreign: (text: string) => parsed(text) !== null };
    const response = await this.server.stream("POST", "/mcp", asked);
    let answered = false;
    for await (const text of textsOf(response)) {
      const came = parsed(text);
      if (came === null) continue;
      if (message.method === "initialize" && typeof came.result?.protocolVersion === "string") this.#version = came.result.protocolVersion;
      answered ||= came.id === message.id && came.method === undefined;
      if (signal.aborted) return true;
      this.#told = "";
      this.#lost = undefined;
      this.#met = true;
      await this.write(came);
    }
    return answered;
  }

  /** What the protocol wants to see in headers too: which version, and what is called. */
  #headersOf({ method, params }: Message): Record<string, string> {
    const own = params?._meta?.[VERSION];
    const version = typeof own === "string" ? own : method === "initialize" ? undefined : this.#version;
    const name = params?.name ?? params?.uri;
    return {
      accept: "application/json, text/event-stream",
      ...(version !== undefined && { "mcp-protocol-version": version }),
      ...(typeof own === "string" && typeof method === "string" && { "mcp-method": inHeader(method) }),
      ...(typeof own === "string" && typeof name === "string" && { "mcp-name": inHeader(name) }),
    };
  }

  #refuse(id: unknown, code: number, message: string): Promise<void> {
    return this.write({ jsonrpc: "2.0", id: id ?? null, error: { code, message } });
  }
}

const nameOf = (id: unknown): string => `${typeof id} ${id}`;

const isMessage = (value: unknown): value is Message => typeof value === "object" && value !== null && (value as Message).jsonrpc === "2.0";

/** A message; null for what is none. */
const parsed = (text: string): Message | null => {
  try {
    const value = JSON.parse(text) as unknown;
    return isMessage(value) ? value : null;
  } catch {
    return null;
  }
};

const wentAway = () => new ConnectionError("The server went away before it had answered.", true);

/** A value as the protocol has it in a header (SEP-2243): in base64 where a header cannot hold it. */
const inHeader = (value: string): string => (/^[!-~]([ -~]*[!-~])?$/.test(value) ? value : `=?base64?${Buffer.from(value).toString("base64")}?=`);

/** The messages of an answer: its one JSON, or those of its event stream. @throws ConnectionError when the stream breaks off */
async function* textsOf(response: Response): AsyncGenerator<string> {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
    const text = await response.text().catch(() => {
      throw wentAway();
    });
    if (text !== "") yield text;
    return;
  }
  const decoder = new TextDecoder();
  let text = "";
  const chunks = (response.body as ReadableStream<Uint8Array>).getReader();
  for (;;) {
    const { done, value } = await chunks.read().catch(() => {
      throw wentAway();
    });
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const events = text.split(/\r?\n\r?\n/);
    text = events.pop() ?? "";
    for (const event of events) {
      const data = event.split(/\r?\n/).flatMap((line) => (line.startsWith("data:") ? [line.slice(5).replace(/^ /, "")] : []));
      if (data.length > 0) yield data.join("\n");
    }
  }
}
