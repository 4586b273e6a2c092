import { createEffect, createMemo, For, type JSX, onCleanup, Show } from "solid-js";
import type { Channel } from "../../api.ts";
import { projectAddress, type Route } from "../../route.ts";
import { useColony } from "../../store.ts";
import { closeDesk, deskOf } from "../desk.ts";
import { Cost } from "./Cost.tsx";
import { Crew } from "./Crew.tsx";
import { partNames, parts } from "./parts.ts";
import { Sandbox } from "./Sandbox.tsx";

type Props = { channel: Channel; route: Route };

/** Under the project's name: its parts, each an address, and how its sandbox stands. Whoever sees it looks at the project. */
export const Bar = (props: Props): JSX.Element => {
  const colony = useColony();
  const projects = () => colony.team()?.projects;
  const slug = () => props.channel.name ?? "";
  const open = () => (props.route.page() === "project" ? props.route.place().section : "talk");
  const desk = createMemo(() => {
    const [all, id] = [projects(), props.channel.project_id];
    return all && id ? deskOf(colony, all, id) : undefined;
  });
  let list: HTMLElement | undefined;

  createEffect(() => projects()?.look(props.channel.project_id));
  onCleanup(() => {
    projects()?.look(null);
    closeDesk();
  });
  // On a phone the parts are wider than it is.
  createEffect(() => {
    open();
    queueMicrotask(() => {
      const tab = list?.querySelector<HTMLElement>("[aria-current]");
      if (list && tab) list.scrollLeft = tab.offsetLeft - list.clientWidth / 2 + tab.clientWidth / 2;
    });
  });

  return (
    <div class="flex shrink-0 flex-wrap items-center gap-x-3 border-line border-b px-2 max-sm:gap-x-2 sm:px-4">
      <Crew channel={props.channel} />
      <nav ref={list} aria-label="Parts of the project" class="relative -mb-px flex min-w-0 max-w-full flex-1 overflow-x-auto [scrollbar-width:none]">
        <For each={parts}>
          {(part) => (
            <a
              href={projectAddress(slug(), part === "talk" ? undefined : part)}
              aria-current={open() === part ? "page" : undefined}
              class="flex h-9 shrink-0 items-center border-b-2 px-2 text-small transition-colors focus-visible:-outline-offset-2 sm:px-3 pointer-coarse:h-11"
              classList={{
                "border-accent-ink font-medium text-ink": open() === part,
                "border-transparent text-soft hover:text-ink": open() !== part,
              }}
            >
              {partNames[part]}
            </a>
          )}
        </For>
      </nav>
      <Show when={desk()}>
        {(at) => (
          <div class="flex min-w-0 items-center gap-3 max-sm:flex-row-reverse max-sm:gap-2">
            <Sandbox desk={at()} />
            <Cost project_id={at().id} />
          </div>
        )}
      </Show>
    </div>
  );
};
