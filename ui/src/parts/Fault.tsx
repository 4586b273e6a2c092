import { type JSX, Show } from "solid-js";

/** Why something did not work, read out at once; nothing while there is nothing to say. */
export const Fault = (props: { words: string | null; class?: string }): JSX.Element => (
  <Show when={props.words}>
    {(why) => (
      <p role="alert" class={`text-error text-small ${props.class ?? ""}`}>
        {why()}
      </p>
    )}
  </Show>
);
