import { LOGIN_FAILURES_PER_MINUTE, THROTTLE_ENTRIES } from "../limits.ts";

const MINUTE = 60_000;

/** Failed sign-ins of the last minute, by name and address. Bounded: the oldest entries leave first. */
export class LoginThrottle {
  readonly #failures = new Map<string, number[]>();

  /** Seconds until this name may be tried again from this address; 0 for now. */
  wait(username: string, address: string): number {
    const recent = this.#recent(username, address);
    const oldest = recent[recent.length - LOGIN_FAILURES_PER_MINUTE];
    return oldest === undefined ? 0 : Math.max(1, Math.ceil((oldest + MINUTE - performance.now()) / 1000));
  }

  failed(username: string, address: string): void {
    const key = `${username}\n${address}`;
    const recent = [...this.#recent(username, address), performance.now()];
    this.#failures.delete(key);
    if (this.#failures.size >= THROTTLE_ENTRIES) {
      const oldest = this.#failures.keys().next().value;
      if (oldest !== undefined) this.#failures.delete(oldest);
    }
    this.#failures.set(key, recent.slice(-LOGIN_FAILURES_PER_MINUTE));
  }

  succeeded(username: string, address: string): void {
    this.#failures.delete(`${username}\n${address}`);
  }

  #recent(username: string, address: string): number[] {
    const since = performance.now() - MINUTE;
    return (this.#failures.get(`${username}\n${address}`) ?? []).filter((at) => at > since);
  }
}
