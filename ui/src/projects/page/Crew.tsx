import Square from "lucide-solid/icons/square";
import { createMemo, For, type JSX, Show } from "solid-js";
import { stop } from "../../agents/govern.ts";
import { doing } from "../../agents/words.ts";
import type { Work } from "../../agents/working.ts";
import { Avatar } from "../../parts/Avatar.tsx";
import { IconButton } from "../../parts/Button.tsx";
import { addressOf } from "../../route.ts";
import { useColony } from "../../store.ts";

/** What an agent is at, in a word or two. */
const workWords = ({ state, tool }: Work): string => (state === "waiting" ? "waits" : tool === null ? "thinks" : doing(tool));

/** The agents that are at something in a project: each with what it is at, the way to it, and an end to it for who asked. */
export const Crew = (props: { channel: { id: string; name: string | null } }): JSX.Element => {
  const colony = useColony();
  const works = createMemo(() => colony.team()?.working.inChannel(props.channel.id) ?? []);
  const mayStop = (work: Work) => colony.connection() === "online" && (colony.me()?.admin === true || work.asker === colony.me()?.username);
  return (
    <Show when={works().length > 0}>
      <ul aria-label="Agents at work" class="flex w-full flex-wrap gap-x-4 px-2 sm:px-3">
        <For each={works()}>
          {(work) => (
            <li class="flex min-h-8 min-w-0 items-center gap-1.5 text-small">
              <Avatar name={work.agent.display_name} role={work.agent.role} model={colony.team()?.modelOf(work.agent)} small />
              <a href={addressOf(props.channel, work.answer_id ?? work.question_id)} class="min-w-0 truncate hover:underline">
                <span class="font-medium">{work.agent.display_name}</span> <span class="text-soft">{workWords(work)}</span>
              </a>
              <Show when={mayStop(work)}>
                <IconButton label={`Stop ${work.agent.display_name}`} class="size-7! pointer-coarse:size-11!" onClick={() => stop(colony, work.agent.username, work.question_id)}>
                  <Square size={12} aria-hidden="true" fill="currentColor" />
                </IconButton>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
};
