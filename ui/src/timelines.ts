import { createSignal } from "solid-js";
import type { Api, Channel, Failure, Message } from "./api.ts";
import { asFailure, type Model } from "./model.ts";
import { type State, type Timeline, trimmed, withPage, withStretch } from "./reduce.ts";
import { isFiltering } from "./route.ts";
import { keyOf, type View, wholeOf } from "./views.ts";

/** Messages fetched at once. */
const PAGE = 200;
/** Messages fetched at once at most, to begin where the reader left off. */
const UNREAD_PAGE = 500;
/** Unread messages that the server counts at most. */
const COUNTED = 1_000;
/** Messages on each side of one that was jumped to. */
const AROUND = 60;
/** Messages of a view that are held while its reader moves through it: some screens on each side; what lies beyond is read again. */
const HELD = 1_000;
/** Views whose messages are kept at hand, so that going back and forth between channels waits for nothing. */
const VIEWS = 8;

/** What is loaded: the next page at an edge, or a stretch of its own. */
type Part = "older" | "newer" | "stretch";
/** `again` tries it once more; `at`: when it failed, as performance.now() tells time. */
export type Failed = { state: "failed"; part: Part; failure: Failure; at: number; again: () => void };
export type Load = { state: "loading" } | Failed;

/** Reads channels' messages, a page at a time. */
export const createTimelines = (api: Api, { state, setState, ask, logged }: Model) => {
  const [loads, setLoads] = createSignal<Readonly<Record<string, Load>>>({});
  /** Keys of the views that were opened, the latest last. */
  let opened: string[] = [];
  /** The latest load of each view: what an earlier one brings is not taken in. */
  const latest = new Map<string, symbol>();

  const timeline = (view: View): Timeline | undefined => state().timelines[keyOf(view)];
  const loading = (view: View): Load | undefined => loads()[keyOf(view)];

  /** Drops what was read. */
  const forget = () => {
    latest.clear();
    setLoads({});
    setState((now) => ({ ...now, timelines: {} }));
  };

  /** Drops what was read of one view. */
  const drop = (view: View) =>
    setState((now) => {
      const { [keyOf(view)]: _, ...others } = now.timelines;
      return { ...now, timelines: others };
    });

  /** Says that a view is looked at now, so that those not looked at for longest may go. */
  const open = (view: View) => {
    const key = keyOf(view);
    opened = [...opened.filter((other) => other !== key), key].slice(-VIEWS);
    setState((now) => ({ ...now, timelines: Object.fromEntries(Object.entries(now.timelines).filter(([other]) => opened.includes(other))) }));
  };

  /** Loads something into a view. `work` gives what to do to the state, each change to be seen by itself. */
  const load = async (view: View, work: () => Promise<((now: State) => State)[]>, part: Part = "stretch") => {
    const key = keyOf(view);
    const mine = Symbol(key);
    latest.set(key, mine);
    setLoads((all) => ({ ...all, [key]: { state: "loading" } }));
    try {
      const changes = await work();
      if (latest.get(key) !== mine) return;
      if (opened.includes(key)) for (const change of changes) setState(change);
      setLoads(({ [key]: _, ...others }) => others);
    } catch (error) {
      const failed: Failed = { state: "failed", part, failure: asFailure(error), at: performance.now(), again: () => load(view, work, part) };
      if (latest.get(key) === mine) setLoads((all) => ({ ...all, [key]: failed }));
    }
  };

  /** Lets a load that failed be, once that was told. */
  const giveUp = (view: View) => setLoads(({ [keyOf(view)]: _, ...others }) => others);

  /** Loads the next page of a view, unless something is being loaded already. */
  const loadPage = async (view: View, part: "older" | "newer", work: () => Promise<((now: State) => State)[]>) => {
    if (loading(view)?.state !== "loading") await load(view, work, part);
  };

  const query = ({ types, user, session }: View) => ({
    ...(types.length > 0 && { type: types.join(",") }),
    ...(user !== null && { user_id: user }),
    ...(session !== null && { session_id: session }),
  });
  const read = (view: View, page: { limit: number; before_seq?: number; after_seq?: number }) => api.history(view.channel_id, { ...query(view), ...page });

  /** Loads the end of a view, back to what is unread when that is not too far. */
  const loadNewest = (view: View, unread = 0) =>
    load(view, async () => {
      const limit = unread + AROUND <= UNREAD_PAGE ? Math.max(PAGE, unread + AROUND) : PAGE;
      const [page, log] = await logged(read(view, { limit }));
      return [(now) => withStretch(now, view, { messages: page, atStart: page.length < limit, live: true }, log)];
    });

  /** Loads the beginning of a view. */
  const loadOldest = (view: View) =>
    load(view, async () => {
      const [page, log] = await logged(read(view, { limit: PAGE, after_seq: 0 }));
      return [(now) => withStretch(now, view, { messages: page, atStart: true, live: page.length < PAGE }, log)];
    });

  const loadOlder = (view: View) =>
    loadPage(view, "older", async () => {
      const before_seq = timeline(view)?.messages[0]?.seq;
      const [page, log] = await logged(read(view, { limit: PAGE, before_seq }));
      return [(now) => trimmed(now, view, "oldest", HELD - PAGE), (now) => withPage(now, view, page, { atStart: page.length < PAGE }, log)];
    });

  const loadNewer = (view: View) =>
    loadPage(view, "newer", async () => {
      const after_seq = timeline(view)?.messages.at(-1)?.seq ?? 0;
      const [page, log] = await logged(read(view, { limit: PAGE, after_seq }));
      return [(now) => trimmed(now, view, "newest", HELD - PAGE), (now) => withPage(now, view, page, { live: page.length < PAGE }, log)];
    });

  /** Lets the oldest go once a view that is followed at its end has grown long. */
  const trim = (view: View) => {
    if ((timeline(view)?.messages.length ?? 0) > 2 * HELD) setState((now) => trimmed(now, view, "newest", HELD));
  };

  const around = async (view: View, seq: number): Promise<((now: State) => State)[]> => {
    const [[before, after], log] = await logged(Promise.all([read(view, { limit: AROUND, before_seq: seq + 1 }), read(view, { limit: AROUND, after_seq: seq })]));
    return [(now) => withStretch(now, view, { messages: [...before, ...after], atStart: before.length < AROUND, live: after.length < AROUND }, log)];
  };

  /** Loads the stretch around a message that is not at hand. */
  const loadAround = (view: View, message_id: string) => load(view, async () => around(view, (await ask(api.message(view.channel_id, message_id))).seq));

  /** Loads what follows a seq, and some of what leads to it. */
  const loadAfter = (view: View, seq: number) => load(view, () => around(view, seq));

  /**
   * Loads what one begins with: the end, back to what is unread; where that is too far back, where it begins, so that a glance reads nothing. A long
   * channel that was never read begins at its newest: who comes anew does not read its past.
   */
  const loadFirst = (view: View, { unread, read_seq }: Pick<Channel, "unread" | "read_seq">) => {
    const isFar = unread + AROUND > UNREAD_PAGE && !isFiltering(view);
    return isFar && (read_seq > 0 || unread < COUNTED) ? loadAfter(view, read_seq) : loadNewest(view, unread);
  };

  /** Loads a thread whole. */
  const loadThread = (view: View & { thread: string }) =>
    load(view, async () => {
      const [messages, log] = await logged(api.thread(view.channel_id, view.thread));
      return [(now) => withStretch(now, view, { messages, atStart: true, live: true }, log)];
    });

  /** A message of any stretch of a channel that is at hand. */
  const message = (channel_id: string, id: string): Message | undefined => {
    for (const one of Object.values(state().timelines)) {
      const found = one.view.channel_id === channel_id ? one.messages.find((candidate) => candidate.id === id) : undefined;
      if (found) return found;
    }
  };

  /** Whether anything has been read yet. */
  const isBegun = (): boolean => Object.keys(state().timelines).length > 0;

  /** All of a channel that is at hand. */
  const whole = (channel_id: string): Timeline | undefined => timeline(wholeOf(channel_id));

  return {
    timeline,
    isBegun,
    whole,
    message,
    loading,
    giveUp,
    forget,
    drop,
    open,
    loadFirst,
    loadNewest,
    loadOldest,
    loadOlder,
    loadNewer,
    loadAround,
    loadAfter,
    loadThread,
    trim,
  };
};
