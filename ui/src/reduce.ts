import type { Attachment, Author, Channel, Message, MessageType, User } from "./api.ts";
import { changeChannel, inChannels, renamedMembers } from "./channelFacts.ts";
import type { ProjectEvent } from "./projects/moments.ts";
import { keyOf, shows, type View } from "./views.ts";

/** An own post that the server has not yet acknowledged. */
export type Pending = {
  /** Its Idempotency-Key. */
  key: string;
  channel_id: string;
  type: MessageType;
  content: string;
  reply_to: string | null;
  attachments?: readonly Attachment[];
  created_at: string;
  /** Why the server refused it; null while it may still be sent. */
  failed: string | null;
  /** The id it came back under by the socket, ahead of the answer: shown there, not twice. */
  seen: string | null;
  /** It may stand in the channel already: its key is no longer remembered, so it is not sent again unasked. */
  doubtful?: boolean;
  /** Where it was found to stand already. */
  found?: { id: string; at: string };
  /** What it said before it was changed, the latest first: its key may stand for one of these. */
  earlier?: readonly Words[];
  /** Later posts of its channel need not wait for it. */
  passed?: boolean;
  /** Thrown away, and held for whoever thinks better of it. */
  dropped?: boolean;
  /** Another tab has sent it or thrown it away: shown until its message comes. */
  gone?: boolean;
};

/** What a post says. */
export type Words = Pick<Pending, "content" | "type" | "reply_to" | "attachments">;

/** Whether it waits to be sent, and nothing but its turn or the line to the server holds it back. */
export const isWaiting = ({ failed, doubtful, found, dropped, gone }: Pending): boolean => failed === null && !doubtful && !found && !dropped && !gone;

/** Whether it needs someone's decision. Later posts of its channel wait for that, unless they were let pass. */
export const isStuck = ({ failed, doubtful, dropped, gone }: Pending): boolean => (failed !== null || doubtful === true) && !dropped && !gone;

/** A stretch of what a view shows, without gaps, in seq order. */
export type Timeline = {
  view: View;
  messages: readonly Message[];
  /** Nothing stands before it. */
  atStart: boolean;
  /** It reaches the newest message, so new ones are added at its end. */
  live: boolean;
};

export type State = {
  me: User | null;
  channels: readonly Channel[];
  /** By their views' keys. */
  timelines: Readonly<Record<string, Timeline>>;
  pending: readonly Pending[];
  /** The last seq taken in from the socket. */
  cursor: number;
  /** Channels whose counts only the server can tell now. */
  recount: readonly string[];
};

/** A channel as everyone hears of it: without what differs from reader to reader. Of a conversation, with who is in it. */
export type ChannelFacts = Omit<Channel, "last_seq" | "member" | "read_seq" | "unread" | "mentions" | "notify" | "members"> & Partial<Pick<Channel, "members">>;

export type FeedEvent =
  | { seq: number; event: "message"; channel_id: string; data: Message }
  | { seq: number; event: "edit"; channel_id: string; data: Message }
  | { seq: number; event: "delete"; channel_id: string; data: { id: string } }
  | { seq: number; event: "reaction"; channel_id: string; data: Pick<Message, "id" | "reactions"> }
  | { seq: number; event: "claim"; channel_id: string; data: Pick<Message, "id" | "claim"> }
  | { seq: number; event: "answer"; channel_id: string; data: Pick<Message, "id" | "ask"> }
  | { seq: number; event: "channel"; channel_id: string; data: ChannelFacts }
  | { seq: number; event: "member"; channel_id: string; data: { user: Author; member: boolean } }
  | { seq: number; event: "read"; channel_id: string; data: { seq: number } }
  | { seq: number; event: "notify"; channel_id: string; data: { notify: Channel["notify"] } }
  | { seq: number; event: "import"; channel_id: string; data: { after_seq: number; before_seq: number; read_seq: number } }
  | { seq: number; event: "inbox"; channel_id: null; data: { seq: number } }
  | { seq: number; event: "user"; channel_id: null; data: User }
  | ProjectEvent;

export const initial: State = { me: null, channels: [], timelines: {}, pending: [], cursor: 0, recount: [] };

/** The state after an event of the feed. Events of kinds not known here change nothing but the cursor. */
export const reduce = (before: State, event: FeedEvent): State => {
  const state = inTimelines(inChannels({ ...before, cursor: Math.max(before.cursor, event.seq) }, event), event);
  if (event.event === "message") return recognised(state, event.data);
  return event.event === "user" ? renamed(state, event.data) : state;
};

type Stretch = Omit<Timeline, "view">;

/**
 * Takes in a page of history. `log` holds the events that arrived since the page was asked for: the page may be older than
 * they are, so they are laid over it once more.
 */
export const withPage = (state: State, view: View, page: readonly Message[], ends: { atStart?: boolean; live?: boolean }, log: readonly FeedEvent[]): State => {
  const before = state.timelines[keyOf(view)] ?? { messages: [], atStart: false, live: false };
  return withStretch(state, view, { messages: merge(before.messages, page), atStart: ends.atStart ?? before.atStart, live: ends.live ?? before.live }, log);
};

/** Puts another stretch in a view's place, as after a jump. */
export const withStretch = (state: State, view: View, stretch: Stretch, log: readonly FeedEvent[]): State => log.reduce(inTimelines, withTimeline(state, { ...stretch, view }));

/** Keeps `count` messages of a view's stretch, its oldest or its newest: what is beyond the reader's way is read again when it is wanted. */
export const trimmed = (state: State, view: View, keep: "oldest" | "newest", count: number): State => {
  const timeline = state.timelines[keyOf(view)];
  if (!timeline || timeline.messages.length <= count) return state;
  return withTimeline(
    state,
    keep === "oldest" ? { ...timeline, messages: timeline.messages.slice(0, count), live: false } : { ...timeline, messages: timeline.messages.slice(-count), atStart: false },
  );
};

/** Takes in the channel list, and lays the events over it that arrived since it was asked for. */
export const withChannels = (state: State, channels: readonly Channel[], log: readonly FeedEvent[]): State => log.reduce(inChannels, { ...state, channels, recount: [] });

/**
 * Takes in one channel as the server counts it now, unless events have carried it further since. `log` holds the events that arrived since it was
 * asked for: what was said meanwhile counts, and who was taken out of it does not get it back.
 */
export const withCounts = (state: State, channel: Channel, log: readonly FeedEvent[] = []): State => {
  const known = state.channels.find(({ id }) => id === channel.id);
  if (known && known.last_seq > channel.last_seq) return state;
  const recount = state.recount.filter((id) => id !== channel.id);
  const since = log.filter(({ channel_id }) => channel_id === channel.id);
  if (!known) return since.reduce(inChannels, { ...state, recount, channels: [...state.channels, channel] });
  return since.filter(({ event }) => event === "member").reduce(inChannels, changeChannel({ ...state, recount }, channel.id, channel));
};

/** The server acknowledged a post: it stands under its id, and no longer waits. `log` holds the events that arrived since it was sent. */
export const posted = (state: State, key: string, message: Message, log: readonly FeedEvent[]): State => ({
  ...log.reduce(inTimelines, inTimelines(state, { seq: message.seq, event: "message", channel_id: message.channel_id, data: message })),
  pending: state.pending.filter((pending) => pending.key !== key),
});

/** Messages as events tell of them: what an answer of the server says of one, and behind it those that arrived since it was asked. */
export const told = (state: State, events: readonly FeedEvent[]): State => events.reduce(inTimelines, state);

/** An event as it will come by the feed, of what an answer of the server has told already. */
export const ahead = <Kind extends FeedEvent["event"]>(event: Kind, channel_id: string, data: Extract<FeedEvent, { event: Kind }>["data"]): FeedEvent =>
  ({ seq: 0, event, channel_id, data }) as FeedEvent;
export const removed = (state: State, channel_id: string, id: string): State => inTimelines(state, { seq: 0, event: "delete", channel_id, data: { id } });

const withTimeline = (state: State, timeline: Timeline): State => ({ ...state, timelines: { ...state.timelines, [keyOf(timeline.view)]: timeline } });

const inTimelines = (state: State, event: FeedEvent): State => {
  if (event.event === "member") return forgotten(state, event.channel_id);
  if (event.event === "import") return filled(state, event.channel_id);
  if (!isOfMessage(event)) return state;
  return Object.values(state.timelines).reduce((now, timeline) => {
    if (timeline.view.channel_id !== event.channel_id) return now;
    const changed = inTimeline(timeline, event);
    return changed === timeline ? now : withTimeline(now, changed);
  }, state);
};

const ofMessages = ["message", "edit", "delete", "reaction", "claim", "answer"] as const;
type MessageEvent = Extract<FeedEvent, { event: (typeof ofMessages)[number] }>;
const isOfMessage = (event: FeedEvent): event is MessageEvent => ofMessages.some((kind) => kind === event.event);

const inTimeline = (timeline: Timeline, event: MessageEvent): Timeline => {
  if (event.event === "delete") return without(timeline, event.data.id);
  return event.event === "message" || event.event === "edit" ? arrived(timeline, event.data, event.event === "message") : carrying(timeline, event.data);
};

/** A message with other reactions, another holder, or an answer. */
const carrying = (timeline: Timeline, part: Partial<Message> & { id: string }): Timeline => {
  const at = timeline.messages.findLastIndex(({ id }) => id === part.id);
  const known = timeline.messages[at];
  return !known || known.deleted_at !== null ? timeline : { ...timeline, messages: timeline.messages.with(at, { ...known, ...part }) };
};

/** Many messages came into a channel, of which no event tells: what shows its end reads on from there. */
const filled = (state: State, channel_id: string): State => ({
  ...state,
  timelines: Object.fromEntries(
    Object.entries(state.timelines).map(([key, held]) => [key, held.view.channel_id === channel_id && held.view.thread === undefined ? { ...held, live: false } : held]),
  ),
});

/** Nothing of what was read stays of a channel that is not mine to see any more. */
const forgotten = (state: State, channel_id: string): State => {
  const held = Object.entries(state.timelines);
  if (state.channels.some(({ id }) => id === channel_id) || held.every(([, { view }]) => view.channel_id !== channel_id)) return state;
  return { ...state, timelines: Object.fromEntries(held.filter(([, { view }]) => view.channel_id !== channel_id)) };
};

/** Messages of one timeline at most. A page that follows a busy channel for days reads again what it let go, instead of growing without end. */
const LONGEST = 4_000;

/**
 * A message changes where it stands; a new one is added only where that leaves no gap. An edit may bring a message into a
 * filter or take it out.
 */
const arrived = (timeline: Timeline, message: Message, isNew: boolean): Timeline => {
  const { view, messages, live, atStart } = timeline;
  const at = position(messages, message.seq);
  const known = messages[at]?.seq === message.seq;
  if (!belongs(timeline, message)) return known ? { ...timeline, messages: messages.toSpliced(at, 1) } : timeline;
  const fromStart = atStart || message.seq > (messages[0]?.seq ?? Infinity);
  const toEnd = live || message.seq < (messages.at(-1)?.seq ?? 0);
  const fits = fromStart && toEnd && (isNew || keyOf(view) !== view.channel_id);
  if (!known && !fits) return timeline;
  if (!known && messages.length >= LONGEST) return { ...timeline, live: false };
  const changed = insert(messages, message);
  return changed === messages ? timeline : { ...timeline, messages: changed };
};

/** Whether a message is one of a view's. Into a thread come answers to its message, and to what answers that; what stands before it is not answered there. */
const belongs = ({ view, messages }: Timeline, message: Message): boolean => {
  if (view.thread === undefined) return shows(view, message);
  const from = messages.findIndex(({ id }) => id === view.thread);
  return messages.some(({ id }, at) => id === message.id || (from >= 0 && at >= from && id === message.reply_to));
};

const insert = (messages: readonly Message[], message: Message): readonly Message[] => {
  const at = position(messages, message.seq);
  const known = messages[at];
  if (known?.seq !== message.seq) return messages.toSpliced(at, 0, message);
  return isOlder(message, known) ? messages : messages.with(at, message);
};

/** Two stretches as one; of a message that stands in both, the newer form. */
const merge = (held: readonly Message[], page: readonly Message[]): readonly Message[] => {
  const bySeq = new Map(held.map((message) => [message.seq, message]));
  for (const message of page) {
    const known = bySeq.get(message.seq);
    if (!known || !isOlder(message, known)) bySeq.set(message.seq, message);
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
};

/** An answer that left the server before an event did may arrive after it. */
const isOlder = (message: Message, known: Message): boolean =>
  known.deleted_at !== null ? message.deleted_at === null : message.deleted_at === null && (message.updated_at ?? "") < (known.updated_at ?? "");

/** Where a seq stands or belongs. */
const position = (messages: readonly Message[], seq: number): number => {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** A message as it stands once it was deleted: its place stays, so that replies still have something to point at. The event does not say when it went, only that it did. */
export const emptied = (message: Message): Message => ({
  ...message,
  content: "",
  metadata: null,
  mentions: [],
  attachments: [],
  reactions: [],
  ask: null,
  claim: null,
  deleted_at: message.updated_at ?? message.created_at,
});

const without = (timeline: Timeline, id: string): Timeline => {
  const { messages } = timeline;
  const at = messages.findLastIndex((message) => message.id === id);
  const known = messages[at];
  if (!known || known.deleted_at !== null) return timeline;
  const empty = emptied(known);
  return { ...timeline, messages: belongs(timeline, empty) ? messages.with(at, empty) : messages.toSpliced(at, 1) };
};

/** Whether two say the same, with the same files. */
export const saysSame = (a: Words, b: Words): boolean =>
  a.content === b.content && a.type === b.type && a.reply_to === b.reply_to && idsOf(a.attachments).join() === idsOf(b.attachments).join();

export const idsOf = (files: readonly Attachment[] = []): string[] => files.map(({ id }) => id);

/** An own post that comes by the socket ahead of its answer takes the place of the one that waits. */
const recognised = (state: State, message: Message): State => {
  if (message.user.id !== state.me?.id) return state;
  const at = state.pending.findIndex((one) => one.seen === null && one.failed === null && one.channel_id === message.channel_id && saysSame(one, message));
  const waiting = state.pending[at];
  return waiting ? { ...state, pending: state.pending.with(at, { ...waiting, seen: message.id }) } : state;
};

/** Messages carry their author's name of today. */
const renamed = (state: State, user: User): State => {
  const { id, username, display_name, role } = user;
  const author: Author = { id, username, display_name, role };
  const timelines = Object.entries(state.timelines).map(([key, timeline]): [string, Timeline] =>
    timeline.messages.some((message) => message.user.id === id)
      ? [key, { ...timeline, messages: timeline.messages.map((message) => (message.user.id === id ? { ...message, user: author } : message)) }]
      : [key, timeline],
  );
  return { ...state, timelines: Object.fromEntries(timelines), channels: renamedMembers(state.channels, author), me: state.me?.id === id ? user : state.me };
};
