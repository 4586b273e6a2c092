import WifiOff from "lucide-solid/icons/wifi-off";
import X from "lucide-solid/icons/x";
import { createEffect, createSignal, type JSX, Match, on, onCleanup, Show, Suspense, Switch } from "solid-js";
import { showWaiting } from "./badge.ts";
import { ChannelPage } from "./ChannelPage.tsx";
import { homeOf } from "./moves.ts";
import { wantsNotices } from "./notify.ts";
import { IconButton } from "./parts/Button.tsx";
import { Dialog } from "./parts/Dialog.tsx";
import { whenIdle } from "./parts/idle.ts";
import { late, missing } from "./parts/late.ts";
import { createMedia } from "./parts/media.ts";
import { Said } from "./parts/Said.tsx";
import { type Overlay, Reach } from "./Reach.tsx";
import { addressOf, createRoute } from "./route.ts";
import { Skips } from "./Skips.tsx";
import { Sidebar } from "./sidebar/Sidebar.tsx";
import { useColony } from "./store.ts";
import { createVisits } from "./visits.ts";

const InboxPage = late(async () => (await import("./inbox/InboxPage.tsx")).InboxPage);
const QuestionsPage = late(async () => (await import("./questions/QuestionsPage.tsx")).QuestionsPage);
const SearchPage = late(async () => (await import("./search/SearchPage.tsx")).SearchPage);
const AgentsPage = late(async () => (await import("./residents/AgentsPage.tsx")).AgentsPage);
const UsagePage = late(async () => (await import("./usage/UsagePage.tsx")).UsagePage);
const Notices = late(async () => (await import("./inbox/Notices.tsx")).Notices);
const Settings = late(async () => (await import("./settings/Settings.tsx")).Settings);
const HandoverDialog = late(async () => (await import("./settings/HandoverDialog.tsx")).HandoverDialog);

const titles = { project: "Project", inbox: "Inbox", questions: "Questions", search: "Search", settings: "Settings", agents: "Agents", usage: "Usage" };

/** The page of someone signed in: the sidebar, and the place that the address names. */
export const Deck = (): JSX.Element => {
  const colony = useColony();
  const route = createRoute();
  const wide = createMedia("(min-width: 45rem)");
  const [drawer, setDrawer] = createSignal(false);
  const openDrawer = () => (wide() ? undefined : () => setDrawer(true));
  const [overlay, setOverlay] = createSignal<Overlay | null>(null);
  const current = () => colony.channel(route.place().channel ?? "");
  const visits = createVisits(colony.me()?.id ?? "", () => current()?.id);
  const name = () => {
    const { page, channel, section } = route.place();
    const at = current();
    if (page === "project" && at) return `${section} · ${at.name}`;
    if (page !== "channel") return titles[page];
    return channel === null ? "" : at ? colony.titleOf(at) : `#${channel}`;
  };

  createEffect(() => {
    const first = homeOf(colony);
    const { page, channel } = route.place();
    if (page === "channel" && channel === null && first) route.go(addressOf(first), true);
  });
  createEffect(on([route.place, overlay], () => setDrawer(false)));
  createEffect(() => {
    const waiting = colony.calls();
    document.title = `${waiting > 0 ? `(${waiting}) ` : ""}${name() && `${name()} · `}Colony`;
    showWaiting(waiting);
  });
  createEffect(() => {
    // The list measures itself before it draws its rows: with the next frame they are there.
    if (route.page() === "channel" ? colony.timelines.isBegun() : colony.channelsRead()) requestAnimationFrame(() => setTimeout(colony.drawn));
  });
  // Nothing may have come at all, and a page that nobody sees has no frames.
  onCleanup(whenIdle(colony.drawn));
  onCleanup(() => {
    document.title = "Colony";
    showWaiting(0);
  });

  const sidebar = () => <Sidebar page={route.page()} current={current()?.id} onGo={route.go} onOverlay={setOverlay} />;
  return (
    <div data-connection={colony.connection()} class="flex h-full flex-col">
      <Skips channel={route.page() === "channel"} />
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
          <aside aria-label="Places" class="h-full w-60 shrink-0 border-line border-r">
            {sidebar()}
          </aside>
        </Show>
        <Switch>
          <Match when={route.page() === "settings"}>
            <Suspense fallback={<main aria-busy="true" class="grow" />}>
              <Settings route={route} onMenu={openDrawer()} />
            </Suspense>
          </Match>
          <Match when={route.page() === "inbox"}>
            <Suspense fallback={<main aria-busy="true" class="grow" />}>
              <InboxPage route={route} onMenu={openDrawer()} />
            </Suspense>
          </Match>
          <Match when={route.page() === "questions"}>
            <Suspense fallback={<main aria-busy="true" class="grow" />}>
              <QuestionsPage route={route} onMenu={openDrawer()} />
            </Suspense>
          </Match>
          <Match when={route.page() === "search"}>
            <Suspense fallback={<main aria-busy="true" class="grow" />}>
              <SearchPage route={route} onMenu={openDrawer()} />
            </Suspense>
          </Match>
          <Match when={route.page() === "agents"}>
            <Suspense fallback={<main aria-busy="true" class="grow" />}>
              <AgentsPage route={route} onMenu={openDrawer()} />
            </Suspense>
          </Match>
          <Match when={route.page() === "usage"}>
            <Suspense fallback={<main aria-busy="true" class="grow" />}>
              <UsagePage route={route} onMenu={openDrawer()} />
            </Suspense>
          </Match>
          <Match when={route.page() === "channel" || route.page() === "project"}>
            <ChannelPage route={route} onMenu={openDrawer()} />
          </Match>
        </Switch>
      </div>
      <Said />
      <Reach route={route} visits={visits} name={name()} overlay={overlay()} onOverlay={setOverlay} />
      <Show when={wantsNotices(colony.me()?.id ?? "")}>
        <Suspense>
          <Notices route={route} channel={current()?.id} />
        </Suspense>
      </Show>
      <Show when={colony.handover()} keyed>
        {(handover) => (
          <Suspense>
            <HandoverDialog handover={handover} />
          </Suspense>
        )}
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
      <Show when={missing()}>
        <div class="flex items-center gap-3 border-line border-b bg-accent-wash px-5 py-1.5 text-small">
          <span class="grow">A part of this page could not be fetched. Reload it when the server can be reached: what you wrote is kept.</span>
          <button type="button" class="shrink-0 font-medium underline" onClick={() => location.reload()}>
            Reload
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
