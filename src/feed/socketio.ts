import type { BunWebSocket, Server as Engine, WebSocketData } from "@socket.io/bun-engine";
import type { Server as BunServer } from "bun";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { bounded } from "../http/body.ts";
import type { RequestInfo } from "../http/request.ts";
import { SOCKET_AUTH_TIME, SOCKET_FRAME_BYTES, SOCKET_SWEEP } from "../limits.ts";
import { Clients, type Wire } from "./clients.ts";
import type { Io } from "./rooms.ts";
import type { Strangers } from "./strangers.ts";

/** The address that `socket.io-client` calls when it is told none. */
export const SOCKET_IO = "/socket.io/";

/**
 * The Socket.IO door, by polling and by WebSocket. Nothing of it is loaded, listens or costs anything before the first
 * client calls.
 */
export class SocketIo {
  #loading: Promise<Engine> | undefined;
  #engine: Engine | undefined;
  #clients: Clients | undefined;
  #sweep: ReturnType<typeof setInterval> | undefined;
  /** What is known of a request while the engine has it: its id, and how to count the connection it makes out of the strangers. */
  readonly #asked = new WeakMap<Request, { id: string; leave?: () => void }>();

  constructor(
    private readonly ctx: Context,
    private readonly strangers: Strangers,
  ) {}

  /** Clients that have said who they are. */
  get count(): number {
    return this.#clients?.count ?? 0;
  }

  /**
   * Answers a request of the protocol, or takes it up as a WebSocket and gives nothing.
   * @throws AppError `payload_too_large`, `rate_limited`, `shutting_down`
   */
  async answer(request: Request, server: BunServer<unknown>, { id, address }: RequestInfo): Promise<Response | undefined> {
    if (this.ctx.feed.closing) throw new AppError("shutting_down");
    if (Number(request.headers.get("content-length") ?? 0) > SOCKET_FRAME_BYTES) throw new AppError("payload_too_large", { details: [{ limit: SOCKET_FRAME_BYTES }] });
    this.#loading ??= this.#load();
    const engine = await this.#loading;
    const asked = request.headers.has("transfer-encoding") ? await bounded(request, SOCKET_FRAME_BYTES) : request;
    const known = { id, leave: new URL(request.url).searchParams.has("sid") ? undefined : this.strangers.enter(address) };
    this.#asked.set(asked, known);
    try {
      const response = await engine.handleRequest(asked, server as BunServer<WebSocketData>);
      return response.ok && request.headers.has("upgrade") ? undefined : response;
    } finally {
      // Where nothing came of a handshake, nobody else would.
      known.leave?.();
    }
  }

  /** What the engine's own WebSockets are served by. */
  readonly handler = {
    open: (ws: BunWebSocket): void => {
      this.#clients?.webSockets.set(ws.data.transport, ws);
      this.#engine?.onWebSocketOpen(ws);
    },
    message: (ws: BunWebSocket, message: string | Buffer): void => this.#engine?.onWebSocketMessage(ws, message),
    close: (ws: BunWebSocket, code: number, reason: string): void => {
      this.#clients?.webSockets.delete(ws.data.transport);
      this.#engine?.onWebSocketClose(ws, code, reason);
    },
  };

  /** Sends everyone off, to come back to the next server. */
  stop(): void {
    clearInterval(this.#sweep);
    this.#engine?.close();
  }

  async #load(): Promise<Engine> {
    const [{ Server }, { Server: Engine }] = await Promise.all([import("socket.io"), import("@socket.io/bun-engine")]);
    const io: Io = new Server({ connectTimeout: SOCKET_AUTH_TIME, serveClient: false });
    const engine = new Engine({
      path: SOCKET_IO,
      maxHttpBufferSize: SOCKET_FRAME_BYTES,
      editResponseHeaders: (headers, request) => headers.set("x-request-id", this.#asked.get(request)?.id ?? ""),
    });
    const clients = new Clients(this.ctx, io);
    engine.on("connection", (wire, request) => {
      const known = this.#asked.get(request);
      clients.watch(wire as unknown as Wire, known?.leave);
      if (known) known.leave = undefined;
    });
    io.bind(engine);
    clients.start();
    this.#sweep = setInterval(() => clients.lookAround(), SOCKET_SWEEP);
    this.#clients = clients;
    this.#engine = engine;
    return engine;
  }
}
