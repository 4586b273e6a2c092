import * as Kobalte from "@kobalte/core/tooltip";
import { createSignal, type JSX, onCleanup, onMount, Show } from "solid-js";

/** Milliseconds that something is pointed at before it is named: crossing the page names nothing. */
const DELAY = 450;

type Named = { words: string; keys: string | undefined; place: DOMRect };

const namedBy = (target: EventTarget | null): HTMLElement | null => (target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null);

/**
 * The page's one tooltip: names whatever carries `data-tip` (and its key, `data-keys`) while it is pointed at or has the
 * focus by keyboard. One for all, so that a row of buttons costs nothing until somebody asks.
 */
export const Tooltips = (): JSX.Element => {
  const [named, setNamed] = createSignal<Named | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current: HTMLElement | null = null;

  const hide = () => {
    clearTimeout(timer);
    current = null;
    setNamed(null);
  };

  const show = () => {
    const words = current?.dataset.tip;
    if (current?.isConnected && words && current.getAttribute("aria-expanded") !== "true") setNamed({ words, keys: current.dataset.keys, place: current.getBoundingClientRect() });
  };

  const look = (event: Event) => {
    const target = namedBy(event.target);
    if (target === current) return;
    hide();
    if (!target || (event.type === "focusin" && !target.matches(":focus-visible"))) return;
    current = target;
    timer = setTimeout(show, event.type === "focusin" ? 0 : DELAY);
  };

  onMount(() => {
    const listeners: [string, (event: Event) => void][] = [
      ["pointerover", look],
      ["focusin", look],
      ["focusout", hide],
      ["pointerdown", hide],
      ["scroll", hide],
    ];
    for (const [type, listener] of listeners) document.addEventListener(type, listener, { capture: true, passive: true });
    onCleanup(() => {
      hide();
      for (const [type, listener] of listeners) document.removeEventListener(type, listener, { capture: true });
    });
  });

  return (
    <Show when={named()}>
      {(shown) => (
        <Kobalte.Root open gutter={6} placement="top" getAnchorRect={() => shown().place} onOpenChange={(open) => !open && hide()}>
          <Kobalte.Portal>
            <Kobalte.Content class="pointer-events-none z-60 flex items-center gap-2 rounded-md bg-ink px-2 py-1 text-ground text-meta shadow-float">
              {shown().words}
              <Show when={shown().keys}>{(keys) => <kbd class="font-mono opacity-75">{keys()}</kbd>}</Show>
            </Kobalte.Content>
          </Kobalte.Portal>
        </Kobalte.Root>
      )}
    </Show>
  );
};
