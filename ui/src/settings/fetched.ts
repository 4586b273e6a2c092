import { type Accessor, createEffect, createMemo, createSignal, on } from "solid-js";
import type { Api, Failure } from "../api.ts";
import { asFailure } from "../model.ts";
import { useColony } from "../store.ts";

/**
 * Something the server has, asked for now, after every break of the line, and whenever `again` changes. What was known stays
 * shown while it is asked for anew. `failure`: why there is nothing to show.
 */
export const createFetched = <T>(load: (api: Api) => Promise<T>, again: Accessor<unknown> = () => null) => {
  const colony = useColony();
  const [data, setData] = createSignal<T>();
  const [failure, setFailure] = createSignal<Failure | null>(null);
  let asked = 0;

  const reload = async () => {
    const mine = ++asked;
    try {
      const fresh = await colony.ask(load);
      if (mine !== asked) return;
      setData(() => fresh);
      setFailure(null);
    } catch (error) {
      if (mine === asked) setFailure(asFailure(error));
    }
  };

  // By what they say, not by how often they are worked out: an answer that is put where `again` looks must not ask once more.
  const turn = createMemo(again);
  const isOnline = createMemo(() => colony.connection() === "online");
  createEffect(on([turn, isOnline], reload));
  return { data, failure, reload };
};

export type Fetched<T> = { data: Accessor<T | undefined>; failure: Accessor<Failure | null>; reload: () => unknown };
