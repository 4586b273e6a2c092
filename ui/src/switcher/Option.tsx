import CornerDownRight from "lucide-solid/icons/corner-down-right";
import Search from "lucide-solid/icons/search";
import { createMemo, For, type JSX, Show } from "solid-js";
import { Avatar } from "../parts/Avatar.tsx";
import { CallBadge, ChannelIcon, UnreadCount } from "../sidebar/Marks.tsx";
import { useColony } from "../store.ts";
import { pieces } from "./match.ts";
import type { Found, Target } from "./targets.ts";

type Props = { id: string; found: Found; active: boolean; onPoint: () => void; onChoose: () => void };

/** One thing to go to or do. The pointer chooses as the keys do; the writing keeps the focus. */
export const Option = (props: Props): JSX.Element => {
  const target = () => props.found.target;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox has the focus and the keys
    // biome-ignore lint/a11y/useFocusableInteractive: as above
    <div
      id={props.id}
      role="option"
      aria-selected={props.active}
      class="flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 pointer-coarse:h-11"
      classList={{ "bg-hover": props.active }}
      onPointerMove={() => !props.active && props.onPoint()}
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => props.onChoose()}
    >
      <span aria-hidden="true" class="flex w-6 shrink-0 justify-center text-faint">
        <Picture target={target()} />
      </span>
      <span dir="auto" class="min-w-0 truncate" classList={{ "font-semibold": Boolean(target().unread) }}>
        <Marked text={target().label} at={props.found.at} />
      </span>
      <Show when={target().also}>
        {(also) => (
          <span class="min-w-0 shrink-4 truncate text-small text-soft">
            <Marked text={also()} at={props.found.alsoAt} />
          </span>
        )}
      </Show>
      <span class="min-w-0 flex-1 truncate text-faint text-small">{target().hint}</span>
      <Show when={target().calls}>{(count) => <CallBadge count={count()} direct={target().kind === "person"} />}</Show>
      <Show when={target().unread}>{(count) => <UnreadCount count={count()} />}</Show>
    </div>
  );
};

const Picture = (props: { target: Target }): JSX.Element => {
  const colony = useColony();
  const drawn = createMemo(() => {
    const { icon } = props.target;
    if (icon === "command") return <CornerDownRight size={15} />;
    if (icon === "search") return <Search size={15} />;
    if ("user" in icon) return <Avatar name={icon.user.display_name} role={icon.user.role} model={colony.team()?.modelOf(icon.user) ?? icon.user.username} small />;
    return <ChannelIcon channel={icon.channel} />;
  });
  return <>{drawn()}</>;
};

const Marked = (props: { text: string; at: readonly number[] }): JSX.Element => (
  <For each={pieces(props.text, props.at)}>
    {({ text, found }) => (
      <Show when={found} fallback={text}>
        <mark class="bg-transparent font-semibold text-accent-ink">{text}</mark>
      </Show>
    )}
  </For>
);
