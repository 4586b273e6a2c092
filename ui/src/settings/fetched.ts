import { type Accessor, createEffect, createSignal, on } from "solid-js";
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

  createEffect(on([again, () => colony.connection() === "online"], reload));
  return { data, failure, reload };
};

export type Fetched<T> = { data: Accessor<T | undefined>; failure: Accessor<Failure | null>; reload: () => unknown };
