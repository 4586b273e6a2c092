import { RATE_BURST, THROTTLE_ENTRIES } from "../limits.ts";

/** Where a caller stands: requests a minute allowed, left in the bucket, seconds until it is full again, and whether this request may pass. */
export type Standing = { limit: number; remaining: number; reset: number; passed: boolean; retryAfter: number };

type Bucket = { tokens: number; at: number };

/** Token buckets by name. Bounded: the oldest leave first, which gives their owner a full bucket again. */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes one request out of a bucket that fills with `limit` a minute and holds at most RATE_BURST (or `limit`, when less). */
  take(name: string, limit: number): Standing {
    const now = performance.now();
    const burst = Math.min(RATE_BURST, limit);
    const perSecond = limit / 60;
    let bucket = this.#buckets.get(name);
    if (!bucket) {
      if (this.#buckets.size >= THROTTLE_ENTRIES) this.#dropOldest();
      bucket = { tokens: burst, at: now };
      this.#buckets.set(name, bucket);
    }
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    const passed = bucket.tokens >= 1;
    if (passed) bucket.tokens--;
    return {
      limit,
      remaining: Math.floor(bucket.tokens),
      reset: Math.ceil((burst - bucket.tokens) / perSecond),
      passed,
      retryAfter: passed ? 0 : Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond)),
    };
  }

  #dropOldest(): void {
    const oldest = this.#buckets.keys().next().value;
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
