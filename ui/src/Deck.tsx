import Hash from "lucide-solid/icons/hash";
import Menu from "lucide-solid/icons/menu";
import WifiOff from "lucide-solid/icons/wifi-off";
import X from "lucide-solid/icons/x";
import { createEffect, createMemo, createSignal, type JSX, Match, on, Show, Switch } from "solid-js";
import { Composer } from "./composer/Composer.tsx";
import { Details } from "./details/Details.tsx";
import { Button, IconButton } from "./parts/Button.tsx";
import { Modal } from "./parts/Modal.tsx";
import { createMedia } from "./parts/media.ts";
import { addressOf, createRoute } from "./route.ts";
import { Sidebar } from "./sidebar/Sidebar.tsx";
import { useColony } from "./store.ts";
import { Timeline } from "./timeline/Timeline.tsx";

/** The page of someone signed in: channels, a timeline, and details on demand. */
export const Deck = (): JSX.Element => {
  const colony = useColony();
  const route = createRoute();
  const wide = createMedia("(min-width: 45rem)");
  const roomy = createMedia("(min-width: 68.75rem)");
  const [drawer, setDrawer] = createSignal(false);
  const channel = createMemo(() => {
    const ref = route.place().channel;
    return ref === null ? undefined : colony.channel(ref);
  });
  /** Changes when another channel is opened, not with every change of this one. */
  const opened = createMemo(() => channel()?.id);
  const detailed = createMemo(() => {
    const at = channel();
    return at && colony.timeline(at.id)?.messages.find(({ id }) => id === colony.details());
  });
  let box: HTMLTextAreaElement | undefined;

  createEffect(() => {
    const first = colony.channel("general") ?? colony.channels().find(({ name, archived_at }) => name !== null && archived_at === null);
    if (route.place().channel === null && first) route.go(addressOf(first), true);
  });
  createEffect(on(route.place, () => setDrawer(false)));
  createEffect(
    on(opened, () => {
      colony.setDetails(null);
      if (matchMedia("(pointer: fine)").matches) queueMicrotask(() => route.place().message === null && box?.focus());
    }),
  );
  createEffect(() => {
    const waiting = colony.channels().reduce((sum, { mentions }) => sum + mentions, 0);
    const name = channel()?.name;
    document.title = `${waiting > 0 ? `(${waiting}) ` : ""}${name ? `#${name} · ` : ""}Colony`;
  });

  return (
    <div
      data-connection={colony.connection()}
      class="grid h-full grid-cols-[minmax(0,1fr)] sm:grid-cols-[15rem_minmax(0,1fr)]"
      classList={{ "lg:grid-cols-[15rem_minmax(0,1fr)_20rem]!": colony.details() !== null }}
    >
      <Show
        when={wide()}
        fallback={
          <Show when={drawer()}>
            <Modal label="Channels" side="left" onClose={() => setDrawer(false)}>
              <Sidebar current={channel()?.id} onGo={route.go} />
            </Modal>
          </Show>
        }
      >
        <div class="h-dvh border-line border-r">
          <Sidebar current={channel()?.id} onGo={route.go} />
        </div>
      </Show>
      <main class="flex h-dvh min-w-0 flex-col">
        <header class="flex h-13 shrink-0 items-center gap-2 border-line border-b px-2 sm:px-5">
          <Show when={!wide()}>
            <IconButton label="Open channels" onClick={() => setDrawer(true)}>
              <Menu size={18} aria-hidden="true" />
            </IconButton>
          </Show>
          <Show when={channel()}>
            {(at) => (
              <>
                <h1 class="flex min-w-0 shrink-0 items-center gap-1 font-semibold text-title">
                  <Hash size={17} aria-hidden="true" class="shrink-0 text-faint" />
                  <span class="truncate">{at().name}</span>
                </h1>
                <p class="hidden truncate pl-2 text-faint text-small sm:block">{at().topic || at().description}</p>
              </>
            )}
          </Show>
        </header>
        <Broken />
        <Switch>
          <Match when={colony.channelsFailure() && !colony.channelsRead()}>
            <Nothing title="The channels could not be loaded" words={`${colony.channelsFailure()?.message ?? ""} Trying again…`} />
          </Match>
          <Match when={colony.channelsRead() && route.place().channel !== null && !channel()}>
            <Nothing
              title={`There is no channel “${route.place().channel}” that you can see`}
              words="It may be private, or its name may have changed. Ask one of its members, or go on elsewhere."
              action="Go to the first channel"
              onAction={() => route.go("/")}
            />
          </Match>
        </Switch>
        <Show when={colony.channelsRead() && opened()} keyed>
          {(id) => (
            <Show when={colony.channel(id)}>
              {(at) => (
                <>
                  <Timeline channel={at()} route={route} onWrite={() => box?.focus()} />
                  <Composer channel={at()} ref={(element) => (box = element)} />
                </>
              )}
            </Show>
          )}
        </Show>
      </main>
      <Show when={colony.details() !== null}>
        <Show
          when={roomy()}
          fallback={
            <Modal label="Details" side="right" onClose={() => colony.setDetails(null)}>
              <Details message={detailed()} onClose={() => colony.setDetails(null)} />
            </Modal>
          }
        >
          <aside aria-label="Details" class="h-dvh border-line border-l">
            <Details message={detailed()} onClose={() => colony.setDetails(null)} />
          </aside>
        </Show>
      </Show>
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

const Nothing = (props: { title: string; words: string; action?: string; onAction?: () => void }): JSX.Element => (
  <div class="mx-auto flex max-w-md flex-col items-center gap-3 px-6 py-24 text-center">
    <h2 class="font-semibold text-title">{props.title}</h2>
    <p class="text-soft">{props.words}</p>
    <Show when={props.action}>
      <Button onClick={() => props.onAction?.()}>{props.action}</Button>
    </Show>
  </div>
);
