import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from "solid-js";
import type { Channel, Message } from "../api.ts";
import { today } from "../parts/now.ts";
import { dayName, dayOf, timeOf } from "../parts/time.ts";
import type { Timeline } from "../reduce.ts";
import { useColony } from "../store.ts";

type Needs = {
  channel: () => Channel;
  timeline: Accessor<Timeline | undefined>;
  /** Lines are not drawn in a part of a channel. */
  filtered: boolean;
  /** The newest is in view and looked at. */
  isReading: () => boolean;
};

/** The line above what is new. It stays where it was drawn, though what is below it is read meanwhile. */
export const createUnreadLine = ({ channel, timeline, filtered, isReading }: Needs) => {
  const colony = useColony();
  /** How far the channel was read when the line was drawn; null for no line. */
  const [mark, setMark] = createSignal<number | null>(null);
  const [count, setCount] = createSignal(0);
  const [isSeen, setSeen] = createSignal(false);
  const [begun, setBegun] = createSignal<string | null>(null);

  const first = createMemo(() => {
    const [line, from] = [timeline(), mark()];
    return line && from !== null ? firstUnread(line, from, colony.me()?.id) : undefined;
  });
  /** What is new begins before all that is at hand. */
  const isFar = createMemo(() => {
    const [line, from] = [timeline(), mark()];
    return line !== undefined && from !== null && !line.atStart && (line.messages[0]?.seq ?? 0) > from;
  });

  const draw = () => {
    if (filtered) return;
    const { unread, read_seq } = channel();
    setMark(unread > 0 ? read_seq : null);
    setCount(unread);
    setSeen(false);
    setBegun(null);
  };

  createEffect(
    on(
      () => channel().unread,
      (unread, before = 0) => {
        if (before === 0 && unread > 0 && !isReading()) draw();
        else if (mark() !== null) setCount((counted) => Math.max(counted, unread));
      },
      { defer: true },
    ),
  );

  createEffect(() => {
    const from = mark();
    const at = first()?.created_at;
    if (at !== undefined) setBegun(at);
    else if (from !== null && isFar() && begun() === null) ask(from);
  });

  let left = false;
  onCleanup(() => {
    left = true;
  });

  /** Asks when that was which is not at hand; a pill without the time is good enough when there is no answer. */
  const ask = async (from: number) => {
    try {
      const [message] = await colony.ask((api) => api.history(channel().id, { after_seq: from, limit: 1 }));
      if (!left && message && mark() === from) setBegun(message.created_at);
    } catch {
      // The pill says how much is new.
    }
  };

  return {
    /** The seq of the first unread message, when that is at hand. */
    from: () => first()?.seq ?? null,
    isFar,
    /** Where to look for it when it is not. */
    mark,
    draw,
    drop: () => setMark(null),
    /** The line was in view, so nobody needs to be led there any more once all is read. */
    see: () => setSeen(true),
    /** Whether to lead there while it stands above what is in view. */
    leads: () => mark() !== null && (channel().unread > 0 || !isSeen()),
    count,
    /** When what is new begins, as one says it. */
    since: (): string | null => {
      const at = begun();
      if (at === null) return null;
      const day = dayOf(at);
      return day === today() ? timeOf(at) : dayName(day, today());
    },
  };
};

/** The first message of others after a read mark, when no earlier one can be missing among these. */
const firstUnread = ({ messages, atStart }: Timeline, mark: number, me: string | undefined): Message | undefined => {
  if (!atStart && (messages[0]?.seq ?? Infinity) > mark) return undefined;
  return messages.find(({ seq, user, deleted_at }) => seq > mark && user.id !== me && deleted_at === null);
};
