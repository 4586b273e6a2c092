import WifiOff from "lucide-solid/icons/wifi-off";
import X from "lucide-solid/icons/x";
import { createEffect, createSignal, type JSX, on, Show } from "solid-js";
import { ChannelPage } from "./ChannelPage.tsx";
import { IconButton } from "./parts/Button.tsx";
import { Dialog } from "./parts/Dialog.tsx";
import { createMedia } from "./parts/media.ts";
import { addressOf, createRoute } from "./route.ts";
import { Sidebar } from "./sidebar/Sidebar.tsx";
import { useColony } from "./store.ts";

/** The page of someone signed in: the sidebar, and the place that the address names. */
export const Deck = (): JSX.Element => {
  const colony = useColony();
  const route = createRoute();
  const wide = createMedia("(min-width: 45rem)");
  const [drawer, setDrawer] = createSignal(false);
  const openDrawer = () => (wide() ? undefined : () => setDrawer(true));

  createEffect(() => {
    const first = colony.channel("general") ?? colony.channels().find(({ name, archived_at }) => name !== null && archived_at === null);
    const { page, channel } = route.place();
    if (page === "channel" && channel === null && first) route.go(addressOf(first), true);
  });
  createEffect(on(route.place, () => setDrawer(false)));
  createEffect(() => {
    const waiting = colony.channels().reduce((sum, { mentions }) => sum + mentions, 0);
    const { channel } = route.place();
    document.title = `${waiting > 0 ? `(${waiting}) ` : ""}${channel ? `#${colony.channel(channel)?.name ?? channel} · ` : ""}Colony`;
  });

  const sidebar = () => <Sidebar current={colony.channel(route.place().channel ?? "")?.id} onGo={route.go} />;
  return (
    <div data-connection={colony.connection()} class="flex h-full flex-col">
      <Broken />
      <div class="flex min-h-0 grow">
        <Show
          when={wide()}
          fallback={
            <Show when={drawer()}>
              <Dialog label="Channels" side="left" onClose={() => setDrawer(false)}>
                {sidebar()}
              </Dialog>
            </Show>
          }
        >
          <div class="h-full w-60 shrink-0 border-line border-r">{sidebar()}</div>
        </Show>
        <ChannelPage route={route} onMenu={openDrawer()} />
      </div>
    </div>
  );
};

/** Says when the line to the server is broken, and what did not work. */
const Broken = (): JSX.Element => {
  const colony = useColony();
  return (
    <div role="status">
      <Show when={colony.connection() === "offline"}>
        <div class="flex items-center gap-3 border-line border-b bg-accent-wash px-5 py-1.5 text-small">
          <WifiOff size={15} aria-hidden="true" class="shrink-0 text-accent-ink" />
          <span class="grow">Offline. What you post is kept and sent when the server is back.</span>
          <button type="button" class="shrink-0 font-medium underline" onClick={colony.reconnect}>
            Try now
          </button>
        </div>
      </Show>
      <Show when={colony.notice()}>
        {(words) => (
          <div class="flex items-center gap-3 border-line border-b bg-error-wash px-5 py-1 text-small">
            <span class="grow">{words()}</span>
            <IconButton label="Dismiss" class="size-7!" onClick={() => colony.setNotice(null)}>
              <X size={15} aria-hidden="true" />
            </IconButton>
          </div>
        )}
      </Show>
    </div>
  );
};
