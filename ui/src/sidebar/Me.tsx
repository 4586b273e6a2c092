import ChevronsUpDown from "lucide-solid/icons/chevrons-up-down";
import { createSignal, type JSX, onCleanup, Show, Suspense } from "solid-js";
import type { User } from "../api.ts";
// The browser's offer to install the page comes early, before anyone opens the menu: it is heard from the start.
import "../install.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { whenIdle } from "../parts/idle.ts";
import { late } from "../parts/late.ts";
import type { Overlay } from "../Reach.tsx";
import { useColony } from "../store.ts";

const MeMenu = late(async () => (await import("./MeMenu.tsx")).MeMenu);

/** Who I am, and what concerns me and this browser. Its menu is fetched when it is first wanted. */
export const Me = (props: { me: User; onGo: (address: string) => void; onOverlay: (overlay: Overlay) => void }): JSX.Element => {
  const colony = useColony();
  const [wanted, setWanted] = createSignal(false);
  const face = () => (
    <>
      <Avatar name={props.me.display_name} role={props.me.role} small />
      <span class="min-w-0 grow leading-tight">
        <span class="block truncate font-medium text-small">{props.me.display_name}</span>
        <span class="block truncate text-faint text-meta">
          <Show when={colony.team()?.presence.status(props.me.id)} fallback={`@${props.me.username}`}>
            {(status) => status().text || status().state}
          </Show>
        </span>
      </span>
      <ChevronsUpDown size={15} aria-hidden="true" class="shrink-0 text-faint" />
    </>
  );
  const look = "flex min-h-11 w-full items-center gap-2.5 rounded-md px-2 py-1 text-left transition-colors hover:bg-hover aria-expanded:bg-hover";
  const button = (onClick?: () => void) => (
    <button type="button" aria-haspopup="menu" aria-expanded="false" class={look} onClick={onClick}>
      {face()}
    </button>
  );
  onCleanup(whenIdle(MeMenu.ahead));
  return (
    <footer class="shrink-0 border-line border-t p-1.5 pb-[max(0.375rem,env(safe-area-inset-bottom))]">
      <Show when={wanted()} fallback={button(() => setWanted(true))}>
        <Suspense fallback={button()}>
          <MeMenu face={face()} class={look} onGo={props.onGo} onOverlay={props.onOverlay} />
        </Suspense>
      </Show>
    </footer>
  );
};
