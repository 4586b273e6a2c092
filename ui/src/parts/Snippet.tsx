import { For, type JSX, Show } from "solid-js";
import { CopyButton } from "./CopyButton.tsx";

/** Where a long word of a command may be broken with the least harm: behind what divides it. */
const breaks = /(?<=[=/&?,:])(?![=/])/;

/** Words to be taken elsewhere, as they stand. `label`: what they are for; `copy`: what the button that takes them is called. */
export const Snippet = (props: { label?: JSX.Element; copy: string; text: string }): JSX.Element => (
  <figure class="w-full min-w-0">
    <Show when={props.label}>
      <figcaption class="mb-1 text-small text-soft">{props.label}</figcaption>
    </Show>
    <div class="flex items-start rounded-md border border-line bg-sunken">
      <pre class="min-w-0 grow whitespace-pre-wrap px-3 py-2 font-mono text-small [overflow-wrap:anywhere]">
        <For each={props.text.split(breaks)}>
          {(part, at) => (
            <>
              <Show when={at() > 0}>
                <wbr />
              </Show>
              {part}
            </>
          )}
        </For>
      </pre>
      <CopyButton label={props.copy} text={() => props.text} class="m-0.5" />
    </div>
  </figure>
);
