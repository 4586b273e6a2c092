import { type Actor } from "../accounts/credentials.ts";
import { stands } from "../accounts/standing.ts";
import type { Channel } from "../channels/directory.ts";
import { readableChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { POLL_CHARACTERS } from "../limits.ts";
import { plain } from "./dialects.ts";
import { checkCursor, readStretch } from "./events.ts";
import type { Passed } from "./passing.ts";

export type PollQuery = { after_seq?: number; wait: number; limit: number; epoch?: string };

/** The keys on which whoever holds a credential must look whether it still stands. */
export const credentialKeys = (user_no: number): string[] => [`credential:${user_no}`, `user:${user_no}`];

/**
 * Waits until one of `keys` is touched, something comes into `passed`, the time is `until`, or the caller is gone.
 * @returns whether it is worth another look; false when the time is over
 */
export const waitFor = (ctx: Context, keys: string[], until: number, signal: AbortSignal, passed?: Passed): Promise<boolean> => {
  if (passed?.any) return Promise.resolve(true);
  const left = until - performance.now();
  if (left <= 0 || signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (again: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", gone);
      for (const stop of stops) stop();
      if (passed) passed.wake = () => {};
      resolve(again);
    };
    const gone = () => end(false);
    const timer = setTimeout(() => end(false), left);
    signal.addEventListener("abort", gone);
    if (passed) passed.wake = () => end(true);
    const stops = keys.map((key) => ctx.feed.follow(key, () => end(true)));
  });
};

/**
 * Calls `look`, again whenever one of `keys` of the feed is touched, until it finds something or `wait` seconds are over; its last answer is the answer.
 * @throws AppError `unauthorized` when the credential ended meanwhile, `client_closed`, `shutting_down`
 */
export const longPoll = async <T>(ctx: Context, actor: Actor, keys: string[], wait: number, signal: AbortSignal, look: () => { found: boolean; answer: T }): Promise<T> => {
  const until = performance.now() + wait * 1000;
  const here = wait > 0 ? ctx.feed.presence.enter(actor.user.no) : null;
  try {
    for (;;) {
      const { found, answer } = look();
      if (found || wait === 0) return answer;
      const again = await waitFor(ctx, [...keys, ...credentialKeys(actor.user.no), "closing"], until, signal);
      if (signal.aborted) throw new AppError("client_closed");
      if (!stands(ctx, actor.credential)) throw new AppError("unauthorized", { message: "The credential ended while waiting." });
      if (!again || ctx.feed.closing) return look().answer;
    }
  } finally {
    here?.leave();
  }
};

/** One poll of the line, as JSON text: `{epoch, events, next_seq, head_seq, has_more}`. @throws AppError `cursor_expired`, `not_found` when the caller left meanwhile, and as `longPoll` */
export const pollEvents = (ctx: Context, actor: Actor, channel: Channel | null, query: PollQuery, signal: AbortSignal, dialect = plain): Promise<string> => {
  let after = query.after_seq ?? ctx.feed.head;
  checkCursor(ctx, after, query.epoch);
  return longPoll(ctx, actor, [channel ? `channel:${channel.no}` : "all"], query.wait, signal, () => {
    const { events, next, more } = readStretch(ctx, actor.user.no, channel, after, query.limit, POLL_CHARACTERS);
    const { epoch, head } = ctx.feed;
    if (channel && events.length === 0) readableChannel(ctx, actor, channel.id);
    const list = events.flatMap(dialect.event).map(({ text }) => text);
    // What does not concern whoever follows here is not looked at again.
    if (list.length === 0) after = next;
    return { found: list.length > 0 || more, answer: `{"epoch":"${epoch}","events":[${list.join(",")}],"next_seq":${next},"head_seq":${head},"has_more":${more}}` };
  });
};
