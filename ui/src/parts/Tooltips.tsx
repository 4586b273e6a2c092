import { createSignal, type JSX, onCleanup, onMount, Show, Suspense } from "solid-js";
import { whenIdle } from "./idle.ts";
import { late } from "./late.ts";

/** What lays a tooltip beside its subject is as large as the timeline itself: it comes when the page is idle. */
const Tip = late(async () => (await import("./Tip.tsx")).Tip);

/** Milliseconds that something is pointed at before it is named: crossing the page names nothing. */
const DELAY = 450;

/** What is named, in which words, by which keys it is reached, and where it stands on the page. */
export type Named = { words: string; keys: string | undefined; place: DOMRect };

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
    const stop = whenIdle(Tip.ahead);
    onCleanup(() => {
      stop();
      hide();
      for (const [type, listener] of listeners) document.removeEventListener(type, listener, { capture: true });
    });
  });

  return (
    <Show when={named()}>
      {(shown) => (
        <Suspense>
          <Tip named={shown()} onClose={hide} />
        </Suspense>
      )}
    </Show>
  );
};
