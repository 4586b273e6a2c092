import { batch, createSignal } from "solid-js";
import type { Api, Message, NewMessage } from "./api.ts";
import { asFailure, type Model } from "./model.ts";
import * as outbox from "./outbox.ts";
import { ahead, type FeedEvent, isStuck, isWaiting, type Pending, posted, removed, saysSame, told } from "./reduce.ts";
import { createSending } from "./sending.ts";
import { uniqueKey } from "./unique.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Milliseconds after which the server may have forgotten a post's key (it keeps them for a day): sent again, it could stand twice. */
const KEY_LIFE = DAY - 10 * MINUTE;
/** Milliseconds by which this machine's clock may be ahead of the server's. */
const SKEW = 5 * MINUTE;
/** Milliseconds that a discarded post can be taken back. */
const SECOND_THOUGHTS = 20_000;
/** Milliseconds that a post which another tab has sent stays, for its message to take its place. */
const HANDED_OVER = 3_000;
/** My own messages looked at to see whether a post stands among them, and for the last that was not deleted. */
const LOOKED_AT = 1_000;
const LATELY = 20;

/** What the server calls a key that came with other words before. */
const KEY_REUSED = "idempotency_key_reused";

const wordsOf = ({ content, type, reply_to, attachments }: NewMessage): NewMessage => ({ content, type, reply_to, attachments });
const fresh = (key: string, channel_id: string, written: NewMessage): Pending => ({
  ...wordsOf(written),
  key,
  channel_id,
  created_at: new Date().toISOString(),
  failed: null,
  seen: null,
});

/**
 * Posts, edits and deletes. A post is kept in the browser until the server has it. Posts of a channel go out in the order in
 * which they were written: behind one that was refused the others wait, until it is dealt with or they are let pass.
 * `onPosted`: the post of this key stands as this message.
 */
export const createPosts = (api: Api, { state, setState, ask, logged }: Model, onPosted: (key: string, message: Message) => void) => {
  const me = () => state().me;
  const pending = () => state().pending;
  const [written, setWritten] = createSignal<Pending | null>(null);
  const find = (key: string): Pending | undefined => pending().find((one) => one.key === key);

  const next = (channel_id: string): Pending | undefined => {
    const first = pending().find((one) => one.channel_id === channel_id && (isWaiting(one) || (isStuck(one) && !one.passed)));
    return first && isWaiting(first) ? first : undefined;
  };

  /** @throws Failure when it is worth trying again */
  const deliver = async (user_id: string, one: Pending) => {
    const { key, created_at } = one;
    if (Date.now() - Date.parse(created_at) > KEY_LIFE) return amend(user_id, key, { doubtful: true });
    /** Other words were put in its place while it was on its way: they go out next, under its key. */
    const isOld = () => {
      const now = find(key);
      return now !== undefined && !saysSame(now, one);
    };
    try {
      const [message, log] = await logged(stand(one));
      if (isOld()) return;
      outbox.forget(user_id, key);
      batch(() => {
        setState((now) => posted(now, key, message, log));
        onPosted(key, message);
      });
    } catch (error) {
      const failure = asFailure(error);
      if (isOld()) return;
      if (!failure.refused) throw failure;
      // The key stands for what another form of this page sent: it is there, or something like it.
      amend(user_id, key, failure.code === KEY_REUSED ? { doubtful: true } : { failed: failure.message });
    }
  };

  /** Posts one. Where its key stands for what it said before it was changed, that message is changed. @throws Failure */
  const stand = async (one: Pending): Promise<Message> => {
    const [message, form] = await taken(one, one, one.earlier ?? []);
    return form === one ? message : api.edit(one.channel_id, message.id, one.content, one.type);
  };

  const taken = async (one: Pending, form: NewMessage, [next, ...others]: readonly NewMessage[]): Promise<[Message, NewMessage]> => {
    try {
      return [await api.post(one.channel_id, wordsOf(form), one.key), form];
    } catch (error) {
      if (!next || asFailure(error).code !== KEY_REUSED) throw error;
      return taken(one, next, others);
    }
  };

  const sending = createSending({ user: () => me()?.id, channels: () => [...new Set(pending().map(({ channel_id }) => channel_id))], next, deliver });

  /** Changes a post here, and in what the browser keeps. */
  const amend = (user_id: string, key: string, part: Partial<Pending>) => {
    setState((now) => ({ ...now, pending: now.pending.map((one) => (one.key === key ? { ...one, ...part } : one)) }));
    const one = find(key);
    if (one) outbox.keep(user_id, one);
  };

  /** Takes a post out of the list; what is kept of it is another matter. */
  const drop = (key: string) => setState((now) => ({ ...now, pending: now.pending.filter((one) => one.key !== key) }));

  /** `key`: of a post that these words were to take the place of, and that went its way meanwhile. @returns whether it is kept and on its way */
  const post = (channel_id: string, written: NewMessage, key = uniqueKey()): boolean => {
    const user = me();
    if (!user) return false;
    const one = fresh(key, channel_id, written);
    outbox.keep(user.id, one);
    setState((now) => ({ ...now, pending: [...now.pending, one] }));
    setWritten(one);
    sending.drain(channel_id);
    return true;
  };

  /** Tries one again that was refused. */
  const resend = (key: string) => {
    const user = me();
    const one = find(key);
    if (!user || !one) return;
    amend(user.id, key, { failed: null, passed: false });
    sending.drain(one.channel_id);
  };

  /** Puts other words in a post's place. They keep its key: whatever became of its tries, one of the two stands. */
  const rewrite = (key: string, written: NewMessage) => {
    const before = find(key);
    if (before) replace(before, { ...fresh(key, before.channel_id, written), created_at: before.created_at, earlier: [wordsOf(before), ...(before.earlier ?? [])] });
  };

  const replace = (before: Pending, one: Pending) => {
    const user = me();
    if (!user) return;
    outbox.keep(user.id, one);
    if (one.key !== before.key) outbox.forget(user.id, before.key);
    setState((now) => ({ ...now, pending: now.pending.map((other) => (other.key === before.key ? one : other)) }));
    sending.drain(one.channel_id);
  };

  /** Holds one that waits, while it is being changed. */
  const hold = (key: string) => {
    const user = me();
    const one = find(key);
    if (user && one && isWaiting(one)) amend(user.id, key, { failed: "held back while you were changing it." });
  };

  /** Lets the posts of a channel pass the ones before them that were not sent. */
  const letPass = (key: string) => {
    const user = me();
    const channel_id = find(key)?.channel_id;
    if (!user || channel_id === undefined) return;
    for (const one of pending()) {
      if (one.key === key) break;
      if (one.channel_id === channel_id && isStuck(one)) amend(user.id, one.key, { passed: true });
    }
    sending.drain(channel_id);
  };

  /** Throws one away; `undiscard` takes that back for a while. */
  const discard = (key: string) => {
    const user = me();
    const one = find(key);
    if (!user || !one) return;
    outbox.forget(user.id, key);
    setState((now) => ({ ...now, pending: now.pending.map((other) => (other.key === key ? { ...other, dropped: true } : other)) }));
    setTimeout(() => find(key)?.dropped && drop(key), SECOND_THOUGHTS);
    sending.drain(one.channel_id);
  };

  const undiscard = (key: string) => {
    const user = me();
    const one = find(key);
    if (!user || !one) return;
    amend(user.id, key, { dropped: false });
    sending.drain(one.channel_id);
  };

  /** Looks whether a doubtful post stands in its channel already, and posts it when it does not. @throws Failure */
  const settle = async (key: string) => {
    const user = me();
    const one = find(key);
    if (!user || !one) return;
    // What I said before it was written is another message, though it says the same.
    const since = new Date(Date.parse(one.created_at) - SKEW).toISOString();
    const mine = await ask(api.history(one.channel_id, { user_id: user.id, since, limit: LOOKED_AT }));
    const words = one.content.toWellFormed();
    const twin = mine.find((other) => saysSame(other, { ...one, content: words }));
    if (!twin) return replace(one, fresh(uniqueKey(), one.channel_id, one));
    amend(user.id, key, { doubtful: false, found: { id: twin.id, at: twin.created_at } });
  };

  /** Lets a post go that was found to stand already: until then its words are kept, for what was found may be another. */
  const dismiss = (key: string) => {
    const user = me();
    if (user) outbox.forget(user.id, key);
    drop(key);
  };

  outbox.onElsewhere((user_id, key, now) => {
    if (user_id !== me()?.id) return;
    const here = find(key);
    if (now) {
      const merged = here ? pending().map((one) => (one.key === key ? { ...now, seen: one.seen, dropped: one.dropped } : one)) : [...pending(), now].sort(outbox.inOrder);
      setState((all) => ({ ...all, pending: merged }));
      sending.drain(now.channel_id);
    } else if (here?.found) drop(key);
    else if (here && !here.dropped) {
      setState((all) => ({ ...all, pending: all.pending.map((one) => (one.key === key ? { ...one, gone: true } : one)) }));
      setTimeout(() => find(key)?.gone && drop(key), HANDED_OVER);
      sending.drain(here.channel_id);
    }
  });

  /** Asks for something that changes a message. `work` gives what came of it, as the feed will tell it. @throws Failure */
  const change = async (work: (api: Api) => Promise<FeedEvent>) => {
    const [event, log] = await logged(work(api));
    setState((now) => told(now, [event, ...log]));
  };

  /** @throws Failure */
  const edit = ({ channel_id, id }: Pick<Message, "channel_id" | "id">, content: string, type: Message["type"]) =>
    change(async () => ahead("edit", channel_id, await api.edit(channel_id, id, content, type)));

  /** @throws Failure */
  const remove = async ({ channel_id, id }: Pick<Message, "channel_id" | "id">) => {
    await ask(api.remove(channel_id, id));
    setState((now) => removed(now, channel_id, id));
  };

  /** My newest message of a channel that was not deleted, as the server has it. @throws Failure */
  const lastOfMine = async (channel_id: string): Promise<Message | undefined> => {
    const mine = await ask(api.history(channel_id, { user_id: me()?.id, limit: LATELY }));
    return mine.findLast(({ deleted_at }) => deleted_at === null);
  };

  const { send, rest, trouble } = sending;
  return { pending, written, trouble, post, send, rest, resend, rewrite, hold, letPass, discard, undiscard, settle, dismiss, change, edit, remove, lastOfMine };
};
