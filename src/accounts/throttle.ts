import { AppError } from "../errors.ts";
import { HASHES_WAITING, THROTTLE_ENTRIES } from "../limits.ts";

const MINUTE = 60_000;

type Trying = { running: number; waiting: (() => void)[] };

/** Tries of the last minute that count, by a key such as name and address. Bounded: the oldest entries leave first. */
export class Throttle {
  readonly #counted = new Map<string, number[]>();
  readonly #trying = new Map<string, Trying>();

  /** `limit`: tries a minute that may count; `words`: what is said to who has had them. */
  constructor(
    private readonly limit: number,
    private readonly words: string,
  ) {}

  /**
   * Runs `work`, a try under this key, and gives what it gave; `counts` says whether that uses up one of the minute's
   * tries, and one that does not gives all of them back. No more run at once than may still count, the others wait: a
   * volley gets no more guesses than one after another, and right ones all pass.
   * @throws AppError `rate_limited` after `limit` tries that counted within a minute
   */
  async attempt<T>(key: string, work: () => Promise<T>, counts: (given: T) => boolean): Promise<T> {
    const trying = this.#trying.get(key) ?? { running: 0, waiting: [] };
    this.#trying.set(key, trying);
    try {
      await this.#turn(key, trying);
      trying.running++;
      try {
        const given = await work();
        if (counts(given)) this.#count(key);
        else this.#counted.delete(key);
        return given;
      } finally {
        trying.running--;
        for (const go of trying.waiting.splice(0)) go();
      }
    } finally {
      if (trying.running === 0 && trying.waiting.length === 0) this.#trying.delete(key);
    }
  }

  async #turn(key: string, trying: Trying): Promise<void> {
    for (;;) {
      const recent = this.#recent(key);
      const oldest = recent[recent.length - this.limit];
      if (oldest !== undefined) throw this.#tooMany(Math.max(1, Math.ceil((oldest + MINUTE - performance.now()) / 1000)));
      if (recent.length + trying.running < this.limit) return;
      if (trying.waiting.length >= HASHES_WAITING) throw this.#tooMany(1);
      await new Promise<void>((go) => trying.waiting.push(go));
    }
  }

  #count(key: string): void {
    const recent = [...this.#recent(key), performance.now()];
    this.#counted.delete(key);
    if (this.#counted.size >= THROTTLE_ENTRIES) {
      const oldest = this.#counted.keys().next().value;
      if (oldest !== undefined) this.#counted.delete(oldest);
    }
    this.#counted.set(key, recent.slice(-this.limit));
  }

  #recent(key: string): number[] {
    const since = performance.now() - MINUTE;
    return (this.#counted.get(key) ?? []).filter((at) => at > since);
  }

  #tooMany(wait: number): AppError {
    return new AppError("rate_limited", { message: this.words, hint: `Wait ${wait} s.`, headers: { "retry-after": String(wait) } });
  }
}
