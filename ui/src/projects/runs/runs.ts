import { createMemo, createSignal } from "solid-js";
import type { Failure } from "../../api.ts";
import { asFailure } from "../../model.ts";
import type { Run } from "../moments.ts";

/** Runs of one answer. */
const PAGE = 50;

export const isOpen = ({ state }: Pick<Run, "state">): boolean => state === "queued" || state === "running";

/** How far a run has come: what is older than what is known takes nothing back. */
const stage = ({ state }: Run): number => (state === "queued" ? 0 : state === "running" ? 1 : 2);

/** The newest runs of a project, the newest first, as they are read and as they are heard of. */
export const createRuns = (read: (query: { limit: number; before?: string }) => Promise<Run[]>) => {
  const [byId, setById] = createSignal<ReadonlyMap<string, Run>>(new Map());
  const [isRead, setIsRead] = createSignal(false);
  const [atStart, setAtStart] = createSignal(false);
  const [failure, setFailure] = createSignal<Failure | null>(null);
  let asked = 0;
  const list = createMemo(() => [...byId().values()].sort((a, b) => (a.id < b.id ? 1 : -1)));

  const put = (runs: readonly Run[]): void => {
    setById((before) => {
      const now = new Map(before);
      for (const run of runs) {
        const known = now.get(run.id);
        if (!known || stage(run) >= stage(known)) now.set(run.id, run);
      }
      return now;
    });
  };

  const refresh = async () => {
    const mine = ++asked;
    try {
      const fresh = await read({ limit: PAGE });
      if (mine !== asked) return;
      put(fresh);
      if (!isRead()) setAtStart(fresh.length < PAGE);
      setIsRead(true);
      setFailure(null);
    } catch (error) {
      if (mine === asked) setFailure(asFailure(error));
    }
  };

  return {
    list,
    /** Those that wait or run, the oldest first. */
    open: createMemo(() => list().filter(isOpen).reverse()),
    byId: (id: string): Run | undefined => byId().get(id),
    isRead,
    atStart,
    failure,
    put: (run: Run): void => put([run]),
    refresh,
    /** Reads those before the oldest that is known. */
    older: async () => {
      try {
        const page = await read({ limit: PAGE, before: list().at(-1)?.id });
        put(page);
        setAtStart(page.length < PAGE);
      } catch (error) {
        setFailure(asFailure(error));
      }
    },
  };
};

export type Runs = ReturnType<typeof createRuns>;
