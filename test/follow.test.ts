import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Colony, outcome } from "./colony.ts";
import { type Event, Listener, readEvents } from "./follow.ts";

let colony: Colony;
beforeAll(async () => {
  colony = await Colony.start();
});

type Page = { epoch: string; events: Event[]; next_seq: number; head_seq: number; has_more: boolean };

const newChannel = async (name: string): Promise<string> => (await colony.post("/api/channels", { name })).body.id;
const poll = async (path: string, token = colony.admin): Promise<Page> => (await colony.get(path, { token })).body;
const headSeq = async (): Promise<number> => (await poll("/api/events")).head_seq;
/** All that follows a cursor, in as many answers as the server takes. */
const pollAll = async (path: string): Promise<Event[]> => {
  const events: Event[] = [];
  for (let cursor = 0; ; ) {
    const page = await poll(`${path}?after_seq=${cursor}`);
    events.push(...page.events);
    if (!page.has_more) return events;
    cursor = page.next_seq;
  }
};
const seqs = (events: Event[]) => events.map(({ seq }) => seq);

const stream = async (path: string, headers: Record<string, string> = {}, on = colony) => {
  const stop = new AbortController();
  const response = await fetch(on.url + path, { headers: { authorization: `Bearer ${on.admin}`, accept: "text/event-stream", ...headers }, signal: stop.signal });
  const events = response.ok ? readEvents(response.body as ReadableStream<Uint8Array>) : undefined;
  /** The next `count` events, `ready` left out. */
  const take = async (count: number): Promise<Event[]> => {
    const taken: Event[] = [];
    while (events && taken.length < count) {
      const { value, done } = await events.next();
      if (done) break;
      if (value.event !== "ready") taken.push(value.data);
    }
    return taken;
  };
  return { response, take, stop: () => stop.abort() };
};

describe("a cursor", () => {
  test("of another epoch, or beyond the head, is 410 by every door, with where to go on", async () => {
    const { epoch, head_seq } = await poll("/api/events");
    for (const path of ["/api/events", "/api/channels/general/events", "/api/inbox"])
      for (const [query, lastEventId] of [
        [`after_seq=${head_seq + 1}`],
        [`after_seq=${head_seq}&epoch=another`],
        [`after_seq=0&epoch=${crypto.randomUUID()}`],
        ["after_seq=4294967295"],
        ["", String(head_seq + 1)],
        ["epoch=another", String(head_seq)],
      ] as const)
        for (const accept of ["application/json", "text/event-stream"]) {
          // Last-Event-ID is a word of event streams.
          if (lastEventId && (accept === "application/json" || path === "/api/inbox")) continue;
          const answer = await colony.get(`${path}?${query}`, { headers: { accept, ...(lastEventId && { "last-event-id": lastEventId }) } });
          expect({ path, query, accept, outcome: outcome(answer) }).toEqual({ path, query, accept, outcome: "410 cursor_expired" });
          expect(answer.body.error.details).toEqual([{ epoch, head_seq, oldest_seq: 0 }]);
          expect(answer.body.error.hint).toContain("/messages");
        }
    const [{ details }] = [(await colony.get("/api/events?after_seq=4294967295")).body.error];
    expect((await colony.get(`/api/events?after_seq=${details[0].head_seq}&epoch=${details[0].epoch}`)).status).toBe(200);
  });

  test("from before pruned events is 410, while the messages themselves are all there", async () => {
    const own = await Colony.start();
    const said = [];
    for (let n = 0; n < 5; n++) said.push(await own.say("general", `message ${n}`));
    await own.stop();
    // Ninety days pass: what the housekeeping then does, done here.
    const database = new Database(join(own.data, "colony.db"));
    database.run("DELETE FROM feed WHERE seq <= ?", [said[2].seq]);
    database.run("INSERT INTO meta (name, value) VALUES ('pruned_through', ?)", [String(said[2].seq)]);
    database.close();
    await own.run();
    const answer = await own.get(`/api/events?after_seq=${said[1].seq}`);
    expect(outcome(answer)).toBe("410 cursor_expired");
    expect(answer.body.error.details[0]).toMatchObject({ oldest_seq: said[2].seq, head_seq: said[4].seq });
    expect((await Listener.open(own, "/ws", { token: own.admin, after_seq: said[1].seq })).closed?.code).toBe(4410);
    expect((await own.get(`/api/events?after_seq=${said[2].seq}`)).body.events.map(({ data }: Event) => data)).toEqual(said.slice(3));
    expect((await own.get("/api/channels/general/messages")).body).toEqual(said);
    await own.stop();
  });

  test("outlives a crash of the server: the same line, the same epoch, none missed", async () => {
    const own = await Colony.start();
    const first = await own.say("general", "first");
    const { epoch } = (await own.get("/api/events")).body;
    const missed = [await own.say("general", "missed 1"), await own.say("general", "missed 2")];
    await own.stop("SIGKILL");
    await own.run();
    expect((await own.get(`/api/events?after_seq=${first.seq}&epoch=${epoch}`)).body.events.map(({ data }: Event) => data)).toEqual(missed);
    const after = await own.say("general", "after");
    const { take, stop } = await stream(`/api/events?epoch=${epoch}`, { "last-event-id": String(first.seq) }, own);
    expect((await take(3)).map(({ data }) => data)).toEqual([...missed, after]);
    stop();
    await own.stop();
  });
});

describe("Last-Event-ID", () => {
  test("goes before after_seq, since it is the newer of the two", async () => {
    const channel = await newChannel("last-event-id");
    const messages = [await colony.say(channel, "1"), await colony.say(channel, "2"), await colony.say(channel, "3")];
    const { take, stop } = await stream(`/api/channels/${channel}/events?after_seq=0`, { "last-event-id": String(messages[1].seq) });
    expect((await take(1))[0]?.data).toEqual(messages[2]);
    stop();
  });

  test.each(["x", "-1", "1.5", "99999999999", "1 2", "0x10"])("%s is refused by name", async (id) => {
    const answer = await colony.get("/api/events", { headers: { accept: "text/event-stream", "last-event-id": id } });
    expect(outcome(answer)).toBe("422 validation_failed");
    expect(answer.body.error.message).toContain("Last-Event-ID");
  });
});

describe("a long backlog", () => {
  let channel: string;
  let all: Event[];
  beforeAll(async () => {
    channel = await newChannel("backlog");
    for (let n = 0; n < 60; n++) {
      const messages = await Promise.all(Array.from({ length: 50 }, (_, m) => colony.say(channel, `${n} ${m}`)));
      await colony.say("general", "in between");
      const at = `/api/channels/${channel}/messages/${messages[7].id}`;
      await colony.call(n % 2 ? "DELETE" : "PATCH", at, n % 2 ? {} : { body: { content: "edited" } });
    }
    all = await pollAll(`/api/channels/${channel}/events`);
  });

  test("is whole: every message that stands, every edit and deletion, in seq order, none twice", async () => {
    expect(seqs(all)).toEqual([...new Set(seqs(all))].sort((a, b) => Number(a) - Number(b)));
    const standing = (await colony.get(`/api/channels/${channel}/messages`)).body.filter(({ deleted_at }: { deleted_at: string | null }) => deleted_at === null);
    expect(all.filter(({ event }) => event === "message").map(({ data }) => data)).toEqual(standing);
    expect(all.filter(({ event }) => event === "edit")).toHaveLength(30);
    expect(all.filter(({ event }) => event === "delete")).toHaveLength(30);
  });

  test.each([1_000, 777, 100])("is the same read page by page of %i, has_more saying whether there is another", async (limit) => {
    const read: Event[] = [];
    for (let cursor = 0; ; ) {
      const page = await poll(`/api/channels/${channel}/events?after_seq=${cursor}&limit=${limit}&wait=55`);
      expect(page.events.length).toBeLessThanOrEqual(limit);
      read.push(...page.events);
      if (!page.has_more) {
        expect(page.next_seq).toBe(page.head_seq);
        break;
      }
      expect(page.next_seq).toBe(page.events.at(-1)?.seq as number);
      cursor = page.next_seq;
    }
    expect(read).toEqual(all);
  });

  test("is the same over an event stream and over a socket, for one channel and for all", async () => {
    const everything = await pollAll("/api/events");
    for (const [path, socket, expected] of [
      [`/api/channels/${channel}/events?after_seq=0`, `/ws/${channel}`, all],
      ["/api/events?after_seq=0", "/ws", everything],
    ] as const) {
      const { take, stop } = await stream(path);
      expect(await take(expected.length)).toEqual([...expected]);
      stop();
      const listener = await Listener.open(colony, socket, { token: colony.admin, after_seq: 0 });
      await listener.until(() => listener.events.length >= expected.length);
      expect(listener.events).toEqual([...expected]);
      listener.close();
    }
  });
});

describe("a long poll", () => {
  test("is ended by each kind of event that one may see, and by no other channel's", async () => {
    const [here, there] = [await newChannel("ended-here"), await newChannel("ended-there")];
    const path = `/api/channels/${here}/messages`;
    const deeds: [string, () => Promise<unknown>][] = [
      ["message", () => colony.say(here, "x")],
      ["edit", async () => colony.call("PATCH", `${path}/${(await colony.get(path)).body[0].id}`, { body: { content: "y" } })],
      ["read", async () => colony.call("PUT", `/api/channels/${here}/read`, { body: { seq: (await colony.get(path)).body[0].seq } })],
      ["delete", async () => colony.call("DELETE", `${path}/${(await colony.get(path)).body[0].id}`)],
      ["channel", () => colony.call("PATCH", `/api/channels/${here}`, { body: { topic: "z" } })],
    ];
    for (const [event, deed] of deeds) {
      const waiting = poll(`/api/channels/${here}/events?after_seq=${await headSeq()}&wait=30`);
      for (let n = 0; n < 3; n++) await colony.say(there, "elsewhere");
      await deed();
      const { events, next_seq, head_seq } = await waiting;
      expect(events.map((one) => one.event)).toEqual([event]);
      expect(next_seq).toBeLessThanOrEqual(head_seq);
    }
  });

  test("of two hundred waiters is answered to each of them by one message", async () => {
    const channel = await newChannel("many-waiters");
    const after = await headSeq();
    const waiting = Array.from({ length: 200 }, () => poll(`/api/channels/${channel}/events?after_seq=${after}&wait=30`));
    const message = await colony.say(channel, "for all of you");
    for (const { events } of await Promise.all(waiting)) expect(events.map(({ data }) => data)).toEqual([message]);
  });

  test("that got nothing moves its cursor past what it may not see", async () => {
    const reader = await colony.user("cursor-mover");
    const after = await headSeq();
    await colony.call("PUT", "/api/inbox", { body: { seq: after } });
    await colony.say("general", "not in this channel");
    const channel = await newChannel("moves-on");
    const start = await headSeq();
    await colony.call("PUT", "/api/inbox", { body: { seq: start } });
    const page = await poll(`/api/channels/${channel}/events?after_seq=${start}`, reader);
    expect(page).toMatchObject({ events: [], has_more: false, next_seq: await headSeq() });
  });

  test("sends nothing that is for another: marks, credentials", async () => {
    const spy = await colony.user("spy");
    const after = await headSeq();
    await colony.call("PUT", "/api/inbox", { body: { seq: 1 } });
    await colony.call("PUT", "/api/channels/general/read", { body: { seq: 1 } });
    const { body } = await colony.post("/api/auth/keys", { name: "secretly" });
    await colony.call("DELETE", `/api/auth/keys/${body.id}`);
    expect((await poll(`/api/events?after_seq=${after}`, spy)).events).toEqual([]);
    const mine = (await colony.get(`/api/events?after_seq=${after}`)).text;
    for (const hidden of [body.token, body.token_prefix, "secretly"]) expect(mine).not.toContain(hidden);
  });
});
