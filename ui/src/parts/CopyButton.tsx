import Check from "lucide-solid/icons/check";
import Copy from "lucide-solid/icons/copy";
import { createSignal, type JSX, onCleanup } from "solid-js";
import { IconButton } from "./Button.tsx";
import { say } from "./Said.tsx";
import { stamp } from "./stamp.ts";

/** Milliseconds that a copy shows that it was made. */
const SHOWN = 1_500;

/** Puts text on the clipboard; where the browser keeps that from pages (plain http), by the older way of a selection. @throws when the browser refuses */
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
  const done = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  if (!done) throw new Error("The browser refused to copy");
};

/** Copies what has no button of its own that could show it, and says so. `what`: as in "Link copied". */
export const copyAloud = async (what: string, text: string): Promise<void> => {
  try {
    await copyText(text);
    say(`${what} copied`);
  } catch {
    say("Not copied: the browser does not allow it");
  }
};

const copyIcon = stamp(() => <Copy size={15} aria-hidden="true" />);
const checkIcon = stamp(() => <Check size={15} aria-hidden="true" class="text-result" />);

/** `named`: its label stands beside its picture where there is room, and `picture` is another than that of a plain copy. */
export const CopyButton = (props: { text: () => string; label?: string; named?: boolean; picture?: () => Node; keys?: string; class?: string }): JSX.Element => {
  const [copied, setCopied] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  const copy = async () => {
    try {
      await copyText(props.text());
    } catch {
      return say("Not copied: the browser does not allow it");
    }
    setCopied(true);
    clearTimeout(timer);
    timer = setTimeout(() => setCopied(false), SHOWN);
  };
  const label = () => (copied() ? "Copied" : (props.label ?? "Copy"));
  return (
    <IconButton label={label()} data-keys={props.keys} class={`${props.named ? "w-auto! gap-1.5 px-1.5 text-meta" : ""} ${props.class ?? ""}`} onClick={copy}>
      {copied() ? checkIcon() : (props.picture ?? copyIcon)()}
      {props.named && <span class="max-sm:hidden">{label()}</span>}
    </IconButton>
  );
};
