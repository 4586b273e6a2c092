import Check from "lucide-solid/icons/check";
import Copy from "lucide-solid/icons/copy";
import { createSignal, type JSX, onCleanup, Show } from "solid-js";
import { IconButton } from "./Button.tsx";

/** Milliseconds that a copy shows that it was made. */
const SHOWN = 1_500;

/** Puts text on the clipboard; where the browser keeps that from pages (plain http), by the older way of a selection. */
export const copyText = async (text: string): Promise<void> => {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  // A dialog keeps the focus in itself, so the selection must stand in it too.
  (before?.closest("[role=dialog]") ?? document.body).append(field);
  field.focus({ preventScroll: true });
  field.select();
  document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
};

export const CopyButton = (props: { text: () => string; label?: string; class?: string }): JSX.Element => {
  const [copied, setCopied] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  const copy = async () => {
    await copyText(props.text());
    setCopied(true);
    clearTimeout(timer);
    timer = setTimeout(() => setCopied(false), SHOWN);
  };
  return (
    <IconButton label={copied() ? "Copied" : (props.label ?? "Copy")} class={props.class} onClick={copy}>
      <Show when={copied()} fallback={<Copy size={15} aria-hidden="true" />}>
        <Check size={15} aria-hidden="true" class="text-result" />
      </Show>
    </IconButton>
  );
};
