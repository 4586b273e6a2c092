import { createSignal } from "solid-js";
import type { Author } from "../api.ts";
import type { FeedEvent } from "../reduce.ts";

/** Someone writes in a channel, as the feed tells it while it lasts. */
export type TypingMoment = { event: "typing"; channel_id: string; data: { user: Author } };

/** Milliseconds after which who was not heard of again has stopped writing. */
const LAPSE = 6_000;
/** Milliseconds between two words of mine that I write: less than a lapse, so that it does not flicker at the others'. */
const EVERY = 3_000;

type Clock = { now: () => number; after: (wait: number, work: () => void) => () => void };

const clock: Clock = {
  now: () => performance.now(),
  after: (wait, work) => {
    const timer = setTimeout(work, wait);
    return () => clearTimeout(timer);
  },
};

/** Who writes where. `me`: my id, as others see me on no page of mine; `send`: tells the server that I write. */
export const createTyping = (me: () => string, send: (channel_id: string) => void, { now, after }: Clock = clock) => {
  const [writers, setWriters] = createSignal<Readonly<Record<string, readonly Author[]>>>({});
  const lapses = new Map<string, () => void>();
  const told = new Map<string, number>();

  const stop = (channel_id: string, user_id: string) => {
    const key = `${channel_id} ${user_id}`;
    if (!lapses.has(key)) return;
    lapses.get(key)?.();
    lapses.delete(key);
    setWriters((all) => ({ ...all, [channel_id]: (all[channel_id] ?? []).filter(({ id }) => id !== user_id) }));
  };

  const hear = ({ channel_id, data: { user } }: TypingMoment) => {
    if (user.id === me()) return;
    const key = `${channel_id} ${user.id}`;
    const known = lapses.get(key);
    known?.();
    lapses.set(
      key,
      after(LAPSE, () => stop(channel_id, user.id)),
    );
    if (!known) setWriters((all) => ({ ...all, [channel_id]: [...(all[channel_id] ?? []), user] }));
  };

  /** What somebody wrote is there: they write no more. */
  const hearEvent = (event: FeedEvent) => {
    if (event.event === "message") stop(event.channel_id, event.data.user.id);
    else if (event.event === "member" && !event.data.member) stop(event.channel_id, event.data.user.id);
  };

  /** I write in a channel: the server is told so, not with every letter. */
  const write = (channel_id: string) => {
    if (now() - (told.get(channel_id) ?? -EVERY) < EVERY) return;
    told.set(channel_id, now());
    send(channel_id);
  };

  /** What I wrote is sent: the next word is told at once. */
  const rest = (channel_id: string) => told.delete(channel_id);

  const leave = () => {
    for (const cancel of lapses.values()) cancel();
    lapses.clear();
  };

  return { writers: (channel_id: string): readonly Author[] => writers()[channel_id] ?? [], hear, hearEvent, write, rest, leave };
};

const last = (names: readonly string[]): string => names.at(-1) ?? "";

/** Who writes, as one says it; empty when nobody does. */
export const writersWords = (writers: readonly Author[]): string => {
  const names = writers.map(({ display_name }) => display_name);
  if (names.length === 0) return "";
  if (names.length === 1) return `${last(names)} is typing …`;
  return names.length <= 3 ? `${names.slice(0, -1).join(", ")} and ${last(names)} are typing …` : "Several people are typing …";
};
