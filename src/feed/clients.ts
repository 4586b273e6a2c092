import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { BunWebSocket } from "@socket.io/bun-engine";
import type { Credential } from "../accounts/credentials.ts";
import type { User } from "../accounts/directory.ts";
import { authenticate } from "../accounts/service.ts";
import { stands } from "../accounts/standing.ts";
import { readableChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { SOCKET_BUFFER_BYTES, SOCKET_FRAMES_PER_MINUTE } from "../limits.ts";
import { type Client, type Io, Rooms } from "./rooms.ts";
import { startTyping } from "./typing.ts";

/** A connection of the engine, below Socket.IO, whichever way it goes. `writeBuffer` is what waits for the client's next poll. */
export type Wire = { on: (event: "packet" | "close", listener: () => void) => void; close: () => void; transport: object; writeBuffer: { data?: unknown }[] };

/** The answer to a client's event, when it asked for one. */
type Told = { ok: true; channel_id: string } | { ok: false; error: { code: string; message: string; hint: string } };

const Named = Type.Object({ channel_id: Type.String() }, { additionalProperties: false });

const events = ["join_channel", "leave_channel", "typing_start", "typing_stop"] as const;
type ClientEvent = (typeof events)[number];

const AUTH = 'Connect with auth: {"token": "…"}, an API token or that of a sign-in.';

/** The clients of the Socket.IO door: who they are, what they ask for, and when they have to go. */
export class Clients {
  /** The engine's open WebSockets, by the transport they carry. */
  readonly webSockets = new Map<object, BunWebSocket>();
  readonly #rooms: Rooms;
  readonly #credentials = new Map<Client, Credential>();
  /** How to count a connection out of the strangers. */
  readonly #strangers = new WeakMap<object, () => void>();
  /** Characters told since buffers were last looked at for it. */
  #told = 0;

  constructor(
    private readonly ctx: Context,
    private readonly io: Io,
  ) {
    this.#rooms = new Rooms(ctx, io);
  }

  get count(): number {
    return this.#credentials.size;
  }

  /** Begins to let clients in, and to tell them what is committed and what passes. */
  start(): void {
    const { ctx, io } = this;
    io.use((socket, next) => {
      this.#verify(socket).then(
        () => next(),
        (error) => next(refusal(error)),
      );
    });
    io.on("connection", (socket) => this.#enter(socket));
    ctx.feed.listen((events, changes) => {
      if (this.count === 0) return;
      this.#rooms.admit(changes);
      for (const event of events) this.#told += this.#rooms.publish(event);
      // A burst of large messages does not wait for the next round: nobody may gather more than a buffer between two looks.
      if (this.#told > SOCKET_BUFFER_BYTES) {
        this.#told = 0;
        setImmediate(() => this.lookAround());
      }
      for (const { kind, subject } of changes) if (kind === "credential" || kind === "user") this.#recheck(subject);
    });
    ctx.feed.hear((passing) => this.#rooms.pass(passing));
    ctx.feed.typing.onEnd((channel, author) => this.#rooms.stoppedTyping(channel, author));
  }

  /** Holds a new connection to its number of packets. `leave` counts it out of the strangers. */
  watch(wire: Wire, leave: (() => void) | undefined): void {
    if (leave) {
      this.#strangers.set(wire, leave);
      wire.on("close", leave);
    }
    let packets = 0;
    let since = performance.now();
    wire.on("packet", () => {
      const now = performance.now();
      if (now - since > 60_000) {
        since = now;
        packets = 0;
      }
      if (++packets > SOCKET_FRAMES_PER_MINUTE) cut(wire);
    });
  }

  /** Drops who is too slow, and whose credential ran out. */
  lookAround(): void {
    const today = this.ctx.clock().getTime();
    for (const [socket, { expires }] of this.#credentials) {
      const wire = wireOf(socket);
      if (expires !== null && expires <= today) socket.disconnect(true);
      else if (this.#waiting(wire) > SOCKET_BUFFER_BYTES) cut(wire);
    }
  }

  /** Characters and bytes that a client has not taken yet. */
  #waiting(wire: Wire): number {
    const sent = this.webSockets.get(wire.transport)?.getBufferedAmount() ?? 0;
    return wire.writeBuffer.reduce((sum, { data }) => sum + (typeof data === "string" ? data.length : 0), sent);
  }

  /** Finds out who connects. @throws AppError `unauthorized`, `rate_limited` */
  async #verify(socket: Client): Promise<void> {
    const { token } = socket.handshake.auth;
    if (typeof token !== "string") throw new AppError("unauthorized", { message: "The connection has no token.", hint: AUTH });
    const credential = await authenticate(this.ctx, token);
    if (!credential) throw new AppError("unauthorized", { message: "The token is unknown, expired or revoked.", hint: AUTH });
    socket.data = { credential };
    // Not kept longer than it is needed.
    socket.handshake.auth = {};
  }

  #enter(socket: Client): void {
    const { credential } = socket.data;
    const user = this.ctx.users.byNo(credential.user_no);
    // It may have ended since it was looked at.
    if (!user || !stands(this.ctx, credential)) {
      socket.disconnect(true);
      return;
    }
    this.#strangers.get(wireOf(socket))?.();
    this.#credentials.set(socket, credential);
    this.#rooms.enter(socket, user);
    const here = this.ctx.feed.presence.enter(user.no);
    // A client may name an event as it likes, by a number too.
    socket.onAny((event: unknown, ...args: unknown[]) => this.#obey(socket, user.no, String(event), args));
    socket.on("disconnect", () => {
      here.leave();
      this.#credentials.delete(socket);
      this.#rooms.forget(socket, user.no);
      // Who leaves the namespace has nothing left to say on the connection.
      wireOf(socket).close();
    });
    const { head, epoch } = this.ctx.feed;
    socket.emit("ready", { user: user.author, seq: head, epoch });
  }

  /** Does what a client asks for, and answers it, or tells it of the error when it asked for no answer. */
  #obey(socket: Client, user_no: number, event: string, args: unknown[]): void {
    const answer = args.at(-1);
    const told = this.#tell(() => this.#do(socket, user_no, event, args[0]));
    if (typeof answer === "function") answer(told);
    else if (!told.ok) socket.emit("error", told.error);
  }

  #do(socket: Client, user_no: number, event: string, asked: unknown): string {
    if (!isKnown(event))
      throw new AppError("validation_failed", { message: `There is no event '${event.slice(0, 80)}'.`, hint: `Send one of ${events.join(", ")}; messages are posted by HTTP.` });
    if (!Value.Check(Named, asked)) throw new AppError("validation_failed", { message: `${event} wants an object with channel_id, and nothing else.` });
    const user = this.ctx.users.byNo(user_no) as User;
    const channel = readableChannel(this.ctx, { user }, asked.channel_id);
    if (event === "join_channel") socket.join(channel.id);
    else if (event === "leave_channel") socket.leave(channel.id);
    else if (event === "typing_start") startTyping(this.ctx, user_no, channel.id);
    else this.ctx.feed.typing.stop(channel, user_no);
    return channel.id;
  }

  #tell(work: () => string): Told {
    try {
      return { ok: true, channel_id: work() };
    } catch (error) {
      if (error instanceof AppError) return { ok: false, error: error.body().error };
      this.ctx.log.error({ event: "socket_failed", error: String(error) });
      return { ok: false, error: new AppError("internal").body().error };
    }
  }

  /** Ends the clients of a user whose credential has. */
  #recheck(user_no: number): void {
    for (const socket of this.#rooms.of(user_no)) {
      const credential = this.#credentials.get(socket);
      if (credential && !stands(this.ctx, credential)) socket.disconnect(true);
    }
  }
}

const isKnown = (event: string): event is ClientEvent => (events as readonly string[]).includes(event);

const wireOf = (socket: Client): Wire => socket.conn as unknown as Wire;

/** Ends a connection at once, without waiting until what is meant for it has been taken. */
const cut = (wire: Wire): void => {
  wire.writeBuffer = [];
  wire.close();
};

/** Why a client may not connect, as its `connect_error` says it: the message, and in `data` the API's form of it. */
const refusal = (error: unknown): Error => {
  const known = error instanceof AppError ? error : new AppError("internal");
  return Object.assign(new Error(known.message), { data: known.body().error });
};
