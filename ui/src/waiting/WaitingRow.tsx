import { createMemo, type JSX, Show } from "solid-js";
import type { Message } from "../api.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { laneOf } from "../parts/lane.ts";
import { labelsOf } from "../timeline/shapes.ts";

type Props = {
  id: string | number;
  message: Message;
  /** What it is to a screen reader. */
  label: string;
  /** What its author did and where, behind their name. */
  doing: JSX.Element;
  /** The one that keys act on. */
  stop: boolean;
  onSelect: () => void;
  /** It is pointed at. */
  onPoint: () => void;
  children: JSX.Element;
};

/** A message that waits for me: who, what they did, and beneath it whatever its page shows of it. */
export const WaitingRow = (props: Props): JSX.Element => {
  const labels = createMemo(() => labelsOf(props.message.metadata));
  const lane = () => {
    const { session } = labels();
    return props.message.user.role === "agent" && session ? laneOf(session) : undefined;
  };
  return (
    <article
      data-row={props.id}
      tabindex={props.stop ? 0 : -1}
      aria-label={props.label}
      class="group relative grid grid-cols-[2.125rem_minmax(0,1fr)] gap-x-3 border-line border-b px-4 py-3 transition-colors hover:bg-hover/60 focus-visible:-outline-offset-2 sm:px-5"
      classList={{ "bg-hover/60": props.stop }}
      onFocusIn={() => props.onSelect()}
      onPointerEnter={() => props.onPoint()}
    >
      <Show when={lane()}>{(colour) => <span aria-hidden="true" class="absolute inset-y-0 left-0 w-[3px]" style={{ background: colour() }} />}</Show>
      <div class="pt-0.5">
        <Avatar name={props.message.user.display_name} role={props.message.user.role} model={labels().model ?? props.message.user.username} lane={lane()} />
      </div>
      <div class="min-w-0">
        <header class="flex flex-wrap items-baseline gap-x-1.5">
          <span dir="auto" class="truncate font-semibold">
            {props.message.user.display_name}
          </span>
          {props.doing}
        </header>
        {props.children}
      </div>
    </article>
  );
};
