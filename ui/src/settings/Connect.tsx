import { createSignal, For, type JSX, Show } from "solid-js";
import { Choice } from "../parts/Choice.tsx";
import { Snippet } from "../parts/Snippet.tsx";
import { blocksOf, type Given, type Way, YOURS } from "./connecting.ts";

const ways: readonly { value: Way; name: string }[] = [
  { value: "shell", name: "Shell" },
  { value: "command", name: "Command line" },
  { value: "mcp", name: "MCP" },
  { value: "skill", name: "Skill" },
];

/** How a program is connected, by the way that is chosen: blocks to be copied. Secrets are in what is copied, and are not shown here. */
export const Connect = (props: { given: Given; hello: string }): JSX.Element => {
  const [way, setWay] = createSignal<Way>("shell");
  const secrets = () => [props.given.token, props.given.secret].filter((one) => one !== null);
  return (
    <div class="flex flex-col gap-3">
      <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Choice label="How it is connected" options={ways} value={way()} onChange={setWay} />
        <Show when={props.given.token !== YOURS && way() !== "skill"}>
          <p class="text-meta text-soft">The buttons copy the whole token.</p>
        </Show>
      </div>
      <For each={blocksOf(way(), location.origin, props.given, props.hello)}>
        {({ label, copy, text }) => <Snippet label={label} copy={copy} text={text} secrets={secrets()} />}
      </For>
    </div>
  );
};
