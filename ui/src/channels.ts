import { batch, createMemo, createSignal } from "solid-js";
import type { Api, Channel, Failure } from "./api.ts";
import { type Attention, attentionOf } from "./attention.ts";
import { asFailure, type Model } from "./model.ts";
import { withChannels, withCounts } from "./reduce.ts";
import { namesOf } from "./titles.ts";

/** Milliseconds until the channel list, or a channel's counts, are asked for again when they could not be read. */
const AGAIN = 2_000;
/** Milliseconds in which changes are gathered that only the server can count. */
const RECOUNT_DELAY = 300;

/** The channel list and its counts. `onFresh`: the list was read anew, and what was read of its channels is old. */
export const createChannels = (api: Api, { state, setState, logged }: Model, onFresh: () => void) => {
  const [failure, setFailure] = createSignal<Failure | null>(null);
  const [isRead, setRead] = createSignal(false);
  const channels = createMemo(() => state().channels);
  const channel = (ref: string): Channel | undefined => channels().find(({ id, name }) => id === ref || name === ref);
  const [looked, lookAt] = createSignal<string | null>(null);
  /** How much of a channel calls me; nothing of the one whose newest words I look at, though the server has yet to hear that. */
  const attention = (channel: Channel): Attention => (channel.id === looked() ? { unread: 0, calls: 0 } : attentionOf(channel));
  /** How often somebody calls me in what is unread, of what I want to be told of. */
  const calls = createMemo(() => channels().reduce((sum, channel) => sum + attention(channel).calls, 0));
  /** What a place is called: a channel by its name, a conversation by whom it is with. */
  const titleOf = ({ id, name }: Pick<Channel, "id" | "name">): string =>
    name === null ? namesOf(channel(id)?.members ?? [], state().me?.id ?? "") || "a conversation" : `#${name}`;
  let reading = 0;
  let again: ReturnType<typeof setTimeout> | undefined;
  let recounting: ReturnType<typeof setTimeout> | undefined;
  /** Read marks that the server has not taken yet, by channel. */
  const marks = new Map<string, number>();

  /** Reads the list, after `wait` milliseconds unless it is asked for sooner. */
  const readAll = (wait = 0) => {
    clearTimeout(again);
    again = setTimeout(readNow, wait);
  };

  const readNow = async () => {
    const mine = ++reading;
    try {
      const [[open, direct], log] = await logged(Promise.all([api.channels(), api.conversations()]));
      if (mine !== reading) return;
      batch(() => {
        onFresh();
        setState((now) => withChannels(now, [...open, ...direct], log));
        setRead(true);
        setFailure(null);
      });
    } catch (error) {
      if (mine !== reading) return;
      setFailure(asFailure(error));
      readAll(AGAIN);
    }
  };

  /** Asks for the counts that events alone cannot tell, and moves the read marks that have not moved yet, if there are any. */
  const recount = (wait = RECOUNT_DELAY) => {
    if (state().recount.length + marks.size > 0) recounting ??= setTimeout(recountNow, wait);
  };

  const recountNow = async () => {
    recounting = undefined;
    try {
      for (const id of new Set([...state().recount, ...marks.keys()])) await count(id);
      // An answer may have been older than what was heard meanwhile.
      recount(AGAIN);
    } catch (error) {
      recount(asFailure(error).retryAfter ?? AGAIN);
    }
  };

  /** @throws Failure when it is worth trying again */
  const count = async (id: string) => {
    const seq = marks.get(id);
    try {
      const [fresh, log] = await logged(seq === undefined ? api.channel(id) : api.markRead(id, seq));
      setState((now) => withCounts(now, fresh, log));
    } catch (error) {
      if (!asFailure(error).refused) throw error;
      setState((now) => ({ ...now, recount: now.recount.filter((other) => other !== id) }));
    }
    if (marks.get(id) === seq) marks.delete(id);
  };

  /** Makes a channel, or opens a conversation, and knows it at once. @throws Failure */
  const made = async (asked: (api: Api) => Promise<Channel>): Promise<Channel> => {
    const [channel, log] = await logged(asked(api));
    setState((now) => withCounts(now, channel, log));
    return channel;
  };

  /** Moves a channel's read mark to its end: now, or when the server can be reached. */
  const markRead = async (channel_id: string) => {
    const newest = state().timelines[channel_id]?.messages.at(-1)?.seq ?? 0;
    marks.set(channel_id, Math.max(newest, state().cursor));
    await count(channel_id).catch(() => recount(AGAIN));
  };

  /** Drops the list, as one signs out. */
  const leave = () => {
    reading++;
    clearTimeout(again);
    clearTimeout(recounting);
    recounting = undefined;
    marks.clear();
    setRead(false);
    setFailure(null);
  };

  return { channels, channel, calls, attention, lookAt, titleOf, channelsFailure: failure, channelsRead: isRead, readAll, recount, made, markRead, leave };
};
