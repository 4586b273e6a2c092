import { PRESENCE_BATCH, PRESENCE_GRACE, PRESENCE_TICK } from "../limits.ts";

export type PresenceState = "online" | "away" | "offline";

/** One live connection. `say`: whether someone is at it; only sockets can tell. `leave`: it is gone, said as often as one likes. */
export type Connection = { say: (state: "online" | "away") => void; leave: () => void };

/** A user's connections by what they say, and until when those that just ended still count, in milliseconds of `performance.now()`. */
type Here = { online: number; away: number; onlineUntil: number; awayUntil: number };

/**
 * Who has a live connection, by whichever door. One that ends counts on for PRESENCE_GRACE, so that a reload, or the time
 * between two long polls, is no absence. Changes are gathered and handed on in bounded batches, a tick apart.
 */
export class Presence {
  readonly #here = new Map<number, Here>();
  /** Users with a connection that ended and still counts. */
  readonly #fading = new Set<number>();
  readonly #changed = new Set<number>();
  #tell: (user_nos: number[]) => void = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** Sets who is told that something of these users may have changed; once, when the server is put together. */
  listen(tell: (user_nos: number[]) => void): void {
    this.#tell = tell;
  }

  isOnline(user_no: number): boolean {
    return this.#here.has(user_no);
  }

  /** `online` when somebody is at one of a user's connections, `away` when all of them say that nobody is. */
  of(user_no: number): PresenceState {
    const here = this.#here.get(user_no);
    if (!here) return "offline";
    return here.online > 0 || here.onlineUntil > performance.now() ? "online" : "away";
  }

  /** Everyone who is online or away. */
  all(): Iterable<number> {
    return this.#here.keys();
  }

  /** Counts a connection in. */
  enter(user_no: number): Connection {
    const here = this.#here.get(user_no) ?? { online: 0, away: 0, onlineUntil: 0, awayUntil: 0 };
    this.#here.set(user_no, here);
    let state: "online" | "away" | "left" = "online";
    here.online++;
    if (here.online === 1) this.touch(user_no);
    return {
      say: (next) => {
        if (state === "left" || state === next) return;
        here[state]--;
        here[next]++;
        state = next;
        this.touch(user_no);
      },
      leave: () => {
        if (state === "left") return;
        here[state]--;
        here[`${state}Until`] = performance.now() + PRESENCE_GRACE;
        state = "left";
        if (this.#here.get(user_no) !== here) return;
        this.#fading.add(user_no);
        this.#plan();
      },
    };
  }

  /** Takes a user off at once, whatever connections are still ending: the account is no more. */
  drop(user_no: number): void {
    this.#here.delete(user_no);
    this.#fading.delete(user_no);
    this.touch(user_no);
  }

  /** Has a user told of again in the next tick. */
  touch(user_no: number): void {
    this.#changed.add(user_no);
    this.#plan();
  }

  /** Tells nobody anything any more: the server is going down, which is no absence. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #plan(): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => this.#tick(), PRESENCE_TICK);
  }

  #tick(): void {
    this.#timer = undefined;
    this.#fade(performance.now());
    const batch: number[] = [];
    for (const user_no of this.#changed) {
      if (batch.length >= PRESENCE_BATCH) break;
      this.#changed.delete(user_no);
      batch.push(user_no);
    }
    if (batch.length > 0) this.#tell(batch);
    if (this.#changed.size > 0 || this.#fading.size > 0) this.#plan();
  }

  /** Looks at those whose connections ended: who has no other is gone when the grace is over. */
  #fade(now: number): void {
    for (const user_no of this.#fading) {
      const here = this.#here.get(user_no);
      if (here && (here.onlineUntil > now || here.awayUntil > now)) continue;
      this.#fading.delete(user_no);
      if (here && here.online + here.away === 0) this.#here.delete(user_no);
      this.#changed.add(user_no);
    }
  }
}
