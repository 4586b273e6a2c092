import ArrowLeft from "lucide-solid/icons/arrow-left";
import Download from "lucide-solid/icons/download";
import HistoryIcon from "lucide-solid/icons/rotate-ccw-clock";
import Trash from "lucide-solid/icons/trash";
import { createEffect, createMemo, createSignal, type JSX, Match, on, Show, Switch } from "solid-js";
import { Failure } from "../../api.ts";
import { kindOf, sizeWords } from "../../files/kinds.ts";
import { Ask } from "../../parts/Ask.tsx";
import { Button, IconButton } from "../../parts/Button.tsx";
import { createDeed } from "../../parts/deed.ts";
import { Fault } from "../../parts/Fault.tsx";
import { Nothing } from "../../parts/Nothing.tsx";
import { say } from "../../parts/Said.tsx";
import { When } from "../../parts/When.tsx";
import { createFetched } from "../../settings/fetched.ts";
import { useColony } from "../../store.ts";
import { projectsApi, workspaceFileAt } from "../api.ts";
import type { Desk } from "../desk.ts";
import type { Project, WorkspaceFile } from "../moments.ts";
import { Conflict } from "./Conflict.tsx";
import { keepUnsaved, unsavedOf } from "./drafts.ts";
import { Editor } from "./Editor.tsx";
import { Versions } from "./Versions.tsx";

type Props = { project: Project; desk: Desk; path: string; line: number | null; onGo: (path: string | null) => void; onChanged: () => void };

/** One file: its text to be changed, or what else it is; its versions; and what others do to it meanwhile. */
export const OpenFile = (props: Props): JSX.Element => {
  const colony = useColony();
  const id = () => props.project.id;
  const [showsVersions, setShowsVersions] = createSignal(false);
  const [removing, setRemoving] = createSignal(false);
  const [theirs, setTheirs] = createSignal<WorkspaceFile | null>(null);
  const touched = createMemo(() => (props.desk.changed()?.files.some(({ path }) => path === props.path) ? props.desk.changed()?.change : undefined), undefined, {
    equals: (before, now) => now === undefined || before === now,
  });
  const file = createFetched(
    () => projectsApi.file(id(), props.path),
    () => touched() ?? 0,
  );
  /** What the text is changed from; what came since stands beside it until one decides. */
  const [base, setBase] = createSignal<WorkspaceFile | null>(null);
  const unsaved = () => unsavedOf(id(), props.path);
  const text = () => unsaved()?.text ?? base()?.content ?? "";
  const isNewer = () => {
    const [now, from] = [file.data(), base()];
    return unsaved() !== undefined && now !== undefined && from !== null && now.sha256 !== from.sha256 ? now : null;
  };

  createEffect(
    on(file.data, (now) => {
      if (!now) return;
      const mine = unsaved();
      const before = base();
      if (mine && before === null) {
        // Come back to what was written before, perhaps to another version of the file.
        setBase({ ...now, version: mine.version, sha256: mine.version === now.version ? now.sha256 : null });
        return;
      }
      if (mine) return;
      if (before && before.sha256 !== now.sha256 && now.changed_by && now.changed_by.id !== colony.me()?.id) say(`${now.changed_by.display_name} changed the file`);
      setBase(now);
    }),
  );

  const onChange = (now: string) => {
    const from = base();
    if (!from || from.content === now) keepUnsaved(id(), props.path, null);
    else keepUnsaved(id(), props.path, { text: now, version: from.version });
  };
  const write = async (content: string, version: number | null) => {
    const facts = await colony.ask(() => projectsApi.saveFile(id(), props.path, content, version));
    setBase((before) => before && { ...before, ...facts, content });
    keepUnsaved(id(), props.path, null);
    setTheirs(null);
    props.onChanged();
    say("Saved");
  };
  const save = createDeed(async () => {
    const mine = unsaved();
    if (!mine) return;
    try {
      await write(mine.text, mine.version);
    } catch (error) {
      if (!(error instanceof Failure) || error.status !== 412) throw error;
      setTheirs(await colony.ask(() => projectsApi.file(id(), props.path)));
    }
  });
  const takeTheirs = () => {
    const now = theirs() ?? file.data();
    keepUnsaved(id(), props.path, null);
    if (now) setBase(now);
    setTheirs(null);
  };
  const remove = createDeed(async () => {
    await colony.ask(() => projectsApi.removeFile(id(), props.path, false));
    keepUnsaved(id(), props.path, null);
    setRemoving(false);
    props.onChanged();
    props.onGo(null);
    say("Removed; its versions are kept");
  });
  const isText = () => file.data()?.encoding === "utf8" && file.data()?.content !== null;
  const isGone = () => file.failure()?.status === 404;

  return (
    <section aria-label={props.path} class="flex min-h-0 min-w-0 grow flex-col">
      <div class="flex min-h-10 shrink-0 flex-wrap items-center gap-x-1 border-line border-b px-2 sm:px-4">
        <IconButton label="All files" class="sm:hidden pointer-coarse:size-11" onClick={() => props.onGo(null)}>
          <ArrowLeft size={16} aria-hidden="true" />
        </IconButton>
        <h2 class="min-w-0 truncate font-mono text-small" title={props.path}>
          {props.path}
        </h2>
        <span role="status" class="shrink-0 px-1 font-medium text-accent-ink text-meta">
          {unsaved() ? "not saved" : ""}
        </span>
        <span class="min-w-0 truncate px-1 text-faint text-meta max-sm:hidden">
          <Show when={base()}>
            {(now) => (
              <>
                {now().changed_by?.display_name} <When at={now().changed_at} />
              </>
            )}
          </Show>
        </span>
        <span class="grow" />
        <IconButton
          label="Versions"
          aria-pressed={showsVersions()}
          class="aria-pressed:bg-hover aria-pressed:text-ink pointer-coarse:size-11"
          onClick={() => setShowsVersions((shown) => !shown)}
        >
          <HistoryIcon size={15} aria-hidden="true" />
        </IconButton>
        <Show when={!isGone()}>
          <a
            href={workspaceFileAt(id(), props.path)}
            download=""
            aria-label="Download"
            data-tip="Download"
            class="inline-flex size-8 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink pointer-coarse:size-11"
          >
            <Download size={15} aria-hidden="true" />
          </a>
          <IconButton label="Delete the file" class="pointer-coarse:size-11" onClick={() => setRemoving(true)}>
            <Trash size={15} aria-hidden="true" />
          </IconButton>
        </Show>
        <Show when={isText() && !theirs()}>
          <Button kind="main" class="ml-1 h-8! text-small pointer-coarse:h-11!" data-tip="Ctrl+S" disabled={!unsaved() || save.busy()} onClick={save.run}>
            Save
          </Button>
        </Show>
      </div>
      <Fault words={save.failed() && `Not saved: ${save.failed()}`} class="px-4 py-2" />
      <Show when={!theirs() && isNewer()}>
        {(now) => (
          <p role="status" class="flex flex-wrap items-center gap-2 border-line border-b bg-accent-wash px-4 py-2 text-small">
            <span class="grow">{now().changed_by?.display_name ?? "Someone"} changed the file since you began.</span>
            <Button class="h-8! text-small" onClick={() => setTheirs(now())}>
              Compare
            </Button>
          </p>
        )}
      </Show>
      <Switch
        fallback={
          <p role="status" class="px-5 py-3 text-faint text-small">
            Loading the file…
          </p>
        }
      >
        <Match when={showsVersions()}>
          <Versions project={props.project} path={props.path} changed={touched() ?? 0} isText={isText() || isGone()} onRestored={props.onChanged} />
        </Match>
        <Match when={theirs()}>
          {(now) => (
            <Conflict path={props.path} mine={text()} theirs={now()} busy={save.busy()} onMine={() => write(text(), now().version).catch(() => save.run())} onTheirs={takeTheirs} />
          )}
        </Match>
        <Match when={isGone()}>
          <Nothing
            title="This file is not there"
            words="It may have been removed, or never was. What was removed can be put back from its versions."
            action="Show its versions"
            onAction={() => setShowsVersions(true)}
          />
        </Match>
        <Match when={file.failure() && !base() ? file.failure() : null}>
          {(why) => <Nothing title="The file could not be loaded" words={why().message} action="Try again" onAction={file.reload} />}
        </Match>
        <Match when={base() && isText()}>
          <Editor path={props.path} text={text()} line={props.line} onChange={onChange} onSave={save.run} />
        </Match>
        <Match when={file.data()}>{(now) => <Other project_id={id()} file={now()} />}</Match>
      </Switch>
      <Show when={removing()}>
        <Ask title={`Delete ${props.path}?`} words="Its versions are kept: it can be put back." act="Delete" danger deed={remove} onClose={() => setRemoving(false)} />
      </Show>
    </section>
  );
};

/** What is no text: a picture as it looks, all else by its size. */
const Other = (props: { project_id: string; file: WorkspaceFile }): JSX.Element => (
  <Show
    when={kindOf({ mime: props.file.mime, name: props.file.path }) === "image"}
    fallback={
      <div class="flex flex-col items-center gap-3 px-6 py-20 text-center">
        <p class="text-soft">
          {props.file.mime}, {sizeWords(props.file.size)}: it cannot be shown as text here.
        </p>
        <a href={workspaceFileAt(props.project_id, props.file.path)} download="" class="font-medium underline underline-offset-2">
          Download it
        </a>
      </div>
    }
  >
    <div class="flex min-h-0 grow items-center justify-center overflow-auto bg-sunken p-6">
      <img
        src={workspaceFileAt(props.project_id, props.file.path, { inline: true, version: props.file.version ?? undefined })}
        alt={props.file.path}
        class="max-h-full max-w-full"
      />
    </div>
  </Show>
);
