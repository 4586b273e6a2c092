import { createSignal } from "solid-js";

/** What was changed in a file and not saved yet. `version`: what it was changed from; null where no versions are kept. */
export type Unsaved = { text: string; version: number | null };

const keyOf = (project_id: string, path: string): string => `${project_id} ${path}`;

/** Held while the page stands: who goes elsewhere in it and comes back finds what they wrote; who leaves the page is asked. */
const [unsaved, setUnsaved] = createSignal<ReadonlyMap<string, Unsaved>>(new Map());

const ask = (event: BeforeUnloadEvent) => event.preventDefault();

export const unsavedOf = (project_id: string, path: string): Unsaved | undefined => unsaved().get(keyOf(project_id, path));

/** Keeps what is not saved of a file; null: nothing. */
export const keepUnsaved = (project_id: string, path: string, words: Unsaved | null): void => {
  const now = new Map(unsaved());
  if (words) now.set(keyOf(project_id, path), words);
  else now.delete(keyOf(project_id, path));
  setUnsaved(now);
  removeEventListener("beforeunload", ask);
  if (now.size > 0) addEventListener("beforeunload", ask);
};
