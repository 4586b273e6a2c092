import Hash from "lucide-solid/icons/hash";
import { createEffect, createMemo, type JSX, Match, on, Show, Switch } from "solid-js";
import { Composer } from "./composer/Composer.tsx";
import { Details } from "./details/Details.tsx";
import { Dialog } from "./parts/Dialog.tsx";
import { createMedia } from "./parts/media.ts";
import { Nothing } from "./parts/Nothing.tsx";
import { PageHeader } from "./parts/PageHeader.tsx";
import type { Route } from "./route.ts";
import { useColony } from "./store.ts";
import { Timeline } from "./timeline/Timeline.tsx";

/** A channel: what was said, a box to write in, and a message's details on demand. */
export const ChannelPage = (props: { route: Route; onMenu: (() => void) | undefined }): JSX.Element => {
  const colony = useColony();
  const roomy = createMedia("(min-width: 68.75rem)");
  const channel = createMemo(() => {
    const ref = props.route.place().channel;
    return ref === null ? undefined : colony.channel(ref);
  });
  /** Changes when another channel is opened, not with every change of this one. */
  const opened = createMemo(() => channel()?.id);
  const detailed = createMemo(() => {
    const at = channel();
    return at && colony.timeline(at.id)?.messages.find(({ id }) => id === colony.details());
  });
  let box: HTMLTextAreaElement | undefined;

  createEffect(
    on(opened, () => {
      colony.setDetails(null);
      if (matchMedia("(pointer: fine)").matches) queueMicrotask(() => props.route.place().message === null && box?.focus());
    }),
  );

  return (
    <>
      <main class="flex h-full min-w-0 grow flex-col">
        <PageHeader onMenu={props.onMenu}>
          <Show when={channel()}>
            {(at) => (
              <>
                <h1 class="flex min-w-0 shrink-0 items-center gap-1 font-semibold text-title">
                  <Hash size={17} aria-hidden="true" class="shrink-0 text-faint" />
                  <span class="truncate">{at().name}</span>
                </h1>
                <p class="hidden min-w-0 grow truncate pl-2 text-faint text-small sm:block">{at().topic || at().description}</p>
              </>
            )}
          </Show>
        </PageHeader>
        <Switch>
          <Match when={colony.channelsFailure() && !colony.channelsRead()}>
            <Nothing title="The channels could not be loaded" words={`${colony.channelsFailure()?.message ?? ""} Trying again…`} />
          </Match>
          <Match when={colony.channelsRead() && props.route.place().channel !== null && !channel()}>
            <Nothing
              title={`There is no channel “${props.route.place().channel}” that you can see`}
              words="It may be private, or its name may have changed. Ask one of its members, or go on elsewhere."
              action="Go to the first channel"
              onAction={() => props.route.go("/")}
            />
          </Match>
        </Switch>
        <Show when={colony.channelsRead() && opened()} keyed>
          {(id) => (
            <Show when={colony.channel(id)}>
              {(at) => (
                <>
                  <Timeline channel={at()} route={props.route} onWrite={() => box?.focus()} />
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
            <Dialog label="Details" side="right" onClose={() => colony.setDetails(null)}>
              <Details message={detailed()} onClose={() => colony.setDetails(null)} />
            </Dialog>
          }
        >
          <aside aria-label="Details" class="h-full w-80 shrink-0 border-line border-l">
            <Details message={detailed()} onClose={() => colony.setDetails(null)} />
          </aside>
        </Show>
      </Show>
    </>
  );
};
