import { createSignal } from "solid-js";
import type { Failure } from "./api.ts";
import { asFailure } from "./model.ts";
import type { Pending } from "./reduce.ts";

/** Milliseconds between tries of a post that did not get through; the last one is kept up. */
const RETRIES = [1_000, 2_000, 5_000, 15_000];
/** Milliseconds to wait for another tab that sends the same posts. Then both do: the key keeps them from standing twice. */
const OTHER_TAB = 5_000;

type Line = { busy: boolean; tries: number; retry?: ReturnType<typeof setTimeout> };

type Needs = {
  user: () => string | undefined;
  /** The channels in which something waits. */
  channels: () => string[];
  /** What is to go out next in a channel. */
  next: (channel_id: string) => Pending | undefined;
  /** Sends one and puts away what came of it. @throws Failure when it is worth trying again */
  deliver: (user_id: string, one: Pending) => Promise<void>;
};

/**
 * Sends what waits: each channel is a line of its own, one post after the other so that their order holds, and tried again
 * until it gets through. A line that stands still holds up no other.
 */
export const createSending = ({ user, channels, next, deliver }: Needs) => {
  const lines = new Map<string, Line>();
  /** The server asked for quiet until then. */
  let quiet = 0;
  const [troubles, setTroubles] = createSignal<Readonly<Record<string, Failure>>>({});

  const lineOf = (channel_id: string): Line => {
    const line = lines.get(channel_id) ?? { busy: false, tries: 0 };
    lines.set(channel_id, line);
    return line;
  };

  const drain = async (channel_id: string): Promise<void> => {
    const line = lineOf(channel_id);
    clearTimeout(line.retry);
    const user_id = user();
    if (line.busy || user_id === undefined || !next(channel_id)) return;
    if (quiet > Date.now()) {
      line.retry = setTimeout(() => drain(channel_id), quiet - Date.now());
      return;
    }
    line.busy = true;
    const failure = await alone(`colony.sending.${user_id}.${channel_id}`, () => deliverAll(user_id, channel_id, line));
    line.busy = false;
    if (failure?.status === 429) quiet = Date.now() + (failure.retryAfter ?? 0);
    setTroubles(({ [channel_id]: _, ...others }) => (failure ? { ...others, [channel_id]: failure } : others));
    // Something came while the line was closing, or someone else has signed in: what they left unsent goes out too.
    if (!failure || user() !== user_id) drain(channel_id);
    else if (failure.status !== 401) line.retry = setTimeout(() => drain(channel_id), failure.retryAfter ?? RETRIES[Math.min(line.tries++, RETRIES.length - 1)]);
  };

  const deliverAll = async (user_id: string, channel_id: string, line: Line): Promise<Failure | undefined> => {
    try {
      for (let one = next(channel_id); one && user() === user_id; one = next(channel_id)) {
        await deliver(user_id, one);
        line.tries = 0;
      }
    } catch (error) {
      return asFailure(error);
    }
  };

  return {
    drain,
    /** Sends whatever waits, at once. */
    send: (): void => {
      for (const channel_id of channels()) drain(channel_id);
    },
    /** Sends nothing more until it is asked to again. */
    rest: (): void => {
      for (const { retry } of lines.values()) clearTimeout(retry);
    },
    /** Why a channel's posts do not get through, while they are tried again. */
    trouble: (channel_id: string): Failure | undefined => troubles()[channel_id],
  };
};

/** Does `work` while no other tab does what goes by the same name. */
const alone = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  // Pages on plain http have no locks.
  if (!("locks" in navigator)) return work();
  let begun: Promise<T> | undefined;
  try {
    return await navigator.locks.request(name, { signal: AbortSignal.timeout(OTHER_TAB) }, () => (begun = work()));
  } catch {
    return begun ?? work();
  }
};
