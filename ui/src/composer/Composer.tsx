import Check from "lucide-solid/icons/check";
import Paperclip from "lucide-solid/icons/paperclip";
import SendHorizontal from "lucide-solid/icons/send-horizontal";
import { createEffect, createMemo, createSignal, createUniqueId, For, type JSX, on, Show, Suspense } from "solid-js";
import { Dynamic } from "solid-js/web";
import { residentOf } from "../agents/residentOf.ts";
import type { Channel } from "../api.ts";
import { IconButton } from "../parts/Button.tsx";
import { CopyButton } from "../parts/CopyButton.tsx";
import { late } from "../parts/late.ts";
import { isStuck } from "../reduce.ts";
import { useColony } from "../store.ts";
import { DeleteDialog } from "../timeline/DeleteDialog.tsx";
import { createBox, type WritingBox } from "./box.ts";
import { createRoomForKeyboard } from "./keyboard.ts";
import { frames, hints } from "./looks.ts";
import { Measures, Notes } from "./Notes.tsx";
import { TypeMenu } from "./TypeMenu.tsx";
import { createWriting } from "./writing.ts";

const WorkLine = late(async () => (await import("../agents/WorkLine.tsx")).WorkLine);
const TypingLine = late(async () => (await import("../team/TypingLine.tsx")).TypingLine);

/** `thread`: the message that is answered with all that is written here. */
type Props = { channel: Channel; thread?: string; ref: (box: HTMLTextAreaElement) => void };

/** The place to write in a channel, or within a thread of it. */
export const Composer = (props: Props): JSX.Element => (
  <Show when={props.channel.archived_at === null} fallback={<Archived channel_id={props.channel.id} />}>
    <Desk {...props} />
  </Show>
);

/** In the place of the box. What was being written when the channel was archived can still be had. */
const Archived = (props: { channel_id: string }): JSX.Element => {
  const colony = useColony();
  const words = createMemo(() => {
    const { text, editing } = colony.drafts().draft(props.channel_id);
    return [text, editing?.text ?? ""].filter((part) => part.trim() !== "");
  });
  return (
    <div class="border-line border-t bg-sunken px-5 py-3 text-small text-soft">
      <p>This channel is archived: it can be read, and takes no new messages.</p>
      <For each={words()}>
        {(part) => (
          <div class="mt-2 flex items-start gap-2">
            <p class="line-clamp-6 min-w-0 grow whitespace-pre-wrap text-ink [overflow-wrap:anywhere]">{part}</p>
            <CopyButton label="Copy what you were writing" text={() => part} />
          </div>
        )}
      </For>
    </div>
  );
};

const Desk = (props: Props): JSX.Element => {
  const colony = useColony();
  const [preview, setPreview] = createSignal(false);
  const writing = createWriting(
    colony,
    () => props.channel,
    () => props.thread,
  );
  const isReply = () => props.thread !== undefined;
  const showPreview = (shown: boolean) => {
    setPreview(shown);
    if (!shown) return;
    box.loadAids();
    colony.readPeople();
  };
  const box = createBox(colony, writing, () => showPreview(!preview()));
  const list = createUniqueId();
  const measures = createUniqueId();
  const place = () => colony.titleOf(props.channel);
  const cannot = () => writing.busy() || (writing.blank() && !writing.editing());
  /** On a narrow screen long words take the whole line. */
  const isLong = () => writing.text().length > 40 || writing.text().includes("\n");
  const active = () => box.suggestions()?.activeId(list);
  const name = () => (isReply() ? "Reply in the thread" : `Message ${place()}`);
  /** Written alone with a resident, everything asks it. */
  const asks = () => {
    const resident = isReply() ? undefined : residentOf(colony, props.channel);
    return resident && `Ask ${resident.display_name}…`;
  };
  if (!isReply()) createRoomForKeyboard();

  createEffect(
    on(
      () => colony.drafts().called(),
      (called) => called === writing.place() && queueMicrotask(box.focus),
      { defer: true },
    ),
  );

  /** What residents are at in the channel. */
  const Work = (where: { above: boolean }) => (
    <Show when={!isReply() && colony.isDrawn() && (colony.team()?.working.inChannel(props.channel.id).length ?? 0) > 0}>
      <Suspense>
        <WorkLine channel_id={props.channel.id} above={where.above} />
      </Suspense>
    </Show>
  );
  return (
    <form
      aria-label={isReply() ? "Reply" : "Write a message"}
      class="relative shrink-0 border-line border-t px-3 pt-2 pb-[calc(1.375rem+env(safe-area-inset-bottom))]"
      classList={{ "bg-ground sm:px-[max(1.25rem,calc((100%-var(--column))/2+1.25rem))]": !isReply() }}
      onSubmit={(event) => {
        event.preventDefault();
        box.send();
      }}
    >
      <Work above />
      <Notes writing={writing} box={box} />
      <Show when={box.aids()}>{(aids) => <Dynamic component={aids().Attaching} writing={writing} box={box} place={isReply() ? undefined : place()} />}</Show>
      <Show when={preview() && box.aids()}>
        {(aids) => (
          <Dynamic
            component={aids().Preview}
            writing={writing}
            onClose={() => {
              showPreview(false);
              box.focus();
            }}
          />
        )}
      </Show>
      <div
        class={`relative flex items-end gap-1 rounded-lg border p-1 transition-colors focus-within:border-accent-ink focus-within:outline focus-within:outline-accent-ink ${frames[writing.type()]} ${isReply() ? "flex-wrap justify-end bg-ground" : isLong() ? "max-sm:flex-wrap max-sm:justify-end" : ""}`}
      >
        <Show when={box.suggestions()}>{(suggestions) => <Dynamic component={box.aids()?.SuggestionList} id={list} suggestions={suggestions()} />}</Show>
        <textarea
          ref={(element) => {
            box.attach(element);
            props.ref(element);
          }}
          rows="1"
          aria-label={name()}
          aria-describedby={measures}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={box.suggestions()?.isOpen() ? list : undefined}
          aria-activedescendant={active()}
          placeholder={hints[writing.type()] || asks() || name()}
          class="field-sizing-content max-h-[min(17.5rem,40dvh)] min-h-9 w-0 min-w-0 grow resize-none bg-transparent px-2.5 py-1.5 outline-none placeholder:text-faint pointer-coarse:min-h-11 pointer-coarse:py-2.5 pointer-coarse:text-[1rem]"
          classList={{ "basis-full": isReply(), "max-sm:basis-full": isLong(), "font-mono text-small": writing.type() === "code" || writing.type() === "error" }}
          spellcheck={writing.type() !== "code" && writing.type() !== "error"}
          enterkeyhint={box.makesLine() ? "enter" : undefined}
          onInput={box.onInput}
          onKeyDown={box.onKeyDown}
          onKeyUp={box.look}
          onClick={box.look}
          onBlur={() => box.suggestions()?.leave()}
          onPaste={box.onPaste}
        />
        <TypeMenu type={writing.type()} preview={preview()} onType={box.chooseType} onPreview={() => showPreview(!preview())} onDone={box.focus} />
        <Attach box={box} />
        <button
          type="submit"
          aria-label={writing.editing() ? "Save" : "Send"}
          data-tip={writing.editing() ? "Save" : "Send"}
          disabled={cannot()}
          class="inline-flex size-9 shrink-0 items-center justify-center rounded-md bg-accent text-on-accent transition-colors disabled:bg-transparent disabled:text-faint pointer-coarse:size-11"
        >
          <Show when={writing.editing()} fallback={<SendHorizontal size={17} aria-hidden="true" />}>
            <Check size={18} aria-hidden="true" />
          </Show>
        </button>
      </div>
      <Measures id={measures} writing={writing} box={box} />
      <Show when={!isReply()}>
        <div class="absolute inset-x-3 bottom-[calc(1px+env(safe-area-inset-bottom))] flex gap-x-4 px-2.5 text-meta text-soft sm:inset-x-[max(1.25rem,calc((100%-var(--column))/2+1.25rem))]">
          <Show when={colony.isDrawn()}>
            <Work above={false} />
            <Suspense>
              <TypingLine channel_id={props.channel.id} />
            </Suspense>
          </Show>
        </div>
        <p role="alert" class="sr-only">
          <Show when={colony.pending().findLast(isStuck)?.failed}>{(why) => `A post was not sent: ${why()}`}</Show>
        </p>
      </Show>
      <Show when={writing.doomed()}>{(message) => <DeleteDialog message={message()} onDeleted={() => colony.drafts().finish(writing.place())} onClose={writing.spare} />}</Show>
    </form>
  );
};

/** Chooses files to go with what is written. */
const Attach = (props: { box: WritingBox }): JSX.Element => {
  let field: HTMLInputElement | undefined;
  return (
    <>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          props.box.addFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
          props.box.focus();
        }}
      />
      <IconButton label="Attach files" class="size-9! pointer-coarse:size-11!" onClick={() => field?.click()}>
        <Paperclip size={16} aria-hidden="true" />
      </IconButton>
    </>
  );
};
