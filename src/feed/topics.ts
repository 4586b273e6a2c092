import type { Server } from "bun";
import type { Channel } from "../channels/directory.ts";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";
import type { Committed } from "../db/write.ts";
import type { FeedEvent } from "./feed.ts";
import type { Passing } from "./passing.ts";
import type { Feeding, Socket } from "./socket.ts";

const EVERYONE = "all";
const PUBLIC = "public";
const channelTopic = (no: number): string => `c${no}`;
const userTopic = (no: number): string => `u${no}`;
/** A project's console. */
const consoleTopic = (project_no: number): string => `p${project_no}`;
/** What is for one user alone, on that user's sockets of one channel. */
const userChannelTopic = (user_no: number, channel_no: number): string => `u${user_no}c${channel_no}`;

/** The open sockets of a user. */
type SocketsOf = (user_no: number) => Iterable<Feeding>;

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
    const { channel, muted, project } = ws.data;
    if (project) {
      ws.subscribe(consoleTopic(project.no));
      return;
    }
    if (channel) {
      ws.subscribe(channelTopic(channel.no));
      ws.subscribe(userChannelTopic(user_no, channel.no));
      return;
    }
    ws.subscribe(EVERYONE);
    ws.subscribe(userTopic(user_no));
    if (muted) {
      this.#narrow(ws, user_no);
      return;
    }
    ws.subscribe(PUBLIC);
    for (const hidden of this.ctx.channels.hiddenOf(user_no)) ws.subscribe(channelTopic(hidden.no));
  }

  /** Takes a channel up or leaves it out, on a socket of `/ws`. */
  choose(ws: Feeding, user_no: number, channel: Channel, wanted: boolean): void {
    const { data } = ws;
    const narrowed = data.muted !== null;
    data.muted ??= new Set();
    if (wanted) data.muted.delete(channel.no);
    else data.muted.add(channel.no);
    if (data.state !== "live") return;
    if (narrowed) hear(ws, user_no, channel);
    else this.#narrow(ws, user_no);
  }

  /**
   * Holds the sockets of whoever joined or left against their channels, before anything of a batch is published.
   * @returns the sockets of `/ws/{channel}` whose users have no more part in it, deaf already
   */
  admit(changes: Committed[], socketsOf: SocketsOf): Feeding[] {
    const gone = new Set<Feeding>();
    for (const { kind, channel_no, subject } of changes) {
      const channel = channel_no === null || (kind !== "channel" && kind !== "member") ? undefined : this.ctx.channels.byNo(channel_no);
      if (!channel) continue;
      if (kind === "channel") {
        this.#announce(channel, socketsOf);
        continue;
      }
      for (const ws of socketsOf(subject)) {
        rehear(ws, channel);
        if (ws.data.channel === channel && !canRead(channel, subject)) gone.add(ws);
      }
    }
    for (const ws of gone) this.forget(ws);
    return [...gone];
  }

  /** Sends an event to all who are to hear it. */
  publish(event: FeedEvent): void {
    const { channel_no, user_no } = event;
    if (user_no !== null) {
      this.#tell(userTopic(user_no), event);
      if (channel_no !== null) this.#tell(userChannelTopic(user_no, channel_no), event);
      return;
    }
    if (channel_no === null) {
      this.#tell(EVERYONE, event);
      return;
    }
    this.#tell(channelTopic(channel_no), event);
    if (this.ctx.channels.byNo(channel_no)?.visibility === "public") this.#tell(PUBLIC, event);
  }

  /** Sends on what is not kept, to all who may read the channel but `own`, the sockets of whoever did it. */
  pass(passing: Passing, own: Iterable<Feeding>): void {
    const { channel } = passing;
    if (!channel) {
      this.#tell(EVERYONE, passing);
      return;
    }
    for (const topic of channel.visibility === "public" ? [channelTopic(channel.no), PUBLIC] : [channelTopic(channel.no)]) {
      const deaf = [...own].filter((ws) => ws.isSubscribed(topic));
      for (const ws of deaf) ws.unsubscribe(topic);
      this.#tell(topic, passing);
      for (const ws of deaf) ws.subscribe(topic);
    }
  }

  /** Sends frames to all who hear a project's console. `frames` are made only when someone does. */
  tellConsole(project_no: number, frames: () => string[]): void {
    const topic = consoleTopic(project_no);
    if (!this.#server || this.#server.subscriberCount(topic) === 0) return;
    for (const text of frames()) this.#tell(topic, { text });
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
  #narrow(ws: Feeding, user_no: number): void {
    ws.unsubscribe(PUBLIC);
    this.#narrowed.add(ws);
    for (const channel of this.ctx.channels.readableBy(user_no)) hear(ws, user_no, channel);
  }

  /** A new or changed channel is heard from now on by all who may hear it: of those who chose among channels, too. */
  #announce(channel: Channel, socketsOf: SocketsOf): void {
    if (channel.visibility === "public") for (const ws of this.#narrowed) rehear(ws, channel);
    else for (const user_no of channel.members) for (const ws of socketsOf(user_no)) rehear(ws, channel);
  }
}

/** Brings what a live socket of `/ws` hears of one channel into line with what it wants and its user may read. */
const hear = (ws: Feeding, user_no: number, channel: Channel): void => {
  const { muted } = ws.data;
  // Those come by the topic of all public channels.
  if (channel.visibility === "public" && !muted) return;
  if (canRead(channel, user_no) && !muted?.has(channel.no)) ws.subscribe(channelTopic(channel.no));
  else ws.unsubscribe(channelTopic(channel.no));
};

const rehear = (ws: Feeding, channel: Channel): void => {
  const { state, credential, channel: only } = ws.data;
  if (state === "live" && credential && !only) hear(ws, credential.user_no, channel);
};
