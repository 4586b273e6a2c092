import { For, type JSX, Show } from "solid-js";
import { CopyButton } from "./CopyButton.tsx";

/** Where a long word of a command may be broken with the least harm: behind what divides it. */
const breaks = /(?<=[=/&?,:])(?![=/])/;

/** Letters of a secret that are shown: whose it is can be told by them. */
const SHOWN = 12;

/** Words to be taken elsewhere, as they stand. `label`: what they are for; `copy`: what the button that takes them is called; `secrets`: what is copied but not shown. */
export const Snippet = (props: { label?: JSX.Element; copy: string; text: string; secrets?: readonly string[] }): JSX.Element => (
  <figure class="w-full min-w-0">
    <Show when={props.label}>
      <figcaption class="mb-1 text-small text-soft">{props.label}</figcaption>
    </Show>
    <div class="flex items-start rounded-md border border-line bg-sunken">
      <pre class="min-w-0 grow whitespace-pre-wrap px-3 py-2 font-mono text-small [overflow-wrap:anywhere]">
        <For each={hidden(props.text, props.secrets ?? []).split(breaks)}>
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

const hidden = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((words, secret) => (secret.length > SHOWN ? words.replaceAll(secret, `${secret.slice(0, SHOWN)}…`) : words), text);
