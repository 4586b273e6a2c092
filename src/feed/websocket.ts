import { Value } from "@sinclair/typebox/value";
import type { Server, WebSocketHandler } from "bun";
import { authenticate } from "../accounts/service.ts";
import { stands } from "../accounts/standing.ts";
import { canRead } from "../channels/service.ts";
import { consoleOf } from "../console/consoles.ts";
import type { Context } from "../context.ts";
import type { Committed } from "../db/write.ts";
import { AppError } from "../errors.ts";
import {
  CATCH_UP_CHARACTERS,
  CATCH_UP_EVENTS,
  SOCKET_AUTH_TIME,
  SOCKET_BUFFER_BYTES,
  SOCKET_BUFFER_HARD_BYTES,
  SOCKET_FRAME_BYTES,
  SOCKET_FRAMES_PER_MINUTE,
  SOCKET_IDLE_SECONDS,
  SOCKET_SWEEP,
} from "../limits.ts";
import { checkConsoleCursor, clearedFrame, consoleRef, consoleStretch, lineFrame, runFrame } from "./console.ts";
import { checkCursor, readStretch } from "./events.ts";
import type { FeedEvent } from "./feed.ts";
import { Auth, Choice, FIRST_FRAME, failure, Ping, parse, Says, Types, wrongAuth } from "./frames.ts";
import { closes, type Feeding, type Socket } from "./socket.ts";
import type { Strangers } from "./strangers.ts";
import { Topics } from "./topics.ts";
import { startTyping } from "./typing.ts";

/** Milliseconds that a closed socket has to take what is still buffered for it. */
const LINGER = 30_000;

/**
 * The WebSocket door: `/ws/{channel}` and `/ws`, and of a project's console, whose lines are a line of their own. A socket reads the line from the database until it has reached the head,
 * and subscribes to its topics in the same turn; from then on the server's publishing feeds it.
 */
export class Sockets {
  readonly #open = new Set<Feeding>();
  readonly #unknown = new Set<Feeding>();
  readonly #closing = new Set<Feeding>();
  readonly #ofUser = new Map<number, Set<Feeding>>();
  readonly #topics: Topics;
  #sweep: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly ctx: Context,
    private readonly strangers: Strangers,
  ) {
    this.#topics = new Topics(ctx);
    ctx.feed.listen((events, changes) => {
      const gone = this.#topics.admit(changes, (user_no) => this.#ofUser.get(user_no) ?? []);
      for (const event of events) this.#topics.publish(event);
      this.#sendAway(gone, events);
      this.#measure();
      for (const { kind, subject } of changes) if (kind === "credential" || kind === "user") this.#recheck(subject);
      this.#tellConsoles(events, changes);
    });
    consoleOf(ctx).listen({
      said: ({ no }, lines) => {
        this.#topics.tellConsole(no, () => lines.map(lineFrame));
        this.#measure();
      },
      cleared: ({ no }, through) => this.#topics.tellConsole(no, () => [clearedFrame(through)]),
    });
    ctx.feed.hear((passing) => this.#topics.pass(passing, (passing.from !== null && this.#ofUser.get(passing.from)) || []));
  }

  start(server: Server<Socket>): void {
    this.#topics.start(server);
    this.#sweep = setInterval(() => this.#lookAround(), SOCKET_SWEEP);
  }

  /** Sends everyone off, to come back to the next server. */
  stop(): void {
    clearInterval(this.#sweep);
    for (const ws of [...this.#open]) this.#close(ws, "shutting_down");
  }

  get count(): number {
    return this.#open.size;
  }

  get live(): number {
    return this.#open.size - this.#unknown.size - this.#closing.size;
  }

  /**
   * Takes a request for a socket. `cookie` is its session cookie when it comes from our own pages; `headers` go out with
   * the answer. @throws AppError `rate_limited`, `validation_failed`
   */
  upgrade(request: Request, server: Server<Socket>, path: string, cookie: string | null, address: string, headers: Record<string, string>): void {
    const workbench = consoleRef(path);
    const ref = workbench ?? (path === "/ws" || path === "/ws/" ? null : path.slice("/ws/".length));
    const data: Socket = {
      transport: "feed",
      ref: ref === null ? null : safeDecode(ref),
      console: workbench !== undefined,
      project: null,
      cookie,
      state: "unknown",
      known: this.strangers.enter(address),
      deadline: performance.now() + SOCKET_AUTH_TIME,
      credential: null,
      channel: null,
      muted: null,
      frames: 0,
      framesSince: 0,
      presence: null,
      drained: null,
    };
    if (server.upgrade(request, { data, headers })) return;
    data.known();
    throw new AppError("validation_failed", { message: "This address speaks WebSocket.", hint: "Connect with a WebSocket client, or poll GET /api/events." });
  }

  readonly handler: WebSocketHandler<Socket> = {
    maxPayloadLength: SOCKET_FRAME_BYTES,
    backpressureLimit: SOCKET_BUFFER_HARD_BYTES,
    closeOnBackpressureLimit: true,
    idleTimeout: SOCKET_IDLE_SECONDS,
    sendPings: true,
    perMessageDeflate: false,
    open: (ws) => {
      this.#open.add(ws);
      this.#unknown.add(ws);
    },
    message: (ws, frame) => {
      this.#receive(ws, frame).catch((error) => {
        this.ctx.log.error({ event: "socket_failed", error: String(error) });
        ws.close(1011, "internal error: connect again with after_seq");
      });
    },
    drain: (ws) => {
      const { drained } = ws.data;
      ws.data.drained = null;
      drained?.();
    },
    close: (ws) => {
      this.#open.delete(ws);
      this.#closing.delete(ws);
      this.#forget(ws);
      ws.data.drained?.();
    },
  };

  async #receive(ws: Feeding, frame: string | Buffer): Promise<void> {
    const { data } = ws;
    if (data.state === "closed") return;
    if (!this.#allowed(data)) {
      this.#close(ws, "too_many_frames");
      return;
    }
    const message = parse(frame);
    if (data.state === "unknown") {
      if (Value.Check(Auth, message)) await this.#enter(ws, message);
      else {
        ws.send(failure(new AppError("validation_failed", { message: wrongAuth(message), hint: FIRST_FRAME })));
        this.#close(ws, "unauthorized");
      }
      return;
    }
    if (Value.Check(Ping, message)) ws.send('{"event":"pong","data":{}}');
    else if (Value.Check(Choice, message) && data.ref === null) this.#choose(ws, message.type === "subscribe", message.channel_id);
    else if (Value.Check(Types, message) && !data.console && (message.channel_id === undefined) === (data.ref !== null)) this.#type(ws, data.ref ?? message.channel_id ?? "");
    else if (Value.Check(Says, message)) data.presence?.say(message.state);
    else
      ws.send(
        failure(
          new AppError("validation_failed", {
            message: "That frame is not understood.",
            hint: data.console
              ? 'Send {"type":"ping"} or {"type":"presence","state":"away"|"online"}.'
              : 'Send {"type":"ping"}, {"type":"presence","state":"away"|"online"}, {"type":"typing"} (on /ws with "channel_id"), or on /ws {"type":"subscribe"|"unsubscribe","channel_id":"…"}.',
          }),
        ),
      );
  }

  async #enter(ws: Feeding, auth: Auth): Promise<void> {
    const { data } = ws;
    data.state = "checking";
    const token = auth.token ?? data.cookie;
    const credential = token === null ? null : await authenticate(this.ctx, token);
    if (isClosed(data)) return;
    const user = credential && this.ctx.users.byNo(credential.user_no);
    if (!credential || !user) {
      ws.send(failure(new AppError("unauthorized", { message: token === null ? "The first frame has no token." : "The token is unknown, expired or revoked." })));
      this.#close(ws, "unauthorized");
      return;
    }
    const project = data.console ? this.ctx.projects.find(data.ref ?? "") : null;
    const channel = data.ref === null ? null : data.console ? project?.channel : this.ctx.channels.find(data.ref);
    if (channel === undefined || (channel && !canRead(channel, user.no))) {
      this.#close(ws, "not_found");
      return;
    }
    const head = project ? consoleOf(this.ctx).head(project.no) : this.ctx.feed.head;
    const after = auth.after_seq ?? head;
    try {
      if (project) checkConsoleCursor(this.ctx, project, after, auth.epoch);
      else checkCursor(this.ctx, after, auth.epoch);
    } catch (error) {
      if (error instanceof AppError) ws.send(failure(error));
      this.#close(ws, "cursor_expired");
      return;
    }
    this.#unknown.delete(ws);
    data.known();
    data.state = "catching";
    data.credential = credential;
    data.channel = channel;
    data.project = project ?? null;
    data.cookie = null;
    data.presence = this.ctx.feed.presence.enter(user.no);
    const own = this.#ofUser.get(user.no) ?? new Set();
    this.#ofUser.set(user.no, own.add(ws));
    ws.send(JSON.stringify({ event: "ready", data: { user: user.author, seq: after, head_seq: head, epoch: this.ctx.feed.epoch } }));
    await this.#catchUp(ws, user.no, after);
  }

  async #catchUp(ws: Feeding, user_no: number, after: number): Promise<void> {
    let cursor = after;
    while (!isClosed(ws.data)) {
      if (ws.getBufferedAmount() > CATCH_UP_CHARACTERS) {
        await new Promise<void>((resolve) => (ws.data.drained = resolve));
        continue;
      }
      const { frames, next, more } = this.#stretch(ws, user_no, cursor);
      for (const frame of frames) ws.send(frame);
      cursor = next;
      if (!more) {
        ws.data.state = "live";
        this.#topics.subscribe(ws, user_no);
        return;
      }
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  #stretch({ data: { project, channel, muted } }: Feeding, user_no: number, cursor: number): { frames: string[]; next: number; more: boolean } {
    if (project) return consoleStretch(this.ctx, project, cursor);
    const { events, next, more } = readStretch(this.ctx, user_no, channel, cursor, CATCH_UP_EVENTS, CATCH_UP_CHARACTERS);
    return { frames: events.filter(({ channel_no }) => channel_no === null || !muted?.has(channel_no)).map(({ text }) => text), next, more };
  }

  #choose(ws: Feeding, wanted: boolean, ref: string): void {
    const { data } = ws;
    const user_no = data.credential?.user_no;
    const channel = this.ctx.channels.find(ref);
    if (user_no === undefined || !channel || !canRead(channel, user_no)) {
      ws.send(failure(new AppError("not_found")));
      return;
    }
    this.#topics.choose(ws, user_no, channel, wanted);
    ws.send(JSON.stringify({ event: wanted ? "subscribed" : "unsubscribed", data: { channel_id: channel.id, seq: this.ctx.feed.head } }));
  }

  /** Tells those who left a channel on its own socket, which is the last they hear there. */
  #sendAway(gone: Feeding[], events: FeedEvent[]): void {
    for (const ws of gone) {
      const { credential, channel, state, project } = ws.data;
      const last = project ? undefined : events.find(({ kind, user_no, channel_no }) => kind === "member" && user_no === credential?.user_no && channel_no === channel?.no);
      if (last && state === "live") ws.send(last.text);
      this.#close(ws, "not_found");
    }
  }

  #type(ws: Feeding, ref: string): void {
    const { credential } = ws.data;
    if (!credential) return;
    try {
      startTyping(this.ctx, credential.user_no, ref);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      ws.send(failure(error));
    }
  }

  /** Tells those who hear a project's console of its runs, and that there is no project any more. */
  #tellConsoles(events: FeedEvent[], changes: Committed[]): void {
    for (const { kind, channel_no, data } of events) {
      const project = kind === "run" && channel_no !== null ? this.ctx.projects.ofChannel(channel_no) : undefined;
      if (project) this.#topics.tellConsole(project.no, () => [runFrame(data)]);
    }
    for (const { kind, subject } of changes) {
      if (kind !== "project" || this.ctx.projects.byNo(subject)) continue;
      for (const ws of [...this.#open]) if (ws.data.project?.no === subject) this.#close(ws, "not_found");
    }
  }

  /** A burst of large messages does not wait for the next round: nobody may gather more than a buffer between two looks. */
  #measure(): void {
    if (this.#topics.published <= SOCKET_BUFFER_BYTES) return;
    this.#topics.published = 0;
    setImmediate(() => this.#lookAround());
  }

  /** Ends the sockets of a user whose credential has. */
  #recheck(user_no: number): void {
    for (const ws of [...(this.#ofUser.get(user_no) ?? [])]) if (ws.data.credential && !stands(this.ctx, ws.data.credential)) this.#close(ws, "unauthorized");
  }

  /** Drops who is too slow, who never said who it is, whose credential ran out, and who would not take its close frame. */
  #lookAround(): void {
    const now = performance.now();
    const today = this.ctx.clock().getTime();
    for (const ws of [...this.#unknown]) if (ws.data.deadline < now) this.#close(ws, "unauthorized");
    for (const ws of [...this.#closing]) if (ws.data.deadline < now) ws.terminate();
    for (const ws of this.#open) {
      const { state, credential } = ws.data;
      if (state === "closed") continue;
      if (credential?.expires && credential.expires <= today) this.#close(ws, "unauthorized");
      else if (state === "live" && ws.getBufferedAmount() > SOCKET_BUFFER_BYTES) this.#close(ws, "too_slow");
    }
  }

  #close(ws: Feeding, why: keyof typeof closes): void {
    const [code, reason] = closes[why];
    this.#forget(ws);
    ws.data.deadline = performance.now() + LINGER;
    this.#closing.add(ws);
    ws.close(code, reason);
  }

  /** Takes a socket off every list and topic, so that nothing more is sent to it. */
  #forget(ws: Feeding): void {
    const { data } = ws;
    if (data.state === "closed") return;
    data.state = "closed";
    data.presence?.leave();
    data.known();
    this.#unknown.delete(ws);
    const user_no = data.credential?.user_no;
    if (user_no !== undefined) {
      const own = this.#ofUser.get(user_no);
      own?.delete(ws);
      if (own?.size === 0) this.#ofUser.delete(user_no);
    }
    this.#topics.forget(ws);
  }

  #allowed(data: Socket): boolean {
    const now = performance.now();
    if (now - data.framesSince > 60_000) {
      data.framesSince = now;
      data.frames = 0;
    }
    return ++data.frames <= SOCKET_FRAMES_PER_MINUTE;
  }
}

const isClosed = (data: Socket): boolean => data.state === "closed";

const safeDecode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
