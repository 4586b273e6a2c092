import { createEffect, createSignal, type JSX, onCleanup, untrack } from "solid-js";
import type { InboxItem } from "../api.ts";
import { addressOf, type Route } from "../route.ts";
import { useColony } from "../store.ts";
import { gist } from "../timeline/gist.ts";

/** Whether this page is what the person looks at, as a signal. */
const createLooking = () => {
  const look = () => document.visibilityState === "visible" && document.hasFocus();
  const [looking, setLooking] = createSignal(look());
  const listen = () => setLooking(look());
  document.addEventListener("visibilitychange", listen);
  addEventListener("focus", listen);
  addEventListener("blur", listen);
  onCleanup(() => {
    document.removeEventListener("visibilitychange", listen);
    removeEventListener("focus", listen);
    removeEventListener("blur", listen);
  });
  return looking;
};

/** Holds a lock that all pages of this browser see, until the caller goes; `onHeld` when it is got. */
const hold = (name: string, mode: LockMode, onHeld: () => void = () => {}) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const asking = new AbortController();
  navigator.locks
    .request(name, { mode, signal: asking.signal }, () => {
      onHeld();
      return held;
    })
    // Given up while it waited.
    .catch(() => {});
  onCleanup(() => {
    asking.abort();
    release();
  });
};

/**
 * Tells outside the page of what others say to me. One page of a browser speaks for all of them, and none tells of a
 * channel that the person is looking at in any. `channel`: the id of the one that is open.
 */
export const Notices = (props: { route: Route; channel: string | undefined }): JSX.Element => {
  const colony = useColony();
  const me = untrack(() => colony.me()?.id ?? "");
  const looking = createLooking();
  const told = new Set<Notification>();
  let speaks = false;
  const lookedAt = (channel_id: string) => `colony.looked.${me}.${channel_id}`;

  hold(`colony.speaks.${me}`, "exclusive", () => {
    speaks = true;
  });
  createEffect(() => {
    if (looking() && props.channel !== undefined) hold(lookedAt(props.channel), "shared");
  });

  const tell = async (items: readonly InboxItem[]) => {
    if (!speaks) return;
    const { held = [] } = await navigator.locks.query();
    const seen = new Set(held.map(({ name }) => name));
    for (const item of items) if (!seen.has(lookedAt(item.channel.id)) && item.message.user.id !== me && isWanted(item)) show(item);
  };

  /** Whether I want to be told of it, by what I said of its channel. */
  const isWanted = ({ channel, reasons }: InboxItem): boolean => {
    const level = colony.channel(channel.id)?.notify;
    return level !== "none" && (level !== "mentions" || reasons.some((reason) => reason !== "direct"));
  };

  const show = ({ channel, message }: InboxItem) => {
    const where = colony.channel(channel.id)?.members?.length === 2 ? "" : ` in ${colony.titleOf(channel)}`;
    const notice = new Notification(`${message.user.display_name}${where}`, { body: gist(message), tag: message.id, icon: "/icons/icon-192.png" });
    told.add(notice);
    notice.onclose = () => told.delete(notice);
    notice.onclick = () => {
      window.focus();
      props.route.go(addressOf(channel, message.id));
      notice.close();
    };
  };

  onCleanup(colony.inbox.onNews(tell));
  // Who has signed out is told nothing, also not what was told before.
  onCleanup(() => {
    speaks = false;
    for (const notice of told) notice.close();
  });
  return null;
};
