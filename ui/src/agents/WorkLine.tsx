import Square from "lucide-solid/icons/square";
import { createMemo, type JSX, onCleanup, Show } from "solid-js";
import { useColony } from "../store.ts";
import { stop } from "./govern.ts";
import { worksWords } from "./words.ts";
import "./answers.css";

/** What residents are at in a channel and how many questions wait, in the line of who is writing; whoever asked may end it. */
export const WorkLine = (props: { channel_id: string }): JSX.Element => {
  const colony = useColony();
  const works = createMemo(() => colony.team()?.working.inChannel(props.channel_id) ?? []);
  const words = createMemo(() => worksWords(works()));
  const mine = createMemo(() => {
    const me = colony.me();
    const all = works().filter(({ asker }) => asker === me?.username || me?.admin);
    return all.find(({ state }) => state !== "waiting") ?? all[0];
  });
  return (
    <Show when={words()}>
      <span class="flex min-w-0 shrink items-center gap-1.5">
        <span aria-hidden="true" class="at-work size-1.5 shrink-0 rounded-full bg-accent" />
        <span dir="auto" class="truncate">
          {words()}
        </span>
        <Show when={mine()}>{(work) => <Stop agent={work().agent.display_name} onPress={() => stop(colony, work().agent.username, work().question_id)} />}</Show>
      </span>
    </Show>
  );
};

/** It goes with what it ends: the focus goes on in the box above it. */
const Stop = (props: { agent: string; onPress: () => void }): JSX.Element => {
  let button: HTMLButtonElement | undefined;
  onCleanup(() => {
    if (button && document.activeElement === button) button.closest("form")?.querySelector("textarea")?.focus();
  });
  return (
    <button
      ref={button}
      type="button"
      aria-label={`Stop ${props.agent}`}
      class="relative inline-flex h-5 shrink-0 items-center gap-1 rounded px-1.5 font-medium text-ink underline-offset-2 after:absolute after:inset-x-0 after:-inset-y-1 hover:underline"
      onClick={() => props.onPress()}
    >
      <Square size={9} fill="currentColor" aria-hidden="true" />
      Stop
    </button>
  );
};
