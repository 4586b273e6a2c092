import Archive from "lucide-solid/icons/archive";
import Hash from "lucide-solid/icons/hash";
import Lock from "lucide-solid/icons/lock";
import { type JSX, Match, Switch } from "solid-js";
import type { Channel } from "../api.ts";

/** What kind of channel it is: open to all, private, or archived. */
export const ChannelIcon = (props: { channel: Channel }): JSX.Element => (
  <Switch fallback={<Hash size={15} />}>
    <Match when={props.channel.archived_at !== null}>
      <Archive size={15} />
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

export const MentionBadge = (props: { count: number }): JSX.Element => <Badge sign="@" count={props.count} of={props.count === 1 ? "mention" : "mentions"} />;

export const UnreadCount = (props: { count: number }): JSX.Element => (
  <span class="shrink-0 font-mono font-normal text-meta text-soft">
    {few(props.count)}
    <span class="sr-only"> unread</span>
  </span>
);
