import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { IDEMPOTENCY_LIFE } from "../limits.ts";
import { findKey, insertKey } from "./store.ts";

/** A caller's Idempotency-Key with the SHA-256 of what it asked; null when it sent none. */
export type Retry = { key: string; fingerprint: string } | null;

export type Once<T> = { answer: T; replayed: boolean };

type Made<T> = { answer: T; message_key?: number };

/**
 * Runs `work` in a transaction, once for a user's key: a repeat gets the first answer. The key is stored in the same
 * transaction as what it made, so neither is ever there without the other. Made messages are kept by reference and shown
 * by `recall` as they are today; every other answer is kept encrypted.
 * @throws AppError `idempotency_key_reused` when the key stands for another request
 */
export const writeOnce = <T>(
  ctx: Context,
  actor: { user: { no: number } },
  retry: Retry,
  work: (tx: Tx) => Made<T>,
  recall?: (tx: Tx, message_key: number) => T,
): Promise<Once<T>> =>
  ctx.write((tx) => {
    if (!retry) return { answer: work(tx).answer, replayed: false };
    const user_no = actor.user.no;
    const earlier = findKey(tx, user_no, retry.key);
    const fresh = new Date(Date.parse(tx.now) - IDEMPOTENCY_LIFE).toISOString();
    if (earlier && earlier.at >= fresh) {
      if (earlier.fingerprint !== retry.fingerprint) throw new AppError("idempotency_key_reused");
      if (earlier.message_key !== null && recall) return { answer: recall(tx, earlier.message_key), replayed: true };
      return { answer: JSON.parse(ctx.keys.answers.unseal(earlier.sealed ?? "")) as T, replayed: true };
    }
    const { answer, message_key } = work(tx);
    const sealed = message_key === undefined ? ctx.keys.answers.seal(JSON.stringify(answer)) : null;
    insertKey(tx, { user_no, ...retry, message_key: message_key ?? null, sealed, at: tx.now });
    return { answer, replayed: false };
  });
