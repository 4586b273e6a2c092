import Download from "lucide-solid/icons/download";
import FilePlus from "lucide-solid/icons/file-plus";
import Upload from "lucide-solid/icons/upload";
import { createEffect, createMemo, createSignal, type JSX, Match, on, Show, Switch } from "solid-js";
import { Ask } from "../../parts/Ask.tsx";
import { IconButton } from "../../parts/Button.tsx";
import { createDeed, createKeys } from "../../parts/deed.ts";
import { Fault } from "../../parts/Fault.tsx";
import { Field } from "../../parts/Field.tsx";
import { Nothing } from "../../parts/Nothing.tsx";
import { say } from "../../parts/Said.tsx";
import { projectAddress, type Route } from "../../route.ts";
import { createFetched } from "../../settings/fetched.ts";
import { useColony } from "../../store.ts";
import { projectsApi, workspaceFileAt } from "../api.ts";
import type { Desk } from "../desk.ts";
import type { Project, TreeEntry } from "../moments.ts";
import { OpenFile } from "./OpenFile.tsx";
import { Tree } from "./Tree.tsx";
import { folderOf, foldersOf, nodesOf } from "./tree.ts";

type Props = { project: Project; desk: Desk; route: Route };

/** A project's files: what lies there, and one of them open. */
export const FilesPage = (props: Props): JSX.Element => {
  const colony = useColony();
  const path = () => props.route.place().at;
  const [open, setOpen] = createSignal<ReadonlySet<string>>(new Set());
  const [inside, setInside] = createSignal<ReadonlyMap<string, TreeEntry[]>>(new Map());
  const [making, setMaking] = createSignal(false);
  const [over, setOver] = createSignal(false);
  const listed = createFetched(
    () => projectsApi.tree(props.project.id),
    () => `${props.project.id} ${props.desk.changed()?.change ?? 0}`,
  );
  const entries = createMemo(() => [...(listed.data() ?? []), ...[...inside().values()].flat()]);
  const nodes = createMemo(() => nodesOf(entries(), open()));
  const go = (to: string | null) => props.route.go(projectAddress(props.project.slug, "files", to ?? undefined));
  let picker: HTMLInputElement | undefined;

  // What is open is seen in the tree.
  createEffect(
    on(path, (at) => {
      if (at) setOpen((before) => new Set([...before, ...foldersOf(at)]));
    }),
  );

  const onFolder = async (folder: string, isOpen: boolean) => {
    setOpen((before) => (isOpen ? new Set([...before, folder]) : new Set([...before].filter((other) => other !== folder))));
    const entry = entries().find((one) => one.path === folder);
    if (!isOpen || entry?.listed !== false) return;
    try {
      const found = await colony.ask(() => projectsApi.tree(props.project.id, folder));
      setInside((before) =>
        new Map(before).set(
          folder,
          found.filter((one) => one.path !== folder),
        ),
      );
    } catch {
      say("The folder could not be read");
    }
  };

  /** Where what is made or dropped goes: beside what is open. */
  const here = () => folderOf(path() ?? "");
  const upload = createDeed(async () => {
    const files = waiting;
    waiting = [];
    await colony.ask(() => projectsApi.uploadFiles(props.project.id, here(), files));
    say(files.length === 1 ? `${files[0]?.name} is there` : `${files.length} files are there`);
    listed.reload();
  });
  let waiting: { name: string; file: File }[] = [];
  const take = (files: FileList | null | undefined) => {
    waiting = [...(files ?? [])].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
    if (waiting.length > 0) upload.run();
  };

  return (
    <section
      aria-label="Files of the project"
      class="relative flex min-h-0 grow"
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as globalThis.Node | null) && setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <div class="flex min-h-0 w-64 shrink-0 flex-col border-line border-r max-sm:w-full max-sm:border-r-0" classList={{ "max-sm:hidden": path() !== null }}>
        <div class="flex h-10 shrink-0 items-center border-line border-b px-2">
          <h2 class="grow px-2 font-medium text-small text-soft">Files</h2>
          <IconButton label="New file" class="pointer-coarse:size-11" onClick={() => setMaking(true)}>
            <FilePlus size={15} aria-hidden="true" />
          </IconButton>
          <IconButton label="Upload files" class="pointer-coarse:size-11" disabled={upload.busy()} onClick={() => picker?.click()}>
            <Upload size={15} aria-hidden="true" />
          </IconButton>
          <a
            href={workspaceFileAt(props.project.id, "")}
            download=""
            aria-label="Download all as a tar"
            data-tip="Download all as a tar"
            class="inline-flex size-8 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink pointer-coarse:size-11"
          >
            <Download size={15} aria-hidden="true" />
          </a>
          <input ref={picker} type="file" multiple hidden onChange={(event) => take(event.currentTarget.files)} />
        </div>
        <Show when={upload.busy()}>
          <p role="status" class="px-4 py-2 text-small text-soft">
            Uploading…
          </p>
        </Show>
        <Fault words={upload.failed() && `Not uploaded: ${upload.failed()}`} class="px-4 py-2" />
        <div class="min-h-0 grow overflow-y-auto overscroll-contain px-2">
          <Switch
            fallback={
              <p role="status" class="p-2 text-faint text-small">
                Loading the files…
              </p>
            }
          >
            <Match when={nodes().length > 0}>
              <Tree project_id={props.project.id} nodes={nodes()} current={path()} onOpen={go} onFolder={onFolder} />
            </Match>
            <Match when={listed.data()}>
              <p class="p-2 text-small text-soft">Nothing lies here yet. Make a file, drop some here, or let an agent write them.</p>
            </Match>
            <Match when={listed.failure()}>{(why) => <Fault words={`The files could not be loaded: ${why().message}`} class="p-2" />}</Match>
          </Switch>
        </div>
      </div>
      <Show
        when={path()}
        keyed
        fallback={
          <div class="min-w-0 grow max-sm:hidden">
            <Nothing title="No file is open" words="Choose one, or drop files here to upload them. Every change of a file is kept as a version, whoever made it." />
          </div>
        }
      >
        {(at) => <OpenFile project={props.project} desk={props.desk} path={at} line={props.route.place().line} onGo={go} onChanged={listed.reload} />}
      </Show>
      <Show when={over()}>
        <div class="pointer-events-none absolute inset-2 z-20 flex items-center justify-center rounded-lg border-2 border-accent-ink border-dashed bg-accent-wash font-medium">
          Drop to upload {here() ? `into ${here()}` : ""}
        </div>
      </Show>
      <Show when={making()}>
        <NewFile project_id={props.project.id} folder={here()} onClose={() => setMaking(false)} onMade={go} />
      </Show>
    </section>
  );
};

const NewFile = (props: { project_id: string; folder: string; onClose: () => void; onMade: (path: string) => void }): JSX.Element => {
  const colony = useColony();
  const keyOf = createKeys();
  const [path, setPath] = createSignal(props.folder === "" ? "" : `${props.folder}/`);
  const deed = createDeed(async () => {
    const made = await colony.ask(() => projectsApi.makeFile(props.project_id, path().trim(), keyOf(path().trim())));
    props.onClose();
    props.onMade(made.path);
  });
  return (
    <Ask title="New file" act="Make file" ready={path().trim() !== "" && !path().endsWith("/")} deed={deed} onClose={props.onClose}>
      <Field
        label="Path"
        hint="Folders are made on the way: src/plots/loss.py"
        required
        autofocus
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        placeholder="main.py"
        value={path()}
        onInput={(event) => setPath(event.currentTarget.value)}
      />
    </Ask>
  );
};
