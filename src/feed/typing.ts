import type { Author } from "../accounts/directory.ts";
import type { Channel } from "../channels/directory.ts";
import { writableChannel } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { TYPING_ENTRIES, TYPING_EVERY, TYPING_LIFE } from "../limits.ts";
import type { Feed } from "./feed.ts";

/** Someone at work on a message. Times in milliseconds of `performance.now()`. */
type Active = { channel: Channel; author: Author; until: number; told: number };

type EndListener = (channel: Channel, author: Author) => void;

/** Who is typing where. It ends by itself, by the message, or when it is said to. */
export class Typing {
  /** In the order in which they end. */
  readonly #active = new Map<string, Active>();
  readonly #ended = new Set<EndListener>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly feed: Feed) {
    feed.listen((_, changes) => {
      if (this.#active.size === 0) return;
      for (const { kind, channel_no, actor_no } of changes) if (kind === "message") this.#end(`${actor_no}/${channel_no}`);
    });
  }

  /** Calls `listener` when somebody no longer types. */
  onEnd(listener: EndListener): void {
    this.#ended.add(listener);
  }

  /** Tells a channel's readers that somebody types. Said again within TYPING_EVERY it lasts longer, and nobody is told anew. */
  start(channel: Channel, user_no: number, author: Author): void {
    const key = `${user_no}/${channel.no}`;
    const now = performance.now();
    const before = this.#active.get(key);
    const again = before !== undefined && now - before.told < TYPING_EVERY;
    this.#active.delete(key);
    this.#active.set(key, { channel, author, until: now + TYPING_LIFE, told: again ? before.told : now });
    if (!again) this.feed.pass("typing", channel, user_no, { user: author });
    const oldest = this.#active.keys().next().value;
    if (this.#active.size > TYPING_ENTRIES && oldest !== undefined) this.#end(oldest);
    this.#plan();
  }

  stop(channel: Channel, user_no: number): void {
    this.#end(`${user_no}/${channel.no}`);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #end(key: string): void {
    const active = this.#active.get(key);
    if (!active) return;
    this.#active.delete(key);
    for (const listener of this.#ended) listener(active.channel, active.author);
  }

  #plan(): void {
    const next = this.#active.values().next().value;
    if (!next || this.feed.closing) return;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        const now = performance.now();
        for (const [key, { until }] of this.#active) {
          if (until > now) break;
          this.#end(key);
        }
        this.#plan();
      },
      Math.max(1, next.until - performance.now()),
    );
  }
}

/** Tells a channel's readers that a user is typing there. @throws AppError `not_found`, `channel_archived` */
export const startTyping = (ctx: Context, user_no: number, ref: string): void => {
  const user = ctx.users.byNo(user_no);
  if (user) ctx.feed.typing.start(writableChannel(ctx, { user }, ref), user_no, user.author);
};
