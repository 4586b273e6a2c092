import { createSignal } from "solid-js";
import { asFailure, type Model } from "../model.ts";
import type { FeedEvent } from "../reduce.ts";
import { store, stored } from "../stored.ts";
import { projectsApi } from "./api.ts";
import type { ConsoleMoment, Project, ProjectEvent, ProjectFacts, Run, SandboxMoment } from "./moments.ts";

/** Milliseconds until the list is asked for again when no answer came. */
const AGAIN = 5_000;

export type Heard = ProjectEvent | ConsoleMoment | SandboxMoment;

/** What of a project's runs concerns who does not look at it: one is under way, or one failed since they looked. */
export type Stir = "runs" | "failed" | null;

const kinds = new Set<string>(["project", "run", "file", "schedule"] satisfies ProjectEvent["event"][]);
const isOfProjects = (event: FeedEvent): event is ProjectEvent => kinds.has(event.event);

const isOpen = ({ state }: Run): boolean => state === "queued" || state === "running";
const isBad = ({ state }: Run): boolean => state === "failed" || state === "timed_out" || state === "killed";

/** The projects that one can see, what stirs in them, and what is heard of them for whoever looks at one. */
export const createProjects = ({ ask, state }: Pick<Model, "ask" | "state">) => {
  const [list, setList] = createSignal<readonly Project[] | null>(null);
  const [failure, setFailure] = createSignal<Error | null>(null);
  const [open, setOpen] = createSignal<ReadonlyMap<string, ReadonlySet<string>>>(new Map());
  const [failed, setFailed] = createSignal<ReadonlySet<string>>(new Set());
  const listeners = new Set<(heard: Heard) => void>();
  let asked = 0;
  let again: ReturnType<typeof setTimeout> | undefined;
  let looking: string | null = null;
  const kept = () => `colony.projects.failed.${state().me?.id ?? ""}`;

  const refresh = async () => {
    const mine = ++asked;
    clearTimeout(again);
    try {
      const fresh = await ask(projectsApi.projects());
      if (mine !== asked) return;
      setList(fresh);
      setFailure(null);
      setFailed(
        new Set(
          stored(kept())
            ?.split(",")
            .filter((id) => fresh.some((project) => project.id === id)),
        ),
      );
    } catch (error) {
      if (mine !== asked) return;
      setFailure(asFailure(error));
      again = setTimeout(refresh, AGAIN);
    }
  };

  /** A project as it is told to everyone, with what is mine of it. */
  const own = ({ deleted: _, ...facts }: ProjectFacts, known: Project | undefined): Project => {
    const me = state().me;
    const member = state().channels.find(({ id }) => id === facts.channel_id)?.member ?? known?.member ?? false;
    return { ...facts, member, tends: me?.admin === true || facts.created_by.id === me?.id };
  };

  const put = (project: Project) => {
    setList((all) => all && (all.some(({ id }) => id === project.id) ? all.map((one) => (one.id === project.id ? project : one)) : [...all, project]));
  };

  const mark = (id: string, isFailed: boolean) => {
    if (failed().has(id) === isFailed) return;
    const now = setFailed((before) => (isFailed ? new Set([...before, id]) : new Set([...before].filter((other) => other !== id))));
    store(kept(), now.size > 0 ? [...now].join() : null);
  };

  const stirred = (run: Run) => {
    setOpen((before) => {
      const runs = new Set(before.get(run.project_id));
      if (isOpen(run)) runs.add(run.id);
      else runs.delete(run.id);
      return new Map(before).set(run.project_id, runs);
    });
    if (isBad(run) && looking !== run.project_id) mark(run.project_id, true);
  };

  const hear = (event: FeedEvent) => {
    // Who was let into a private project, or put out of it, learns of it by their membership alone.
    if (event.event === "member" && event.data.user.id === state().me?.id) refresh();
    if (!isOfProjects(event)) return;
    if (event.event === "project") {
      const { data } = event;
      if (data.deleted) setList((all) => (all === null ? null : all.filter(({ id }) => id !== data.id)));
      else
        put(
          own(
            data,
            list()?.find(({ id }) => id === data.id),
          ),
        );
    } else if (event.event === "run") stirred(event.data);
    for (const listen of listeners) listen(event);
  };

  return {
    /** Those one can see, the oldest first; null while they are not known. */
    list,
    failure,
    refresh,
    ofChannel: (channel_id: string): Project | undefined => list()?.find((project) => project.channel_id === channel_id),
    /** Takes in a project as the server just told it. */
    put,
    stir: (id: string): Stir => ((open().get(id)?.size ?? 0) > 0 ? "runs" : failed().has(id) ? "failed" : null),
    /** Somebody looks at a project, or no more at any: its failures are seen. */
    look: (id: string | null) => {
      looking = id;
      if (id !== null) mark(id, false);
    },
    hear,
    hearMoment: (moment: ConsoleMoment | SandboxMoment) => {
      for (const listen of listeners) listen(moment);
    },
    /** From now on `listen` is told all that is heard of projects. @returns what ends it */
    listen: (listen: (heard: Heard) => void): (() => void) => {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
    leave: () => {
      asked++;
      clearTimeout(again);
      listeners.clear();
    },
  };
};

export type Projects = ReturnType<typeof createProjects>;
