import Square from "lucide-solid/icons/square";
import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, Show } from "solid-js";
import { useColony } from "../store.ts";
import { stop } from "./govern.ts";
import { worksWords } from "./words.ts";
import "./answers.css";

/** Milliseconds of thinking after which it is told in a line of its own: an answer that comes sooner moves nothing. */
const PATIENCE = 400;

type Props = {
  channel_id: string;
  /** Whether it stands above the box: there it is while a question has no word of an answer yet, and whoever asked may end it. Where the answer stands already, it has a button of its own. */
  above: boolean;
};

/** What residents are at in a channel and how many questions wait: above the box while they only think, else in the line of who is writing. */
export const WorkLine = (props: Props): JSX.Element => {
  const colony = useColony();
  const works = createMemo(() => colony.team()?.working.inChannel(props.channel_id) ?? []);
  /** Without a line to the server nobody knows how it goes on. */
  const isOnline = () => colony.connection() === "online";
  const words = createMemo(() => worksWords(works()));
  /** What has no word of an answer yet; questions that wait behind an answer have their turn first. */
  const silent = createMemo(() => {
    const active = works().filter(({ state }) => state !== "waiting");
    return (active.length > 0 ? active : works()).filter(({ answer_id }) => answer_id === null);
  });
  const mine = createMemo(() => {
    const me = colony.me();
    const all = silent().filter(({ asker }) => asker === me?.username || me?.admin);
    return all.find(({ state }) => state !== "waiting") ?? all[0];
  });
  const [isLong, setLong] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  createEffect(
    on(
      () => silent().length > 0,
      (thinks) => {
        clearTimeout(timer);
        setLong(false);
        if (thinks) timer = setTimeout(() => setLong(true), PATIENCE);
      },
    ),
  );
  onCleanup(() => clearTimeout(timer));
  return (
    <Show when={words() !== "" && isLong() === props.above}>
      <div class="flex min-w-0 shrink items-center" classList={{ "mb-1.5 min-h-8 gap-3 px-2.5 text-small text-soft": props.above, "gap-1.5": !props.above }}>
        <span class="flex min-w-0 items-center gap-1.5">
          <span aria-hidden="true" class="size-1.5 shrink-0 rounded-full" classList={{ "at-work bg-accent": isOnline(), "bg-edge": !isOnline() }} />
          <span dir="auto" class="truncate">
            {isOnline() ? words() : `Before the line broke: ${words()}`}
          </span>
        </span>
        <Show when={props.above && isOnline() && mine()}>
          {(work) => <Stop agent={work().agent.display_name} onPress={() => stop(colony, work().agent.username, work().question_id)} />}
        </Show>
      </div>
    </Show>
  );
};

/** It goes with what it ends: the focus goes on in the box below it. */
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
      class="inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md border border-edge bg-raised px-2.5 font-medium text-ink text-meta transition-colors hover:bg-hover pointer-coarse:h-11"
      onClick={() => props.onPress()}
    >
      <Square size={11} fill="currentColor" aria-hidden="true" />
      Stop
    </button>
  );
};
