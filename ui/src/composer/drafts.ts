import { createSignal } from "solid-js";
import type { MessageType } from "../api.ts";

/** What is being written in a channel. `editing`: a message of mine that stands already, apart from what is new. */
export type Draft = {
  text: string;
  type: MessageType;
  reply_to: string | null;
  editing: { id: string; text: string; type: MessageType } | null;
};

const empty: Draft = { text: "", type: "text", reply_to: null, editing: null };
const nameOf = (user_id: string, channel_id: string) => `colony.draft.${user_id}.${channel_id}`;

const load = (name: string): Draft => {
  try {
    return { ...empty, ...JSON.parse(localStorage.getItem(name) ?? "{}") };
  } catch {
    return empty;
  }
};

const save = (name: string, draft: Draft): void => {
  try {
    if (draft.text === "" && draft.reply_to === null && draft.editing === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(draft));
  } catch {
    // Storage is full or forbidden: the draft lives as long as the page does.
  }
};

/** Drafts of one user, by channel. They outlive a reload and an ended session. */
export const createDrafts = (user_id: string) => {
  const [drafts, setDrafts] = createSignal<Readonly<Record<string, Draft>>>({});
  const draft = (channel_id: string): Draft => drafts()[channel_id] ?? load(nameOf(user_id, channel_id));
  const change = (channel_id: string, part: Partial<Draft>) => {
    const now = { ...draft(channel_id), ...part };
    save(nameOf(user_id, channel_id), now);
    setDrafts((all) => ({ ...all, [channel_id]: now }));
  };
  return { draft, change };
};

export type Drafts = ReturnType<typeof createDrafts>;
