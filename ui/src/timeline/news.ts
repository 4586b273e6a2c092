import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";
import type { Message } from "../api.ts";
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
};

/** Says what is in view to be read, while the page is looked at. */
export const createReading = ({ here, waiting, read }: Reading) => {
  const [visible, setVisible] = createSignal(document.visibilityState === "visible");
  const look = () => setVisible(document.visibilityState === "visible");
  const isReading = () => visible() && here();
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("visibilitychange", look);
  createEffect(() => {
    if (!isReading() || waiting() === 0) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      if (isReading() && waiting() > 0) read();
    }, SEEN);
  });
  onCleanup(() => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
  });
  return { isReading };
};

/** What a screen reader is told of new messages: one by its words, more by their number. */
export const createAnnouncer = (messages: Accessor<readonly Message[]>, me: () => string | undefined) => {
  const [said, say] = createSignal("");
  let heard: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const speak = () => {
    timer = undefined;
    const fresh = messages().filter(({ seq, user, deleted_at }) => seq > (heard ?? 0) && user.id !== me() && deleted_at === null);
    heard = messages().at(-1)?.seq;
    const [only] = fresh;
    if (only) say(fresh.length === 1 ? `${only.user.display_name}: ${gist(only)}` : `${fresh.length} new messages`);
  };
  createEffect(
    on(messages, (now) => {
      if (heard === undefined) heard = now.at(-1)?.seq;
      else if ((now.at(-1)?.seq ?? 0) > heard) timer ??= setTimeout(speak, QUIET);
    }),
  );
  onCleanup(() => clearTimeout(timer));
  return said;
};
