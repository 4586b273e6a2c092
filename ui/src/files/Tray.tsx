import RotateCw from "lucide-solid/icons/rotate-cw";
import X from "lucide-solid/icons/x";
import { For, type JSX, Show } from "solid-js";
import { type Attachment, fileAt } from "../api.ts";
import type { Writing } from "../composer/writing.ts";
import { IconButton } from "../parts/Button.tsx";
import { useColony } from "../store.ts";
import { KindIcon } from "./icons.tsx";
import { kindOf, sizeWords } from "./kinds.ts";
import { cancelUpload, retryUpload, type Upload, uploadsIn } from "./uploads.ts";

/** What goes with the words in the box: files that are there, and those on their way. `onDone`: one was taken out. */
export const Tray = (props: { writing: Writing; onDone: () => void }): JSX.Element => {
  const colony = useColony();
  const take = (file: Attachment) => {
    props.writing.write({ files: props.writing.files().filter(({ id }) => id !== file.id) });
    props.onDone();
    // An unsent post may be tried again with it: then it is left to the server, which clears away what nobody carries.
    if (!props.writing.editing()) colony.ask((api) => api.removeFile(file.id)).catch(() => {});
  };
  const uploads = () => (props.writing.editing() ? [] : uploadsIn(props.writing.place()));
  return (
    <Show when={props.writing.files().length + uploads().length > 0}>
      <ul aria-label="Attached files" class="mb-1.5 flex max-h-40 flex-wrap gap-2 overflow-y-auto">
        <For each={props.writing.files()}>
          {(file) => (
            <Slip label={`Remove ${file.name}`} onTake={() => take(file)}>
              <Show when={kindOf(file) === "image" && file.width !== null} fallback={<KindIcon kind={kindOf(file)} />}>
                <img src={fileAt(file.id, "thumbnail")} alt="" class="size-9 shrink-0 rounded object-cover" />
              </Show>
              <Named name={file.name}>{sizeWords(file.size)}</Named>
            </Slip>
          )}
        </For>
        <For each={uploads()}>
          {(upload) => (
            <Slip
              label={`${upload.failed === null ? "Cancel" : "Remove"} ${upload.name}`}
              onTake={() => {
                cancelUpload(colony, upload.key);
                props.onDone();
              }}
              alarming={upload.failed !== null}
            >
              <Going upload={upload} onRetry={() => retryUpload(colony, upload.key)} />
            </Slip>
          )}
        </For>
      </ul>
    </Show>
  );
};

const Slip = (props: { label: string; onTake: () => void; alarming?: boolean; children: JSX.Element }): JSX.Element => (
  <li
    class="flex max-w-full items-center gap-2 rounded-md border bg-raised py-1 pr-1 pl-2 text-small"
    classList={{ "border-error": props.alarming, "border-line": !props.alarming }}
  >
    {props.children}
    <IconButton label={props.label} class="size-7! pointer-coarse:size-11!" onClick={() => props.onTake()}>
      <X size={14} aria-hidden="true" />
    </IconButton>
  </li>
);

const Named = (props: { name: string; children: JSX.Element }): JSX.Element => (
  <span class="min-w-0 max-w-56">
    <span dir="auto" class="block truncate font-medium">
      {props.name}
    </span>
    <span class="block font-mono text-meta text-soft">{props.children}</span>
  </span>
);

/** A file on its way: how far it is, or why it did not get there. */
const Going = (props: { upload: Upload; onRetry: () => void }): JSX.Element => {
  const share = () => (props.upload.size === 0 ? 0 : props.upload.sent / props.upload.size);
  return (
    <Show
      when={props.upload.failed}
      fallback={
        <span class="min-w-0">
          <Named name={props.upload.name}>
            {sizeWords(props.upload.sent)} of {sizeWords(props.upload.size)}
          </Named>
          <progress
            aria-label={`Uploading ${props.upload.name}`}
            max="1"
            value={share()}
            class="mt-0.5 block h-1 w-full appearance-none overflow-hidden rounded-full bg-line [&::-moz-progress-bar]:bg-accent-ink [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent-ink"
          />
        </span>
      }
    >
      {(why) => (
        <>
          <span role="alert" class="min-w-0 max-w-96">
            <span dir="auto" class="block truncate font-medium">
              {props.upload.name}
            </span>
            <span class="block text-error">{why()}</span>
          </span>
          <Show when={!props.upload.lasting}>
            <IconButton label={`Try ${props.upload.name} again`} class="size-7! pointer-coarse:size-11!" onClick={() => props.onRetry()}>
              <RotateCw size={14} aria-hidden="true" />
            </IconButton>
          </Show>
        </>
      )}
    </Show>
  );
};
