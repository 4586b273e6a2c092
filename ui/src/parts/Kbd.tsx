import { For, type JSX } from "solid-js";

/** Keys held together, each as its cap. */
export const Kbd = (props: { keys: readonly string[] }): JSX.Element => (
  <span class="inline-flex shrink-0 items-center gap-1">
    <For each={props.keys}>
      {(key) => (
        <kbd class="inline-flex h-5.5 min-w-5.5 items-center justify-center rounded-md border border-line border-b-2 bg-ground px-1.5 font-mono text-meta text-soft leading-none">
          {key}
        </kbd>
      )}
    </For>
  </span>
);
