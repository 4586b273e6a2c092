import type { Channel } from "./api.ts";
import { attentionOf } from "./attention.ts";
import { addressOf, type Route } from "./route.ts";
import { openChannels, placesOf } from "./sidebar/order.ts";
import type { Colony } from "./store.ts";

/** Where the page opens: #general, or else the first channel. */
export const homeOf = ({ channels, channel }: Pick<Colony, "channels" | "channel">): Channel | undefined => channel("general") ?? openChannels(channels())[0];

/** Going about the page by key. `visits`: the channels one was in, newest first; `say`: tells when there is nowhere to go. */
export const createMoves = (colony: Colony, route: Route, visits: () => readonly string[], say: (words: string) => void) => {
  const current = () => colony.channel(route.place().channel ?? "");
  const to = (channel: Channel | undefined, otherwise: string) => (channel ? route.go(addressOf(channel)) : say(otherwise));

  /** The next channel in the sidebar's order, forwards or backwards, that `counts`; past the end it begins anew where `around`. */
  const step = (by: 1 | -1, around: boolean, counts: (channel: Channel) => boolean): Channel | undefined => {
    const list = placesOf(colony.channels());
    const at = list.findIndex(({ id }) => id === current()?.id);
    const [before, after] = [list.slice(0, Math.max(0, at)), list.slice(at + 1)];
    const ahead = by === 1 ? [...after, ...(around ? before : [])] : [...before.reverse(), ...(around ? after.reverse() : [])];
    return ahead.find(counts);
  };

  const any = () => true;
  const unread = (channel: Channel) => {
    const { unread, calls } = attentionOf(channel);
    return unread + calls > 0;
  };
  return {
    home: () => to(homeOf(colony), "There is no channel"),
    inbox: () => route.go("/inbox"),
    questions: () => route.go("/questions"),
    agents: () => route.go("/agents"),
    search: () => {
      const box = document.querySelector<HTMLElement>("[data-search]");
      if (box) box.focus();
      else route.go("/search");
    },
    settings: () => route.go("/settings"),
    back: () => to(colony.channel(visits().find((id) => id !== current()?.id && colony.channel(id)) ?? ""), "You were in no other channel"),
    nextChannel: () => to(step(1, false, any), "This is the last channel"),
    previousChannel: () => to(step(-1, false, any), "This is the first channel"),
    nextUnread: () => to(step(1, true, unread), "Nothing else is unread"),
    previousUnread: () => to(step(-1, true, unread), "Nothing else is unread"),
  };
};
