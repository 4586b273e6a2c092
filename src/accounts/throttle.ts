import { AppError } from "../errors.ts";
import { HASHES_WAITING, LOGIN_FAILURES_PER_MINUTE, THROTTLE_ENTRIES } from "../limits.ts";

const MINUTE = 60_000;

type Trying = { running: number; waiting: (() => void)[] };

/** Failed sign-ins of the last minute, by name and address. Bounded: the oldest entries leave first. */
export class LoginThrottle {
  readonly #failures = new Map<string, number[]>();
  readonly #trying = new Map<string, Trying>();

  /**
   * Runs `check`, a try at this name's password from this address, and gives what it gave. No more run at once than may
   * still fail, the others wait: a volley gets no more guesses than one after another, and right passwords all pass.
   * @throws AppError `rate_limited` after five failures within a minute
   */
  async attempt(username: string, address: string, check: () => Promise<boolean>): Promise<boolean> {
    const key = `${username}\n${address}`;
    const trying = this.#trying.get(key) ?? { running: 0, waiting: [] };
    this.#trying.set(key, trying);
    try {
      await this.#turn(key, trying);
      trying.running++;
      try {
        const right = await check();
        if (right) this.#failures.delete(key);
        else this.#failed(key);
        return right;
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
      const oldest = recent[recent.length - LOGIN_FAILURES_PER_MINUTE];
      if (oldest !== undefined) throw tooMany(Math.max(1, Math.ceil((oldest + MINUTE - performance.now()) / 1000)));
      if (recent.length + trying.running < LOGIN_FAILURES_PER_MINUTE) return;
      if (trying.waiting.length >= HASHES_WAITING) throw tooMany(1);
      await new Promise<void>((go) => trying.waiting.push(go));
    }
  }

  #failed(key: string): void {
    const recent = [...this.#recent(key), performance.now()];
    this.#failures.delete(key);
    if (this.#failures.size >= THROTTLE_ENTRIES) {
      const oldest = this.#failures.keys().next().value;
      if (oldest !== undefined) this.#failures.delete(oldest);
    }
    this.#failures.set(key, recent.slice(-LOGIN_FAILURES_PER_MINUTE));
  }

  #recent(key: string): number[] {
    const since = performance.now() - MINUTE;
    return (this.#failures.get(key) ?? []).filter((at) => at > since);
  }
}

const tooMany = (wait: number): AppError =>
  new AppError("rate_limited", {
    message: "Too many failed sign-ins for this name from this address.",
    hint: `Wait ${wait} s.`,
    headers: { "retry-after": String(wait) },
  });
