import type { Static } from "@sinclair/typebox";
import type { UserDirectory } from "../accounts/directory.ts";
import type { Connection } from "../db/open.ts";
import type { Feed } from "../feed/feed.ts";
import { PRESENCE_SINGLES } from "../limits.ts";
import type { Standing as StandingModel, Status as StatusModel } from "./model.ts";
import { loadStatuses } from "./store.ts";

export type Status = Static<typeof StatusModel>;
export type Standing = Static<typeof StandingModel>;

/** The longest that one timer can wait, in milliseconds; whoever needs longer looks again then. */
const TIMER_MAX = 2 ** 31 - 1;

/** Who is here and what they say of themselves: live connections and committed statuses, put together and told. */
export class Roster {
  readonly #statuses = new Map<number, Status>();
  /** What was last told of each user who is not plainly offline. */
  readonly #told = new Map<number, string>();
  #expiry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    db: Connection,
    private readonly users: UserDirectory,
    private readonly feed: Feed,
    private readonly clock: () => Date,
  ) {
    for (const { user_no, state, text, until } of loadStatuses(db)) this.#statuses.set(user_no, { state, text, until });
    feed.presence.listen((user_nos) => this.#tell(user_nos));
  }

  /** Begins to wait for statuses that end by themselves. */
  start(): void {
    this.#expire();
  }

  close(): void {
    clearTimeout(this.#expiry);
  }

  /** Takes up a status that was committed; null for none. */
  put(user_no: number, status: Status | null): void {
    if (status) this.#statuses.set(user_no, status);
    else this.#statuses.delete(user_no);
    this.feed.presence.touch(user_no);
    this.#expire();
  }

  /** Everyone who is not plainly offline. */
  all(): Standing[] {
    const known = new Set([...this.feed.presence.all(), ...this.#statuses.keys()]);
    return [...known].flatMap((user_no) => this.#standing(user_no) ?? []).filter((standing) => !isPlain(standing));
  }

  /** How a user stands; one who was deactivated is offline and says nothing. */
  #standing(user_no: number): Standing | undefined {
    const user = this.users.byNo(user_no);
    if (!user) return undefined;
    if (user.deactivated_at !== null) return { user_id: user.id, presence: "offline", status: null };
    return { user_id: user.id, presence: this.feed.presence.of(user_no), status: this.#statusOf(user_no) };
  }

  #statusOf(user_no: number): Status | null {
    const status = this.#statuses.get(user_no);
    return status && (status.until === null || status.until > this.clock().toISOString()) ? status : null;
  }

  /** Tells what is not yet known: one by one when they are few, as one list when many came or went together. */
  #tell(user_nos: number[]): void {
    const changed = user_nos.flatMap((user_no) => this.#news(user_no) ?? []);
    if (changed.length > PRESENCE_SINGLES) this.feed.pass("presences", null, null, changed);
    else for (const standing of changed) this.feed.pass("presence", null, null, standing);
  }

  #news(user_no: number): Standing | undefined {
    const standing = this.#standing(user_no);
    const text = !standing || isPlain(standing) ? undefined : JSON.stringify(standing);
    if (this.#told.get(user_no) === text) return undefined;
    if (text === undefined) this.#told.delete(user_no);
    else this.#told.set(user_no, text);
    return standing;
  }

  /** Waits for the next status that ends by itself. */
  #expire(): void {
    clearTimeout(this.#expiry);
    const now = this.clock().getTime();
    let next = Number.POSITIVE_INFINITY;
    for (const [user_no, { until }] of this.#statuses) {
      if (until === null) continue;
      const left = Date.parse(until) - now;
      if (left <= 0) {
        this.#statuses.delete(user_no);
        this.feed.presence.touch(user_no);
      } else next = Math.min(next, left);
    }
    if (next < Number.POSITIVE_INFINITY && !this.feed.closing) this.#expiry = setTimeout(() => this.#expire(), Math.min(next, TIMER_MAX));
  }
}

const isPlain = ({ presence, status }: Standing): boolean => presence === "offline" && status === null;
