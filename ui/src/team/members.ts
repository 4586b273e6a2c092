import { createSignal } from "solid-js";
import type { Api, Failure, Member } from "../api.ts";
import { asFailure, type Model } from "../model.ts";
import type { FeedEvent } from "../reduce.ts";

type Read = { channel_id: string; members: readonly Member[] | null; failure: Failure | null };

/** Who is in the channel that is looked at: read when it is first asked for, and again whenever someone comes or goes. */
export const createMembers = (api: Pick<Api, "members">, { ask }: Pick<Model, "ask">) => {
  const [read, setRead] = createSignal<Read | null>(null);
  let asked = 0;

  const refresh = async (channel_id: string) => {
    const mine = ++asked;
    try {
      const members = await ask(api.members(channel_id));
      if (mine === asked) setRead({ channel_id, members, failure: null });
    } catch (error) {
      if (mine === asked) setRead((before) => ({ channel_id, members: before?.channel_id === channel_id ? before.members : null, failure: asFailure(error) }));
    }
  };

  /** Says that a channel's members are wanted now: those of another are dropped. */
  const open = (channel_id: string) => {
    if (read()?.channel_id === channel_id) return;
    setRead({ channel_id, members: null, failure: null });
    refresh(channel_id);
  };

  const hear = (event: FeedEvent) => {
    const open = read()?.channel_id;
    if (open !== undefined && (event.event === "user" || (event.event === "member" && event.channel_id === open))) refresh(open);
  };

  const forget = () => {
    asked++;
    setRead(null);
  };

  const of = (channel_id: string) => (read()?.channel_id === channel_id ? read() : null);
  return {
    /** Who is in a channel; null while it is not known. */
    members: (channel_id: string): readonly Member[] | null => of(channel_id)?.members ?? null,
    failure: (channel_id: string): Failure | null => of(channel_id)?.failure ?? null,
    open,
    refresh,
    hear,
    forget,
  };
};
