import Menu from "lucide-solid/icons/menu";
import { type JSX, Show } from "solid-js";
import { IconButton } from "./Button.tsx";

/** The bar over a page. `onMenu`: opens the sidebar where there is no room for it. */
export const PageHeader = (props: { onMenu: (() => void) | undefined; children: JSX.Element }): JSX.Element => (
  <header class="flex h-13 shrink-0 items-center gap-2 border-line border-b px-2 sm:px-5">
    <Show when={props.onMenu}>
      {(open) => (
        <IconButton label="Open channels" onClick={() => open()()}>
          <Menu size={18} aria-hidden="true" />
        </IconButton>
      )}
    </Show>
    {props.children}
  </header>
);
