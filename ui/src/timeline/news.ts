import { type Accessor, createEffect, createRenderEffect, createSignal, on, onCleanup } from "solid-js";
import { isGrowing } from "../agents/growing.ts";
import type { Message } from "../api.ts";
import type { Timeline } from "../reduce.ts";
import { gist } from "./gist.ts";

/** Milliseconds that the newest must have been in view to count as read. */
const SEEN = 400;
/** Milliseconds between two announcements, so that a busy channel does not talk over itself. */
const QUIET = 1_500;

type Reading = {
  /** The newest message is in view. */
  here: () => boolean;
  /** How much is unread. */
  waiting: () => number;
  read: () => void;
  /** Told whether it is looked at, each time that changes. */
  look: (isReading: boolean) => void;
};

/** Says what is in view to be read, while the page is looked at. */
export const createReading = ({ here, waiting, read, look }: Reading) => {
  const [visible, setVisible] = createSignal(document.visibilityState === "visible");
  const onVisible = () => setVisible(document.visibilityState === "visible");
  const isReading = () => visible() && here();
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("visibilitychange", onVisible);
  createRenderEffect(() => look(isReading()));
  createEffect(() => {
    if (!isReading() || waiting() === 0) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      if (isReading() && waiting() > 0) read();
    }, SEEN);
  });
  onCleanup(() => {
    look(false);
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", onVisible);
  });
  return { isReading };
};

const newest = (messages: readonly Message[]): number => messages.at(-1)?.seq ?? 0;

/** What a screen reader is told of new messages: one by its words, more by their number. What comes where history is read is not new. */
export const createAnnouncer = (timeline: Accessor<Timeline | undefined>, me: () => string | undefined) => {
  const [said, say] = createSignal("");
  /** The newest seq that was heard of; null while the newest is not at hand. */
  let heard: number | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Answers that were still growing when others were told of: they are told once they are whole. */
  let growing: readonly string[] = [];
  const isWhole = (messages: readonly Message[]) => growing.length > 0 && messages.some((message) => growing.includes(message.id) && !isGrowing(message));
  const speak = () => {
    timer = undefined;
    const from = heard;
    const messages = timeline()?.messages ?? [];
    if (from === null) return;
    const come = messages.filter(({ id, seq, user, deleted_at }) => (seq > from || growing.includes(id)) && user.id !== me() && deleted_at === null);
    const fresh = come.filter((message) => !isGrowing(message));
    growing = come.filter(isGrowing).map(({ id }) => id);
    heard = newest(messages);
    const [only] = fresh;
    if (only) say(fresh.length === 1 ? `${only.user.display_name}: ${gist(only)}` : `${fresh.length} new messages`);
  };
  createEffect(
    on(timeline, (now) => {
      if (!now?.live) heard = null;
      else if (heard === null) {
        heard = newest(now.messages);
        growing = now.messages.filter(isGrowing).map(({ id }) => id);
      } else if (newest(now.messages) > heard || isWhole(now.messages)) timer ??= setTimeout(speak, QUIET);
    }),
  );
  onCleanup(() => clearTimeout(timer));
  return said;
};
