import { createSignal } from "solid-js";
import type { Api, Standing, Status } from "../api.ts";
import { now } from "../parts/now.ts";

/** A change of presence as the feed tells it: it has no number, and whoever missed it reads the whole anew. Where many came or went together they come as a list. */
export type PresenceMoment = { event: "presence"; channel_id: null; data: Standing } | { event: "presences"; channel_id: null; data: Standing[] };

/** `isHere`: who has no connection and is there all the same. */
type Asking = { api: Pick<Api, "presence">; ask: <T>(work: Promise<T>) => Promise<T>; isHere?: (user_id: string) => boolean };

/** Milliseconds until who is here is asked for again when no answer came. */
const AGAIN = 5_000;

/** Who is here, and what they say they are at. Who is not known of is offline. */
export const createPresence = ({ api, ask, isHere = () => false }: Asking) => {
  const [all, setAll] = createSignal<ReadonlyMap<string, Standing>>(new Map());
  /** What was heard while the whole was asked for: the answer may be older. */
  let since: Standing[] = [];
  let asking = 0;
  let again: ReturnType<typeof setTimeout> | undefined;

  const refresh = async () => {
    const mine = ++asking;
    clearTimeout(again);
    since = [];
    try {
      const list = await ask(api.presence());
      if (mine === asking) setAll(new Map(byUser([...list, ...since])));
    } catch {
      if (mine === asking) again = setTimeout(refresh, AGAIN);
    }
  };

  const hear = ({ data }: PresenceMoment) => {
    const heard = [data].flat();
    since.push(...heard);
    setAll((before) => new Map([...before, ...byUser(heard)]));
  };

  const leave = () => {
    asking++;
    clearTimeout(again);
  };

  /** Whether someone is there: `online`, `away` or `offline`. */
  const presence = (user_id: string): Standing["presence"] => (isHere(user_id) ? "online" : (all().get(user_id)?.presence ?? "offline"));

  /** What someone says they are at, unless that is over. */
  const status = (user_id: string): Status | null => {
    const said = all().get(user_id)?.status ?? null;
    return said?.until != null && Date.parse(said.until) <= now() ? null : said;
  };

  /** The ids of all who are there or say what they are at. */
  const here = (): string[] => [...all().keys()].filter((id) => presence(id) !== "offline" || status(id) !== null);

  return { presence, status, here, hear, refresh, leave };
};

const byUser = (standings: Standing[]) => standings.map((one) => [one.user_id, one] as const);

/** Whether someone is there and what they say they are at, in words. */
export const standingWords = (presence: Standing["presence"], status: Status | null): string =>
  [presence, ...(status ? [status.text ? `${status.state}: ${status.text}` : status.state] : [])].join(", ");
