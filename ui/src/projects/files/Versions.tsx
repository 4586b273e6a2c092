import { createEffect, createMemo, createSignal, For, type JSX, on, Show } from "solid-js";
import { sizeWords } from "../../files/kinds.ts";
import { Button } from "../../parts/Button.tsx";
import { createDeed } from "../../parts/deed.ts";
import { Fault } from "../../parts/Fault.tsx";
import { say } from "../../parts/Said.tsx";
import { When } from "../../parts/When.tsx";
import { projectAddress } from "../../route.ts";
import { createFetched } from "../../settings/fetched.ts";
import { Shown } from "../../settings/Section.tsx";
import { useColony } from "../../store.ts";
import { projectsApi } from "../api.ts";
import type { FileVersion, Project } from "../moments.ts";
import { Diff } from "./Editor.tsx";

type Props = { project: Project; path: string; changed: number; isText: boolean; onRestored: () => void };

/** Every version of a file: who made it, by which run, what differs between any two of them, and a way back. */
export const Versions = (props: Props): JSX.Element => {
  const colony = useColony();
  const versions = createFetched(
    () => projectsApi.versions(props.project.id, props.path),
    () => props.changed,
  );
  const [chosen, setChosen] = createSignal<number | null>(null);
  const [against, setAgainst] = createSignal<number | null>(null);
  const list = () => versions.data() ?? [];
  const after = createMemo(() => chosen() ?? list()[0]?.version ?? null);
  /** Beside which it is laid: the one that was chosen, else the one before it. */
  const before = createMemo(() => against() ?? list().find(({ version }) => version < (after() ?? 0))?.version ?? null);
  const contents = createFetched(
    async () => {
      const of = async (version: number | null) => {
        if (version === null || list().find((one) => one.version === version)?.change === "removed") return "";
        return (await projectsApi.file(props.project.id, props.path, version)).content ?? "";
      };
      return props.isText && after() !== null ? { before: await of(before()), after: await of(after()), names: [before(), after()] as const } : null;
    },
    () => `${before()} ${after()}`,
  );
  const restore = createDeed(async () => {
    const version = after();
    if (version === null) return;
    await colony.ask(() => projectsApi.restoreFile(props.project.id, props.path, version));
    props.onRestored();
    versions.reload();
    setChosen(null);
    say(`Version ${version} is put back`);
  });
  createEffect(on(after, () => setAgainst(null), { defer: true }));

  return (
    <div class="flex min-h-0 grow max-lg:flex-col">
      <div class="min-h-0 shrink-0 overflow-y-auto border-line max-lg:max-h-56 max-lg:border-b lg:w-72 lg:border-r">
        <Shown name="versions" of={versions}>
          {(all) => (
            <ol aria-label="Versions" class="divide-y divide-line">
              <For each={all()}>{(one) => <Version slug={props.project.slug} version={one} isChosen={after() === one.version} onChoose={() => setChosen(one.version)} />}</For>
            </ol>
          )}
        </Shown>
      </div>
      <Show when={after() !== null}>
        <div class="flex min-h-0 min-w-0 grow flex-col">
          <div class="flex min-h-10 shrink-0 flex-wrap items-center gap-2 border-line border-b px-4 py-1 text-small">
            <label class="flex items-center gap-2">
              <span class="text-soft">Version {after()} beside</span>
              <select
                class="h-8 rounded-md border border-edge bg-ground px-2 text-small pointer-coarse:h-11"
                value={String(before() ?? "")}
                onChange={(event) => setAgainst(Number(event.currentTarget.value))}
              >
                <For each={list().filter(({ version }) => version !== after())} fallback={<option value="">nothing</option>}>
                  {({ version }) => (
                    <option value={version} selected={version === before()}>
                      version {version}
                    </option>
                  )}
                </For>
              </select>
            </label>
            <span class="grow" />
            <Fault words={restore.failed()} />
            <Show when={after() !== list()[0]?.version && list().find(({ version }) => version === after())?.change !== "removed"}>
              <Button class="h-8! text-small pointer-coarse:h-11!" disabled={restore.busy()} onClick={restore.run}>
                Put version {after()} back
              </Button>
            </Show>
          </div>
          <Show when={contents.data()} fallback={<p class="px-5 py-4 text-faint text-small">{props.isText ? "Loading…" : "It is no text: what differs cannot be shown."}</p>}>
            {(texts) => (
              <Diff
                path={props.path}
                before={texts().names[0] === null ? texts().after : texts().before}
                after={texts().after}
                names={[texts().names[0] === null ? "Nothing" : `Version ${texts().names[0]}`, `Version ${texts().names[1]}`]}
              />
            )}
          </Show>
        </div>
      </Show>
    </div>
  );
};

const Version = (props: { slug: string; version: FileVersion; isChosen: boolean; onChoose: () => void }): JSX.Element => (
  <li class="relative px-4 py-2 text-small hover:bg-hover" classList={{ "bg-sunken": props.isChosen }}>
    <button type="button" aria-pressed={props.isChosen} class="font-medium after:absolute after:inset-0 focus-visible:-outline-offset-2" onClick={() => props.onChoose()}>
      Version {props.version.version}
    </button>
    <p class="flex flex-wrap gap-x-2 text-meta text-soft">
      <span classList={{ "text-error": props.version.change === "removed" }}>{props.version.change}</span>
      <span>{props.version.user.display_name}</span>
      <When at={props.version.at} />
      <Show when={props.version.change !== "removed"}>
        <span>{sizeWords(props.version.size)}</span>
      </Show>
      <Show when={props.version.run_id}>
        {(run) => (
          <a href={projectAddress(props.slug, "runs", run())} class="relative z-1 underline underline-offset-2">
            by a run
          </a>
        )}
      </Show>
    </p>
  </li>
);
