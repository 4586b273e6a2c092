import { createEffect, createSignal, on, onCleanup } from "solid-js";
import type { Failure } from "../../api.ts";
import { asFailure } from "../../model.ts";
import { useColony } from "../../store.ts";
import { projectsApi } from "../api.ts";
import type { Desk } from "../desk.ts";
import type { Fault } from "../moments.ts";

/** Milliseconds in which what a run writes is gathered before it is asked which errors are in it. */
const GATHER = 1_000;

/** The errors that were recognised in a project's console, the last that came first; read anew as runs write and end. */
export const createFaults = (desk: () => Desk) => {
  const colony = useColony();
  const [list, setList] = createSignal<Fault[] | null>(null);
  const [failure, setFailure] = createSignal<Failure | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;

  const read = async () => {
    timer = undefined;
    const mine = ++asked;
    try {
      const fresh = await colony.ask(() => projectsApi.faults(desk().id));
      if (mine !== asked) return;
      setList(fresh.toSorted((a, b) => (a.last_at < b.last_at ? 1 : -1)));
      setFailure(null);
    } catch (error) {
      if (mine === asked) setFailure(asFailure(error));
    }
  };

  createEffect(
    on([() => desk().lines.rows(), () => desk().runs.open().length], () => {
      timer ??= setTimeout(read, list() === null ? 0 : GATHER);
    }),
  );
  onCleanup(() => {
    asked++;
    clearTimeout(timer);
  });
  return { list, failure, read };
};

export type FoundFaults = ReturnType<typeof createFaults>;
