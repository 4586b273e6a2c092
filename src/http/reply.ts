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

/**
 * What is named, alone, for a caller whose `Accept` is text/plain: a message's seq, anything else's id, as a shell takes it into a
 * variable. Nobody has to take JSON apart for it, or to pay for words that they just sent. @returns undefined for every other caller
 */
export const bareName = (request: Request, { id, seq }: { id: string; seq?: number }, more: Record<string, string> = {}, status = 200): undefined =>
  request.headers.get("accept") === "text/plain"
    ? (new Response(`${seq ?? id}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...more } }) as never)
    : undefined;

/** As `created`, or its bare name. */
export const named = async <T extends { id: string; seq?: number }>(request: Request, made: Once<T> | Promise<Once<T>>): Promise<T> => {
  const once = await made;
  return bareName(request, once.answer, once.replayed ? { "idempotency-replayed": "true" } : {}, 201) ?? created(once);
};

/** An answer for a model to read. To the route's types it is what its schema says in JSON. */
export const markdown = (text: string): never => new Response(text, { headers: { "content-type": "text/markdown; charset=utf-8" } }) as never;

/** 204 once `work` is done. */
export const done = async (set: Outgoing, work: Promise<void>): Promise<void> => {
  await work;
  set.status = 204;
};
