import { type Accessor, batch, createEffect, createSignal, on } from "solid-js";
import type { Failure, Hit } from "../api.ts";
import { asFailure } from "../model.ts";
import { useColony } from "../store.ts";
import type { Asked } from "./words.ts";

/** Hits fetched at once. */
const PAGE = 20;

/** What the server finds for what is asked. What was found before stays shown until the answer is there. */
export const createResults = (asked: Accessor<Asked>) => {
  const colony = useColony();
  const [hits, setHits] = createSignal<readonly Hit[]>([]);
  const [hasMore, setHasMore] = createSignal(false);
  const [indexing, setIndexing] = createSignal(false);
  const [failure, setFailure] = createSignal<Failure | null>(null);
  const [busy, setBusy] = createSignal(false);
  /** What the hits are those of; null before the first answer. */
  const [answered, setAnswered] = createSignal<string | null>(null);
  let latest = 0;

  const load = async (offset: number) => {
    const mine = ++latest;
    const { q, sort } = asked();
    if (q.trim() === "") {
      show([], false, false, null);
      return;
    }
    setBusy(true);
    try {
      const page = await colony.ask((api) => api.search({ q, sort, limit: PAGE, offset }));
      if (mine !== latest) return;
      const before = offset === 0 ? [] : hits();
      const known = new Set(before.map(({ message }) => message.id));
      // What was posted since has moved the pages: what is there stands once.
      show([...before, ...page.hits.filter(({ message }) => !known.has(message.id))], page.has_more, page.indexing, q);
      next = offset + PAGE;
    } catch (error) {
      if (mine !== latest) return;
      setBusy(false);
      setFailure(asFailure(error));
    }
  };
  let next = 0;

  const show = (found: readonly Hit[], more: boolean, building: boolean, q: string | null) =>
    batch(() => {
      setHits(found);
      setHasMore(more);
      setIndexing(building);
      setFailure(null);
      setBusy(false);
      setAnswered(q);
    });

  createEffect(
    on([asked, () => colony.connection() === "online"], ([now], before) => {
      // The line came back: what could not be asked is, what was answered stands.
      if (before && before[0].q === now.q && before[0].sort === now.sort && failure() === null) return;
      load(0);
    }),
  );

  return { hits, hasMore, indexing, failure, busy, answered, more: () => load(next), again: () => load(0) };
};
