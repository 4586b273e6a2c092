import type { Actor } from "../accounts/credentials.ts";
import { actorNow } from "../accounts/standing.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { invalid } from "../errors.ts";
import { isForm } from "../files/form.ts";
import { type Received, receive, receiveSeveral } from "../files/upload.ts";
import { keepOnce, type Once, type Retry, recallOnce } from "../idempotency/once.ts";
import { doerOf } from "../projects/doer.ts";
import { readableProject } from "../projects/service.ts";
import { partsOf } from "./paths.ts";
import { keepIn, moveIn, restoreIn } from "./service.ts";
import { holdRoom } from "./usage.ts";
import type { FileFactsWire } from "./wire.ts";
import type { Condition } from "./writing.ts";

/**
 * Makes a file that is not there yet, once for a caller's Idempotency-Key.
 * @throws AppError `file_exists`, and as `writeFileIn`
 */
export const createFile = (
  ctx: Context,
  actor: Actor,
  ref: string,
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  executable: boolean | undefined,
  retry: Retry,
): Promise<Once<FileFactsWire>> => {
  const project = readableProject(ctx, actor, ref);
  partsOf(path);
  return onceAtATime(ctx, actor, retry, async () => {
    const earlier = recallOnce<FileFactsWire>(ctx, actor, retry);
    if (earlier) return earlier;
    return receive(ctx, new Blob([bytes]).stream(), new Headers(), async (received) => {
      const written = (tx: Tx, file: FileFactsWire) => keepOnce(ctx, tx, actor, retry, file);
      return { answer: (await keepIn(ctx, project, doerOf(actor), path, received, { executable, absent: "create", written })).file, replayed: false };
    });
  });
};

/**
 * As `writeFileIn`, for a caller; `what` may be a body as it comes in.
 * @throws AppError as `writeFileIn`, `client_closed`
 */
export const writeFile = (
  ctx: Context,
  actor: Actor,
  ref: string,
  path: string,
  what: Uint8Array<ArrayBuffer> | { body: ReadableStream<Uint8Array> | null },
  options: Condition & { executable?: boolean },
): Promise<{ file: FileFactsWire; made: boolean }> => {
  readableProject(ctx, actor, ref);
  partsOf(path);
  const body = what instanceof Uint8Array ? new Blob([what]).stream() : what.body;
  return receive(ctx, body, new Headers(), (received) => {
    // The body has come in since the credential was looked at, perhaps for hours.
    const now = actorNow(ctx, actor);
    return keepIn(ctx, readableProject(ctx, now, ref), doerOf(now), path, received, options);
  });
};

/**
 * As `restoreIn`, for a caller and once for their Idempotency-Key.
 * @throws AppError as `restoreIn`
 */
export const restoreFile = (
  ctx: Context,
  actor: Actor,
  ref: string,
  path: string,
  version: number,
  condition: Condition,
  retry: Retry,
): Promise<Once<{ file: FileFactsWire; made: boolean }>> => {
  const project = readableProject(ctx, actor, ref);
  return onceAtATime(ctx, actor, retry, async () => {
    const earlier = recallOnce<{ file: FileFactsWire; made: boolean }>(ctx, actor, retry);
    if (earlier) return earlier;
    let kept = false;
    const answer = await restoreIn(ctx, project, doerOf(actor), path, version, {
      ...condition,
      written: (tx, file, made) => {
        keepOnce(ctx, tx, actor, retry, { file, made });
        kept = true;
      },
    });
    // It was as it is to be: no version was made, and yet a later try is the same.
    if (!kept && retry) await ctx.write((tx) => keepOnce(ctx, tx, actor, retry, answer));
    return { answer, replayed: false };
  });
};

/**
 * As `moveIn`, for a caller and once for their Idempotency-Key.
 * @returns whether it is the repeat of an earlier answer
 * @throws AppError as `moveIn`
 */
export const moveFile = async (ctx: Context, actor: Actor, ref: string, from: string, to: string, retry: Retry): Promise<boolean> => {
  const project = readableProject(ctx, actor, ref);
  const { replayed } = await onceAtATime(ctx, actor, retry, async () => {
    const earlier = recallOnce<null>(ctx, actor, retry);
    if (earlier) return earlier;
    await moveIn(ctx, project, doerOf(actor), from, to);
    if (retry) await ctx.write((tx) => keepOnce(ctx, tx, actor, retry, null));
    return { answer: null, replayed: false };
  });
  return replayed;
};

/** What is sent to a project: a body as it comes in, with the headers that say how to read it, and the path that was named beside it. */
export type Sent = { body: ReadableStream<Uint8Array> | null; headers: Headers; path: string | undefined };

/**
 * Writes what is uploaded: of a form, each of its parts `file` under its own name, in the folder `path`; else the body itself
 * as the file `path`. Nothing is written before all of it came in. Once for a caller's Idempotency-Key.
 * @throws AppError as `writeFileIn`, `validation_failed`, `client_closed`
 */
export const uploadFiles = (ctx: Context, actor: Actor, ref: string, { body, headers, path }: Sent, retryFor: (facts: unknown) => Retry): Promise<Once<FileFactsWire[]>> => {
  readableProject(ctx, actor, ref);
  const place = async (received: Received[], paths: string[]): Promise<Once<FileFactsWire[]>> => {
    for (const one of paths) partsOf(one);
    // The body has come in since the credential was looked at, perhaps for hours.
    const now = actorNow(ctx, actor);
    const project = readableProject(ctx, now, ref);
    const retry = retryFor(received.map(({ size, sha256 }, at) => [paths[at], size, sha256]));
    return onceAtATime(ctx, now, retry, async () => {
      const earlier = recallOnce<FileFactsWire[]>(ctx, now, retry);
      if (earlier) return earlier;
      await holdRoom(ctx, project, { bytes: received.reduce((sum, { size }) => sum + size, 0), files: 0 });
      const answer: FileFactsWire[] = [];
      for (const [at, one] of received.entries()) answer.push((await keepIn(ctx, project, doerOf(now), paths[at] ?? "", one, {})).file);
      await ctx.write((tx) => keepOnce(ctx, tx, now, retry, answer));
      return { answer, replayed: false };
    });
  };
  if (isForm(headers))
    return receiveSeveral(ctx, body, headers, (received) => {
      const nameOf = (name: string | null) => (path === undefined ? "" : `${path.replace(/\/+$/, "")}/`) + (name ?? "");
      return place(
        received,
        received.map(({ name }) => nameOf(name)),
      );
    });
  if (path === undefined) throw invalid("path", "is missing", "Say where the file goes: ?path=data/table.csv, or upload with curl -F file=@table.csv");
  partsOf(path);
  return receive(ctx, body, new Headers(), (received) => place([received], [path]));
};

/** Lets nobody else do the same under the same key meanwhile: a second try of the same waits for the first, and finds its answer. */
const onceAtATime = <T>(ctx: Context, actor: Pick<Actor, "user">, retry: Retry, work: () => Promise<T>): Promise<T> =>
  retry ? ctx.turns.take(`key ${actor.user.no} ${retry.key}`, work) : work();
