import { createEffect, For, type JSX, onCleanup } from "solid-js";
import type { Channel } from "../../api.ts";
import { projectAddress, type Route } from "../../route.ts";
import { useColony } from "../../store.ts";
import { partNames, parts } from "./parts.ts";

type Props = { channel: Channel; route: Route };

/** Under the project's name: its parts, each an address. Whoever sees it looks at the project. */
export const Bar = (props: Props): JSX.Element => {
  const colony = useColony();
  const projects = () => colony.team()?.projects;
  const slug = () => props.channel.name ?? "";
  const open = () => (props.route.page() === "project" ? props.route.place().section : "talk");

  createEffect(() => projects()?.look(props.channel.project_id));
  onCleanup(() => projects()?.look(null));

  return (
    <div class="@container flex shrink-0 flex-wrap items-center gap-x-4 border-line border-b px-2 sm:px-4">
      <nav aria-label="Parts of the project" class="-mb-px flex min-w-0 grow overflow-x-auto [scrollbar-width:none]">
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
    </div>
  );
};
