import { createEffect, createMemo, createSignal } from "solid-js";
import type { Attachment, Channel, Message, MessageType } from "../api.ts";
import { goingIn } from "../files/going.ts";
import { asFailure } from "../model.ts";
import { isStuck } from "../reduce.ts";
import type { Colony } from "../store.ts";
import type { Editing } from "./drafts.ts";
import { bytesOf, MOST } from "./size.ts";
import { finished, isBlank } from "./typing.ts";

const underWay = { words: "Not sent: its files are still on their way. Send it when they are there.", gone: false };

/** What is being written in a channel, or there in answer to one message (`thread`: its id), and what can be done with it. */
export const createWriting = (colony: Colony, channel: () => Channel, thread: () => string | undefined = () => undefined) => {
  const [failed, setFailed] = createSignal<{ words: string; gone: boolean } | null>(null);
  const [busy, setBusy] = createSignal(false);
  const [doomed, setDoomed] = createSignal<Message | null>(null);
  const id = () => channel().id;
  /** The name under which it is kept. */
  const place = () => (thread() === undefined ? id() : `${id()}/${thread()}`);
  const drafts = () => colony.drafts();
  const draft = createMemo(() => drafts().draft(place()));
  const editing = () => draft().editing;
  const text = () => (editing() ?? draft()).text;
  const type = () => (editing() ?? draft()).type;
  const reply_to = () => (editing() ?? draft()).reply_to ?? null;
  const files = () => (editing() ?? draft()).files ?? [];
  const bytes = createMemo(() => bytesOf(text()));
  const excess = () => Math.max(0, bytes() - MOST);
  /** The message that is being edited, as it stands now. */
  const standing = createMemo(() => {
    const now = editing();
    return now && !now.unsent ? colony.timeline(id())?.messages.find((message) => message.id === now.id) : undefined;
  });

  const wordless = () => isBlank(text(), type());
  /** Nothing is written or attached; a message that stands keeps its files. */
  const blank = () => wordless() && files().length === 0 && !standing()?.attachments.length;

  createEffect(() => {
    if (goingIn(place()) === 0) setFailed((now) => (now === underWay ? null : now));
  });

  const write = (now: { text?: string; type?: MessageType; reply_to?: string | null; files?: readonly Attachment[] }) => {
    const before = editing();
    drafts().change(place(), before ? { editing: { ...before, ...now } } : now);
    if (now.text === undefined) return;
    drafts().mop(place());
    if (now.text !== "" && !before) colony.team()?.typing.write(id());
  };

  const send = async () => {
    if (busy()) return;
    setFailed(null);
    const before = editing();
    if (blank()) {
      if (before) await removeInstead(before);
      return;
    }
    if (excess() > 0) return setFailed({ words: `Not sent: it is ${excess().toLocaleString()} bytes longer than a message may be.`, gone: false });
    if (goingIn(place()) > 0) return setFailed(underWay);
    const written = { content: wordless() ? "" : finished(text(), type()), type: type(), reply_to: thread() ?? reply_to(), attachments: files() };
    if (before && !before.unsent) return save(before, written.content);
    if (before && colony.posts.pending().some(({ key }) => key === before.id)) colony.posts.rewrite(before.id, written);
    else if (!colony.posts.post(id(), written, before?.id)) return;
    colony.team()?.typing.rest(id());
    if (before) drafts().finish(place());
    else drafts().change(place(), { text: "", type: "text", reply_to: null, files: [] });
  };

  const save = async (now: Editing, content: string) => {
    const channel_id = id();
    setBusy(true);
    try {
      await colony.posts.edit({ id: now.id, channel_id }, content, now.type);
      const still = drafts().draft(channel_id).editing;
      if (still?.id !== now.id) return;
      // What was typed while it was on its way is another edit.
      if (still.text === now.text) drafts().finish(channel_id);
      else drafts().change(channel_id, { editing: { ...still, before: content } });
    } catch (error) {
      const failure = asFailure(error);
      setFailed({ words: `Not saved: ${failure.message}`, gone: failure.code === "message_deleted" || failure.code === "not_found" });
    } finally {
      setBusy(false);
    }
  };

  /** Saved as nothing, a message is to be deleted: that is asked. An unsent one is just thrown away. */
  const removeInstead = async (now: Editing) => {
    if (now.unsent) {
      colony.posts.discard(now.id);
      return drafts().finish(place());
    }
    const message = standing() ?? (await colony.ask((api) => api.message(id(), now.id)).catch(() => null));
    if (message) setDoomed(message);
  };

  /** Leaves an edit, or else a reply. @returns whether there was one */
  const cancel = (): boolean => {
    setFailed(null);
    if (editing()) drafts().change(place(), { editing: null });
    else if (draft().reply_to !== null) drafts().change(place(), { reply_to: null });
    else return false;
    return true;
  };

  /** The words of an edit that cannot be saved go on as a new message. */
  const writeAnew = () => {
    const words = text();
    setFailed(null);
    drafts().finish(place());
    drafts().add(place(), words);
  };

  /** Takes up what I said last: a post that was not sent, or the newest message, never one before it. */
  const editLast = async () => {
    if (thread() !== undefined) return;
    const channel_id = id();
    const unsent = colony.posts.pending().findLast((one) => one.channel_id === channel_id && one.seen === null && !one.dropped && !one.gone && !one.found);
    if (unsent) {
      const { key, content, type, reply_to, attachments } = unsent;
      if (isStuck(unsent)) drafts().change(channel_id, { editing: { id: key, text: content, type, reply_to, files: attachments, unsent: true } });
      return;
    }
    const last = lastAtHand() ?? (await colony.posts.lastOfMine(channel_id).catch(() => undefined));
    // The box may have moved on while it was looked for.
    if (last && text() === "" && !editing()) drafts().change(channel_id, { editing: { id: last.id, text: last.content, type: last.type } });
  };

  const lastAtHand = (): Message | undefined => {
    const line = colony.timeline(id());
    return line?.live ? line.messages.findLast(({ user, deleted_at }) => user.id === colony.me()?.id && deleted_at === null) : undefined;
  };

  return {
    id,
    thread,
    place,
    draft,
    editing,
    text,
    type,
    reply_to,
    files,
    bytes,
    excess,
    wordless,
    blank,
    standing,
    failed,
    busy,
    write,
    send,
    cancel,
    writeAnew,
    editLast,
    /** The message that is to be deleted once that is confirmed. */
    doomed,
    spare: () => setDoomed(null),
  };
};

export type Writing = ReturnType<typeof createWriting>;
