import { createEffect, createSignal, type JSX, Match, on, onCleanup, Show, Suspense, Switch } from "solid-js";
import { createKeys, prefix } from "./keys.ts";
import { createMoves } from "./moves.ts";
import { whenIdle } from "./parts/idle.ts";
import { late } from "./parts/late.ts";
import { addressOf, projectAddress, type Route } from "./route.ts";
import { useColony } from "./store.ts";

const Switcher = late(async () => (await import("./switcher/Switcher.tsx")).Switcher);
const KeySheet = late(async () => (await import("./help/KeySheet.tsx")).KeySheet);
const PrefixHint = late(async () => (await import("./help/PrefixHint.tsx")).PrefixHint);
const NewChannel = late(async () => (await import("./sidebar/NewChannel.tsx")).NewChannel);
const NewMessage = late(async () => (await import("./team/NewMessage.tsx")).NewMessage);
const NewProject = late(async () => (await import("./projects/NewProject.tsx")).NewProject);
const StatusDialog = late(async () => (await import("./team/StatusDialog.tsx")).StatusDialog);

/** What can lie over the page, wherever one is. */
export type Overlay = "switcher" | "keys" | "channel" | "project" | "message" | "status";

/** Milliseconds that words stand which say why a key led nowhere. */
const SAID = 2_500;

type Props = {
  route: Route;
  /** The channels one was in, newest first. */
  visits: () => readonly string[];
  /** What the place is called, as a screen reader is told when one comes there. */
  name: string;
  overlay: Overlay | null;
  onOverlay: (overlay: Overlay | null) => void;
};

/** The keys that work everywhere, what they open over the page, and what a screen reader is told of going about. */
export const Reach = (props: Props): JSX.Element => {
  const colony = useColony();
  const [said, setSaid] = createSignal("");
  const [come, setCome] = createSignal("");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const say = (words: string) => {
    clearTimeout(timer);
    setSaid(words);
    timer = setTimeout(() => setSaid(""), SAID);
  };
  const close = () => props.onOverlay(null);
  const moves = createMoves(colony, props.route, props.visits, say);

  createKeys(props.route.page, {
    switcher: () => props.onOverlay("switcher"),
    keys: () => props.onOverlay("keys"),
    message: () => props.onOverlay("message"),
    home: moves.home,
    inbox: moves.inbox,
    questions: moves.questions,
    agents: moves.agents,
    search: moves.search,
    settings: moves.settings,
    back: moves.back,
    "next-unread": moves.nextUnread,
    "previous-unread": moves.previousUnread,
    "next-channel": moves.nextChannel,
    "previous-channel": moves.previousChannel,
  });
  createEffect(on(() => props.name, setCome, { defer: true }));
  const idle = whenIdle(() => {
    Switcher.ahead();
    KeySheet.ahead();
    PrefixHint.ahead();
  });
  onCleanup(() => {
    idle();
    clearTimeout(timer);
  });

  return (
    <>
      <p role="status" class="sr-only">
        {come()}
      </p>
      <Suspense>
        <Switch>
          <Match when={props.overlay === "switcher"}>
            <Switcher route={props.route} visits={props.visits} onClose={close} onOverlay={(next) => setTimeout(() => props.onOverlay(next))} say={say} />
          </Match>
          <Match when={props.overlay === "keys"}>
            <KeySheet onClose={close} />
          </Match>
          <Match when={props.overlay === "channel"}>
            <NewChannel onClose={close} onMade={(channel) => props.route.go(addressOf(channel))} />
          </Match>
          <Match when={props.overlay === "project"}>
            <NewProject onClose={close} onMade={(project) => props.route.go(projectAddress(project.slug))} />
          </Match>
          <Match when={props.overlay === "message"}>
            <NewMessage onClose={close} onGo={props.route.go} />
          </Match>
          <Match when={props.overlay === "status"}>
            <StatusDialog onClose={close} />
          </Match>
        </Switch>
        <Show when={prefix() !== null || said() !== ""}>
          <PrefixHint first={prefix()} page={props.route.page()} said={said()} />
        </Show>
      </Suspense>
    </>
  );
};
