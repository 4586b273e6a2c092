import { createSignal } from "solid-js";
import type { Channel, Message } from "../api.ts";
import { addressOf, type Filter, noFilter, type Route } from "../route.ts";
import type { Colony } from "../store.ts";

type Needs = { channel: () => Channel; route: Route; onWrite: () => void; onJump: (to: string, from: string) => void };

/** What one can do with a channel's messages, by button or key, and who may. */
export const createActs = (colony: Colony, { channel, route, onWrite, onJump }: Needs) => {
  const [doomed, setDoomed] = createSignal<Message | null>(null);
  const [reacting, setReacting] = createSignal<Message | null>(null);
  const isMine = ({ user }: Message) => user.id === colony.me()?.id;
  const mayReply = () => channel().archived_at === null;

  const reply = ({ id }: Message) => {
    colony.drafts().change(channel().id, { reply_to: id, editing: null });
    onWrite();
  };

  const edit = ({ id, content, type }: Message) => {
    colony.drafts().change(channel().id, { editing: { id, text: content, type } });
    onWrite();
  };

  /** One reply is gone to; of more, the thread is shown. */
  const replies = (message: Message) => {
    const answers = colony.timeline(channel().id)?.messages.filter(({ reply_to, deleted_at }) => reply_to === message.id && deleted_at === null) ?? [];
    const [only] = answers;
    if (only && answers.length === 1) onJump(only.id, message.id);
    else thread(message);
  };

  const thread = ({ id }: Message) => colony.setPanel({ kind: "thread", message: id });

  return {
    mayReply,
    mayEdit: (message: Message) => mayReply() && isMine(message),
    mayDelete: (message: Message) => isMine(message) || colony.me()?.admin === true,
    reply,
    react: setReacting,
    /** The message that a reaction is being chosen for. */
    reacting,
    edit,
    replies,
    thread,
    details: ({ id }: Message) => colony.setPanel({ kind: "details", message: id }),
    filter: (filter: Partial<Filter>) => route.go(addressOf(channel(), undefined, { ...noFilter, ...filter })),
    remove: setDoomed,
    /** The message that is to be deleted once that is confirmed. */
    doomed,
    spare: () => setDoomed(null),
  };
};

export type Acts = ReturnType<typeof createActs>;
