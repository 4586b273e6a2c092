import type { Api, Message, NewMessage } from "./api.ts";
import { asFailure, type Model } from "./model.ts";
import * as outbox from "./outbox.ts";
import { changed, type Pending, posted, removed } from "./reduce.ts";

/** Milliseconds between tries of a post that did not get through; the last one is kept up. */
const RETRIES = [1_000, 2_000, 5_000, 15_000];

/** Posts, edits and deletes. A post is kept in the browser until the server has it. */
export const createPosts = (api: Api, { state, setState, ask, logged }: Model) => {
  const me = () => state().me;
  let sending = false;
  let tries = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const post = (channel_id: string, { content, type, reply_to }: NewMessage) => {
    const user = me();
    if (!user) return;
    const one: Pending = { key: crypto.randomUUID(), channel_id, content, type, reply_to, created_at: new Date().toISOString(), failed: null, seen: null };
    outbox.keep(user.id, one);
    setState((now) => ({ ...now, pending: [...now.pending, one] }));
    send();
  };

  /** Sends what waits, one after the other so that their order holds. */
  const send = async () => {
    clearTimeout(retry);
    const user = me();
    if (sending || !user) return;
    sending = true;
    try {
      for (let next = firstWaiting(); next && me()?.id === user.id; next = firstWaiting()) await sendOne(user.id, next);
      tries = 0;
    } catch (error) {
      const failure = asFailure(error);
      if (failure.status !== 401) retry = setTimeout(send, failure.retryAfter ?? RETRIES[Math.min(tries++, RETRIES.length - 1)]);
    } finally {
      sending = false;
      // Someone else has signed in meanwhile: what they left unsent goes out too.
      if (me() && me()?.id !== user.id) send();
    }
  };

  const firstWaiting = () => state().pending.find(({ failed }) => failed === null);

  /** @throws Failure when it is worth trying again */
  const sendOne = async (user_id: string, { key, channel_id, content, type, reply_to }: Pending) => {
    try {
      const [message, log] = await logged(api.post(channel_id, { content, type, reply_to }, key));
      outbox.forget(user_id, key);
      setState((now) => posted(now, key, message, log));
    } catch (error) {
      const failure = asFailure(error);
      const refused = failure.status >= 400 && failure.status < 500 && ![401, 408, 429].includes(failure.status);
      if (!refused) throw failure;
      setPending(user_id, key, { failed: failure.message });
    }
  };

  const setPending = (user_id: string, key: string, change: Partial<Pending>) => {
    setState((now) => ({ ...now, pending: now.pending.map((one) => (one.key === key ? { ...one, ...change } : one)) }));
    const one = state().pending.find((other) => other.key === key);
    if (one) outbox.keep(user_id, one);
  };

  const resend = (key: string) => {
    const user = me();
    if (user) setPending(user.id, key, { failed: null });
    send();
  };

  const discard = (key: string) => {
    const user = me();
    if (user) outbox.forget(user.id, key);
    setState((now) => ({ ...now, pending: now.pending.filter((one) => one.key !== key) }));
  };

  /** @throws Failure */
  const edit = async ({ channel_id, id }: Pick<Message, "channel_id" | "id">, content: string, type: Message["type"]) => {
    const message = await ask(api.edit(channel_id, id, content, type));
    setState((now) => changed(now, message));
  };

  /** @throws Failure */
  const remove = async ({ channel_id, id }: Message) => {
    await ask(api.remove(channel_id, id));
    setState((now) => removed(now, channel_id, id));
  };

  /** Sends nothing more until `send` is called again. */
  const rest = () => clearTimeout(retry);

  return { pending: () => state().pending, post, send, rest, resend, discard, edit, remove };
};
