import { type Accessor, createSignal, type Setter } from "solid-js";
import { Failure } from "./api.ts";
import { type FeedEvent, initial, reduce, type State } from "./reduce.ts";

/** Milliseconds in which a burst of events is taken in as one change of the page. */
const BATCH = 16;

export const asFailure = (error: unknown): Failure => (error instanceof Failure ? error : new Failure(0, "unknown", String(error)));

/** The state, how it is changed, and how the server is asked: what the abilities of the store stand on. */
export type Model = {
  state: Accessor<State>;
  setState: Setter<State>;
  /** Asks the server; a session that has ended leads back to signing in. */
  ask: <T>(work: Promise<T>) => Promise<T>;
  /** Asks, and gives the answer together with the events that arrived meanwhile. */
  logged: <T>(work: Promise<T>) => Promise<[T, FeedEvent[]]>;
};

/** Holds the state and takes events into it. `onEnded`: the session is no longer good. `onTaken`: events were taken in. */
export const createModel = (onEnded: () => void, onTaken: () => void) => {
  const [state, setState] = createSignal<State>(initial);
  const logs = new Set<FeedEvent[]>();
  let waiting: FeedEvent[] = [];
  let gathering = false;

  /** Begins anew; events that were still on their way to the old state are dropped. */
  const begin = (anew: State) => {
    waiting = [];
    setState(anew);
  };

  const ask = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      const failure = asFailure(error);
      if (failure.status === 401) onEnded();
      throw failure;
    }
  };

  const logged = async <T>(work: Promise<T>): Promise<[T, FeedEvent[]]> => {
    const log: FeedEvent[] = [];
    logs.add(log);
    try {
      return [await ask(work), log];
    } finally {
      logs.delete(log);
    }
  };

  const onEvent = (event: FeedEvent) => {
    for (const log of logs) log.push(event);
    waiting.push(event);
    if (!gathering) setTimeout(takeIn, BATCH);
    gathering = true;
  };

  const takeIn = () => {
    const events = waiting;
    waiting = [];
    gathering = false;
    setState((now) => events.reduce(reduce, now));
    onTaken();
  };

  return { state, setState, ask, logged, begin, onEvent };
};
