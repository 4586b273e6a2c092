import type { Context } from "../context.ts";

/** Contents that are being taken in for other features: no row has them yet, and they are not to be dropped for that. */
const taken = new WeakMap<Context, Map<string, number>>();

export const isTaken = (ctx: Context, sha256: string): boolean => taken.get(ctx)?.has(sha256) ?? false;

/** Holds a content until the given function is called. */
export const holdTaken = (ctx: Context, sha256: string): (() => void) => {
  const held = taken.get(ctx) ?? new Map<string, number>();
  taken.set(ctx, held.set(sha256, (held.get(sha256) ?? 0) + 1));
  return () => {
    const left = (held.get(sha256) ?? 1) - 1;
    if (left === 0) held.delete(sha256);
    else held.set(sha256, left);
  };
};
