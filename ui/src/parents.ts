import { createSignal, type Signal } from "solid-js";
import type { Api, Message } from "./api.ts";
import { asFailure, type Model } from "./model.ts";
import { emptied, type FeedEvent } from "./reduce.ts";

/** A message that is replied to: itself, or why it is not there. `missing`: it cannot be read; `failed`: the server did not answer. */
export type Parent = Message | "coming" | "missing" | "failed";

/** Parents that are kept at hand: more than a screen's worth, bounded for a page that stays open for weeks. */
const KEPT = 500;

type Known = { channel_id: string; signal: Signal<Parent> };

/** Parents of replies that no timeline holds. They are read when they are first looked at, and follow what becomes of them. */
export const createParents = (api: Api, { state, logged }: Model) => {
  const known = new Map<string, Known>();

  const read = async (id: string, { channel_id, signal: [, set] }: Known) => {
    try {
      const [message, log] = await logged(api.message(channel_id, id));
      set(log.reduce<Parent>(after, message));
    } catch (error) {
      set(asFailure(error).status === 404 ? "missing" : "failed");
    }
  };

  /** The parent as it is now; whoever looks within an effect hears of its changes. */
  const look = (channel_id: string, id: string): Parent => {
    const one = known.get(id) ?? { channel_id, signal: createSignal<Parent>("coming") };
    if (!known.has(id)) read(id, one);
    known.delete(id);
    known.set(id, one);
    for (const oldest of known.keys()) if (known.size > KEPT) known.delete(oldest);
    return one.signal[0]();
  };

  const hear = (event: FeedEvent) => {
    // Whoever is not in a channel any more holds nothing of it; what may still be seen is read again.
    if (event.event === "member" && !event.data.member && event.data.user.id === state().me?.id)
      for (const [id, { channel_id }] of known) if (channel_id === event.channel_id) known.delete(id);
    if (event.event !== "edit" && event.event !== "delete") return;
    known.get(event.data.id)?.signal[1]((before) => after(before, event));
  };

  /** Reads again: those that failed, or all when what was read may be old. */
  const refresh = (all: boolean) => {
    for (const [id, one] of known) if (all || one.signal[0]() === "failed") read(id, one);
  };

  return { look, hear, refresh, forget: () => known.clear() };
};

/** What an event makes of a parent. */
const after = (parent: Parent, event: FeedEvent): Parent => {
  if (typeof parent === "string") return parent;
  if (event.event === "edit" && event.data.id === parent.id) return event.data;
  if (event.event === "delete" && event.data.id === parent.id) return emptied(parent);
  return parent;
};
