import FileText from "lucide-solid/icons/file-text";
import TriangleAlert from "lucide-solid/icons/triangle-alert";
import { createEffect, createSignal, For, type JSX, on, Show, Suspense } from "solid-js";
import type { KnowledgeFile } from "../api.ts";
import { exactly } from "../parts/figures.ts";
import { late } from "../parts/late.ts";
import { When } from "../parts/When.tsx";
import { createFetched } from "../settings/fetched.ts";
import { None, Rows, Section, Shown } from "../settings/Section.tsx";
import { useColony } from "../store.ts";
import { DocumentSearch } from "./DocumentSearch.tsx";

const SourceDialog = late(async () => (await import("../agents/SourceDialog.tsx")).SourceDialog);

/** Files that are listed at first. */
const SHOWN = 20;

/** What agents can look up in the company's documents, and everyone with them. `wanted`: one came for them, and not for what stands over them. */
export const Documents = (props: { wanted: boolean; onSeek: (place: HTMLElement) => void }): JSX.Element => {
  const colony = useColony();
  const files = createFetched((api) => api.knowledgeFiles());
  const stands = () => files.data() !== undefined && colony.team()?.residents.agents() != null;
  let place: HTMLDivElement | undefined;
  createEffect(
    on([() => props.wanted, stands], ([wanted]) => {
      if (!wanted || !place) return;
      props.onSeek(place);
      place.focus({ preventScroll: true });
    }),
  );
  return (
    <div ref={place} tabindex="-1" class="outline-none">
      <Section title="Documents" words="What agents look up when they are asked, and cite. Everyone here may read them.">
        <Shown name="documents" of={files}>
          {(all) => (
            <Show when={all().length > 0} fallback={<None>{colony.me()?.admin ? <Begin /> : "There are no documents here yet."}</None>}>
              <DocumentSearch />
              <Files files={all()} />
            </Show>
          )}
        </Shown>
      </Section>
    </div>
  );
};

const Begin = (): JSX.Element => (
  <>
    There are no documents here yet: set <code class="font-mono text-meta">COLONY_KNOWLEDGE</code> to a folder of markdown, text and PDF files. What changes in it is read at once.
  </>
);

const Files = (props: { files: readonly KnowledgeFile[] }): JSX.Element => {
  const [whole, setWhole] = createSignal(false);
  const [opened, setOpened] = createSignal<KnowledgeFile | null>(null);
  /** What cannot be read stands first: somebody has to mend it. */
  const all = () => props.files.toSorted((a, b) => Number(a.problem === null) - Number(b.problem === null) || a.path.localeCompare(b.path));
  return (
    <>
      <Rows label="Files">
        <For each={all().slice(0, whole() ? undefined : SHOWN)}>
          {(file) => (
            <li class="flex min-w-0 items-baseline gap-3 px-3 py-2 sm:px-4">
              <span aria-hidden="true" class="shrink-0 translate-y-0.5" classList={{ "text-faint": file.problem === null, "text-error": file.problem !== null }}>
                {file.problem === null ? <FileText size={15} /> : <TriangleAlert size={15} />}
              </span>
              <div class="min-w-0 grow">
                <p class="font-mono text-small [overflow-wrap:anywhere]">
                  <Show when={file.sections > 0} fallback={file.path}>
                    <button type="button" class="min-h-6 rounded text-left underline underline-offset-2 hover:text-accent-ink" onClick={() => setOpened(file)}>
                      {file.path}
                    </button>
                  </Show>
                </p>
                <Show when={file.problem}>{(problem) => <p class="text-error text-small [overflow-wrap:anywhere]">{problem()}</p>}</Show>
              </div>
              <p class="shrink-0 text-faint text-small">
                <When at={file.updated_at} date />
              </p>
            </li>
          )}
        </For>
      </Rows>
      <Show when={!whole() && props.files.length > SHOWN}>
        <button
          type="button"
          class="inline-flex min-h-6 items-center self-start font-medium text-small text-soft underline underline-offset-2 hover:text-ink pointer-coarse:min-h-11"
          onClick={() => setWhole(true)}
        >
          Show all {exactly(props.files.length)} files
        </button>
      </Show>
      <Show when={opened()}>
        {(file) => (
          <Suspense>
            <SourceDialog source={{ file: file().path, heading: null, page: null }} onClose={() => setOpened(null)} />
          </Suspense>
        )}
      </Show>
    </>
  );
};
