import Archive from "lucide-solid/icons/archive";
import Lock from "lucide-solid/icons/lock";
import Pencil from "lucide-solid/icons/pencil";
import SquareTerminal from "lucide-solid/icons/square-terminal";
import { type JSX, Match, Switch } from "solid-js";
import type { Channel } from "../api.ts";

/** Lucide's hash, drawn as it is: a thousand of them must not each be put together. */
const Hash = (): JSX.Element => (
  <svg viewBox="0 0 24 24" width="15" height="15" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">
    <path d="M4 9h16M4 15h16M10 3 8 21M16 3l-2 18" />
  </svg>
);

/** What kind of channel it is: open to all, private, archived, or a project's. */
export const ChannelIcon = (props: { channel: Channel }): JSX.Element => (
  <Switch fallback={<Hash />}>
    <Match when={props.channel.archived_at !== null}>
      <Archive size={15} />
    </Match>
    <Match when={props.channel.project_id !== null}>
      <SquareTerminal size={15} />
    </Match>
    <Match when={props.channel.visibility === "private"}>
      <Lock size={15} />
    </Match>
  </Switch>
);

const few = (count: number): string => (count > 999 ? "999+" : String(count));

/** What concerns me: how much, and of what. */
export const Badge = (props: { count: number; of: string; sign?: string; more?: boolean }): JSX.Element => (
  <span class="shrink-0 rounded-full bg-accent px-1.5 font-mono font-semibold text-meta text-on-accent">
    {props.sign}
    {few(props.count)}
    {props.more ? "+" : ""}
    <span class="sr-only"> {props.of}</span>
  </span>
);

/** What calls me: by my name in a channel, by every word in a conversation. */
export const CallBadge = (props: { count: number; direct?: boolean }): JSX.Element =>
  props.direct ? <Badge count={props.count} of="unread" /> : <Badge sign="@" count={props.count} of={props.count === 1 ? "mention" : "mentions"} />;

/** Something is written there and not sent. */
export const DraftSign = (): JSX.Element => (
  <span class="shrink-0 text-faint">
    <Pencil size={13} aria-hidden="true" />
    <span class="sr-only">draft</span>
  </span>
);

export const UnreadCount = (props: { count: number }): JSX.Element => (
  <span class="shrink-0 font-mono font-normal text-meta text-soft">
    {few(props.count)}
    <span class="sr-only"> unread</span>
  </span>
);
