import { type JSX, Show } from "solid-js";
import { Button } from "./Button.tsx";

/** In the place of what is not there: says why, and what to do next. */
export const Nothing = (props: { title: string; words: string; action?: string; onAction?: () => void }): JSX.Element => (
  <div class="mx-auto flex max-w-md flex-col items-center gap-3 px-6 py-24 text-center">
    <h2 class="font-semibold text-title">{props.title}</h2>
    <p class="text-soft">{props.words}</p>
    <Show when={props.action}>
      <Button onClick={() => props.onAction?.()}>{props.action}</Button>
    </Show>
  </div>
);
