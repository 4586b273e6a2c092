import { createEffect, createRoot, createSignal, on, untrack } from "solid-js";
import type { Failure } from "../api.ts";
import { asFailure } from "../model.ts";
import type { Colony } from "../store.ts";
import { projectsApi } from "./api.ts";
import { createLines } from "./console/lines.ts";
import type { FileChange, SandboxStatus } from "./moments.ts";
import type { Heard, Projects } from "./projects.ts";
import { createRuns } from "./runs/runs.ts";

/** Milliseconds between looks at what a sandbox takes, while somebody looks at it. */
const LOOK = 15_000;

/** What is known of the project that is open, kept true while it is: its sandbox, its runs, its console. */
const createDesk = (colony: Colony, projects: Projects, id: string) => {
  const [sandbox, setSandbox] = createSignal<SandboxStatus | null>(null);
  const [failure, setFailure] = createSignal<Failure | null>(null);
  const [changed, setChanged] = createSignal<FileChange | null>(null);
  const [schedules, setSchedules] = createSignal(0);
  const runs = createRuns((query) => colony.ask(() => projectsApi.runs(id, query)));
  const lines = createLines((query) => colony.ask(() => projectsApi.history(id, query)));
  let looked = 0;

  const look = async () => {
    const mine = ++looked;
    try {
      const fresh = await colony.ask(() => projectsApi.sandbox(id));
      if (mine !== looked) return;
      setSandbox(fresh);
      setFailure(null);
    } catch (error) {
      if (mine === looked) setFailure(asFailure(error));
    }
  };

  const hear = (heard: Heard) => {
    if (heard.event === "console" && heard.data.project_id === id) heard.data.cleared_through === undefined ? lines.hear(heard.data) : lines.clear();
    else if (heard.event === "sandbox" && heard.data.project_id === id) look();
    else if (heard.event === "run" && heard.data.project_id === id) {
      runs.put(heard.data);
      look();
    } else if (heard.event === "file" && heard.data.project_id === id) setChanged(heard.data);
    else if (heard.event === "schedule") setSchedules((count) => count + 1);
  };

  const deaf = projects.listen(hear);
  const looking = setInterval(look, LOOK);
  createEffect(
    on(
      () => colony.connection() === "online",
      (isOnline) => {
        if (!isOnline) return;
        look();
        runs.refresh();
        lines.refresh();
      },
    ),
  );

  return {
    id,
    runs,
    lines,
    sandbox,
    sandboxFailure: failure,
    lookAtSandbox: look,
    /** What was changed of the files last. */
    changed,
    /** Grows when schedules were changed or came due. */
    schedules,
    leave: () => {
      deaf();
      clearInterval(looking);
      lines.leave();
    },
  };
};

export type Desk = ReturnType<typeof createDesk>;

let open: { desk: Desk; projects: Projects; end: () => void } | undefined;

/** The desk of the project that is open: one at a time, which stays while one goes from part to part of it. */
export const deskOf = (colony: Colony, projects: Projects, id: string): Desk => {
  if (open?.desk.id === id && open.projects === projects) return open.desk;
  closeDesk();
  return untrack(() =>
    createRoot((dispose) => {
      const desk = createDesk(colony, projects, id);
      const end = () => {
        desk.leave();
        dispose();
      };
      open = { desk, projects, end };
      return desk;
    }),
  );
};

/** Nobody looks at a project any more. */
export const closeDesk = (): void => {
  open?.end();
  open = undefined;
};
