import Archive from "lucide-solid/icons/archive";
import Hash from "lucide-solid/icons/hash";
import Lock from "lucide-solid/icons/lock";
import LogOut from "lucide-solid/icons/log-out";
import Plus from "lucide-solid/icons/plus";
import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from "solid-js";
import type { Channel } from "../api.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { IconButton } from "../parts/Button.tsx";
import { Cell } from "../parts/Cell.tsx";
import { addressOf } from "../route.ts";
import { useColony } from "../store.ts";
import { NewChannel } from "./NewChannel.tsx";

type Props = { current: string | undefined; onGo: (address: string) => void };

const byName = (a: Channel, b: Channel): number => (a.name ?? "").localeCompare(b.name ?? "");

export const Sidebar = (props: Props): JSX.Element => {
  const colony = useColony();
  const [making, setMaking] = createSignal(false);
  const named = createMemo(() => colony.channels().filter(({ name }) => name !== null));
  const open = createMemo(() =>
    named()
      .filter(({ archived_at }) => archived_at === null)
      .sort(byName),
  );
  const archived = createMemo(() =>
    named()
      .filter(({ archived_at }) => archived_at !== null)
      .sort(byName),
  );
  return (
    <div class="flex h-full flex-col bg-sunken">
      <a href="/" class="flex h-13 shrink-0 items-center gap-2 px-4 font-semibold text-title">
        <Cell class="size-6" />
        Colony
      </a>
      <nav aria-label="Channels" class="min-h-0 grow overflow-y-auto px-2 pb-4">
        <div class="flex items-center justify-between pr-0.5 pl-2">
          <h2 class="font-medium text-meta text-soft">Channels</h2>
          <IconButton label="New channel" onClick={() => setMaking(true)}>
            <Plus size={16} aria-hidden="true" />
          </IconButton>
        </div>
        <ul class="flex flex-col gap-px">
          <For each={open()}>{(channel) => <Entry channel={channel} current={channel.id === props.current} />}</For>
        </ul>
        <Show when={archived().length > 0}>
          <details class="mt-4">
            <summary class="rounded-md px-2 py-1 font-medium text-meta text-soft hover:bg-hover">Archived ({archived().length})</summary>
            <ul class="mt-1 flex flex-col gap-px">
              <For each={archived()}>{(channel) => <Entry channel={channel} current={channel.id === props.current} />}</For>
            </ul>
          </details>
        </Show>
      </nav>
      <Show when={colony.me()}>
        {(me) => (
          <footer class="flex items-center gap-2.5 border-line border-t py-2 pr-2 pl-3 pb-[max(0.5rem,env(safe-area-inset-bottom))]">
            <Avatar name={me().display_name} role={me().role} small />
            <span class="min-w-0 grow leading-tight">
              <span class="block truncate font-medium text-small">{me().display_name}</span>
              <span class="block truncate text-faint text-meta">@{me().username}</span>
            </span>
            <IconButton label="Sign out" onClick={colony.signOut}>
              <LogOut size={16} aria-hidden="true" />
            </IconButton>
          </footer>
        )}
      </Show>
      <Show when={making()}>
        <NewChannel onClose={() => setMaking(false)} onMade={(channel) => props.onGo(addressOf(channel))} />
      </Show>
    </div>
  );
};

const Entry = (props: { channel: Channel; current: boolean }): JSX.Element => (
  <li>
    <a
      href={addressOf(props.channel)}
      aria-current={props.current ? "page" : undefined}
      class="flex h-8 items-center gap-2 rounded-md px-2 transition-colors pointer-coarse:h-11"
      classList={{
        "bg-raised text-ink shadow-[0_0_0_1px_var(--line)]": props.current,
        "hover:bg-hover": !props.current,
        "font-semibold text-ink": props.channel.unread > 0,
        "text-soft": props.channel.unread === 0 && !props.current,
      }}
    >
      <Switch fallback={<Hash size={15} aria-hidden="true" class="shrink-0 text-faint" />}>
        <Match when={props.channel.archived_at !== null}>
          <Archive size={15} aria-hidden="true" class="shrink-0 text-faint" />
        </Match>
        <Match when={props.channel.visibility === "private"}>
          <Lock size={15} aria-hidden="true" class="shrink-0 text-faint" />
        </Match>
      </Switch>
      <span class="min-w-0 grow truncate">{props.channel.name}</span>
      <Show when={props.channel.mentions > 0}>
        <span class="rounded-full bg-accent px-1.5 font-mono font-semibold text-meta text-on-accent">
          @{props.channel.mentions}
          <span class="sr-only"> {props.channel.mentions === 1 ? "mention" : "mentions"}</span>
        </span>
      </Show>
      <Show when={props.channel.unread > 0}>
        <span class="font-mono text-meta text-soft">
          {props.channel.unread > 999 ? "999+" : props.channel.unread}
          <span class="sr-only"> unread</span>
        </span>
      </Show>
    </a>
  </li>
);
