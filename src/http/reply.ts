import type { Once } from "../idempotency/once.ts";

type Outgoing = { status?: number | string; headers: Record<string, string | number> };

/**
 * 201 (or `status`) with what was made, marked when it is the repeat of an earlier answer. To the route's types it is what was made;
 * in truth it is the whole Response, which the framework passes on as it is: writing it there took a sixth of a post's time.
 */
export const created = async <T>(made: Once<T> | Promise<Once<T>>, more: Record<string, string> = {}, status = 201): Promise<T> => {
  const { answer, replayed } = await made;
  const headers: Record<string, string> = { "content-type": "application/json", ...more };
  if (replayed) headers["idempotency-replayed"] = "true";
  return new Response(JSON.stringify(answer), { status, headers }) as unknown as T;
};

/** 204 once `work` is done. */
export const done = async (set: Outgoing, work: Promise<void>): Promise<void> => {
  await work;
  set.status = 204;
};
