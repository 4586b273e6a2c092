import { createSignal } from "solid-js";
import type { Attachment, Message, MessageType } from "../api.ts";
import { isSafe, keep, kept, keptNames, onKeptElsewhere } from "../keeping.ts";
import { stored } from "../stored.ts";

/** Something written before, taken up again. */
export type Editing = {
  /** The message's id; the key of a post that was not sent. */
  id: string;
  text: string;
  type: MessageType;
  unsent?: boolean;
  /** What an unsent post answers. A message that stands keeps what it answers. */
  reply_to?: string | null;
  /** Its files, likewise. */
  files?: readonly Attachment[];
  /** What it said when it was taken up. */
  before?: string;
};

/** What is being written in a channel. `files`: those that have come to the server. `editing` stands apart from what is new. */
export type Draft = { text: string; type: MessageType; reply_to: string | null; files: readonly Attachment[]; editing: Editing | null };

/** Milliseconds within which words count as just written: what another tab puts in their place does not take them away. */
const FRESH = 2_000;

const empty: Draft = { text: "", type: "text", reply_to: null, files: [], editing: null };

const parse = (text: string | null): Draft => {
  try {
    return { ...empty, ...JSON.parse(text ?? "{}") };
  } catch {
    return empty;
  }
};

const isEmpty = ({ text, reply_to, files, editing }: Draft): boolean => text === "" && reply_to === null && files.length === 0 && editing === null;

/** Words put after others, as a paragraph of their own. */
export const joined = (text: string, more: string): string => (text.trim() === "" ? more : `${text.replace(/\s+$/, "")}\n\n${more}`);

/** Drafts of one user, by channel. They outlive a reload and an ended session, and are the same in all tabs. */
const createDrafts = (user_id: string) => {
  const prefix = `colony.draft.${user_id}.`;
  const [drafts, setDrafts] = createSignal<Readonly<Record<string, Draft>>>({});
  const [others, setOthers] = createSignal<Readonly<Record<string, string>>>({});
  const [spilt, setSpilt] = createSignal<Readonly<Record<string, Editing>>>({});
  const [channels, setChannels] = createSignal<ReadonlySet<string>>(new Set(keptNames(prefix).map((name) => name.slice(prefix.length))));
  const [called, setCalled] = createSignal<string | null>(null, { equals: false });
  /** What storage held of each channel when this tab last looked or wrote. */
  const known = new Map<string, string | null>();
  const writtenAt = new Map<string, number>();

  const draft = (channel_id: string): Draft => {
    const here = drafts()[channel_id];
    if (here) return here;
    if (!known.has(channel_id)) known.set(channel_id, stored(prefix + channel_id));
    return parse(kept(prefix + channel_id));
  };

  const show = (channel_id: string, now: Draft) => {
    setDrafts((all) => ({ ...all, [channel_id]: now }));
    if (channels().has(channel_id) === isEmpty(now)) setChannels((all) => (isEmpty(now) ? new Set([...all].filter((id) => id !== channel_id)) : new Set(all).add(channel_id)));
  };

  /** Two tabs have written different things at once: what the box will not show is kept beside it. */
  const setAside = (channel_id: string, aside: Draft, shown: Draft) => {
    const words = aside.editing?.text ?? aside.text;
    if (words.trim() !== "" && !(shown.editing?.text ?? shown.text).includes(words)) setOthers((all) => ({ ...all, [channel_id]: words }));
  };

  const put = (channel_id: string, now: Draft) => {
    const name = prefix + channel_id;
    const standing = stored(name);
    if (known.has(channel_id) && standing !== known.get(channel_id)) setAside(channel_id, parse(standing), now);
    keep(name, isEmpty(now) ? null : JSON.stringify(now));
    known.set(channel_id, stored(name));
    writtenAt.set(channel_id, Date.now());
    show(channel_id, now);
  };

  /** Changes a part. Words of an edit that it would push out can be fetched back by `refill`. */
  const change = (channel_id: string, part: Partial<Draft>) => {
    const before = draft(channel_id);
    const { editing } = { ...before, ...part };
    const pushed = before.editing;
    if (pushed && pushed.id !== editing?.id && pushed.text.trim() !== "" && pushed.text !== pushed.before) setSpilt((all) => ({ ...all, [channel_id]: pushed }));
    put(channel_id, { ...before, ...part, editing: editing && { ...editing, before: editing.before ?? editing.text } });
  };

  /** An edit has reached its end. */
  const finish = (channel_id: string) => put(channel_id, { ...draft(channel_id), editing: null });

  /** A post came to stand while it was being changed: from now on it is that message which is changed. */
  const posted = (key: string, { id, channel_id, content }: Message) => {
    const now = draft(channel_id);
    if (now.editing?.id === key) put(channel_id, { ...now, editing: { id, text: now.editing.text, type: now.editing.type, before: content } });
  };

  const refill = (channel_id: string) => {
    const editing = spilt()[channel_id];
    mop(channel_id);
    if (editing) change(channel_id, { editing });
  };

  const mop = (channel_id: string) => {
    if (spilt()[channel_id]) setSpilt(({ [channel_id]: _, ...rest }) => rest);
  };

  const dismissOther = (channel_id: string) => setOthers(({ [channel_id]: _, ...rest }) => rest);

  /** Puts words into the box of a channel after what stands there, and the cursor too. */
  const add = (channel_id: string, words: string) => {
    const now = draft(channel_id);
    if (now.editing) change(channel_id, { editing: { ...now.editing, text: joined(now.editing.text, words) } });
    else change(channel_id, { text: joined(now.text, words) });
    setCalled(channel_id);
  };

  onKeptElsewhere(prefix, (channel_id) => {
    const text = stored(prefix + channel_id);
    // This tab has written since.
    if (text === known.get(channel_id)) return;
    known.set(channel_id, text);
    const [mine, theirs] = [draft(channel_id), parse(text)];
    if (!isSafe(prefix + channel_id)) return setAside(channel_id, theirs, mine);
    if (Date.now() - (writtenAt.get(channel_id) ?? 0) < FRESH) setAside(channel_id, mine, theirs);
    show(channel_id, theirs);
  });

  return {
    draft,
    /** The channels in which something is written and not sent. */
    channels,
    change,
    finish,
    posted,
    add,
    /** What was written in a channel and its box does not show: two tabs wrote at once. */
    other: (channel_id: string): string | undefined => others()[channel_id],
    dismissOther,
    /** The words of an edit that was given up. */
    spilt: (channel_id: string): Editing | undefined => spilt()[channel_id],
    refill,
    mop,
    isSafe: (channel_id: string): boolean => isSafe(prefix + channel_id),
    /** The channel whose box is to take the focus; it changes with every call. */
    called,
    call: (channel_id: string) => setCalled(channel_id),
  };
};

export type Drafts = ReturnType<typeof createDrafts>;

const all = new Map<string, Drafts>();

/** A user's drafts: the same ones after signing in again, with what storage would not take. */
export const draftsOf = (user_id: string): Drafts => {
  const drafts = all.get(user_id) ?? createDrafts(user_id);
  all.set(user_id, drafts);
  return drafts;
};
