import { AppError } from "./errors.ts";
import { SEARCH_SLICE } from "./limits.ts";

/**
 * Makes a queue for costly work: at most `atOnce` pieces run, so that a flood of requests takes neither all memory nor all
 * cores, and at most `waiting` wait. @throws AppError `rate_limited` from the queue when more come
 */
export const inTurns = (atOnce: number, waiting: number): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let running = 0;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) {
      if (queue.length >= waiting) throw new AppError("rate_limited", { headers: { "retry-after": "5" } });
      await new Promise<void>((resolve) => queue.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else running--;
    }
  };
};

/**
 * One at a time for each name: whoever puts a content away and whoever removes it because nobody has it any more must not
 * meet between their looks and their deeds.
 */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `work` when all earlier work of that name is done. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name);
    const turn = Promise.withResolvers<void>();
    this.#last.set(name, turn.promise);
    await before;
    try {
      return await work();
    } finally {
      turn.resolve();
      if (this.#last.get(name) === turn.promise) this.#last.delete(name);
    }
  }
}

/** Time on the one thread: long work (a search, an index) gives it up every few milliseconds. */
export class Slice {
  #begin = performance.now();

  get over(): boolean {
    return performance.now() - this.#begin >= SEARCH_SLICE;
  }

  async next(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#begin = performance.now();
  }
}

let beginnings = Promise.resolve();

/**
 * Waits for a turn of the loop of one's own. Work of some milliseconds that comes due at many places in the same moment, as
 * when ten models are asked at once, does not hold up others' requests for all of it together.
 */
export const ownTurn = (): Promise<void> => {
  beginnings = beginnings.then(() => new Promise((resolve) => setImmediate(resolve)));
  return beginnings;
};
