import Check from "lucide-solid/icons/check";
import Copy from "lucide-solid/icons/copy";
import { createSignal, type JSX, onCleanup } from "solid-js";
import { IconButton } from "./Button.tsx";
import { stamp } from "./stamp.ts";

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

const copyIcon = stamp(() => <Copy size={15} aria-hidden="true" />);
const checkIcon = stamp(() => <Check size={15} aria-hidden="true" class="text-result" />);

/** `named`: its label stands beside its picture where there is room, and `picture` is another than that of a plain copy. */
export const CopyButton = (props: { text: () => string; label?: string; named?: boolean; picture?: () => Node; class?: string }): JSX.Element => {
  const [copied, setCopied] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  const copy = async () => {
    await copyText(props.text());
    setCopied(true);
    clearTimeout(timer);
    timer = setTimeout(() => setCopied(false), SHOWN);
  };
  const label = () => (copied() ? "Copied" : (props.label ?? "Copy"));
  return (
    <IconButton label={label()} class={`${props.named ? "w-auto! gap-1.5 px-1.5 text-meta" : ""} ${props.class ?? ""}`} onClick={copy}>
      {copied() ? checkIcon() : (props.picture ?? copyIcon)()}
      {props.named && <span class="max-sm:hidden">{label()}</span>}
    </IconButton>
  );
};
