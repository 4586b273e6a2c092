import { expect, test } from "bun:test";
import { Colony } from "./colony.ts";
import { type Event, Listener, readEvents } from "./follow.ts";

const OPERATIONS = 2_000;
const SEED = Number(process.env.COLONY_TEST_SEED ?? Date.now() % 1_000_000);

/** Mulberry32: the same seed gives the same run, so that a failure can be seen again. */
const randomFrom = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

type Message = { id: string; seq: number; channel_id: string; deleted_at: string | null };

/** What is left of a deleted message for every reader: its place. */
const placed = (message: Message): unknown => (message.deleted_at === null ? message : { id: message.id, seq: message.seq, deleted: true });

/** What a client knows, built from events alone. Complains when the line is out of order or doubled. */
class Model {
  cursor = 0;
  readonly messages = new Map<string, unknown>();
  readonly channels = new Map<string, unknown>();
  readonly users = new Map<string, unknown>();
  readonly faults: string[] = [];

  take({ seq = 0, event, data }: Event): void {
    if (seq <= this.cursor) this.faults.push(`seq ${seq} after ${this.cursor}`);
    this.cursor = seq;
    if (event === "message" || event === "edit") this.messages.set(data.id, data);
    else if (event === "delete") {
      const known = this.messages.get(data.id) as Message | undefined;
      // A message that was deleted before it was replayed is known by its deletion alone.
      this.messages.set(data.id, { id: data.id, seq: known?.seq, deleted: true });
    } else if (event === "channel") this.channels.set(data.id, data);
    else if (event === "user") this.users.set(data.id, data);
  }
}

type Client = { name: string; model: Model; caughtUp: (seq: number) => Promise<void>; stop: () => Promise<void> };
type Follower = { colony: Colony; token: string; random: () => number };

/** Follows `/ws`, hanging up at random and resuming where it was. */
const overSocket = ({ colony, token, random }: Follower): Client => {
  const model = new Model();
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
const overStream = ({ colony, token, random }: Follower): Client => {
  const model = new Model();
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
const overPoll = ({ colony, token, random }: Follower): Client => {
  const model = new Model();
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
const overSince = ({ colony, token }: Follower): Client => {
  const model = new Model();
  const since = new Map<string, string>();
  let stopped = false;
  let rounds = 0;
  const round = async () => {
    const channels = await colony.get("/api/channels", { token });
    for (const { id } of channels.body) {
      const from = since.get(id);
      const changed = await colony.get(`/api/channels/${id}/messages${from ? `?since=${from}` : ""}`, { token });
      for (const message of changed.body) {
        model.messages.set(message.id, placed(message));
        for (const time of [message.created_at, message.updated_at, message.deleted_at]) if (time && time > (since.get(id) ?? "")) since.set(id, time);
      }
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

test(`clients fed by four transports through random disconnects and a crash know what a fresh read shows (seed ${SEED})`, async () => {
  const random = randomFrom(SEED);
  const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)] as T;
  const colony = await Colony.start();
  const tokens = [colony.admin, ...(await Promise.all([1, 2, 3, 4, 5].map((n) => colony.user(`user${n}`, n % 2 ? "agent" : "ape", { admin: false }))))];
  const channels: string[] = [(await colony.get("/api/channels/general")).body.id];
  const posted: { id: string; channel: string; author: string }[] = [];
  const clients = tokens.flatMap((token, at) => {
    const follower = { colony, token, random };
    return [overSocket, overStream, overPoll, overSince].filter((_, kind) => kind === at % 4 || at === 0).map((make) => make(follower));
  });

  const operate = async (): Promise<void> => {
    const token = pick(tokens);
    const dice = random();
    if (dice < 0.02 || channels.length < 3) {
      const { status, body } = await colony.post("/api/channels", { name: `c${Math.floor(random() * 1e9)}` }, { token });
      if (status === 201) channels.push(body.id);
    } else if (dice < 0.62 || posted.length === 0) {
      const channel = pick(channels);
      const parent = random() < 0.2 ? pick(posted.length > 0 ? posted : [{ id: "", channel: "", author: "" }]) : undefined;
      const reply_to = parent?.channel === channel ? parent.id : undefined;
      const content = `${pick(["hello", "@user1 look", "`@user2`", "🐜 émoji", "*md*", "\u202Ebidi", "line\nline"])} ${random()}`;
      const { status, body } = await colony.post(
        `/api/channels/${channel}/messages`,
        {
          content,
          type: pick(["text", "code", "result", "error", "plan"]),
          reply_to,
          metadata: random() < 0.5 ? { session_id: `s${Math.floor(random() * 9)}`, n: random() } : undefined,
        },
        { token },
      );
      if (status === 201) posted.push({ id: body.id, channel, author: token });
    } else if (dice < 0.77) {
      const { id, channel, author } = pick(posted);
      await colony.call("PATCH", `/api/channels/${channel}/messages/${id}`, {
        token: author,
        body: { content: `edited ${random()} @user3`, ...(random() < 0.3 && { metadata: null }) },
      });
    } else if (dice < 0.85) {
      const { id, channel, author } = pick(posted);
      await colony.call("DELETE", `/api/channels/${channel}/messages/${id}`, { token: random() < 0.3 ? colony.admin : author });
    } else if (dice < 0.93) {
      const channel = pick(channels);
      const { body } = await colony.get(`/api/channels/${channel}`, { token });
      await colony.call("PUT", `/api/channels/${channel}/read`, { token, body: { seq: Math.floor(random() * body.last_seq) } });
    } else if (dice < 0.97) await colony.call("PATCH", `/api/channels/${pick(channels)}`, { body: { topic: `topic ${random()}` } });
    else if (dice < 0.98 && channels.length > 6) await colony.call("DELETE", `/api/channels/${pick(channels.slice(1))}`);
    else await colony.call("PATCH", `/api/users/user${1 + Math.floor(random() * 5)}`, { body: { display_name: `Name ${random()}` } });
  };

  for (let done = 0; done < OPERATIONS; ) {
    const together = Math.min(1 + Math.floor(random() * 8), OPERATIONS - done);
    await Promise.all(Array.from({ length: together }, () => operate()));
    done += together;
    if (done >= OPERATIONS / 2 && done - together < OPERATIONS / 2) {
      await colony.stop("SIGKILL");
      await colony.run();
    }
  }

  const head = (await colony.get("/api/events")).body.head_seq;
  // The last change may be for one user alone, whom not every client is.
  await colony.say("general", "the end");
  const end = (await colony.get("/api/events")).body.head_seq;
  expect(end).toBeGreaterThan(head);
  await Promise.all(clients.map((client) => client.caughtUp(end)));
  await Promise.all(clients.map((client) => client.stop()));

  const fresh = new Map<string, unknown>();
  for (const { id } of (await colony.get("/api/channels")).body)
    for (const message of (await colony.get(`/api/channels/${id}/messages`)).body) fresh.set(message.id, placed(message));
  const byId = (map: Map<string, unknown>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  const withoutPlace = (map: Map<string, unknown>) =>
    byId(map).map(([id, message]) => [id, (message as { deleted?: boolean }).deleted ? { id, deleted: true } : stripAuthorName(message)]);
  for (const { name, model } of clients) {
    expect({ name, faults: model.faults }).toEqual({ name, faults: [] });
    expect(withoutPlace(model.messages)).toEqual(withoutPlace(fresh));
    if (name === "since") continue;
    const users = (await colony.get("/api/users")).body;
    expect(byId(model.users).map(([, user]) => user)).toEqual(users.toSorted((a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)));
    const shown = (await colony.get("/api/channels")).body.map(({ id, topic, archived_at }: Record<string, unknown>) => ({ id, topic, archived_at }));
    expect(byId(model.channels).map(([, channel]) => channel)).toMatchObject(shown.toSorted((a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)));
  }
}, 180_000);

/** A message shows its author's name of the moment it was read; the name itself is compared by the user events. */
const stripAuthorName = (message: unknown): unknown => {
  const { user, ...rest } = message as { user: { id: string } };
  return { ...rest, user: user.id };
};
