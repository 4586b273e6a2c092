import type { Once } from "../idempotency/once.ts";

type Outgoing = { status?: number | string; headers: Record<string, string | number> };

/** 201 with what was made, marked when it is the repeat of an earlier answer. */
export const created = async <T>(set: Outgoing, made: Promise<Once<T>>): Promise<T> => {
  const { answer, replayed } = await made;
  if (replayed) set.headers["idempotency-replayed"] = "true";
  set.status = 201;
  return answer;
};

/** 204 once `work` is done. */
export const done = async (set: Outgoing, work: Promise<void>): Promise<void> => {
  await work;
  set.status = 204;
};
