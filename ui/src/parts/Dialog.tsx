import * as Kobalte from "@kobalte/core/dialog";
import type { JSX } from "solid-js";

type Props = { label: string; onClose: () => void; children: JSX.Element; side?: "left" | "right" | "top"; wide?: boolean | "very" };

const places = {
  middle: "m-auto max-h-[calc(100dvh-2rem)] overflow-y-auto rounded-xl border border-line p-5",
  left: "mr-auto h-dvh w-[min(18rem,85vw)] border-r border-line",
  right: "ml-auto h-dvh w-[min(22rem,90vw)] border-l border-line",
  top: "mx-auto mt-[min(12dvh,6rem)] mb-auto flex max-h-[min(34rem,80dvh)] w-[min(38rem,calc(100vw-1.5rem))] flex-col overflow-hidden rounded-xl border border-line",
};

/** What has the focus now, to have it again later; a menu is gone by then, but its button is not. */
const focused = (): HTMLElement | null => {
  const now = document.activeElement;
  const menu = now?.closest("[role=menu]");
  const holder = menu ? document.getElementById(menu.getAttribute("aria-labelledby") ?? "") : now;
  return holder instanceof HTMLElement && holder !== document.body ? holder : null;
};

/**
 * A dialog over the page, in its middle, at its top or slid over from a side. The focus stays in it, and goes back to where it
 * was unless it has been taken elsewhere; Escape and a click beside it close it. What carries `data-first` has the focus
 * first, else the first control.
 */
export const Dialog = (props: Props): JSX.Element => {
  const before = focused();
  const giveBack = (event: Event) => {
    if (!event.defaultPrevented && before?.isConnected) before.focus({ preventScroll: true });
  };
  const begin = (event: Event) => {
    const first = event.target instanceof Element ? event.target.querySelector<HTMLElement>("[data-first]") : null;
    if (!first) return;
    event.preventDefault();
    setTimeout(() => first.focus({ preventScroll: true }));
  };
  return (
    // The page itself does not scroll, and to lock it would cost a new style for every element.
    <Kobalte.Root open preventScroll={false} onOpenChange={(open) => !open && props.onClose()}>
      <Kobalte.Portal>
        <Kobalte.Overlay class="fixed inset-0 z-40 bg-(--veil)" />
        <div class="pointer-events-none fixed inset-0 z-50 flex">
          <Kobalte.Content
            aria-label={props.label}
            class={`pointer-events-auto bg-raised text-ink shadow-float outline-none ${places[props.side ?? "middle"]}`}
            classList={{
              "w-[min(26rem,calc(100vw-2rem))]": !props.side && !props.wide,
              "w-[min(40rem,calc(100vw-2rem))]": !props.side && props.wide === true,
              "w-[min(64rem,calc(100vw-2rem))]": !props.side && props.wide === "very",
            }}
            onOpenAutoFocus={begin}
            onCloseAutoFocus={giveBack}
          >
            {props.children}
          </Kobalte.Content>
        </div>
      </Kobalte.Portal>
    </Kobalte.Root>
  );
};
