import { createSignal } from "solid-js";

/** A place in the page: a channel by name or id, and in it perhaps one message. */
export type Place = { channel: string | null; message: string | null };

const decode = (part: string | undefined): string | null => {
  if (!part) return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

const placeOf = (path: string): Place => {
  const [, page, channel, message] = path.split("/");
  return page === "c" ? { channel: decode(channel), message: decode(message) } : { channel: null, message: null };
};

export const addressOf = (channel: { id: string; name: string | null }, message?: string): string =>
  `/c/${encodeURIComponent(channel.name ?? channel.id)}${message ? `/${encodeURIComponent(message)}` : ""}`;

/** The page's address as a signal. Going to the same message twice counts twice: it is jumped to again. */
export const createRoute = () => {
  const [place, setPlace] = createSignal(placeOf(location.pathname), { equals: false });
  const show = () => setPlace(placeOf(location.pathname));

  const go = (address: string, replace = false) => {
    if (replace || address === location.pathname) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    show();
  };

  addEventListener("popstate", show);
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link?.target !== "" || link.origin !== location.origin || !/^\/(c\/.+)?$/.test(link.pathname)) return;
    event.preventDefault();
    go(link.pathname);
  });

  return { place, go };
};

export type Route = ReturnType<typeof createRoute>;
