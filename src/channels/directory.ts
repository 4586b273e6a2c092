import type { Connection } from "../db/open.ts";
import { isMember, lastChangeSeq, lastMessageSeq, loadChannel, loadChannels, loadMembers, membersOf } from "./store.ts";
import type { channels } from "./table.ts";
import { UnreadCounts } from "./unread.ts";

export type ChannelRow = typeof channels.$inferSelect;

/**
 * A channel as held in memory. `last_seq`: of its newest message; `head`: of its newest change of any kind; 0 for none.
 * `deletions`: messages taken back since the start, so that what was counted before one is counted anew.
 * `spoken_seq`: where a person last spoke in it; undefined until somebody asks.
 */
export type Channel = ChannelRow & { last_seq: number; head: number; deletions: number; spoken_seq?: number; members: Set<number> };

/** All channels with their members and heads, in memory: posts and empty polls ask it on every request. */
export class ChannelDirectory {
  readonly #byNo = new Map<number, Channel>();
  readonly #byId = new Map<string, Channel>();
  readonly #byName = new Map<string, Channel>();
  /** Private channels and conversations by who is in them: nobody may look for theirs among everybody's. */
  readonly #hidden = new Map<number, Set<Channel>>();
  readonly #byDirectKey = new Map<string, Channel>();
  readonly #public = new Set<Channel>();
  readonly unread: UnreadCounts;

  constructor(private readonly db: Connection) {
    this.unread = new UnreadCounts(db);
    for (const row of loadChannels(db)) this.#add(row, []);
    for (const { channel_no, user_no } of loadMembers(db)) {
      const channel = this.#byNo.get(channel_no);
      if (channel) this.#enter(channel, user_no);
    }
  }

  byNo(no: number): Channel | undefined {
    return this.#byNo.get(no);
  }

  /** Finds `{id}` of a path: an id or a name. The id goes before, since a name may look like one. */
  find(ref: string): Channel | undefined {
    return this.#byId.get(ref) ?? this.#byName.get(ref);
  }

  /** The conversation of exactly these people. */
  findDirect(direct_key: string): Channel | undefined {
    return this.#byDirectKey.get(direct_key);
  }

  /** All channels in the order they were made, the archived ones too. */
  all(): Channel[] {
    return [...this.#byNo.values()];
  }

  /** What a user may read, in the order it was made: the public channels, and of the others those that have the user as a member. */
  readableBy(user_no: number): Channel[] {
    return [...this.#public, ...this.hiddenOf(user_no)].sort((a, b) => a.no - b.no);
  }

  /** The private channels and conversations that a user is in, in no order. */
  hiddenOf(user_no: number): Iterable<Channel> {
    return this.#hidden.get(user_no) ?? [];
  }

  /** Takes up a change of one channel from the database. */
  reload(no: number): void {
    const row = loadChannel(this.db, no);
    if (!row) return;
    const known = this.#byNo.get(no);
    if (!known) {
      this.#add(row, membersOf(this.db, no));
      return;
    }
    if (known.name !== null) this.#byName.delete(known.name);
    Object.assign(known, row);
    if (known.name !== null) this.#byName.set(known.name, known);
  }

  /** Takes up that a user joined or left. */
  reloadMember(channel_no: number, user_no: number): void {
    const channel = this.#byNo.get(channel_no);
    if (!channel) return;
    if (isMember(this.db, channel_no, user_no)) {
      this.#enter(channel, user_no);
      return;
    }
    channel.members.delete(user_no);
    this.#hidden.get(user_no)?.delete(channel);
  }

  /** Takes up who came into a channel without an event of their own, as by an import. */
  reloadMembers(no: number): void {
    const channel = this.#byNo.get(no);
    if (channel) for (const user_no of membersOf(this.db, no)) this.#enter(channel, user_no);
  }

  #enter(channel: Channel, user_no: number): void {
    channel.members.add(user_no);
    if (channel.visibility === "public") return;
    const own = this.#hidden.get(user_no) ?? new Set();
    this.#hidden.set(user_no, own.add(channel));
  }

  #add(row: ChannelRow, members: number[]): void {
    const last_seq = lastMessageSeq(this.db, row.no);
    const channel: Channel = { ...row, last_seq, head: Math.max(last_seq, lastChangeSeq(this.db, row.no)), deletions: 0, members: new Set() };
    this.#byNo.set(row.no, channel);
    this.#byId.set(row.id, channel);
    if (row.name !== null) this.#byName.set(row.name, channel);
    if (row.direct_key !== null) this.#byDirectKey.set(row.direct_key, channel);
    if (row.visibility === "public") this.#public.add(channel);
    for (const user_no of members) this.#enter(channel, user_no);
  }
}
