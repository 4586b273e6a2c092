import ChevronLeft from "lucide-solid/icons/chevron-left";
import ChevronRight from "lucide-solid/icons/chevron-right";
import Code from "lucide-solid/icons/code";
import Download from "lucide-solid/icons/download";
import X from "lucide-solid/icons/x";
import { createResource, createSignal, type JSX, Match, onCleanup, onMount, Show, Switch } from "solid-js";
import { type Attachment, fileAt } from "../api.ts";
import { Button, IconButton } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { useColony } from "../store.ts";
import { Lines } from "../timeline/CodeBlock.tsx";
import { LONGEST } from "../timeline/markdown.ts";
import { lined } from "../timeline/shapes.ts";
import { Markdown } from "../timeline/Text.tsx";
import { KindIcon } from "./icons.tsx";
import { isMarkdown, kindOf, languageBy, sizeWords, typeWords } from "./kinds.ts";

/** Bytes of a text that are shown: more than one reads in a dialog, little enough to come at once. */
const SHOWN = 256 * 1024;

type Props = { files: readonly Attachment[]; at: number; onMove: (at: number) => void; onClose: () => void };

/** A file shown over the page, with the next and the one before it. Nothing of it is run: it is drawn, played or read as text, or only named. */
export const FileDialog = (props: Props): JSX.Element => {
  const file = () => props.files[props.at];
  const move = (by: 1 | -1) => {
    if (props.files[props.at + by]) props.onMove(props.at + by);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLMediaElement || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowLeft") move(-1);
    else if (event.key === "ArrowRight") move(1);
  };
  onMount(() => document.addEventListener("keydown", onKey));
  onCleanup(() => document.removeEventListener("keydown", onKey));

  return (
    <Show when={file()}>
      {(shown) => (
        <Dialog label={shown().name} wide="very" onClose={props.onClose}>
          <header class="flex flex-wrap items-center gap-x-2 gap-y-1">
            <div class="min-w-0 grow">
              <h2 dir="auto" class="truncate font-semibold">
                {shown().name}
              </h2>
              <p class="font-mono text-meta text-soft">
                {typeWords(shown())} · {sizeWords(shown().size)}
                {shown().width !== null && ` · ${shown().width} × ${shown().height}`}
              </p>
            </div>
            <div class="flex items-center justify-end gap-2 max-sm:order-last max-sm:w-full">
              <Show when={props.files.length > 1}>
                <span class="font-mono text-meta text-soft">
                  {props.at + 1} of {props.files.length}
                </span>
                <IconButton label="The file before" data-keys="←" class="pointer-coarse:size-11" disabled={props.at === 0} onClick={() => move(-1)}>
                  <ChevronLeft size={18} aria-hidden="true" />
                </IconButton>
                <IconButton label="The next file" data-keys="→" class="pointer-coarse:size-11" disabled={props.at === props.files.length - 1} onClick={() => move(1)}>
                  <ChevronRight size={18} aria-hidden="true" />
                </IconButton>
              </Show>
              <a
                href={fileAt(shown().id, "download")}
                download={shown().name}
                data-first
                class="inline-flex h-9 items-center gap-2 rounded-md border border-edge bg-raised px-3 font-medium hover:bg-hover pointer-coarse:h-11"
              >
                <Download size={16} aria-hidden="true" />
                <span class="max-sm:sr-only">Download</span>
              </a>
            </div>
            <IconButton label="Close" class="pointer-coarse:size-11" onClick={() => props.onClose()}>
              <X size={17} aria-hidden="true" />
            </IconButton>
          </header>
          <div class="mt-3 flex min-h-40 items-center justify-center">
            <Show when={shown()} keyed>
              {(now) => <Shown file={now} />}
            </Show>
          </div>
        </Dialog>
      )}
    </Show>
  );
};

const Shown = (props: { file: Attachment }): JSX.Element => {
  const address = () => fileAt(props.file.id, "inline");
  return (
    <Switch fallback={<Unshown file={props.file} words="This kind of file is not shown here. Download it to open it." />}>
      <Match when={kindOf(props.file) === "image"}>
        <img
          src={address()}
          alt={props.file.name}
          width={props.file.width ?? undefined}
          height={props.file.height ?? undefined}
          class="h-auto max-h-[calc(100dvh-10rem)] w-auto max-w-full rounded-md bg-sunken object-contain"
        />
      </Match>
      <Match when={kindOf(props.file) === "audio"}>
        {/* biome-ignore lint/a11y/useMediaCaption: what people upload has no captions */}
        <audio controls src={address()} aria-label={props.file.name} class="w-full" />
      </Match>
      <Match when={kindOf(props.file) === "video"}>
        {/* biome-ignore lint/a11y/useMediaCaption: what people upload has no captions */}
        <video controls src={address()} aria-label={props.file.name} class="max-h-[calc(100dvh-10rem)] w-full rounded-md bg-sunken" />
      </Match>
      <Match when={kindOf(props.file) === "pdf" && navigator.pdfViewerEnabled}>
        <iframe src={address()} title={props.file.name} class="h-[calc(100dvh-10rem)] w-full rounded-md border border-line" />
      </Match>
      <Match when={kindOf(props.file) === "text"}>
        <TextShown file={props.file} />
      </Match>
    </Switch>
  );
};

const Unshown = (props: { file: Attachment; words: string }): JSX.Element => (
  <div class="flex flex-col items-center gap-3 p-6 text-center text-soft">
    <KindIcon kind={kindOf(props.file)} size={40} />
    <p>{props.words}</p>
  </div>
);

/** The beginning of a text, coloured where its language is known; markdown as it is meant to be read, with its source at hand. */
const TextShown = (props: { file: Attachment }): JSX.Element => {
  const colony = useColony();
  const [text, { refetch }] = createResource(
    () => props.file.id,
    (id) => (props.file.size === 0 ? "" : colony.ask((api) => api.fileText(id, SHOWN))),
  );
  const [asWritten, showAsWritten] = createSignal(false);
  /** Whether it can be drawn: what is longer stands as it was written. */
  const isDrawable = () => isMarkdown(props.file) && (text.latest ?? "").length <= LONGEST && props.file.size <= SHOWN;
  const reader = { mentions: [], me: colony.me()?.username };
  return (
    <Switch fallback={<p role="status">Loading…</p>}>
      <Match when={text.error}>
        <div role="alert" class="flex flex-col items-center gap-3 text-soft">
          <p>The file could not be loaded: {text.error instanceof Error ? text.error.message : String(text.error)}</p>
          <Button onClick={() => refetch()}>Try again</Button>
        </div>
      </Match>
      <Match when={text.state === "ready" && text.latest === ""}>
        <p class="text-soft">The file is empty.</p>
      </Match>
      <Match when={text.state === "ready"}>
        <div class="flex w-full min-w-0 flex-col gap-2 self-start">
          <Show when={isDrawable()}>
            <Button aria-pressed={asWritten()} class="h-8! self-end text-small aria-pressed:bg-hover pointer-coarse:h-11!" onClick={() => showAsWritten((now) => !now)}>
              <Code size={15} aria-hidden="true" />
              Source
            </Button>
          </Show>
          <Show
            when={isDrawable() && !asWritten()}
            fallback={
              <div class="code-block w-full min-w-0">
                <Lines text={lined(text.latest ?? "")} language={languageBy(props.file)} numbered wrapped={languageBy(props.file) === ""} />
                <Show when={props.file.size > SHOWN}>
                  <p class="border-line border-t px-3 py-1 text-small text-soft">The first {sizeWords(SHOWN)} are shown. Download it for the rest.</p>
                </Show>
              </div>
            }
          >
            <section aria-label="Text of the file" class="w-full min-w-0 max-w-(--prose) self-center">
              <Markdown id={`file:${props.file.id}`} source={text.latest ?? ""} reader={reader} />
            </section>
          </Show>
        </div>
      </Match>
    </Switch>
  );
};
