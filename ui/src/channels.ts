import { batch, createMemo, createSignal } from "solid-js";
import type { Api, Channel, Failure } from "./api.ts";
import { asFailure, type Model } from "./model.ts";
import { withChannels, withCounts } from "./reduce.ts";

/** Milliseconds until the channel list is asked for again when it could not be read. */
const AGAIN = 2_000;
/** Milliseconds in which changes are gathered that only the server can count. */
const RECOUNT_DELAY = 300;

/** The channel list and its counts. `onFresh`: the list was read anew, and what was read of its channels is old. */
export const createChannels = (api: Api, { state, setState, ask, logged }: Model, onFresh: () => void) => {
  const [failure, setFailure] = createSignal<Failure | null>(null);
  const [isRead, setRead] = createSignal(false);
  const channels = createMemo(() => state().channels);
  const channel = (ref: string): Channel | undefined => channels().find(({ id, name }) => id === ref || name === ref);
  let reading = 0;
  let again: ReturnType<typeof setTimeout> | undefined;
  let recounting: ReturnType<typeof setTimeout> | undefined;

  /** Reads the list, after `wait` milliseconds unless it is asked for sooner. */
  const readAll = (wait = 0) => {
    clearTimeout(again);
    again = setTimeout(readNow, wait);
  };

  const readNow = async () => {
    const mine = ++reading;
    try {
      const [list, log] = await logged(api.channels());
      if (mine !== reading) return;
      batch(() => {
        onFresh();
        setState((now) => withChannels(now, list, log));
        setRead(true);
        setFailure(null);
      });
    } catch (error) {
      if (mine !== reading) return;
      setFailure(asFailure(error));
      readAll(AGAIN);
    }
  };

  /** Asks for the counts that events alone cannot tell, if any. */
  const recount = () => {
    if (state().recount.length > 0) recounting ??= setTimeout(recountNow, RECOUNT_DELAY);
  };

  const recountNow = async () => {
    recounting = undefined;
    for (const id of state().recount) {
      try {
        const fresh = await ask(api.channel(id));
        setState((now) => withCounts(now, fresh));
      } catch {
        setState((now) => ({ ...now, recount: now.recount.filter((other) => other !== id) }));
      }
    }
  };

  const makeChannel = async (name: string, description: string, key: string): Promise<Channel> => {
    const made = await ask(api.makeChannel(name, description, key));
    setState((now) => withCounts(now, made));
    return made;
  };

  const markRead = async (channel_id: string) => {
    const newest = state().timelines[channel_id]?.messages.at(-1)?.seq ?? 0;
    try {
      const fresh = await ask(api.markRead(channel_id, Math.max(newest, state().cursor)));
      setState((now) => withCounts(now, fresh));
    } catch {
      // Not worth a word: the mark moves with the next message that is seen.
    }
  };

  /** Drops the list, as one signs out. */
  const leave = () => {
    reading++;
    clearTimeout(again);
    clearTimeout(recounting);
    recounting = undefined;
    setRead(false);
    setFailure(null);
  };

  return { channels, channel, channelsFailure: failure, channelsRead: isRead, readAll, recount, makeChannel, markRead, leave };
};
