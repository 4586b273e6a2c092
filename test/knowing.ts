import { type Colony, until } from "./colony.ts";
import type { Event } from "./follow.ts";

type Message = { id: string; seq: number; channel_id: string; deleted_at: string | null; user: { id: string }; [field: string]: unknown };
type Place = { seq?: number; deleted: true };
type Person = { id: string; username: string };

/** A channel as someone who follows it knows it. `messages` by id. */
export type Known = {
  id: string;
  fields: Record<string, unknown>;
  members: Set<string>;
  read_seq: number;
  notify: string;
  messages: Map<string, Message | Place>;
  /** Who pinned which message. */
  pins: Map<string, string>;
  /** The project whose channel it is; null for none. */
  project: unknown;
  /** The versions of its files, by path. */
  files: Map<string, number>;
  /** What ran in it, by id. */
  runs: Map<string, unknown>;
  /** What it runs by the clock, by id. */
  schedules: Map<string, unknown>;
};

const fieldsOf = ({ id, name, description, visibility, topic, created_by, created_at, archived_at, project_id }: Record<string, unknown>) => ({
  id,
  name,
  description,
  visibility,
  topic,
  created_by,
  created_at,
  archived_at,
  project_id,
});

/** What is left of a deleted message for every reader: its place. */
const placed = (message: Message): Message | Place => (message.deleted_at === null ? message : { seq: message.seq, deleted: true });

const usernames = (people: Person[]): Set<string> => new Set(people.map(({ username }) => username));

/** A channel read afresh with a user's rights; null when it is hidden from that user. */
export const readChannel = async (colony: Colony, token: string, id: string): Promise<Known | null> => {
  const of = (path: string) => colony.get(`/api/channels/${id}${path}`, { token });
  // One after the other: a crash in between fails the whole, and it is read again.
  const [channel, members, messages, pinned] = [await of(""), await of("/members"), await of("/messages"), await of("/pins")];
  const projects = await colony.get("/api/projects", { token });
  const project = projects.body.find(({ channel_id }: { channel_id: string }) => channel_id === id);
  const tree = project ? await colony.get(`/api/projects/${project.id}/files/tree`, { token }) : null;
  const runs = project ? await colony.get(`/api/projects/${project.id}/runs?limit=500`, { token }) : null;
  const schedules = project ? await colony.get(`/api/projects/${project.id}/schedules`, { token }) : null;
  if ([channel, members, messages, pinned].some(({ status }) => status === 404)) return null;
  const { read_seq, notify } = channel.body;
  const people = members.body.map(({ user }: { user: Person }) => user);
  return {
    id,
    fields: fieldsOf(channel.body),
    members: usernames(people),
    read_seq,
    notify,
    messages: new Map(messages.body.map((message: Message) => [message.id, placed(message)])),
    project: told(project),
    files: new Map((tree?.status === 200 ? tree.body : []).flatMap(({ path, version }: { path: string; version: number | null }) => (version === null ? [] : [[path, version]]))),
    schedules: new Map((schedules?.status === 200 ? schedules.body : []).map((schedule: Schedule) => [schedule.id, standing(schedule)])),
    runs: new Map((runs?.status === 200 ? runs.body : []).map((run: { id: string }) => [run.id, run])),
    pins: new Map(pinned.body.map(({ message, user }: { message: Message; user: Person }) => [message.id, user.id])),
  };
};

type Schedule = { id: string; [field: string]: unknown };

/** A schedule without its last run, of which its own events tell. */
const standing = ({ last_run, ...schedule }: Schedule): unknown => schedule;

/** A channel of which nothing was told yet. */
const nothingOf = (id: string): Known => ({
  id,
  fields: {},
  members: new Set(),
  read_seq: 0,
  notify: "",
  messages: new Map(),
  pins: new Map(),
  project: null,
  files: new Map(),
  runs: new Map(),
  schedules: new Map(),
});

/** A project as its event tells it; null where there is none any more. */
const told = (project: Record<string, unknown> | undefined): unknown => {
  if (!project || project.deleted) return null;
  const { member, tends, deleted, ...rest } = project;
  return rest;
};

/** The ids of all channels and conversations that a user sees. */
export const channelsOf = async (colony: Colony, token: string): Promise<string[]> => {
  const lists = await Promise.all(["/api/channels", "/api/dms/conversations"].map((path) => colony.get(path, { token })));
  return lists.flatMap(({ body }) => body.map(({ id }: { id: string }) => id));
};

/**
 * What a client knows, built from events alone, but for a channel that it is let into while it follows: that one it reads,
 * as any client must, as one that an import has filled, and takes up the events that came meanwhile. Complains when the line is out of order or doubled, and
 * of every word from a channel that is none of its user's.
 */
export class Model {
  cursor = 0;
  readonly channels = new Map<string, Known>();
  readonly users = new Map<string, unknown>();
  inbox = 0;
  readonly kinds = new Set<string>();
  readonly #misplaced: string[] = [];
  /** Words from channels that are not ours, as far as we were told: who comes back hears first what was said, then that they are let in again. */
  readonly #strange = new Map<string, string>();
  /** Events of channels that are being read. */
  readonly #waiting = new Map<string, Event[]>();

  constructor(
    private readonly colony: Colony,
    private readonly token: string,
    private readonly me: Person,
  ) {}

  /** Whether nothing is being read. */
  get whole(): boolean {
    return this.#waiting.size === 0;
  }

  get faults(): string[] {
    return [...this.#misplaced, ...this.#strange.values()];
  }

  take(event: Event): void {
    const { seq = 0 } = event;
    if (seq <= this.cursor) this.#misplaced.push(`seq ${seq} after ${this.cursor}`);
    this.cursor = seq;
    this.kinds.add(event.event);
    this.#take(event);
  }

  /** Takes up messages of a channel as they are now. */
  poll(id: string, messages: Message[]): void {
    const known = this.channels.get(id) ?? nothingOf(id);
    this.channels.set(id, known);
    for (const message of messages) known.messages.set(message.id, placed(message));
  }

  #take(event: Event): void {
    const { event: kind, channel_id, data } = event;
    if (kind === "user") this.users.set(data.id, data);
    else if (kind === "inbox") this.inbox = data.seq;
    if (!channel_id) return;
    const waiting = this.#waiting.get(channel_id);
    if (waiting) waiting.push(event);
    else if (kind === "member" && data.user.id === this.me.id && this.channels.get(channel_id)?.fields.visibility !== "public") this.#belong(channel_id, data.member);
    else if (kind === "import") this.#anew(channel_id);
    else if (kind === "channel") this.#name(channel_id, data);
    else {
      const channel = this.channels.get(channel_id);
      if (channel) tell(channel, event);
      // One's own marks are one's own also after one has left.
      else if (kind !== "read" && kind !== "notify") this.#strange.set(channel_id, `${kind} ${event.seq} of a channel that is not ours`);
    }
  }

  #name(id: string, data: Event["data"]): void {
    const known = this.channels.get(id) ?? { ...nothingOf(id), notify: "all" };
    this.channels.set(id, { ...known, fields: fieldsOf(data), members: data.members ? usernames(data.members) : known.members });
  }

  /** Someone let us in, or took us out: of that channel we keep nothing. */
  #belong(id: string, member: boolean): void {
    this.channels.delete(id);
    if (!member) return;
    this.#strange.delete(id);
    this.#anew(id);
  }

  /** Reads a channel, and holds its events until then. */
  #anew(id: string): void {
    this.#waiting.set(id, []);
    this.#read(id);
  }

  async #read(id: string): Promise<void> {
    const isFarewell = ({ event, data }: Event) => event === "member" && data.user.id === this.me.id && !data.member;
    const found = await until(async () => {
      const channel = await readChannel(this.colony, this.token, id).catch(() => undefined);
      // Hidden again already: the event that says so is under way.
      if (channel === null && !this.#waiting.get(id)?.some(isFarewell)) return undefined;
      return channel === undefined ? undefined : { channel };
    });
    const meanwhile = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    if (found.channel) this.channels.set(id, found.channel);
    for (const event of found.channel ? meanwhile : meanwhile.slice(meanwhile.findLastIndex(isFarewell) + 1)) this.#take(event);
  }
}

/** What an event says about a channel that is known. */
const tell = (channel: Known, { event, data }: Event): void => {
  const { messages } = channel;
  const message = messages.get(data.id);
  if (event === "message" || event === "edit") messages.set(data.id, data);
  else if (event === "delete") {
    messages.set(data.id, { seq: message?.seq, deleted: true });
    channel.pins.delete(data.id);
  } else if (event === "pin") {
    if (data.pin) channel.pins.set(data.id, data.pin.user.id);
    else channel.pins.delete(data.id);
  } else if (event === "reaction" || event === "claim" || event === "answer") {
    const { id, ...change } = data;
    if (message && !("deleted" in message)) messages.set(id, { ...message, ...change });
  } else if (event === "member") channel.members[data.member ? "add" : "delete"](data.user.username);
  else if (event === "read") channel.read_seq = data.seq;
  else if (event === "notify") channel.notify = data.notify;
  else if (event === "project") {
    channel.project = told(data);
    if (data.deleted) for (const known of [channel.files, channel.runs, channel.schedules]) known.clear();
  } else if (event === "file") {
    for (const { path, version, change } of data.files) {
      if (change === "removed") channel.files.delete(path);
      else channel.files.set(path, version);
    }
  } else if (event === "schedule") {
    if (data.deleted) channel.schedules.delete(data.id);
    else channel.schedules.set(data.id, standing(data));
  } else if (event === "run") channel.runs.set(data.id, data);
  else throw new Error(`Nobody knows what '${event}' means`);
};

/** Names of authors are as they were when each was read, so people stand by their ids; a deleted message by being so. */
const comparable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  if ("deleted" in value) return "deleted";
  if ("username" in value && "display_name" in value && "id" in value) return value.id;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, comparable(one)]));
};

const sorted = <T>(map: Map<string, T>): [string, T][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

/** The messages of all channels that are known, in a form that two readers can be compared by. */
export const messagesKnown = (channels: Map<string, Known>): unknown =>
  sorted(channels).map(([id, { messages }]) => [id, sorted(messages).map(([message, value]) => [message, comparable(value)])]);

/** All else that is known of channels. */
export const standingKnown = (channels: Map<string, Known>): unknown =>
  sorted(channels).map(([, { fields, members, read_seq, notify, pins, project, files, runs, schedules }]) => ({
    fields,
    members: [...members].sort(),
    read_seq,
    notify,
    pins: sorted(pins),
    project: comparable(project),
    files: [...files].sort(),
    schedules: sorted(schedules).map(([, schedule]) => comparable(schedule)),
    runs: sorted(runs).map(([, run]) => comparable(run)),
  }));
