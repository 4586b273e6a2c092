import { createContext, createMemo, createSignal, onCleanup, useContext } from "solid-js";
import { type Api, type Channel, Failure, type Message, type NewMessage, type User } from "./api.ts";
import { createDrafts, type Drafts } from "./composer/drafts.ts";
import * as outbox from "./outbox.ts";
import { changed, type FeedEvent, initial, type Pending, posted, reduce, removed, type State, type Timeline, withChannels, withCounts, withPage, withStretch } from "./reduce.ts";
import { type Connection, follow } from "./socket.ts";

/** Messages fetched at once. */
const PAGE = 200;
/** Messages fetched at once at most, to begin where the reader left off. */
const UNREAD_PAGE = 500;
/** Messages on each side of one that was jumped to. */
const AROUND = 60;
/** Milliseconds to wait for the socket before the channels are read without it. */
const SOCKET_PATIENCE = 2_000;
/** Milliseconds in which a burst of events is taken in as one change of the page. */
const BATCH = 16;
/** Milliseconds between tries of a post that did not get through; the last one is kept up. */
const RETRIES = [1_000, 2_000, 5_000, 15_000];
const RECOUNT_DELAY = 300;

export type Session = "unknown" | "unreachable" | "out" | "expired" | "in";
export type Load = { state: "loading" } | { state: "failed"; failure: Failure };

const asFailure = (error: unknown): Failure => (error instanceof Failure ? error : new Failure(0, "unknown", String(error)));

/** Everything the page knows, and all it can ask for. */
export const createColony = (api: Api, socketUrl: string) => {
  const [state, setState] = createSignal<State>(initial);
  const [session, setSession] = createSignal<Session>("unknown");
  const [connection, setConnection] = createSignal<Connection>("connecting");
  const [loads, setLoads] = createSignal<Readonly<Record<string, Load>>>({});
  const [channelsFailure, setChannelsFailure] = createSignal<Failure | null>(null);
  const [channelsRead, setChannelsRead] = createSignal(false);
  const [notice, setNotice] = createSignal<string | null>(null);
  const [drafts, setDrafts] = createSignal<Drafts>(createDrafts(""));
  const [details, setDetails] = createSignal<string | null>(null);

  const me = createMemo(() => state().me);
  const channels = createMemo(() => state().channels);
  const pending = createMemo(() => state().pending);
  const channel = (ref: string): Channel | undefined => channels().find(({ id, name }) => id === ref || name === ref);
  const timeline = (channel_id: string): Timeline | undefined => state().timelines[channel_id];

  // ── Session ──

  const start = async () => {
    try {
      enter(await api.me());
    } catch (error) {
      setSession(asFailure(error).status === 401 ? "out" : "unreachable");
    }
  };

  const signIn = async (username: string, password: string) => enter(await api.login(username, password));

  const signOut = async () => {
    try {
      await api.logout();
      leave("out");
    } catch (error) {
      if (asFailure(error).status === 401) leave("out");
      else setNotice("Signing out did not work: the server cannot be reached. Try again.");
    }
  };

  let socket: ReturnType<typeof follow> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;

  const enter = (user: User) => {
    setDrafts(createDrafts(user.id));
    setState({ ...initial, me: user, pending: outbox.kept(user.id) });
    setSession("in");
    patience = setTimeout(readAll, SOCKET_PATIENCE);
    socket = follow(socketUrl, {
      onState: (now) => (now === "ended" ? leave("expired") : setConnection(now)),
      onReady: ({ seq }, fresh) => {
        if (fresh) {
          setState((now) => ({ ...now, cursor: seq }));
          readAll();
        }
        send();
      },
      onEvent,
    });
  };

  /** Drops what the user could see. Drafts and unsent posts stay in the browser, under the user's id. */
  const leave = (why: "out" | "expired") => {
    socket?.close();
    clearTimeout(patience);
    clearTimeout(retry);
    retry = undefined;
    setSession(why);
    setState(initial);
    setLoads({});
    setChannelsRead(false);
    setDetails(null);
  };

  /** Asks the server; a session that has ended leads back to signing in. */
  const ask = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      const failure = asFailure(error);
      if (failure.status === 401) leave("expired");
      throw failure;
    }
  };

  // ── Events ──

  const logs = new Set<FeedEvent[]>();
  let waiting: FeedEvent[] = [];
  let batch: ReturnType<typeof setTimeout> | undefined;

  const onEvent = (event: FeedEvent) => {
    for (const log of logs) log.push(event);
    waiting.push(event);
    if (batch === undefined) batch = setTimeout(takeIn, BATCH);
  };

  const takeIn = () => {
    const events = waiting;
    waiting = [];
    batch = undefined;
    setState((now) => events.reduce(reduce, now));
    if (state().recount.length > 0 && recounting === undefined) recounting = setTimeout(recount, RECOUNT_DELAY);
  };

  /** Asks, and gives the answer together with the events that arrived meanwhile. */
  const logged = async <T>(work: Promise<T>): Promise<[T, FeedEvent[]]> => {
    const log: FeedEvent[] = [];
    logs.add(log);
    try {
      return [await ask(work), log];
    } finally {
      logs.delete(log);
    }
  };

  // ── Channels ──

  let reading = 0;

  const readAll = async () => {
    clearTimeout(patience);
    const mine = ++reading;
    try {
      const [list, log] = await logged(api.channels());
      if (mine !== reading) return;
      setState((now) => withChannels({ ...now, timelines: {} }, list, log));
      setLoads({});
      setChannelsRead(true);
      setChannelsFailure(null);
    } catch (error) {
      if (session() !== "in" || mine !== reading) return;
      setChannelsFailure(asFailure(error));
      patience = setTimeout(readAll, RETRIES[1]);
    }
  };

  let recounting: ReturnType<typeof setTimeout> | undefined;

  const recount = async () => {
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

  // ── Timelines ──

  /** One load of a channel at a time; `work` gives what to do to the state. */
  const load = async (channel_id: string, work: () => Promise<(now: State) => State>) => {
    if (loads()[channel_id]?.state === "loading") return;
    setLoads((all) => ({ ...all, [channel_id]: { state: "loading" } }));
    const since = reading;
    try {
      const change = await work();
      if (since !== reading) return;
      setState(change);
      setLoads(({ [channel_id]: _, ...others }) => others);
    } catch (error) {
      if (session() === "in") setLoads((all) => ({ ...all, [channel_id]: { state: "failed", failure: asFailure(error) } }));
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

  const parents = new Map<string, Promise<Message | null>>();

  /** A message that is replied to and not at hand; null when it cannot be read. */
  const parent = (channel_id: string, id: string): Promise<Message | null> => {
    const known = parents.get(id) ?? ask(api.message(channel_id, id)).catch(() => null);
    parents.set(id, known);
    return known;
  };

  // ── Posts ──

  const post = (channel_id: string, { content, type, reply_to }: NewMessage) => {
    const user = me();
    if (!user) return;
    const one: Pending = { key: crypto.randomUUID(), channel_id, content, type, reply_to, created_at: new Date().toISOString(), failed: null, seen: null };
    outbox.keep(user.id, one);
    setState((now) => ({ ...now, pending: [...now.pending, one] }));
    send();
  };

  let sending = false;
  let tries = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  /** Sends what waits, one after the other so that their order holds. */
  const send = async () => {
    clearTimeout(retry);
    const user = me();
    if (sending || !user) return;
    sending = true;
    try {
      for (let next = firstWaiting(); next && me()?.id === user.id; next = firstWaiting()) await sendOne(user.id, next);
      tries = 0;
    } catch (error) {
      const failure = asFailure(error);
      if (failure.status !== 401) retry = setTimeout(send, failure.retryAfter ?? RETRIES[Math.min(tries++, RETRIES.length - 1)]);
    } finally {
      sending = false;
    }
  };

  const firstWaiting = () => state().pending.find(({ failed }) => failed === null);

  /** @throws Failure when it is worth trying again */
  const sendOne = async (user_id: string, { key, channel_id, content, type, reply_to }: Pending) => {
    try {
      const [message, log] = await logged(api.post(channel_id, { content, type, reply_to }, key));
      outbox.forget(user_id, key);
      setState((now) => posted(now, key, message, log));
    } catch (error) {
      const failure = asFailure(error);
      const refused = failure.status >= 400 && failure.status < 500 && ![401, 408, 429].includes(failure.status);
      if (!refused) throw failure;
      setPending(user_id, key, { failed: failure.message });
    }
  };

  const setPending = (user_id: string, key: string, change: Partial<Pending>) => {
    setState((now) => ({ ...now, pending: now.pending.map((one) => (one.key === key ? { ...one, ...change } : one)) }));
    const one = state().pending.find((other) => other.key === key);
    if (one) outbox.keep(user_id, one);
  };

  const resend = (key: string) => {
    const user = me();
    if (user) setPending(user.id, key, { failed: null });
    send();
  };

  const discard = (key: string) => {
    const user = me();
    if (user) outbox.forget(user.id, key);
    setState((now) => ({ ...now, pending: now.pending.filter((one) => one.key !== key) }));
  };

  /** @throws Failure */
  const edit = async ({ channel_id, id }: Pick<Message, "channel_id" | "id">, content: string, type: Message["type"]) => {
    const message = await ask(api.edit(channel_id, id, content, type));
    setState((now) => changed(now, message));
  };

  /** @throws Failure */
  const remove = async ({ channel_id, id }: Message) => {
    await ask(api.remove(channel_id, id));
    setState((now) => removed(now, channel_id, id));
  };

  onCleanup(() => socket?.close());

  return {
    me,
    channels,
    channel,
    timeline,
    pending,
    session,
    connection,
    loads,
    channelsRead,
    channelsFailure,
    notice,
    setNotice,
    drafts,
    details,
    setDetails,
    start,
    signIn,
    signOut,
    reconnect: () => socket?.retry(),
    makeChannel,
    markRead,
    loadNewest,
    loadOlder,
    loadNewer,
    loadAround,
    parent,
    post,
    resend,
    discard,
    edit,
    remove,
  };
};

export type Colony = ReturnType<typeof createColony>;

export const ColonyContext = createContext<Colony>();

export const useColony = (): Colony => {
  const colony = useContext(ColonyContext);
  if (!colony) throw new Error("The page is drawn outside of its store");
  return colony;
};
