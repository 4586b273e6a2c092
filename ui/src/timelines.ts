import { createSignal } from "solid-js";
import type { Api, Failure, Message } from "./api.ts";
import { asFailure, type Model } from "./model.ts";
import { type State, type Timeline, withPage, withStretch } from "./reduce.ts";

/** Messages fetched at once. */
const PAGE = 200;
/** Messages fetched at once at most, to begin where the reader left off. */
const UNREAD_PAGE = 500;
/** Messages on each side of one that was jumped to. */
const AROUND = 60;

export type Load = { state: "loading" } | { state: "failed"; failure: Failure };

/** Reads channels' messages, a page at a time. */
export const createTimelines = (api: Api, { state, setState, ask, logged }: Model) => {
  const [loads, setLoads] = createSignal<Readonly<Record<string, Load>>>({});
  const parents = new Map<string, Promise<Message | null>>();
  /** Grows when all is dropped: what was asked for before is not taken in after. */
  let life = 0;

  const timeline = (channel_id: string): Timeline | undefined => state().timelines[channel_id];

  /** Drops what was read. */
  const forget = () => {
    life++;
    parents.clear();
    setLoads({});
    setState((now) => ({ ...now, timelines: {} }));
  };

  /** One load of a channel at a time; `work` gives what to do to the state. */
  const load = async (channel_id: string, work: () => Promise<(now: State) => State>) => {
    if (loads()[channel_id]?.state === "loading") return;
    setLoads((all) => ({ ...all, [channel_id]: { state: "loading" } }));
    const mine = life;
    try {
      const change = await work();
      if (mine !== life) return;
      setState(change);
      setLoads(({ [channel_id]: _, ...others }) => others);
    } catch (error) {
      if (mine === life) setLoads((all) => ({ ...all, [channel_id]: { state: "failed", failure: asFailure(error) } }));
    }
  };

  /** Loads the end of a channel, back to what is unread when that is not too far. */
  const loadNewest = (channel_id: string, unread = 0) =>
    load(channel_id, async () => {
      const limit = unread + AROUND <= UNREAD_PAGE ? Math.max(PAGE, unread + AROUND) : PAGE;
      const [page, log] = await logged(api.history(channel_id, { limit }));
      return (now) => withStretch(now, channel_id, { messages: page, atStart: page.length < limit, live: true }, log);
    });

  const loadOlder = (channel_id: string) =>
    load(channel_id, async () => {
      const before_seq = state().timelines[channel_id]?.messages[0]?.seq;
      const [page, log] = await logged(api.history(channel_id, { limit: PAGE, before_seq }));
      return (now) => withPage(now, channel_id, page, { atStart: page.length < PAGE }, log);
    });

  const loadNewer = (channel_id: string) =>
    load(channel_id, async () => {
      const after_seq = state().timelines[channel_id]?.messages.at(-1)?.seq ?? 0;
      const [page, log] = await logged(api.history(channel_id, { limit: PAGE, after_seq }));
      return (now) => withPage(now, channel_id, page, { live: page.length < PAGE }, log);
    });

  /** Loads the stretch around a message that is not at hand. */
  const loadAround = (channel_id: string, message_id: string) =>
    load(channel_id, async () => {
      const { seq } = await ask(api.message(channel_id, message_id));
      const [[before, after], log] = await logged(
        Promise.all([api.history(channel_id, { limit: AROUND, before_seq: seq + 1 }), api.history(channel_id, { limit: AROUND, after_seq: seq })]),
      );
      return (now) => withStretch(now, channel_id, { messages: [...before, ...after], atStart: before.length < AROUND, live: after.length < AROUND }, log);
    });

  /** A message that is replied to and not at hand; null when it cannot be read. */
  const parent = (channel_id: string, id: string): Promise<Message | null> => {
    const known = parents.get(id) ?? ask(api.message(channel_id, id)).catch(() => null);
    parents.set(id, known);
    return known;
  };

  return { timeline, loads, forget, loadNewest, loadOlder, loadNewer, loadAround, parent };
};
