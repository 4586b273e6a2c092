import type { Channel } from "../channels/directory.ts";
import type { Context } from "../context.ts";
import type { Connection } from "../db/open.ts";
import type { Committed, FeedRow } from "../db/write.ts";
import { OUTSIDE_CHANGE_POLL } from "../limits.ts";
import type { Passing } from "./passing.ts";
import { Presence } from "./presence.ts";
import { readAll, readMeta } from "./store.ts";
import { Typing } from "./typing.ts";

/** How a feature's change becomes an event. Declared once, in the feature's `events.ts`. */
export type EventKind = {
  /** What it says today; undefined when its subject is gone, and the event with it. */
  render: (ctx: Context, row: FeedRow) => unknown;
  /** Brings what is held in memory up to the change; runs after the commit, before anyone is told. */
  apply?: (ctx: Context, row: FeedRow) => void;
};

/** An event on its way out. */
export class FeedEvent {
  readonly seq: number;
  readonly kind: string;
  readonly channel_no: number | null;
  readonly user_no: number | null;
  #text: string | undefined;

  constructor(
    row: FeedRow,
    private readonly channel_id: string | null,
    readonly data: unknown,
  ) {
    this.seq = row.seq;
    this.kind = row.kind;
    this.channel_no = row.channel_no;
    this.user_no = row.user_no;
  }

  /** Its one JSON form, the same for every reader; made when the first one wants it. */
  get text(): string {
    this.#text ??= JSON.stringify({ seq: this.seq, event: this.kind, channel_id: this.channel_id, data: this.data });
    return this.#text;
  }
}

type Listener = (events: FeedEvent[], changes: Committed[]) => void;

/** Rows of outside changes announced in one go. */
const OUTSIDE_ROWS = 1_000;

/**
 * The number line in memory: its head, who waits on it, and what is told after each commit. All of it runs in the turn
 * of the commit, so a reader that has caught up to `head` and subscribes in the same turn misses nothing and sees nothing
 * twice.
 */
export class Feed {
  /** The newest seq that has been told. Reads stop here. */
  head = 0;
  /** Cursors before this were pruned. */
  floor = 0;
  /** Names the database's life. */
  epoch = "";
  closing = false;
  readonly presence = new Presence();
  #ctx!: Context;
  #writer!: Connection;
  #dataVersion = 0;
  #watch: ReturnType<typeof setInterval> | undefined;
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #listeners = new Set<Listener>();
  readonly #hearers = new Set<(passing: Passing) => void>();
  readonly typing: Typing;

  constructor(private readonly kinds: Record<string, EventKind>) {
    this.typing = new Typing(this);
  }

  /** Takes up the line where the database left it. `writer` is watched for changes that another process makes. */
  open(ctx: Context, writer: Connection): void {
    this.#ctx = ctx;
    this.#writer = writer;
    this.head = readMeta(ctx.db).head;
    this.readEpoch();
    this.#dataVersion = this.#readDataVersion();
  }

  /** Reads what the database says of itself: its epoch, and how far it was pruned. */
  readEpoch(): void {
    const { floor, epoch } = readMeta(this.#ctx.db);
    this.floor = floor;
    this.epoch = epoch;
  }

  /** Looks for changes by the operator's commands, which write to the same database. */
  watchOutside(): void {
    this.#watch = setInterval(() => {
      const version = this.#readDataVersion();
      if (version === this.#dataVersion) return;
      this.#dataVersion = version;
      this.catchUpOutside();
    }, OUTSIDE_CHANGE_POLL);
  }

  /** Ends every wait: the server is going down. */
  close(): void {
    this.closing = true;
    clearInterval(this.#watch);
    this.presence.close();
    this.typing.close();
    this.touch("closing");
  }

  /** Announces what is on the line beyond `head`, as another process put it there. */
  catchUpOutside(through = Number.MAX_SAFE_INTEGER): void {
    this.readEpoch();
    for (;;) {
      const rows = readAll(this.#ctx.db, this.head, through, OUTSIDE_ROWS);
      if (rows.length === 0) return;
      this.#announce(rows);
    }
  }

  /** Told by the writer of each committed batch. */
  committed(before: number, changes: Committed[]): void {
    if (before > this.head) this.catchUpOutside(before);
    this.#announce(changes);
  }

  /** What an event says now, or undefined when there is nothing left to say. */
  render(row: FeedRow): FeedEvent | undefined {
    const data = this.kinds[row.kind]?.render(this.#ctx, row);
    return data === undefined ? undefined : this.#event(row, data);
  }

  /** Calls `listener` with every committed batch: its events, and the changes behind them, in seq order. */
  listen(listener: Listener): void {
    this.#listeners.add(listener);
  }

  /** Calls `hearer` with what is told and not kept. @returns how to stop */
  hear(hearer: (passing: Passing) => void): () => void {
    this.#hearers.add(hearer);
    return () => this.#hearers.delete(hearer);
  }

  /** Tells those who listen now, and keeps nothing. `from` is the user who did it and is not told. */
  pass(event: string, channel: Channel | null, from: number | null, data: unknown): void {
    if (this.#hearers.size === 0) return;
    const passing = { event, channel, from, data, text: JSON.stringify({ event, channel_id: channel?.id ?? null, data }) };
    for (const hearer of this.#hearers) hearer(passing);
  }

  /**
   * Calls `wake` after each commit that touches `key`: `all`, `channel:<no>`, `channel:<no>/<subject>` for changes in it
   * that are no posts, `inbox:<user no>`, and for changes that stand in no channel `<kind>:<subject>`. Also `console:<project no>`,
   * which is a line of its own: those who write there `touch` it.
   * @returns how to stop
   */
  follow(key: string, wake: () => void): () => void {
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting.add(wake));
    return () => {
      waiting.delete(wake);
      if (waiting.size === 0) this.#waiting.delete(key);
    };
  }

  /** Wakes all that wait on `key`. */
  touch(key: string): void {
    for (const wake of [...(this.#waiting.get(key) ?? [])]) wake();
  }

  #announce(changes: Committed[]): void {
    const last = changes.at(-1);
    if (!last) return;
    for (const change of changes) {
      this.kinds[change.kind]?.apply?.(this.#ctx, change);
      const channel = change.channel_no === null ? undefined : this.#ctx.channels.byNo(change.channel_no);
      if (channel) channel.head = change.seq;
    }
    this.head = last.seq;
    const touchedLater = this.#touchedLater(changes);
    const events: FeedEvent[] = [];
    const keys = new Set<string>(["all"]);
    for (const change of changes) {
      keys.add(change.channel_no === null ? `${change.kind}:${change.subject}` : `channel:${change.channel_no}`);
      if (change.channel_no !== null && change.kind !== "message") keys.add(`channel:${change.channel_no}/${change.subject}`);
      for (const user_no of change.notify ?? []) keys.add(`inbox:${user_no}`);
      // What the service had at hand is today's state only while nothing in the same batch changed it again.
      const event = change.data === undefined || touchedLater.has(change) ? this.render(change) : this.#event(change, change.data);
      if (event) events.push(event);
    }
    for (const listener of this.#listeners) listener(events, changes);
    for (const key of keys) this.touch(key);
  }

  /** Changes whose subject stands again further on in the batch. */
  #touchedLater(changes: Committed[]): Set<Committed> {
    if (changes.every(({ kind }) => kind === "message")) return nothing;
    const latest = new Map<string, Committed>();
    const touched = new Set<Committed>();
    for (const change of changes) {
      const subject = `${change.channel_no}/${change.subject}`;
      const earlier = latest.get(subject);
      if (earlier) touched.add(earlier);
      latest.set(subject, change);
    }
    return touched;
  }

  #event(row: FeedRow, data: unknown): FeedEvent {
    const channel_id = row.channel_no === null ? null : (this.#ctx.channels.byNo(row.channel_no)?.id ?? null);
    return new FeedEvent(row, channel_id, data);
  }

  #readDataVersion(): number {
    return this.#writer.raw.query<{ data_version: number }, []>("PRAGMA data_version").get()?.data_version ?? 0;
  }
}

const nothing: Set<Committed> = new Set();
