import type { Context } from "../context.ts";
import type { Connection } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { IDEMPOTENCY_LIFE } from "../limits.ts";
import { findKey, insertKey, type KeyRow } from "./store.ts";

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
    const earlier = find(tx, actor, retry);
    if (earlier?.message_key != null && recall) return { answer: recall(tx, earlier.message_key), replayed: true };
    if (earlier) return { answer: unsealed<T>(ctx, earlier), replayed: true };
    const { answer, message_key } = work(tx);
    keepOnce(ctx, tx, actor, retry, answer, message_key);
    return { answer, replayed: false };
  });

/**
 * The first answer to a key, for work that is more than a transaction; undefined when the key is new. Whoever asks sees to it
 * that no other does the same meanwhile. @throws AppError `idempotency_key_reused`
 */
export const recallOnce = <T>(ctx: Context, actor: { user: { no: number } }, retry: Retry): Once<T> | undefined => {
  const earlier = find({ ...ctx.db, now: ctx.clock().toISOString() }, actor, retry);
  return earlier && { answer: unsealed<T>(ctx, earlier), replayed: true };
};

/** Keeps the answer to a key, in the transaction that made what it says. */
const find = (db: Connection & { now: string }, actor: { user: { no: number } }, retry: Retry): KeyRow | undefined => {
  const earlier = retry ? findKey(db, actor.user.no, retry.key) : undefined;
  if (!earlier || earlier.at < new Date(Date.parse(db.now) - IDEMPOTENCY_LIFE).toISOString()) return undefined;
  if (earlier.fingerprint !== retry?.fingerprint) throw new AppError("idempotency_key_reused");
  return earlier;
};

const unsealed = <T>(ctx: Context, { sealed }: KeyRow): T => JSON.parse(ctx.keys.answers.unseal(sealed ?? "")) as T;

/** Keeps the answer to a key, in the transaction that made what it says. */
export const keepOnce = (ctx: Context, tx: Tx, actor: { user: { no: number } }, retry: Retry, answer: unknown, message_key?: number): void => {
  if (!retry) return;
  const sealed = message_key === undefined ? ctx.keys.answers.seal(JSON.stringify(answer)) : null;
  insertKey(tx, { user_no: actor.user.no, ...retry, message_key: message_key ?? null, sealed, at: tx.now });
};
