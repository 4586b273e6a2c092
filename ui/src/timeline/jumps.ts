import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, untrack } from "solid-js";
import type { Channel } from "../api.ts";
import type { Timeline } from "../reduce.ts";
import { addressOf, type Route } from "../route.ts";
import { useColony } from "../store.ts";
import type { View } from "../views.ts";
import type { ReaderPlace } from "./place.ts";
import type { Layout } from "./rows.ts";

/** Milliseconds that a message which was jumped to stays lit. */
const LIT = 2_400;
/** How far down the page a message is brought that was jumped to: what led to it stays in sight. */
const PART = 0.3;

type Needs = {
  view: View;
  route: Route;
  timeline: Accessor<Timeline | undefined>;
  layout: Accessor<Layout>;
  place: ReaderPlace;
  onSelect: (key: string) => void;
  unread: () => Pick<Channel, "unread" | "read_seq">;
};

/** Where to look in a timeline: at the message that the address names, or where the reader wants to go next; and the way back. */
export const createJumps = ({ view, route, timeline, layout, place, onSelect, unread }: Needs) => {
  const { timelines, channel } = useColony();
  const [wanted, setWanted] = createSignal<string | null>(null);
  const [focused, setFocused] = createSignal<string | null>(null);
  const [lit, setLit] = createSignal<string | null>(null);
  const [origin, setOrigin] = createSignal<string | null>(null);
  let leaving: string | null = null;
  let unlight: ReturnType<typeof setTimeout> | undefined;

  // A stretch far back that was left is not where one begins again.
  if (untrack(route.place).message === null && untrack(timeline)?.live === false) timelines.drop(view);
  onCleanup(() => clearTimeout(unlight));

  createEffect(
    on(route.place, ({ message }) => {
      setWanted(message);
      if (message !== null) setOrigin(leaving);
      leaving = null;
    }),
  );

  const isRead = createMemo(() => timeline() !== undefined);
  const isAtHand = (to: string | null): boolean => isRead() && (to === null || layout().places.has(to));
  createEffect(
    on([wanted, isRead], ([to]) => {
      if (isAtHand(to)) return;
      if (to === null) timelines.loadFirst(view, untrack(unread));
      else timelines.loadAround(view, to);
    }),
  );
  createEffect(() => {
    const to = wanted();
    if (to !== null && isAtHand(to)) queueMicrotask(() => lightUp(to));
  });

  /** Gives the focus to a row as soon as it is drawn. */
  const focus = (key: string) => {
    onSelect(key);
    setFocused(key);
  };

  const lightUp = (key: string) => {
    const at = layout().places.get(key);
    if (at === undefined) return;
    setWanted(null);
    place.holdRow(at, PART);
    focus(key);
    setLit(key);
    clearTimeout(unlight);
    unlight = setTimeout(() => setLit(null), LIT);
  };

  const jumpTo = (message_id: string, from: string | null) => {
    leaving = from;
    route.go(addressOf(channel(view.channel_id) ?? { id: view.channel_id, name: null }, message_id, view));
  };

  return {
    wanted,
    /** It could not be reached. */
    giveUp: () => setWanted(null),
    focused,
    lit,
    /** The message that the last jump began at. */
    origin,
    focus,
    /** The row that was to take the focus has it. */
    taken: () => setFocused(null),
    jumpTo,
    /** A link of this message is about to lead elsewhere. */
    leaveFrom: (message_id: string) => {
      leaving = message_id;
    },
    back: () => {
      const to = origin();
      if (to !== null) jumpTo(to, null);
    },
  };
};
