import type { DefaultEventsMap, Server, Socket } from "socket.io";
import type { Credential } from "../accounts/credentials.ts";
import type { User } from "../accounts/directory.ts";
import type { Channel } from "../channels/directory.ts";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";
import type { Committed } from "../db/write.ts";
import type { FeedEvent } from "./feed.ts";
import type { Passing } from "./passing.ts";

type Events = DefaultEventsMap;
/** The Socket.IO server, and one of its clients with what it showed. */
export type Io = Server<Events, Events, Events, { credential: Credential }>;
export type Client = Socket<Events, Events, Events, { credential: Credential }>;

/** What the line's events of a channel are called here. */
const names = new Map([
  ["message", "new_message"],
  ["edit", "message_edited"],
  ["delete", "message_deleted"],
  ["reaction", "message_reaction"],
  ["claim", "message_claim"],
  ["answer", "message_answer"],
]);

/** Which Socket.IO client hears what: a room for each channel, by the channel's id, and one for each user, by the user's. */
export class Rooms {
  readonly #ofUser = new Map<number, Set<Client>>();

  constructor(
    private readonly ctx: Context,
    private readonly io: Io,
  ) {}

  /** Lets a client hear the channels and conversations its user is a member of. */
  enter(socket: Client, user: User): void {
    const own = this.#ofUser.get(user.no) ?? new Set();
    this.#ofUser.set(user.no, own.add(socket));
    const channels = this.ctx.channels.all().filter(({ members }) => members.has(user.no));
    socket.join([user.id, ...channels.map(({ id }) => id)]);
  }

  forget(socket: Client, user_no: number): void {
    const own = this.#ofUser.get(user_no);
    own?.delete(socket);
    if (own?.size === 0) this.#ofUser.delete(user_no);
  }

  of(user_no: number): Client[] {
    return [...(this.#ofUser.get(user_no) ?? [])];
  }

  /** Holds the rooms against who joined, left or may no more read, before anything of a batch is told. */
  admit(changes: Committed[]): void {
    for (const { kind, channel_no, subject } of changes) {
      if (channel_no === null || (kind !== "member" && kind !== "channel")) continue;
      const channel = this.ctx.channels.byNo(channel_no);
      if (!channel) continue;
      if (kind === "channel") this.#hold(channel);
      else for (const socket of this.of(subject)) channel.members.has(subject) ? socket.join(channel.id) : socket.leave(channel.id);
    }
  }

  /** Tells a channel's room what was said there, changed, taken back or came to a message. @returns the characters that each who is there was sent */
  publish(event: FeedEvent): number {
    const { kind, channel_no, data } = event;
    const channel = channel_no === null ? undefined : this.ctx.channels.byNo(channel_no);
    if (!channel || !this.io.sockets.adapter.rooms.has(channel.id)) return 0;
    const name = kind === "message" && channel.visibility === "direct" ? "new_dm" : names.get(kind);
    if (name === undefined) return 0;
    this.io.to(channel.id).emit(name, { ...(data as object), channel_id: channel.id });
    return event.text.length;
  }

  /** Tells what passes: typing to the channel's room, who comes and goes to everyone. */
  pass({ event, channel, data }: Passing): void {
    if (event === "typing" && channel) {
      const { user } = data as { user: User["author"] };
      this.io.to(channel.id).except(user.id).emit("user_typing", { channel_id: channel.id, user });
    } else if (event === "presence") this.#came(data as Came);
    else if (event === "presences") for (const one of data as Came[]) this.#came(one);
  }

  stoppedTyping(channel: Channel, author: User["author"]): void {
    this.io.to(channel.id).except(author.id).emit("user_stopped_typing", { channel_id: channel.id, user: author });
  }

  #came({ user_id, presence, status }: Came): void {
    const user = this.ctx.users.find(user_id)?.author;
    if (user) this.io.emit(presence === "offline" ? "user_offline" : "user_online", { user, presence, status });
  }

  /** A channel is new or changed: a conversation is heard by its people from its beginning, a closed one by nobody who does not belong to it. Who left a room by choice stays out. */
  #hold(channel: Channel): void {
    if (channel.visibility === "public") return;
    if (channel.visibility === "direct") for (const user_no of channel.members) for (const socket of this.of(user_no)) socket.join(channel.id);
    for (const id of [...(this.io.sockets.adapter.rooms.get(channel.id) ?? [])]) {
      const socket = this.io.sockets.sockets.get(id);
      if (socket && !canRead(channel, socket.data.credential.user_no)) socket.leave(channel.id);
    }
  }
}

type Came = { user_id: string; presence: string; status: unknown };
