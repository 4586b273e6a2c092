import type { Server } from "bun";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";
import type { FeedEvent } from "./feed.ts";
import type { Feeding, Socket } from "./socket.ts";

const EVERYONE = "all";
const PUBLIC = "public";
const channelTopic = (no: number): string => `c${no}`;
const userTopic = (no: number): string => `u${no}`;
/** What is for one user alone, on that user's sockets of one channel. */
const userChannelTopic = (user_no: number, channel_no: number): string => `u${user_no}c${channel_no}`;

/** Which socket hears what: the server's topics, by which one publishing reaches all who may read, however many. */
export class Topics {
  /** Characters published since buffers were last looked at for it. */
  published = 0;
  /** Sockets of `/ws` that hear channel by channel, since there are some they do not want. */
  readonly #narrowed = new Set<Feeding>();
  #server: Server<Socket> | undefined;

  constructor(private readonly ctx: Context) {}

  start(server: Server<Socket>): void {
    this.#server = server;
  }

  /** Lets a socket that has caught up hear what happens from now on. */
  subscribe(ws: Feeding, user_no: number): void {
    const { channel, muted } = ws.data;
    if (channel) {
      ws.subscribe(channelTopic(channel.no));
      ws.subscribe(userChannelTopic(user_no, channel.no));
      return;
    }
    ws.subscribe(EVERYONE);
    ws.subscribe(userTopic(user_no));
    if (muted) this.#narrow(ws, user_no, muted);
    else ws.subscribe(PUBLIC);
  }

  /** Takes a channel up or leaves it out, on a socket of `/ws`. */
  choose(ws: Feeding, user_no: number, channel_no: number, wanted: boolean): void {
    const { data } = ws;
    const narrowed = data.muted !== null;
    data.muted ??= new Set();
    if (wanted) data.muted.delete(channel_no);
    else data.muted.add(channel_no);
    if (data.state !== "live") return;
    if (!narrowed) this.#narrow(ws, user_no, data.muted);
    else if (wanted) ws.subscribe(channelTopic(channel_no));
    else ws.unsubscribe(channelTopic(channel_no));
  }

  /** Sends an event to all who are to hear it. */
  publish(event: FeedEvent): void {
    const { kind, channel_no, user_no } = event;
    if (user_no !== null) {
      this.#tell(userTopic(user_no), event);
      if (channel_no !== null) this.#tell(userChannelTopic(user_no, channel_no), event);
      return;
    }
    if (channel_no === null) {
      this.#tell(EVERYONE, event);
      return;
    }
    if (kind === "channel") for (const ws of this.#narrowed) this.#follow(ws, channel_no);
    this.#tell(channelTopic(channel_no), event);
    if (this.ctx.channels.byNo(channel_no)?.visibility === "public") this.#tell(PUBLIC, event);
  }

  /** Takes a socket off every topic, so that nothing more is sent to it. */
  forget(ws: Feeding): void {
    this.#narrowed.delete(ws);
    if (ws.readyState === WebSocket.OPEN) for (const topic of ws.subscriptions) ws.unsubscribe(topic);
  }

  /** An event's text is made only when someone listens. */
  #tell(topic: string, event: { readonly text: string }): void {
    const server = this.#server;
    if (!server || server.subscriberCount(topic) === 0) return;
    server.publish(topic, event.text, false);
    this.published += event.text.length;
  }

  /** From one topic for all public channels to one for each that is wanted. */
  #narrow(ws: Feeding, user_no: number, muted: Set<number>): void {
    ws.unsubscribe(PUBLIC);
    for (const channel of this.ctx.channels.all()) if (canRead(channel, user_no) && !muted.has(channel.no)) ws.subscribe(channelTopic(channel.no));
    this.#narrowed.add(ws);
  }

  /** A new channel is heard by those who chose channels too, until they choose otherwise. */
  #follow(ws: Feeding, channel_no: number): void {
    const channel = this.ctx.channels.byNo(channel_no);
    const user_no = ws.data.credential?.user_no;
    if (channel && user_no !== undefined && canRead(channel, user_no) && !ws.data.muted?.has(channel_no)) ws.subscribe(channelTopic(channel_no));
  }
}
