import X from "lucide-solid/icons/x";
import { createEffect, type JSX, Match, on, onCleanup, Show, Suspense, Switch } from "solid-js";
import type { Channel } from "../api.ts";
import { IconButton } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { late } from "../parts/late.ts";
import { createMedia } from "../parts/media.ts";
import { addressOf, type Filter, noFilter, type Route } from "../route.ts";
import { type Panel as Shown, useColony } from "../store.ts";
import { rowId } from "../timeline/rowId.ts";
import { Details } from "./Details.tsx";
import { Thread } from "./Thread.tsx";

const Members = late(async () => (await import("../team/Members.tsx")).Members);

type Props = { panel: Shown; channel: Channel; route: Route };

const names = { details: "Details", thread: "Thread", members: "Members" };

/** What is shown beside the timeline, or over it where there is no room: a message's details or its thread, or who is in the channel. */
export const Panel = (props: Props): JSX.Element => {
  const colony = useColony();
  const roomy = createMedia("(min-width: 68.75rem)");
  const name = () => names[props.panel.kind];
  const close = () => colony.setPanel(null);

  /** Goes on in the channel. A panel that lies over it is closed before, and gives the focus back before it is taken elsewhere. */
  const goOn = (work: () => void) => {
    if (roomy()) return work();
    close();
    setTimeout(work);
  };
  const show = (message_id: string) => goOn(() => props.route.go(addressOf(props.channel, message_id)));
  const filter = (only: Partial<Filter>) => goOn(() => props.route.go(addressOf(props.channel, undefined, { ...noFilter, ...only })));

  const content = () => (
    <div class="flex h-full flex-col bg-raised">
      <header class="flex h-13 shrink-0 items-center justify-between border-line border-b pr-2 pl-4">
        <h2 class="font-semibold">{name()}</h2>
        <IconButton label={`Close ${name().toLowerCase()}`} onClick={close}>
          <X size={17} aria-hidden="true" />
        </IconButton>
      </header>
      <Switch fallback={<Details message={colony.timelines.message(props.channel.id, props.panel.message)} filter={props.route.place().filter} onFilter={filter} />}>
        <Match when={props.panel.kind === "thread"}>
          <Thread channel={props.channel} message_id={props.panel.message} onShow={show} />
        </Match>
        <Match when={props.panel.kind === "members"}>
          <Suspense>
            <Members channel={props.channel} />
          </Suspense>
        </Match>
      </Switch>
    </div>
  );
  return (
    <Show
      when={roomy()}
      fallback={
        <Dialog label={name()} side="right" onClose={close}>
          {content()}
        </Dialog>
      }
    >
      <Aside label={name()} panel={props.panel}>
        {content()}
      </Aside>
    </Show>
  );
};

/** Stands beside the timeline. What is read there takes the focus; whatever is closed with the focus in it gives that back. */
const Aside = (props: { label: string; panel: Shown; children: JSX.Element }): JSX.Element => {
  let aside: HTMLElement | undefined;
  let before: Element | null = null;
  let message = "";
  const hasFocus = () => aside?.contains(document.activeElement) === true;

  createEffect(
    on(
      () => props.panel,
      (now) => {
        message = now.message;
        if (!hasFocus()) before = document.activeElement;
        if (now.kind !== "details") aside?.querySelector<HTMLElement>("[data-first]")?.focus();
      },
    ),
  );
  onCleanup(() => {
    if (!hasFocus()) return;
    const row = document.getElementById(rowId(message));
    if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus({ preventScroll: true });
    else row?.focus({ preventScroll: true });
  });
  return (
    <aside ref={aside} aria-label={props.label} class="h-full w-80 shrink-0 border-line border-l">
      {props.children}
    </aside>
  );
};
