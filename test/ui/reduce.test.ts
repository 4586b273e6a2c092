import { describe, expect, test } from "bun:test";
import type { Attachment, Author, Channel, Message, User } from "../../ui/src/api.ts";
import { type FeedEvent, initial, type Pending, posted, reduce, type State, trimmed, withChannels, withCounts, withPage, withStretch } from "../../ui/src/reduce.ts";
import { keyOf, threadOf, type View, wholeOf } from "../../ui/src/views.ts";

/** Numbers that look random and are the same in every run of a seed (mulberry32). */
const randomOf = (seed: number) => {
  let now = seed;
  return (below: number): number => {
    now = (now + 0x6d2b79f5) | 0;
    let mixed = Math.imul(now ^ (now >>> 15), 1 | now);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
};

const author = (id: string): Author => ({ id, username: id, display_name: id.toUpperCase(), role: "ape" });
const me: User = { ...author("me"), job: null, admin: false, resident: false, created_at: "2026-01-01T00:00:00.000Z", deactivated_at: null };
const ROOM = "room";
const WHOLE = wholeOf(ROOM);
const VIEWS: readonly View[] = [WHOLE, { ...WHOLE, types: ["result", "error"] }, { ...WHOLE, user: "b" }, { ...WHOLE, session: "s1", types: ["result"] }];

/** The server's filters, said once more: what a view holds of a channel. */
const within = (messages: readonly Message[], view: View): Message[] =>
  messages
    .filter(({ type }) => view.types.length === 0 || view.types.includes(type))
    .filter(({ user }) => view.user === null || user.username === view.user)
    .filter(({ metadata }) => view.session === null || metadata?.session_id === view.session);

/** A server with one channel: what it holds, and the line of what happened. */
class Model {
  seq = 0;
  mark = 0;
  readonly messages: Message[] = [];
  readonly line: { seq: number; event: "message" | "edit" | "delete" | "read" | "reaction" | "claim" | "answer"; id: string }[] = [];

  #at = (): string => new Date(Date.UTC(2026, 0, 1) + this.seq * 1_000).toISOString();

  post(by: string, content: string, type: Message["type"] = "text", session?: string): Message {
    const seq = ++this.seq;
    const message = {
      id: `m${seq}`,
      seq,
      channel_id: ROOM,
      user: author(by),
      type,
      content,
      metadata: session === undefined ? null : { session_id: session },
      reply_to: null,
      via: "api",
    } as const;
    const whole: Message = {
      ...message,
      attachments: [],
      reactions: [],
      mentions: content.includes("@me") ? ["me"] : [],
      ask: null,
      claim: null,
      caused_by: null,
      hops: 0,
      braked: false,
      created_at: this.#at(),
      updated_at: null,
      deleted_at: null,
    };
    this.messages.push(whole);
    this.line.push({ seq, event: "message", id: whole.id });
    return whole;
  }

  edit(at: number, content: string, type: Message["type"]): void {
    const message = this.messages[at];
    if (!message || message.deleted_at !== null) return;
    this.line.push({ seq: ++this.seq, event: "edit", id: message.id });
    this.messages[at] = { ...message, content, type, mentions: content.includes("@me") ? ["me"] : [], updated_at: this.#at() };
  }

  /** An answer of a resident goes on: it says more, and was not edited. */
  grow(at: number, content: string): void {
    const message = this.messages[at];
    if (!message || message.deleted_at !== null) return;
    this.line.push({ seq: ++this.seq, event: "edit", id: message.id });
    this.messages[at] = { ...message, via: "resident", content, metadata: { ...message.metadata, streaming: true } };
  }

  remove(at: number): void {
    const message = this.messages[at];
    if (!message || message.deleted_at !== null) return;
    this.line.push({ seq: ++this.seq, event: "delete", id: message.id });
    this.messages[at] = { ...message, content: "", metadata: null, mentions: [], reactions: [], ask: null, claim: null, deleted_at: this.#at() };
  }

  /** Somebody reacts to a message, takes it as work, or answers what it asks. */
  touch(at: number, event: "reaction" | "claim" | "answer", by: string): void {
    const message = this.messages[at];
    if (!message || message.deleted_at !== null) return;
    this.line.push({ seq: ++this.seq, event, id: message.id });
    const [first, now] = [message.reactions[0], this.#at()];
    const parts: Record<typeof event, Partial<Message>> = {
      reaction: { reactions: first?.users.includes(by) ? [] : [{ emoji: "👍", count: (first?.count ?? 0) + 1, users: [...(first?.users ?? []), by] }] },
      claim: { claim: message.claim === null ? { user: author(by), expires_at: now } : null },
      answer: { ask: { options: ["yes"], assignee: null, expires_at: null, state: "answered", answer: { option: "yes", note: null, user: author(by), at: now } } },
    };
    this.messages[at] = { ...message, ...parts[event] };
  }

  read(): void {
    this.mark = this.seq;
    this.line.push({ seq: ++this.seq, event: "read", id: String(this.mark) });
  }

  /** The events after a cursor, each with today's state of its subject. */
  after(cursor: number): FeedEvent[] {
    return this.line.flatMap(({ seq, event, id }): FeedEvent[] => {
      if (seq <= cursor) return [];
      if (event === "read") return [{ seq, event, channel_id: ROOM, data: { seq: Number(id) } }];
      if (event === "delete") return [{ seq, event, channel_id: ROOM, data: { id } }];
      const data = this.messages.find((message) => message.id === id);
      if (!data || data.deleted_at !== null) return [];
      if (event === "reaction") return [{ seq, event, channel_id: ROOM, data: { id, reactions: data.reactions } }];
      if (event === "claim") return [{ seq, event, channel_id: ROOM, data: { id, claim: data.claim } }];
      return event === "answer" ? [{ seq, event, channel_id: ROOM, data: { id, ask: data.ask } }] : [{ seq, event, channel_id: ROOM, data }];
    });
  }

  channel(): Channel {
    const fresh = this.messages.filter(({ seq, user, deleted_at }) => seq > this.mark && user.id !== me.id && deleted_at === null);
    const facts = {
      id: ROOM,
      name: ROOM,
      description: "",
      visibility: "public",
      topic: "",
      created_by: "a",
      created_at: "2026-01-01T00:00:00.000Z",
      archived_at: null,
      project_id: null,
      member: false,
      notify: "all",
      members: null,
    } as const;
    return {
      ...facts,
      last_seq: this.messages.at(-1)?.seq ?? 0,
      read_seq: this.mark,
      unread: fresh.length,
      mentions: fresh.filter(({ mentions }) => mentions.includes("me")).length,
    };
  }

  page(view: View, { limit, before = Infinity, after = 0 }: { limit: number; before?: number; after?: number }): Message[] {
    const found = within(this.messages, view).filter(({ seq }) => seq > after && seq < before);
    return after > 0 ? found.slice(0, limit) : found.slice(-limit);
  }
}

const LIMIT = 7;

/** When a message was deleted the page knows only roughly: the event does not say. */
const comparable = (messages: readonly Message[]) => messages.map((message) => (message.deleted_at === null ? message : { id: message.id, deleted: true }));

/**
 * One random life of a page: pages and answers arrive late, events twice, sockets break and resume, posts are answered before
 * or after their event.
 */
const live = (seed: number) => {
  const random = randomOf(seed);
  const model = new Model();
  let state: State = { ...initial, me };
  let connected = true;
  let cursor = 0;
  type Asked = { take: (log: FeedEvent[]) => void; log: FeedEvent[] };
  const asked: Asked[] = [];

  const hear = (event: FeedEvent) => {
    cursor = Math.max(cursor, event.seq);
    for (const one of asked) one.log.push(event);
    state = reduce(state, event);
  };
  const catchUp = () => {
    for (const event of model.after(cursor)) {
      hear(event);
      if (random(8) === 0) state = reduce(state, event);
    }
  };
  const ask = (take: Asked["take"]) => asked.push({ take, log: [] });
  const timeline = (view = WHOLE) => state.timelines[keyOf(view)];
  const anyType = (): Message["type"] => (["text", "result", "error"] as const)[random(3)] ?? "text";

  const askPage = (view: View) => {
    const held = timeline(view);
    const first = held?.messages[0]?.seq;
    const last = held?.messages.at(-1)?.seq ?? 0;
    if (!held || random(12) === 0) {
      const middle = held === undefined || random(2) === 0 ? null : (model.messages[random(model.messages.length)]?.seq ?? null);
      if (middle === null) {
        const page = model.page(view, { limit: LIMIT });
        ask((log) => (state = withStretch(state, view, { messages: page, atStart: page.length < LIMIT, live: true }, log)));
      } else {
        const [before, after] = [model.page(view, { limit: LIMIT, before: middle + 1 }), model.page(view, { limit: LIMIT, after: middle })];
        ask((log) => (state = withStretch(state, view, { messages: [...before, ...after], atStart: before.length < LIMIT, live: after.length < LIMIT }, log)));
      }
    } else if (!held.atStart && random(2) === 0) {
      const page = model.page(view, { limit: LIMIT, before: first });
      ask((log) => (state = withPage(state, view, page, { atStart: page.length < LIMIT }, log)));
    } else if (!held.live) {
      const page = last > 0 ? model.page(view, { limit: LIMIT, after: last }) : model.page(view, { limit: LIMIT });
      ask((log) => (state = withPage(state, view, page, { live: page.length < LIMIT }, log)));
    }
  };

  const post = () => {
    const pending: Pending = { key: `k${model.seq}`, channel_id: ROOM, type: "text", content: `mine ${model.seq}`, reply_to: null, created_at: "", failed: null, seen: null };
    state = { ...state, pending: [...state.pending, pending] };
    const message = model.post("me", pending.content);
    ask((log) => (state = posted(state, pending.key, message, log)));
  };

  state = withChannels(state, [model.channel()], []);
  const steps = 60 + random(120);
  for (let step = 0; step < steps; step++) {
    const act = random(24);
    const anyView = VIEWS[random(VIEWS.length)] ?? WHOLE;
    if (act < 7) model.post(random(4) === 0 ? "b" : "a", random(6) === 0 ? "hello @me" : `said ${step}`, anyType(), random(2) === 0 ? "s1" : undefined);
    else if (act < 9) model.edit(random(model.messages.length + 1), random(4) === 0 ? "now @me" : `edited ${step}`, anyType());
    else if (act < 10) model.remove(random(model.messages.length + 1));
    else if (act < 11) model.read();
    else if (act < 13) post();
    else if (act < 14 && asked.length === 0 && random(3) === 0) state = trimmed(state, anyView, random(2) === 0 ? "oldest" : "newest", 5);
    else if (act < 15 && asked.length === 0) askPage(anyView);
    else if (act < 17) for (const { take, log } of asked.splice(0)) take(log);
    else if (act < 18) connected = !connected;
    else if (act === 23) model.grow(random(model.messages.length + 1), `grown ${step}`);
    else if (act < 21) model.touch(random(model.messages.length + 1), (["reaction", "claim", "answer"] as const)[act - 18] ?? "claim", random(2) === 0 ? "a" : "b");
    if (connected && random(3) > 0) catchUp();
    const held = timeline()?.messages ?? [];
    // At no time is there a gap: only the answer to an own post may be ahead of what was heard.
    const seqs = held.map(({ seq }) => seq);
    const between = model.messages.filter(({ seq }) => seq >= (seqs[0] ?? Infinity) && seq <= (seqs.at(-1) ?? 0));
    expect(seqs).toEqual(between.filter(({ seq, deleted_at }) => seqs.includes(seq) || (seq <= cursor && deleted_at === null)).map(({ seq }) => seq));
  }

  catchUp();
  for (const { take, log } of asked.splice(0)) take(log);
  for (const view of VIEWS) {
    for (let turn = 0; turn < 200 && !(timeline(view)?.atStart && timeline(view)?.live); turn++) {
      askPage(view);
      for (const { take, log } of asked.splice(0)) take(log);
    }
  }
  if (state.recount.length > 0) state = withCounts(state, model.channel());
  return { state, model };
};

describe("A page's model fed by the feed", () => {
  test("equals a fresh read, whatever the order in which pages, events and answers came", () => {
    for (let seed = 1; seed <= 400; seed++) {
      const { state, model } = live(seed);
      for (const view of VIEWS) {
        const held = state.timelines[keyOf(view)];
        expect({ seed, atStart: held?.atStart, live: held?.live, pending: state.pending.length }).toEqual({ seed, atStart: true, live: true, pending: 0 });
        // What came and went while the page was away is not told to it.
        const known = new Set(held?.messages.flatMap(({ id, deleted_at }) => (deleted_at === null ? [] : [id])));
        const fresh = model.messages.filter((message) => (message.deleted_at === null ? within([message], view).length > 0 : known.has(message.id)));
        expect(comparable(held?.messages ?? [])).toEqual(comparable(fresh));
      }
      const { last_seq, read_seq, unread, mentions } = model.channel();
      expect({ seed, ...state.channels[0] }).toMatchObject({ seed, last_seq, read_seq, unread, mentions });
    }
  });
});

describe("The counts of a channel", () => {
  const model = new Model();
  const [read, unread] = [model.post("a", "read"), model.post("a", "unread")];
  const channel: Channel = { ...model.channel(), read_seq: read.seq, unread: 1 };
  const edited = (data: Message): FeedEvent => ({ seq: 90, event: "edit", channel_id: ROOM, data });
  const deleted: FeedEvent = { seq: 90, event: "delete", channel_id: ROOM, data: { id: unread.id } };
  const asks = (known: Partial<Channel>, event: FeedEvent) => reduce({ ...initial, me, channels: [{ ...channel, ...known }] }, event).recount;

  test("are asked for when what is unread was edited or deleted, and for no other edit", () => {
    expect(asks({}, edited(unread))).toEqual([ROOM]);
    expect(asks({}, deleted)).toEqual([ROOM]);
    expect(asks({}, edited(read))).toEqual([]);
    expect(asks({ unread: 0 }, edited(unread))).toEqual([]);
    expect(asks({ unread: 0 }, deleted)).toEqual([]);
  });

  test("are not asked for while an answer grows, and once when it is whole; by metadata alone nothing grows", () => {
    const growing: Message = { ...unread, via: "resident", metadata: { streaming: true } };
    expect(asks({}, edited(growing))).toEqual([]);
    expect(asks({}, edited({ ...growing, metadata: { model: "claude-sonnet-4-6" } }))).toEqual([ROOM]);
    expect(asks({}, edited({ ...growing, via: "api" }))).toEqual([ROOM]);
  });
});

describe("An import", () => {
  const model = new Model();
  const known = model.post("a", "known");
  const event: FeedEvent = { seq: 90, event: "import", channel_id: ROOM, data: { after_seq: 10, before_seq: 90, read_seq: 89 } };

  test("of which one event tells lets what shows the channel's end read on, and its counts be asked for", () => {
    const before = withStretch({ ...initial, me, channels: [model.channel()] }, WHOLE, { messages: [known], atStart: true, live: true }, []);
    const after = reduce(before, event);
    expect(after.recount).toEqual([ROOM]);
    expect(after.timelines[keyOf(WHOLE)]).toMatchObject({ messages: [known], atStart: true, live: false });
  });
});

describe("A thread", () => {
  test("takes in what answers its message or an answer to that, and nothing that answers what is above it", () => {
    const model = new Model();
    const post = (content: string, reply_to: string | null): Message => ({ ...model.post("a", content), reply_to });
    const above = post("above", null);
    const root = post("root", above.id);
    const view = threadOf(ROOM, root.id);
    const before = withStretch({ ...initial, me }, view, { messages: [above, root], atStart: true, live: true }, []);
    const answer = post("answer", root.id);
    const deeper = post("deeper", answer.id);
    const heard = [answer, post("sibling", above.id), deeper, post("alone", null)]
      .map((data): FeedEvent => ({ seq: data.seq, event: "message", channel_id: ROOM, data }))
      .reduce(reduce, before);
    const words = (state: State) => state.timelines[keyOf(view)]?.messages.map(({ content }) => content);
    expect(words(heard)).toEqual(["above", "root", "answer", "deeper"]);
    const edited = reduce(heard, { seq: 90, event: "edit", channel_id: ROOM, data: { ...answer, content: "changed", updated_at: "2026-01-02T00:00:00.000Z" } });
    expect(words(edited)).toEqual(["above", "root", "changed", "deeper"]);
    expect(words(reduce(edited, { seq: 91, event: "delete", channel_id: ROOM, data: { id: root.id } }))).toEqual(["above", "", "changed", "deeper"]);
  });
});

describe("An own post", () => {
  const model = new Model();
  const pending: Pending = { key: "k", channel_id: ROOM, type: "text", content: "hello", reply_to: null, created_at: "", failed: null, seen: null };
  const before: State = { ...withStretch({ ...initial, me }, WHOLE, { messages: [], atStart: true, live: true }, []), pending: [pending] };
  const message = model.post("me", "hello");
  const event: FeedEvent = { seq: message.seq, event: "message", channel_id: ROOM, data: message };

  test("that comes by the socket ahead of its answer is known again, and stands once", () => {
    const heard = reduce(before, event);
    expect(heard.pending[0]?.seen).toBe(message.id);
    const answered = posted(heard, "k", message, []);
    expect(answered.pending).toEqual([]);
    expect(answered.timelines[ROOM]?.messages).toEqual([message]);
  });

  test("whose answer comes first stands once when its event follows", () => {
    const heard = reduce(posted(before, "k", message, []), event);
    expect(heard.pending).toEqual([]);
    expect(heard.timelines[ROOM]?.messages).toEqual([message]);
  });

  test("of files alone is told from another one by its files", () => {
    const file = (id: string): Attachment => ({ id, name: `${id}.png`, mime: "image/png", size: 1, sha256: id, width: 1, height: 1 });
    const two = ["one", "two"].map((name): Pending => ({ ...pending, key: name, content: "", attachments: [file(name)] }));
    const heard = reduce({ ...before, pending: two }, { ...event, data: { ...message, content: "", attachments: [file("two")] } });
    expect(heard.pending.map(({ seen }) => seen)).toEqual([null, message.id]);
  });

  test("of another one with the same words is not taken for it", () => {
    const other: FeedEvent = { ...event, data: { ...message, id: "other", user: author("a") } };
    expect(reduce(before, other).pending[0]?.seen).toBeNull();
  });
});
