import * as Kobalte from "@kobalte/core/tooltip";
import { type JSX, Show } from "solid-js";
import type { Named } from "./Tooltips.tsx";

/** The words of a tooltip, laid above what they name. */
export const Tip = (props: { named: Named; onClose: () => void }): JSX.Element => (
  <Kobalte.Root open gutter={6} placement="top" getAnchorRect={() => props.named.place} onOpenChange={(open) => !open && props.onClose()}>
    {/* Where the page's content stands, so that who goes by its regions finds it there. */}
    <Kobalte.Portal mount={document.querySelector<HTMLElement>("main") ?? document.body}>
      <Kobalte.Content class="pointer-events-none z-60 flex items-center gap-2 whitespace-pre-line rounded-md bg-ink px-2 py-1 text-ground text-meta shadow-float">
        {props.named.words}
        <Show when={props.named.keys}>{(keys) => <kbd class="font-mono opacity-75">{keys()}</kbd>}</Show>
      </Kobalte.Content>
    </Kobalte.Portal>
  </Kobalte.Root>
);
