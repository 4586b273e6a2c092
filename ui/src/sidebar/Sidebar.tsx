import CircleQuestionMark from "lucide-solid/icons/circle-question-mark";
import Hexagon from "lucide-solid/icons/hexagon";
import Inbox from "lucide-solid/icons/inbox";
import Plus from "lucide-solid/icons/plus";
import Search from "lucide-solid/icons/search";
import { createEffect, createMemo, type JSX, on, Show, Suspense } from "solid-js";
import { keysOf } from "../keys.ts";
import { IconButton } from "../parts/Button.tsx";
import { Cell } from "../parts/Cell.tsx";
import { late } from "../parts/late.ts";
import type { Overlay } from "../Reach.tsx";
import { addressOf, type Place } from "../route.ts";
import { useColony } from "../store.ts";
import { Beyond } from "./Beyond.tsx";
import { Entry } from "./Entry.tsx";
import { Links } from "./Links.tsx";
import { ChannelIcon } from "./Marks.tsx";
import { Me } from "./Me.tsx";
import { archivedChannels, openChannels } from "./order.ts";
import { Section } from "./Section.tsx";

const Projects = late(async () => (await import("../projects/Projects.tsx")).Projects);
const Direct = late(async () => (await import("../team/Direct.tsx")).Direct);

const forMe = [
  { id: "inbox", label: "Inbox", icon: () => <Inbox size={15} /> },
  { id: "questions", label: "Questions", icon: () => <CircleQuestionMark size={15} /> },
  { id: "agents", label: "Agents", icon: () => <Hexagon size={15} /> },
  { id: "search", label: "Search", icon: () => <Search size={15} /> },
];

type Props = {
  page: Place["page"];
  /** The id of the channel that is open. */
  current: string | undefined;
  onGo: (address: string) => void;
  onOverlay: (overlay: Overlay) => void;
};

/** Where one can go, and what waits there. */
export const Sidebar = (props: Props): JSX.Element => {
  const colony = useColony();
  const byId = createMemo(() => new Map(colony.channels().map((channel) => [channel.id, channel])));
  const same = { equals: (before: string[], now: string[]) => before.length === now.length && before.every((id, at) => id === now[at]) };
  const open = createMemo(() => openChannels(colony.channels()).map(({ id }) => id), [], same);
  const archived = createMemo(() => archivedChannels(colony.channels()).map(({ id }) => id), [], same);
  let channels: HTMLElement | undefined;

  // What is open is in view, whichever way one came to it.
  createEffect(
    on([() => props.current, open], ([current]) => {
      if (current !== undefined) queueMicrotask(() => channels?.querySelector(`[data-link="${current}"]`)?.scrollIntoView({ block: "nearest" }));
    }),
  );

  const channel = (id: string, stop: () => boolean): JSX.Element => (
    <Show when={byId().get(id)}>
      {(at) => (
        <Entry
          id={id}
          href={addressOf(at())}
          icon={<ChannelIcon channel={at()} />}
          label={at().name}
          current={id === props.current}
          stop={stop()}
          {...colony.attention(at())}
          draft={colony.drafts().channels().has(id)}
          muted={at().notify === "none"}
          note={at().visibility === "private" ? "private" : undefined}
        />
      )}
    </Show>
  );

  return (
    <div class="flex h-full flex-col bg-sunken pt-[env(safe-area-inset-top)] pl-[env(safe-area-inset-left)]">
      <a href="/" class="flex h-13 shrink-0 items-center gap-2 px-4 font-semibold text-title focus-visible:-outline-offset-2">
        <Cell class="size-6" />
        Colony
      </a>
      <div class="shrink-0 px-2 pb-2">
        <button
          type="button"
          class="flex h-8 w-full items-center gap-2 rounded-md border border-line bg-ground px-2 text-left text-small text-soft transition-colors hover:border-edge hover:text-ink pointer-coarse:h-11"
          onClick={() => props.onOverlay("switcher")}
        >
          <Search size={14} aria-hidden="true" class="shrink-0" />
          <span class="grow">Go to…</span>
          <kbd class="font-mono text-faint text-meta pointer-coarse:hidden">{keysOf("switcher")}</kbd>
        </button>
        <nav aria-label="For you" class="mt-2">
          <Links ids={forMe.map(({ id }) => id)} current={undefined}>
            {(id, stop) => (
              <Entry
                id={id}
                href={`/${id}`}
                icon={forMe.find((place) => place.id === id)?.icon()}
                label={forMe.find((place) => place.id === id)?.label ?? null}
                current={props.page === id || (id === "agents" && props.page === "usage")}
                stop={stop()}
                waiting={id === "inbox" || id === "questions" ? colony[id].items().length : undefined}
                more={id === "inbox" && colony.inbox.hasMore()}
              />
            )}
          </Links>
        </nav>
      </div>
      <nav ref={channels} aria-label="Channels" class="flex min-h-0 grow flex-col">
        <Beyond watch={colony.channels}>
          <Section
            label="Channels"
            action={
              <IconButton label="New channel" class="pointer-coarse:size-11" onClick={() => props.onOverlay("channel")}>
                <Plus size={16} aria-hidden="true" />
              </IconButton>
            }
          >
            <Links ids={open()} current={props.current}>
              {channel}
            </Links>
          </Section>
          <Show when={colony.isDrawn()}>
            <Suspense>
              <Projects current={props.current} onOverlay={props.onOverlay} />
              <Direct current={props.current} onGo={props.onGo} onOverlay={props.onOverlay} />
            </Suspense>
          </Show>
          <Show when={archived().length > 0}>
            <details>
              <summary class="flex h-8 items-center rounded-md px-2 font-medium text-meta text-soft hover:bg-hover focus-visible:-outline-offset-2 pointer-coarse:h-11">
                Archived ({archived().length})
              </summary>
              <Links ids={archived()} current={props.current}>
                {channel}
              </Links>
            </details>
          </Show>
        </Beyond>
      </nav>
      <Show when={colony.me()}>{(me) => <Me me={me()} onGo={props.onGo} onOverlay={props.onOverlay} />}</Show>
    </div>
  );
};
