import Menu from "lucide-solid/icons/menu";
import { type JSX, Show } from "solid-js";
import { useColony } from "../store.ts";
import { IconButton } from "./Button.tsx";

/** The bar over a page. `onMenu`: opens the sidebar where there is no room for it; its button says how often somebody calls. */
export const PageHeader = (props: { onMenu: (() => void) | undefined; children: JSX.Element }): JSX.Element => {
  const colony = useColony();
  return (
    <header class="flex h-13 shrink-0 items-center gap-2 border-line border-b px-2 sm:px-5">
      <Show when={props.onMenu}>
        {(open) => (
          <IconButton
            label={colony.calls() > 0 ? `Open channels, ${colony.calls()} ${colony.calls() === 1 ? "mention" : "mentions"}` : "Open channels"}
            class="relative"
            onClick={() => open()()}
          >
            <Menu size={18} aria-hidden="true" />
            <Show when={colony.calls()}>
              {(count) => <span class="absolute top-0 right-0 rounded-full bg-accent px-1 font-mono text-meta text-on-accent leading-tight">{count() > 99 ? "99+" : count()}</span>}
            </Show>
          </IconButton>
        )}
      </Show>
      {props.children}
    </header>
  );
};
