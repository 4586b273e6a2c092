import { batch, createSignal } from "solid-js";
import { isAnswer, isGrowing } from "../agents/growing.ts";
import type { Api, Failure, InboxItem, InboxPage } from "../api.ts";
import { asFailure, type Model } from "../model.ts";
import type { FeedEvent } from "../reduce.ts";
import { withoutSeen } from "./withoutSeen.ts";

/** Items fetched at once. */
const PAGE = 50;
/** Items fetched anew at most, to keep a list that was paged through; the server gives no more in one answer. */
const LONGEST = 5_000;
/** Milliseconds in which events are gathered before the server is asked what they mean for me. */
const GATHER = 400;

/**
 * What others said to me and I have not dealt with, oldest first. The server alone decides what that is; events only say when to ask it.
 * `isSeen`: whether I look at the end of a message. An answer whose end I see come is dealt with by that.
 */
export const createInbox = (api: Api, { state, ask }: Model, isSeen: (message_id: string) => boolean) => {
  const [items, setItems] = createSignal<readonly InboxItem[]>([]);
  const [hasMore, setHasMore] = createSignal(false);
  const [isRead, setRead] = createSignal(false);
  const [failure, setFailure] = createSignal<Failure | null>(null);
  const listeners = new Set<(news: readonly InboxItem[]) => void>();
  let next = 0;
  /** The newest seq that an answer has covered; null before the first. */
  let heard: number | null = null;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  /** Seqs of the answers that I saw come. The server has one mark for all, so they are only left out here while something older waits. */
  const seen = new Set<number>();
  let line = Promise.resolve();
  let queued = false;
  /** Grows when all is dropped: what was asked for before is not taken in after. */
  let life = 0;

  /** One question to the server after the other, so that no older answer comes after a newer one. */
  const inLine = (work: () => Promise<void>): Promise<void> => {
    const turn = line.then(work);
    line = turn.catch(() => {});
    return turn;
  };

  const refresh = async () => {
    if (queued) return;
    queued = true;
    await inLine(readNow);
  };

  const readNow = async () => {
    queued = false;
    if (!state().me) return;
    const mine = life;
    const before = heard;
    try {
      // As much as is shown, and where that is all, room for what is new.
      const shown = items().length + (hasMore() ? 0 : PAGE);
      const page = await ask(api.inbox({ limit: Math.min(LONGEST, Math.max(PAGE, shown)) }));
      const late = page.has_more && before !== null ? (await ask(api.inbox({ after_seq: before, limit: PAGE }))).items : page.items;
      if (mine !== life) return;
      heard = Math.max(before ?? 0, page.head_seq, late.at(-1)?.seq ?? 0);
      const news = before === null ? [] : late.filter(({ seq }) => seq > before);
      for (const { seq, message } of news) if (isAnswer(message) && isSeen(message.id)) seen.add(seq);
      take(page, page.items);
      if (news.length > 0) for (const listen of listeners) listen(news);
    } catch (error) {
      if (mine === life) setFailure(asFailure(error));
    }
  };

  const loadMore = () =>
    inLine(async () => {
      const mine = life;
      try {
        const page = await ask(api.inbox({ after_seq: next, limit: PAGE }));
        if (mine === life) take(page, [...items(), ...page.items]);
      } catch (error) {
        if (mine === life) setFailure(asFailure(error));
      }
    });

  const take = ({ next_seq, has_more }: InboxPage, all: readonly InboxItem[]) => {
    next = next_seq;
    const { left, dealt } = withoutSeen(all, seen);
    // Where that cannot be stored now, it is when the inbox is read next.
    if (dealt !== null) inLine(() => ask(api.moveInbox(dealt))).catch(() => {});
    batch(() => {
      setItems(left);
      setHasMore(has_more);
      setRead(true);
      setFailure(null);
    });
  };

  /** Whether an event may change what waits for me. */
  const concerns = (event: FeedEvent): boolean => {
    if (event.event === "inbox" || event.event === "answer") return true;
    // A conversation begins: what is said first in it comes before it is known.
    if (event.event === "channel") return event.data.visibility === "direct";
    if (event.event === "member") return event.data.user.id === state().me?.id;
    if (event.event === "delete") return items().some(({ message }) => message.id === event.data.id);
    if (event.event !== "message" && event.event !== "edit") return false;
    const me = state().me;
    const { id, user, mentions, reply_to, ask } = event.data;
    if (user.id === me?.id || isGrowing(event.data)) return false;
    // Who was answered hears of it once the answer is whole: that comes as an edit.
    if (isAnswer(event.data)) return true;
    const isDirect = state().channels.some((channel) => channel.id === event.channel_id && channel.visibility === "direct");
    if (event.event === "message" && (isDirect || ask !== null)) return true;
    const calls = mentions.some((name) => name === me?.username || name === "here" || name === "channel");
    return calls || (event.event === "message" ? reply_to !== null : items().some(({ message }) => message.id === id));
  };

  const hear = (event: FeedEvent) => {
    if (!concerns(event)) return;
    gathering ??= setTimeout(() => {
      gathering = undefined;
      refresh();
    }, GATHER);
  };

  /** Marks all up to a seq as dealt with. @throws Failure when that could not be stored; the list is as the server has it then */
  const doneTo = (seq: number) =>
    inLine(async () => {
      setItems((now) => now.filter((item) => item.seq > seq));
      try {
        await ask(api.moveInbox(seq));
      } finally {
        await readNow();
      }
    });

  /** Marks all as dealt with that the server had when it was last asked. @throws Failure */
  const allDone = () => doneTo(heard ?? 0);

  /** Calls `listen` with what others say to me from now on. @returns how to stop */
  const onNews = (listen: (news: readonly InboxItem[]) => void) => {
    listeners.add(listen);
    return () => {
      listeners.delete(listen);
    };
  };

  const leave = () => {
    life++;
    clearTimeout(gathering);
    gathering = undefined;
    heard = null;
    seen.clear();
    batch(() => {
      setItems([]);
      setHasMore(false);
      setRead(false);
      setFailure(null);
    });
  };

  return { items, hasMore, isRead, failure, refresh, loadMore, hear, doneTo, allDone, onNews, leave };
};
