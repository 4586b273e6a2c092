import type { Connection } from "../db/open.ts";
import { CHANNEL_NUMBER_MAX, UNREAD_COUNT_MAX, UNREAD_ENTRIES, UNREAD_STRETCH } from "../limits.ts";
import type { Channel } from "./directory.ts";
import { countUnread } from "./store.ts";

/** What was counted last: `unread` messages after `mark` up to and with `through`. */
type Counted = { mark: number; through: number; unread: number; deletions: number };

/**
 * Counts what stands after a read mark, and goes on from there the next time: an agent that posts a million messages and
 * never says what it has read must not make the server walk past its own words on every look at the channels.
 */
export class UnreadCounts {
  readonly #counted = new Map<number, Counted>();

  constructor(private readonly db: Connection) {}

  /** Messages of others after `mark` that still stand, up to UNREAD_COUNT_MAX. */
  of(channel: Channel, user_no: number, mark: number): number {
    const { no, last_seq, deletions } = channel;
    if (last_seq <= mark) return 0;
    const key = user_no * (CHANNEL_NUMBER_MAX + 1) + no;
    const before = this.#counted.get(key);
    const known = before?.mark === mark && before.deletions === deletions ? before : { through: mark, unread: 0 };
    const left = UNREAD_COUNT_MAX - known.unread;
    const unread = known.unread + (left > 0 && known.through < last_seq ? countUnread(this.db, no, user_no, known.through, last_seq, left) : 0);
    if (last_seq - mark > UNREAD_STRETCH) this.#remember(key, { mark, through: last_seq, unread, deletions });
    return unread;
  }

  #remember(key: number, counted: Counted): void {
    if (this.#counted.size >= UNREAD_ENTRIES && !this.#counted.has(key)) {
      const oldest = this.#counted.keys().next().value;
      if (oldest !== undefined) this.#counted.delete(oldest);
    }
    this.#counted.set(key, counted);
  }
}
