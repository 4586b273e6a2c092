import type { Colony } from "./colony.ts";
import { type Event, Listener, readEvents } from "./follow.ts";
import { channelsOf, Model } from "./knowing.ts";

export type Client = { name: string; model: Model; caughtUp: (seq: number) => Promise<void>; stop: () => Promise<void> };
type Follower = { colony: Colony; token: string; me: { id: string; username: string }; random: () => number };

/** Follows `/ws`, hanging up at random and resuming where it was. */
export const overSocket = ({ colony, token, me, random }: Follower): Client => {
  const model = new Model(colony, token, me);
  let stopped = false;
  let poke = () => {};
  const running = (async () => {
    while (!stopped) {
      const listener = await Listener.open(colony, "/ws", { token, after_seq: model.cursor }).catch(() => null);
      if (!listener) {
        await Bun.sleep(20);
        continue;
      }
      let taken = 0;
      const hangUpAfter = 1 + Math.floor(random() * 120);
      const drain = () => {
        const events = listener.events;
        for (; taken < events.length && taken < hangUpAfter; taken++) model.take(events[taken] as Event);
        poke();
      };
      await listener
        .until(() => {
          drain();
          return stopped || listener.closed !== null || taken >= hangUpAfter;
        })
        .catch(() => {});
      listener.close();
    }
  })();
  return {
    name: "websocket",
    model,
    caughtUp: async (seq) => {
      while (model.cursor < seq) await new Promise<void>((resolve) => (poke = resolve));
    },
    stop: async () => {
      stopped = true;
      await Promise.race([running, Bun.sleep(10)]);
    },
  };
};

/** Follows the event stream, dropping the connection at random and resuming by Last-Event-ID. */
export const overStream = ({ colony, token, me, random }: Follower): Client => {
  const model = new Model(colony, token, me);
  let stopped = false;
  let abort = new AbortController();
  const running = (async () => {
    while (!stopped) {
      abort = new AbortController();
      let left = 1 + Math.floor(random() * 120);
      try {
        const headers = { authorization: `Bearer ${token}`, accept: "text/event-stream", ...(model.cursor > 0 && { "last-event-id": String(model.cursor) }) };
        const response = await fetch(`${colony.url}/api/events${model.cursor > 0 ? "" : "?after_seq=0"}`, { headers, signal: abort.signal });
        for await (const { id, data } of readEvents(response.body as ReadableStream<Uint8Array>)) {
          if (id === undefined) continue;
          model.take(data);
          if (--left <= 0) break;
        }
      } catch {
        await Bun.sleep(stopped ? 0 : 20);
      }
      abort.abort();
    }
  })();
  return {
    name: "stream",
    model,
    caughtUp: async (seq) => {
      while (model.cursor < seq) await Bun.sleep(5);
    },
    stop: async () => {
      stopped = true;
      abort.abort();
      await running;
    },
  };
};

/** Polls, giving up at random before the answer is read and asking again from the same place. */
export const overPoll = ({ colony, token, me, random }: Follower): Client => {
  const model = new Model(colony, token, me);
  let stopped = false;
  let line = 0;
  const running = (async () => {
    while (!stopped) {
      const impatient = random() < 0.2 ? AbortSignal.timeout(1 + random() * 30) : undefined;
      const page = await colony.get(`/api/events?after_seq=${line}&wait=1&limit=${1 + Math.floor(random() * 50)}`, { token, signal: impatient }).catch(() => null);
      if (page?.status !== 200) {
        await Bun.sleep(5);
        continue;
      }
      for (const event of page.body.events) model.take(event);
      line = page.body.next_seq;
      model.cursor = Math.max(model.cursor, line);
    }
  })();
  return {
    name: "poll",
    model,
    caughtUp: async (seq) => {
      while (line < seq) await Bun.sleep(5);
    },
    stop: async () => {
      stopped = true;
      await running;
    },
  };
};

/** Asks each channel for what changed since the last answer, by the server's own clock. */
export const overSince = ({ colony, token, me }: Follower): Client => {
  const model = new Model(colony, token, me);
  const since = new Map<string, string>();
  let stopped = false;
  let rounds = 0;
  const round = async () => {
    const seen = await channelsOf(colony, token);
    for (const id of model.channels.keys())
      if (!seen.includes(id)) {
        model.channels.delete(id);
        since.delete(id);
      }
    for (const id of seen) {
      const from = since.get(id);
      const { status, body } = await colony.get(`/api/channels/${id}/messages${from ? `?since=${from}` : ""}`, { token });
      if (status === 200) model.poll(id, body);
      for (const message of status === 200 ? body : [])
        for (const time of [message.created_at, message.updated_at, message.deleted_at]) if (time && time > (since.get(id) ?? "")) since.set(id, time);
    }
    rounds++;
  };
  const running = (async () => {
    while (!stopped) await round().catch(() => Bun.sleep(20));
  })();
  return {
    name: "since",
    model,
    caughtUp: async () => {
      const target = rounds + 2;
      while (rounds < target) await Bun.sleep(5);
    },
    stop: async () => {
      stopped = true;
      await running;
    },
  };
};
