import ChevronDown from "lucide-solid/icons/chevron-down";
import X from "lucide-solid/icons/x";
import { createMemo, For, type JSX, Show } from "solid-js";
import type { Author, Message } from "../api.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { IconButton } from "../parts/Button.tsx";
import { laneOf } from "../parts/lane.ts";
import { Menu, MenuCheck, MenuItem } from "../parts/Menu.tsx";
import { type Filter, messageTypes, noFilter } from "../route.ts";
import { useColony } from "../store.ts";
import { labelsOf } from "./shapes.ts";

type Props = {
  filter: Filter;
  /** What is at hand of the channel: its authors and sessions are offered. */
  messages: readonly Message[];
  onChange: (filter: Filter) => void;
};

const byName = (a: Author, b: Author): number => a.display_name.localeCompare(b.display_name);

/** Sessions that the menu offers at most, the latest first: the others are reached by a message of theirs. */
const SESSIONS = 30;

const trigger = "flex h-8 items-center gap-1 rounded-md px-1.5 text-small text-soft sm:px-2 transition-colors hover:bg-hover hover:text-ink aria-expanded:bg-hover";

/** Chooses which messages are shown: by type, user, session. */
export const Filters = (props: Props): JSX.Element => {
  const colony = useColony();
  const speakers = createMemo(() => [...new Map(props.messages.map(({ user }) => [user.username, user])).values()].sort(byName));
  /** Those who speak in what is at hand, then everyone else. */
  const users = createMemo(() => {
    const known = new Set(speakers().map(({ username }) => username));
    const others = colony.people().filter(({ username }) => !known.has(username));
    return [...speakers(), ...others.toSorted(byName)];
  });
  const sessions = createMemo(() => {
    const latest = new Map<string, Message>();
    for (const message of props.messages.toReversed()) {
      const { session } = labelsOf(message.metadata);
      if (session && !latest.has(session) && latest.size < SESSIONS) latest.set(session, message);
    }
    return [...latest];
  });
  const change = (part: Partial<Filter>) => props.onChange({ ...props.filter, ...part });
  return (
    <fieldset aria-label="Filter" class="flex shrink-0 items-center">
      <Menu class={trigger} trigger={<Trigger on={props.filter.types.length > 0} label="type" />}>
        <For each={messageTypes}>
          {(type) => (
            <MenuCheck
              checked={props.filter.types.includes(type)}
              onChange={(checked) => change({ types: messageTypes.filter((one) => (one === type ? checked : props.filter.types.includes(one))) })}
            >
              {type}
            </MenuCheck>
          )}
        </For>
      </Menu>
      <Menu class={trigger} trigger={<Trigger on={props.filter.user !== null} label="user" />} onOpenChange={(open) => open && colony.readPeople()}>
        <For
          each={users()}
          fallback={
            <MenuItem disabled onSelect={() => {}}>
              Nobody is known yet
            </MenuItem>
          }
        >
          {(user) => (
            <MenuItem
              icon={<Avatar name={user.display_name} role={user.role} model={user.username} small />}
              onSelect={() => change({ user: props.filter.user === user.username ? null : user.username })}
            >
              {user.display_name}
            </MenuItem>
          )}
        </For>
      </Menu>
      <Menu class={trigger} trigger={<Trigger on={props.filter.session !== null} label="session" />}>
        <For
          each={sessions()}
          fallback={
            <MenuItem disabled onSelect={() => {}}>
              No agent's session is at hand
            </MenuItem>
          }
        >
          {([session, message]) => (
            <MenuItem
              icon={<span class="size-2 rounded-full" style={{ background: laneOf(session) }} />}
              onSelect={() => change({ session: props.filter.session === session ? null : session })}
            >
              <span class="block truncate font-mono">{session}</span>
              <span class="block truncate text-meta text-soft">{[message.user.display_name, labelsOf(message.metadata).model].filter(Boolean).join(" · ")}</span>
            </MenuItem>
          )}
        </For>
      </Menu>
    </fieldset>
  );
};

const Trigger = (props: { on: boolean; label: string }): JSX.Element => (
  <span class="flex items-center gap-1" classList={{ "font-semibold text-accent-ink": props.on }}>
    {props.label}
    <ChevronDown size={13} aria-hidden="true" class="max-sm:hidden" />
  </span>
);

/** What is filtered by, in words, and the way out. */
export const FilterBar = (props: { filter: Filter; onChange: (filter: Filter) => void }): JSX.Element => (
  <div role="status" class="flex shrink-0 flex-wrap items-center gap-2 border-line border-b bg-accent-wash px-4 py-1 text-small sm:px-5">
    <span class="text-soft">Only</span>
    <For each={props.filter.types}>
      {(type) => <Chip label={type} onDrop={() => props.onChange({ ...props.filter, types: props.filter.types.filter((other) => other !== type) })} />}
    </For>
    <Show when={props.filter.user}>{(user) => <Chip label={`@${user()}`} onDrop={() => props.onChange({ ...props.filter, user: null })} />}</Show>
    <Show when={props.filter.session}>{(session) => <Chip label={session()} lane={laneOf(session())} onDrop={() => props.onChange({ ...props.filter, session: null })} />}</Show>
    <button type="button" class="ml-auto rounded px-1.5 py-0.5 font-medium underline" onClick={() => props.onChange(noFilter)}>
      Show all
    </button>
  </div>
);

const Chip = (props: { label: string; lane?: string; onDrop: () => void }): JSX.Element => (
  <span class="flex h-7 min-w-0 max-w-64 items-center gap-1.5 rounded-md border border-line bg-raised pl-2 font-mono text-meta">
    <Show when={props.lane}>{(lane) => <span aria-hidden="true" class="size-2 shrink-0 rounded-full" style={{ background: lane() }} />}</Show>
    <bdi class="truncate">{props.label}</bdi>
    <IconButton label={`No longer only ${props.label}`} class="size-6!" onClick={() => props.onDrop()}>
      <X size={13} aria-hidden="true" />
    </IconButton>
  </span>
);
