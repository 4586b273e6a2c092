import type { Channel } from "../channels/directory.ts";
import { PASSING_WAITING } from "../limits.ts";

/**
 * Something told to whoever listens now, and not kept: no seq, and nobody can read it later. `channel`: whose readers it
 * is for; null for everyone signed in. `from`: the user who is not told, having done it.
 */
export type Passing = { event: string; channel: Channel | null; from: number | null; data: unknown; text: string };

/** What passed while a reader was still busy with what came before: the newest PASSING_WAITING of it. */
export class Passed {
  #waiting: Passing[] = [];
  /** Called when something comes in. */
  wake: () => void = () => {};

  get any(): boolean {
    return this.#waiting.length > 0;
  }

  put(passing: Passing): void {
    if (this.#waiting.length >= PASSING_WAITING) this.#waiting.shift();
    this.#waiting.push(passing);
    this.wake();
  }

  /** Hands over what waits. */
  take(): Passing[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }
}
