import { type JSX, Show } from "solid-js";
import { Badge, CallBadge, DraftSign, UnreadCount } from "./Marks.tsx";

type Props = {
  id: string;
  href: string;
  icon: JSX.Element;
  label: string | null;
  current: boolean;
  /** The one of its list that Tab comes to. */
  stop: boolean;
  /** Messages in it that are not read. */
  unread?: number;
  /** How many of them call me. */
  calls?: number;
  /** It is a conversation: every word calls, without a name. */
  direct?: boolean;
  /** Something is written there and not sent. */
  draft?: boolean;
  /** I want to hear nothing of it. */
  muted?: boolean;
  /** What the eye sees by its picture. */
  note?: string;
  /** What waits for me there, and whether more does than is counted. */
  waiting?: number;
  more?: boolean;
};

/** A place in the sidebar: strong while something in it is unread, with what calls me in a badge. */
export const Entry = (props: Props): JSX.Element => {
  const strong = () => Boolean(props.unread || props.calls || props.waiting);
  return (
    <a
      href={props.href}
      data-link={props.id}
      data-unread={props.unread || props.calls ? "" : undefined}
      data-mentions={props.calls ? "" : undefined}
      tabindex={props.stop ? 0 : -1}
      aria-current={props.current ? "page" : undefined}
      class="flex h-8 items-center gap-2 rounded-md px-2 transition-colors focus-visible:-outline-offset-2 pointer-coarse:h-11"
      classList={{
        "bg-raised text-ink shadow-[inset_0_0_0_1px_var(--line)]": props.current,
        "hover:bg-hover": !props.current,
        "font-semibold text-ink": strong(),
        "text-soft": !strong() && !props.current && !props.muted,
        "text-faint": props.muted && !props.current,
      }}
    >
      <span aria-hidden="true" class="shrink-0 text-faint">
        {props.icon}
      </span>
      <span class="min-w-0 grow truncate">{props.label}</span>
      <Show when={props.note || props.muted}>
        <span class="sr-only">
          {props.note} {props.muted ? "muted" : ""}
        </span>
      </Show>
      <Show when={props.draft && !props.current}>
        <DraftSign />
      </Show>
      <Show when={props.waiting}>{(count) => <Badge count={count()} of="waiting" more={props.more} />}</Show>
      <Show when={props.calls}>{(count) => <CallBadge count={count()} direct={props.direct} />}</Show>
      <Show when={props.unread}>{(count) => <UnreadCount count={count()} />}</Show>
    </a>
  );
};
