import SendHorizontal from "lucide-solid/icons/send-horizontal";
import X from "lucide-solid/icons/x";
import { createEffect, createMemo, createSignal, For, type JSX, on, Show } from "solid-js";
import type { Channel, MessageType } from "../api.ts";
import { IconButton } from "../parts/Button.tsx";
import { createMedia } from "../parts/media.ts";
import { useColony } from "../store.ts";
import { excerpt } from "../timeline/markdown.ts";

const types: MessageType[] = ["text", "code", "result", "error", "plan"];

/** Pixels of the box at most; beyond that it scrolls. */
const TALLEST = 280;

export const Composer = (props: { channel: Channel; ref: (box: HTMLTextAreaElement) => void }): JSX.Element => {
  const colony = useColony();
  const touch = createMedia("(pointer: coarse)");
  const [failed, setFailed] = createSignal<string | null>(null);
  const [busy, setBusy] = createSignal(false);
  const id = () => props.channel.id;
  const draft = createMemo(() => colony.drafts().draft(id()));
  const change = (part: Parameters<ReturnType<typeof colony.drafts>["change"]>[1]) => colony.drafts().change(id(), part);
  const text = () => draft().editing?.text ?? draft().text;
  const type = () => draft().editing?.type ?? draft().type;
  const mine = () => colony.timeline(id())?.messages.findLast(({ user, deleted_at }) => user.id === colony.me()?.id && deleted_at === null);
  const target = createMemo(() => colony.timeline(id())?.messages.find((message) => message.id === draft().reply_to));
  let box: HTMLTextAreaElement | undefined;

  const write = (now: { text?: string; type?: MessageType }) => {
    const { editing } = draft();
    change(editing ? { editing: { ...editing, ...now } } : now);
  };

  createEffect(
    on(text, () => {
      if (!box) return;
      box.style.height = "auto";
      box.style.height = `${Math.min(box.scrollHeight, TALLEST)}px`;
    }),
  );

  const send = async () => {
    const { editing, reply_to } = draft();
    if (text().trim() === "" || busy()) return;
    setFailed(null);
    if (!editing) {
      colony.post(id(), { content: text(), type: type(), reply_to });
      change({ text: "", type: "text", reply_to: null });
      return;
    }
    setBusy(true);
    try {
      await colony.edit({ id: editing.id, channel_id: id() }, editing.text, editing.type);
      change({ editing: null });
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };

  const cancel = () => {
    setFailed(null);
    if (draft().editing) change({ editing: null });
    else if (draft().reply_to) change({ reply_to: null });
    else box?.blur();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "Escape") cancel();
    else if (event.key === "Enter" && !event.shiftKey && !event.altKey && (!touch() || event.ctrlKey || event.metaKey)) send();
    else if (event.key === "ArrowUp" && !event.altKey && text() === "" && !draft().editing) editLast();
    else return;
    event.preventDefault();
  };

  const editLast = () => {
    const last = mine();
    if (last) change({ editing: { id: last.id, text: last.content, type: last.type } });
  };

  return (
    <Show
      when={props.channel.archived_at === null}
      fallback={<p class="border-line border-t bg-sunken px-5 py-3 text-small text-soft">This channel is archived: it can be read, and takes no new messages.</p>}
    >
      <form
        aria-label="Write a message"
        class="border-line border-t bg-ground px-3 pt-2 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-5"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Show when={draft().editing}>
          <Purpose label="Editing your message" cancel="Cancel editing" onCancel={cancel} />
        </Show>
        <Show when={!draft().editing && draft().reply_to}>
          <Purpose
            label={target() ? `Replying to ${target()?.user.display_name}: ${excerpt(target()?.content ?? "", 80)}` : "Replying to an earlier message"}
            cancel="Cancel reply"
            onCancel={cancel}
          />
        </Show>
        <Show when={failed()}>
          {(why) => (
            <p role="alert" class="mb-1 text-error text-small">
              Not saved: {why()}
            </p>
          )}
        </Show>
        <div class="flex max-w-[calc(var(--column)-2.5rem)] items-end gap-1 rounded-lg border border-edge bg-raised p-1 transition-colors focus-within:border-accent-ink focus-within:outline focus-within:outline-accent-ink">
          <textarea
            ref={(element) => {
              box = element;
              props.ref(element);
            }}
            rows="1"
            value={text()}
            aria-label={`Message ${props.channel.name ? `#${props.channel.name}` : "this conversation"}`}
            placeholder={`Message ${props.channel.name ? `#${props.channel.name}` : ""}`}
            class="min-w-0 grow resize-none bg-transparent px-2.5 py-1.5 outline-none placeholder:text-faint"
            classList={{ "font-mono text-small": type() === "code" || type() === "error" }}
            onInput={(event) => write({ text: event.currentTarget.value })}
            onKeyDown={onKeyDown}
          />
          <select
            aria-label="Message type"
            title="Message type"
            value={type()}
            class="h-9 shrink-0 rounded-md bg-transparent px-1 text-small text-soft hover:bg-hover"
            onChange={(event) => write({ type: event.currentTarget.value as MessageType })}
          >
            <For each={types}>
              {(name) => (
                <option value={name} class="bg-raised text-ink">
                  {name}
                </option>
              )}
            </For>
          </select>
          <button
            type="submit"
            aria-label={draft().editing ? "Save" : "Send"}
            title={draft().editing ? "Save" : "Send"}
            disabled={text().trim() === "" || busy()}
            class="inline-flex size-9 shrink-0 items-center justify-center rounded-md bg-accent text-on-accent transition-colors disabled:bg-transparent disabled:text-faint"
          >
            <SendHorizontal size={17} aria-hidden="true" />
          </button>
        </div>
      </form>
    </Show>
  );
};

const Purpose = (props: { label: string; cancel: string; onCancel: () => void }): JSX.Element => (
  <div class="mb-1 flex items-center gap-2 border-accent border-l-3 pl-2 text-small text-soft">
    <span class="min-w-0 grow truncate">{props.label}</span>
    <IconButton label={props.cancel} class="size-6!" onClick={() => props.onCancel()}>
      <X size={14} aria-hidden="true" />
    </IconButton>
  </div>
);
