import { createMemo, createSignal, onCleanup } from "solid-js";
import type { MessageType } from "./api.ts";

/** Which messages of a channel are shown. Empty `types`, null `user` or `session`: all. `user` is a username. */
export type Filter = { types: readonly MessageType[]; user: string | null; session: string | null };

/**
 * A place in the page. `channel`: by name or id; `message`: one in it; `section`: a part of the settings, of the page of agents or of a project, or how many days
 * are looked back over; `at`: what of a project's part is open, a run's id or a file's path; `line`: of that file.
 */
export type Place = {
  page: "channel" | "project" | "inbox" | "questions" | "search" | "settings" | "agents" | "usage";
  channel: string | null;
  message: string | null;
  filter: Filter;
  section: string | null;
  at: string | null;
  line: number | null;
};

export const messageTypes: readonly MessageType[] = ["text", "code", "result", "error", "plan"];
export const noFilter: Filter = { types: [], user: null, session: null };

export const isFiltering = ({ types, user, session }: Filter): boolean => types.length > 0 || user !== null || session !== null;

const decode = (part: string | undefined): string | null => {
  if (!part) return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

const filterOf = (query: URLSearchParams): Filter => {
  const wanted = query.get("type")?.split(",") ?? [];
  return { types: messageTypes.filter((type) => wanted.includes(type)), user: query.get("user") || null, session: query.get("session") || null };
};

/** The place of an address: its path and query. */
export const placeOf = (address: string): Place => {
  const { pathname, searchParams } = new URL(address, location.origin);
  const [, page, one, two, ...more] = pathname.split("/");
  const nowhere: Place = { page: "channel", channel: null, message: null, filter: noFilter, section: null, at: null, line: null };
  // A project's talk is its channel.
  if (page === "projects") {
    const project = { ...nowhere, channel: decode(one) };
    if (!two) return project;
    return { ...project, page: "project", section: decode(two), at: more.map((part) => decode(part) ?? "").join("/") || null, line: Number(searchParams.get("line")) || null };
  }
  if (page === "settings" || page === "usage" || page === "agents") return { ...nowhere, page, section: decode(one) };
  if (page === "inbox" || page === "questions" || page === "search") return { ...nowhere, page };
  return page === "c" || page === "dm" ? { ...nowhere, channel: decode(one), message: decode(two), filter: filterOf(searchParams) } : nowhere;
};

const queryOf = ({ types, user, session }: Filter): string => {
  const query = new URLSearchParams();
  if (types.length > 0) query.set("type", types.join(","));
  if (user !== null) query.set("user", user);
  if (session !== null) query.set("session", session);
  return query.size > 0 ? `?${query.toString().replaceAll("%2C", ",")}` : "";
};

/** The address of a channel by its name, of a conversation by its id. */
export const addressOf = ({ id, name }: { id: string; name: string | null }, message?: string, filter = noFilter): string =>
  `/${name === null ? `dm/${id}` : `c/${encodeURIComponent(name)}`}${message ? `/${encodeURIComponent(message)}` : ""}${queryOf(filter)}`;

/** A part of a project, by its slug: what of it is open, and which line of a file. */
export const projectAddress = (slug: string, section?: string, at?: string, line?: number | null): string =>
  `/projects/${[slug, ...(section ? [section] : []), ...(at ? at.split("/") : [])].map(encodeURIComponent).join("/")}${line ? `?line=${line}` : ""}`;

const inside = /^\/((c|dm|projects|settings|usage|agents)\/.+|settings|inbox|questions|search|agents|usage)?$/;

/** The page's address as a signal, and the links inside it followed, for as long as its owner lives. Going to the same message twice counts twice: it is jumped to again. */
export const createRoute = () => {
  const here = () => placeOf(location.pathname + location.search);
  const [place, setPlace] = createSignal(here(), { equals: false });
  const show = () => setPlace(here());

  const go = (address: string, replace = false) => {
    if (replace || address === location.pathname + location.search) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    show();
  };

  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link?.target !== "" || link.origin !== location.origin || !inside.test(link.pathname)) return;
    event.preventDefault();
    go(link.pathname + link.search);
  };

  addEventListener("popstate", show);
  document.addEventListener("click", follow);
  onCleanup(() => {
    removeEventListener("popstate", show);
    document.removeEventListener("click", follow);
  });

  return { place, page: createMemo(() => place().page), go };
};

export type Route = ReturnType<typeof createRoute>;
