import { createEffect, createMemo, type JSX, Match, on, onCleanup, Show, Suspense, Switch } from "solid-js";
import { Composer } from "./composer/Composer.tsx";
import { Avatar } from "./parts/Avatar.tsx";
import { whenIdle } from "./parts/idle.ts";
import { late } from "./parts/late.ts";
import { Nothing } from "./parts/Nothing.tsx";
import { PageHeader } from "./parts/PageHeader.tsx";
import { addressOf, type Filter, isFiltering, type Route } from "./route.ts";
import { ChannelIcon } from "./sidebar/Marks.tsx";
import { useColony } from "./store.ts";
import { FilterBar, Filters } from "./timeline/Filters.tsx";
import { Timeline } from "./timeline/Timeline.tsx";
import { othersOf } from "./titles.ts";
import { keyOf, type View } from "./views.ts";

const ChannelHead = late(async () => (await import("./team/ChannelHead.tsx")).ChannelHead);
const Bar = late(async () => (await import("./projects/page/Bar.tsx")).Bar);
const Parts = late(async () => (await import("./projects/page/Parts.tsx")).Parts);
const Panel = late(async () => (await import("./details/Panel.tsx")).Panel);

/** A channel: what was said, a box to write in, and a message's details on demand. A project's has the project's parts with it, one of which may stand in place of the talk. */
export const ChannelPage = (props: { route: Route; onMenu: (() => void) | undefined }): JSX.Element => {
  const colony = useColony();
  const channel = createMemo(() => {
    const ref = props.route.place().channel;
    return ref === null ? undefined : colony.channel(ref);
  });
  const title = () => {
    const at = channel();
    return at && (colony.team()?.projects.ofChannel(at.id)?.name ?? at.name ?? colony.titleOf(at));
  };
  const isApart = () => props.route.page() === "project";
  /** Of a conversation of two: whether the other is there, and at what. */
  const standing = () => {
    const others = othersOf(channel()?.members ?? [], colony.me()?.id ?? "");
    return others.length === 1 && colony.team()?.wordsOf(others[0]?.id ?? "");
  };
  /** Changes when another channel is opened, not with every change of this one. */
  const opened = createMemo(() => channel()?.id);
  const filter = () => props.route.place().filter;
  const setFilter = (now: Filter) => {
    const at = channel();
    if (at) props.route.go(addressOf(at, undefined, now));
  };
  /** Another view is another timeline. */
  const view = createMemo(
    (): View | undefined => {
      const id = colony.channelsRead() && !isApart() ? opened() : undefined;
      return id === undefined ? undefined : { channel_id: id, ...filter() };
    },
    undefined,
    { equals: (a, b) => (a && keyOf(a)) === (b && keyOf(b)) },
  );
  let box: HTMLTextAreaElement | undefined;

  /** What is at hand of the channel, whatever it is filtered by. */
  const atHand = createMemo(() => {
    const shown = view();
    if (!shown) return [];
    const whole = colony.timeline(shown.channel_id)?.messages ?? [];
    return isFiltering(filter()) ? [...whole, ...(colony.timelines.timeline(shown)?.messages ?? [])] : whole;
  });

  createEffect(
    on(opened, () => {
      colony.setPanel(null);
      if (matchMedia("(pointer: fine)").matches) queueMicrotask(() => props.route.place().message === null && box?.focus());
    }),
  );

  onCleanup(whenIdle(Panel.ahead));

  return (
    <>
      <main class="flex h-full min-w-0 grow flex-col">
        <PageHeader onMenu={props.onMenu}>
          <Show when={channel()}>
            {(at) => (
              <>
                <h1 tabindex="-1" class="flex min-w-0 items-center gap-1.5 outline-none font-semibold text-title sm:max-w-[calc(100%-15rem)] sm:shrink-0" title={title()}>
                  <span aria-hidden="true" class="shrink-0 text-faint">
                    <Show when={at().name === null ? othersOf(at().members ?? [], colony.me()?.id ?? "")[0] : undefined} fallback={<ChannelIcon channel={at()} />}>
                      {(first) => <Avatar name={first().display_name} role={first().role} model={colony.team()?.modelOf(first()) ?? first().username} small />}
                    </Show>
                  </span>
                  <span dir="auto" class="truncate">
                    {title()}
                  </span>
                </h1>
                <p class="hidden min-w-0 grow truncate pl-2 text-faint text-small sm:block">{at().topic || at().description || standing()}</p>
                <span class="grow" />
                <Show when={!isApart()}>
                  <Filters filter={filter()} messages={atHand()} onChange={setFilter} />
                </Show>
                <Show when={colony.isDrawn()} fallback={<span class="w-8 shrink-0" />}>
                  <Suspense fallback={<span class="w-8 shrink-0" />}>
                    <ChannelHead channel={at()} />
                  </Suspense>
                </Show>
              </>
            )}
          </Show>
        </PageHeader>
        <Show when={channel()?.project_id ? channel() : undefined}>
          {(at) => (
            <Suspense fallback={<div class="h-9 shrink-0 border-line border-b pointer-coarse:h-11" />}>
              <Bar channel={at()} route={props.route} />
            </Suspense>
          )}
        </Show>
        <Switch>
          <Match when={colony.channelsFailure() && !colony.channelsRead()}>
            <Nothing page title="The channels could not be loaded" words={`${colony.channelsFailure()?.message ?? ""} Trying again…`} />
          </Match>
          <Match when={colony.channelsRead() && props.route.place().channel !== null && !channel()}>
            <Nothing
              page
              title={`There is no ${props.route.place().page} “${props.route.place().channel}” that you can see`}
              words="It may be private, or its name may have changed. Ask one of its members, or go on elsewhere."
              action="Go to the first channel"
              onAction={() => props.route.go("/")}
            />
          </Match>
        </Switch>
        <Show when={isApart() && channel()}>
          {(at) => (
            <Suspense fallback={<div class="grow" />}>
              <Parts channel={at()} route={props.route} />
            </Suspense>
          )}
        </Show>
        <Show when={isFiltering(filter()) && view()}>
          <FilterBar filter={filter()} onChange={setFilter} />
        </Show>
        <Show when={view()} keyed>
          {(shown) => <Show when={colony.channel(shown.channel_id)}>{(at) => <Timeline channel={at()} view={shown} route={props.route} onWrite={() => box?.focus()} />}</Show>}
        </Show>
        <Show when={view()?.channel_id} keyed>
          {(id) => <Show when={colony.channel(id)}>{(at) => <Composer channel={at()} ref={(element) => (box = element)} />}</Show>}
        </Show>
      </main>
      <Show when={colony.panel()}>
        {(panel) => (
          <Show when={channel()}>
            {(at) => (
              <Suspense>
                <Panel panel={panel()} channel={at()} route={props.route} />
              </Suspense>
            )}
          </Show>
        )}
      </Show>
    </>
  );
};
