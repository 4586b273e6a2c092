import type { Connection } from "../db/open.ts";
import type { Committed } from "../db/write.ts";
import { CHANNEL_NUMBER_MAX, TOLD_ENTRIES } from "../limits.ts";
import { messageKey } from "../messages/table.ts";
import { newestEntry } from "./store.ts";

/**
 * The newest message of each channel that spoke to each user: an agent's post asks for it, and should not search the inbox
 * every time. Looked for in the database once, then kept up by what is committed.
 */
export class Told {
  /** Keys of messages, 0 for none, by user and channel. */
  readonly #newest = new Map<number, number>();

  constructor(private readonly db: Connection) {}

  /** The key of the newest message of a channel that spoke to a user; null when none did. */
  newest(user_no: number, channel_no: number): number | null {
    const place = placeOf(user_no, channel_no);
    const known = this.#newest.get(place);
    if (known !== undefined) return known || null;
    const found = newestEntry(this.db, user_no, messageKey(channel_no, 0), messageKey(channel_no + 1, 0));
    this.#remember(place, found ?? 0);
    return found;
  }

  /** Takes up what was committed. An answer is left out: it comes with one's own question. */
  take(changes: Committed[]): void {
    for (const { kind, channel_no, subject, notify } of changes) {
      if (!notify || channel_no === null || (kind !== "message" && kind !== "edit")) continue;
      for (const user_no of notify) this.#remember(placeOf(user_no, channel_no), messageKey(channel_no, subject));
    }
  }

  #remember(place: number, key: number): void {
    if (this.#newest.size >= TOLD_ENTRIES && !this.#newest.has(place)) {
      const oldest = this.#newest.keys().next().value;
      if (oldest !== undefined) this.#newest.delete(oldest);
    }
    this.#newest.set(place, key);
  }
}

const placeOf = (user_no: number, channel_no: number): number => user_no * (CHANNEL_NUMBER_MAX + 1) + channel_no;
