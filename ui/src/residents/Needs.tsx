import { For, type JSX, Show } from "solid-js";
import { useColony } from "../store.ts";
import { needed } from "./words.ts";

/** What an operator must set so that a model can be called. `model`: provider/model; null for none; `all`: it is said of every agent. */
export const Needs = (props: { model: string | null; all?: boolean }): JSX.Element => {
  const colony = useColony();
  const who = () => (props.all ? "No agent can" : "It cannot");
  const settings = () => needed(props.model);
  return (
    <p class="rounded-md bg-accent-wash px-3 py-2 text-small">
      <Show when={colony.me()?.admin} fallback={`${who()} answer yet: whoever runs this server has to set up a model.`}>
        {who()} answer yet: set{" "}
        <For each={settings()}>
          {(setting, at) => (
            <>
              {at() === 0 ? "" : at() === settings().length - 1 ? " or " : ", "}
              <code class="font-mono text-meta">{setting}</code>
            </>
          )}
        </For>{" "}
        where the server starts, and start it again.
      </Show>
    </p>
  );
};
