import Download from "lucide-solid/icons/download";
import { createSignal, For, type JSX, Match, Show, Suspense, Switch } from "solid-js";
import { type Attachment, fileAt } from "../api.ts";
import { late } from "../parts/late.ts";
import { KindIcon } from "./icons.tsx";
import { kindOf, sizeWords, typeWords } from "./kinds.ts";

const FileDialog = late(async () => (await import("./FileDialog.tsx")).FileDialog);

/** Pixels that an image takes in the timeline at most: one is seen for what it is, and several stand beside each other. */
const WIDE = 320;
const HIGH = 240;

/** Pixels of an image in the timeline. They are known before it comes, so that nothing moves when it does. */
const shownAs = ({ width, height }: Attachment): { width: number; height: number } => {
  const [w, h] = [width ?? WIDE, height ?? HIGH];
  const scale = Math.min(1, WIDE / w, HIGH / h);
  return { width: Math.max(1, Math.round(w * scale)), height: Math.max(1, Math.round(h * scale)) };
};

/** The files of a message: images as they look, sound and film to be played, all else by name. Pressed, one is shown over the page. */
export const Files = (props: { files: readonly Attachment[] }): JSX.Element => {
  const [shown, setShown] = createSignal<number | null>(null);
  return (
    <>
      <ul aria-label="Files" class="mt-1 flex flex-wrap items-start gap-2">
        <For each={props.files}>
          {(file, at) => (
            <li class="max-w-full">
              <Switch fallback={<FileCard file={file} onShow={() => setShown(at())} />}>
                <Match when={kindOf(file) === "image" && file.width !== null}>
                  <Thumbnail file={file} onShow={() => setShown(at())} />
                </Match>
                <Match when={kindOf(file) === "audio"}>
                  <FileCard file={file} onShow={() => setShown(at())}>
                    {/* biome-ignore lint/a11y/useMediaCaption: what people upload has no captions */}
                    <audio controls preload="none" src={fileAt(file.id, "inline")} aria-label={file.name} class="mt-2 h-9 w-72 max-w-full" />
                  </FileCard>
                </Match>
                <Match when={kindOf(file) === "video"}>
                  <FileCard file={file} onShow={() => setShown(at())}>
                    {/* biome-ignore lint/a11y/useMediaCaption: what people upload has no captions */}
                    <video controls preload="metadata" src={fileAt(file.id, "inline")} aria-label={file.name} class="mt-2 aspect-video w-80 max-w-full rounded bg-sunken" />
                  </FileCard>
                </Match>
              </Switch>
            </li>
          )}
        </For>
      </ul>
      <Show when={shown() !== null}>
        <Suspense>
          <FileDialog files={props.files} at={shown() ?? 0} onMove={setShown} onClose={() => setShown(null)} />
        </Suspense>
      </Show>
    </>
  );
};

const Thumbnail = (props: { file: Attachment; onShow: () => void }): JSX.Element => {
  const size = () => shownAs(props.file);
  return (
    <button
      type="button"
      aria-label={`Show ${props.file.name}`}
      data-tip={props.file.name}
      class="block max-w-full overflow-hidden rounded-md border border-line bg-sunken"
      onClick={() => props.onShow()}
    >
      <img
        src={fileAt(props.file.id, props.file.mime === "image/avif" ? "inline" : "thumbnail")}
        alt={props.file.name}
        width={size().width}
        height={size().height}
        loading="lazy"
        decoding="async"
        class="h-auto max-w-full"
      />
    </button>
  );
};

/** A file by its name, its size and what it is. */
const FileCard = (props: { file: Attachment; onShow: () => void; children?: JSX.Element }): JSX.Element => (
  <div class="max-w-full rounded-lg border border-line bg-raised p-2">
    <div class="flex items-center gap-2.5">
      <KindIcon kind={kindOf(props.file)} />
      <button type="button" class="min-w-0 max-w-72 text-left hover:underline" onClick={() => props.onShow()}>
        <span class="sr-only">Show </span>
        <span dir="auto" class="block truncate font-medium">
          {props.file.name}
        </span>
        <span class="block truncate font-mono text-meta text-soft">
          {typeWords(props.file)} · {sizeWords(props.file.size)}
        </span>
      </button>
      <a
        href={fileAt(props.file.id, "download")}
        download={props.file.name}
        aria-label={`Download ${props.file.name}`}
        data-tip="Download"
        class="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft transition-colors hover:bg-hover hover:text-ink pointer-coarse:size-11"
      >
        <Download size={16} aria-hidden="true" />
      </a>
    </div>
    {props.children}
  </div>
);
