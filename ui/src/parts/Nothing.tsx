import { type JSX, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { Button } from "./Button.tsx";

/** In the place of what is not there: says why, and what to do next. `page`: it is the whole of its page, and so names it. */
export const Nothing = (props: { title: string; words: string; page?: boolean; action?: string; onAction?: () => void }): JSX.Element => (
  <div class="mx-auto flex max-w-md flex-col items-center gap-3 px-6 py-24 text-center">
    <Dynamic component={props.page ? "h1" : "h2"} class="font-semibold text-title">
      {props.title}
    </Dynamic>
    <p class="text-soft">{props.words}</p>
    <Show when={props.action}>
      <Button onClick={() => props.onAction?.()}>{props.action}</Button>
    </Show>
  </div>
);
