import { For, type JSX, Show } from "solid-js";

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

/** Strokes that do the same, one or the other; each is keys one after the other, and each of those keys held together. */
export const EitherOf = (props: { strokes: readonly (readonly (readonly string[])[])[] }): JSX.Element => (
  <span class="flex flex-wrap items-center justify-end gap-x-1.5 gap-y-1">
    <For each={props.strokes}>
      {(stroke, at) => (
        <span class="flex items-center gap-1">
          <Show when={at() > 0}>
            <span class="mr-0.5 text-faint text-meta">or</span>
          </Show>
          <For each={stroke}>{(chord) => <Kbd keys={chord} />}</For>
        </span>
      )}
    </For>
  </span>
);
