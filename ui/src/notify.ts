import { createSignal } from "solid-js";
import { store, stored } from "./stored.ts";

const nameOf = (user_id: string) => `colony.notices.${user_id}`;

/** What was asked for since the page was loaded, by user. */
const [asked, setAsked] = createSignal<Readonly<Record<string, boolean>>>({});

/** Why this browser cannot show notifications; null when it can. Browsers give them to secure pages only. */
export const noNotices = (): string | null => {
  if (!isSecureContext) return "Notifications need https, or the page on localhost.";
  return "Notification" in window ? null : "This browser shows no notifications.";
};

/** Whether a user asked for notifications in this browser, and the browser allows them. */
export const wantsNotices = (user_id: string): boolean => (asked()[user_id] ?? stored(nameOf(user_id)) === "on") && noNotices() === null && Notification.permission === "granted";

// Another page of this browser may have changed it.
window.addEventListener("storage", ({ key }) => {
  if (key?.startsWith(nameOf(""))) setAsked({});
});

const keep = (user_id: string, on: boolean) => {
  store(nameOf(user_id), on ? "on" : null);
  setAsked((all) => ({ ...all, [user_id]: on }));
};

/**
 * Turns notifications on or off for a user of this browser, which asks the person the first time.
 * @returns why they stay off, when they do though they were wanted; null else
 */
export const setNotices = async (user_id: string, on: boolean): Promise<string | null> => {
  const why = on ? await refused() : null;
  keep(user_id, on && why === null);
  return why;
};

const refused = async (): Promise<string | null> => {
  const why = noNotices();
  if (why) return why;
  const permission = await Notification.requestPermission();
  if (permission !== "granted")
    return "Notifications stay off: the browser does not allow them. Allow them in its settings for this page (beside the address), then turn them on again.";
  try {
    // Some phones say yes and then show none to a page: the first one tells.
    new Notification("Colony tells you here", { body: "When someone mentions you or replies to you while you look elsewhere.", tag: "colony", icon: "/icons/icon-192.png" });
    return null;
  } catch {
    return "This browser shows no notifications of pages.";
  }
};
