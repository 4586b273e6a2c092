import * as Kobalte from "@kobalte/core/dialog";
import type { JSX } from "solid-js";

type Props = { label: string; onClose: () => void; children: JSX.Element; side?: "left" | "right"; wide?: boolean };

const places = {
  middle: "m-auto max-h-[calc(100dvh-2rem)] overflow-y-auto rounded-xl border border-line p-5",
  left: "mr-auto h-dvh w-[min(18rem,85vw)] border-r border-line",
  right: "ml-auto h-dvh w-[min(22rem,90vw)] border-l border-line",
};

/** A dialog over the page, in its middle or slid over from a side. The focus stays in it; Escape and a click beside it close it. */
export const Dialog = (props: Props): JSX.Element => (
  <Kobalte.Root open onOpenChange={(open) => !open && props.onClose()}>
    <Kobalte.Portal>
      <Kobalte.Overlay class="fixed inset-0 z-40 bg-(--veil)" />
      <div class="pointer-events-none fixed inset-0 z-50 flex">
        <Kobalte.Content
          aria-label={props.label}
          class={`pointer-events-auto bg-raised text-ink shadow-float outline-none ${places[props.side ?? "middle"]}`}
          classList={{ "w-[min(26rem,calc(100vw-2rem))]": !props.side && !props.wide, "w-[min(40rem,calc(100vw-2rem))]": !props.side && props.wide }}
        >
          {props.children}
        </Kobalte.Content>
      </div>
    </Kobalte.Portal>
  </Kobalte.Root>
);
