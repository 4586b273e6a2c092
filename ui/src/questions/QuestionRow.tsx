import { createMemo, type JSX, Show } from "solid-js";
import type { OpenQuestion } from "../api.ts";
import { Carried } from "../carried/Carried.tsx";
import { Avatar } from "../parts/Avatar.tsx";
import { laneOf } from "../parts/lane.ts";
import { When } from "../parts/When.tsx";
import { addressOf } from "../route.ts";
import { useColony } from "../store.ts";
import { Body } from "../timeline/Body.tsx";
import { labelsOf } from "../timeline/shapes.ts";

type Props = {
  item: OpenQuestion;
  /** The one that keys act on. */
  stop: boolean;
  onSelect: () => void;
  /** It is pointed at. */
  onPoint: () => void;
  onAnswered: (option: string) => void;
  /** Is given the way to choose an option. */
  take: (choose: (option: string) => void) => void;
};

/** A question in full: who asks, where and since when, its words and files, and its options. */
export const QuestionRow = (props: Props): JSX.Element => {
  const colony = useColony();
  const message = () => props.item.message;
  const labels = createMemo(() => labelsOf(message().metadata));
  const lane = () => {
    const { session } = labels();
    return message().user.role === "agent" && session ? laneOf(session) : undefined;
  };
  const address = () => addressOf(props.item.channel, message().id);
  const place = () => colony.titleOf(props.item.channel);
  const reader = createMemo(() => ({ mentions: message().mentions, me: colony.me()?.username }));
  return (
    <article
      data-row={message().id}
      tabindex={props.stop ? 0 : -1}
      aria-label={`${message().user.display_name} asks in ${place()}`}
      class="group relative grid grid-cols-[2.125rem_minmax(0,1fr)] gap-x-3 border-line border-b px-4 py-4 transition-colors focus-visible:-outline-offset-2 sm:px-5"
      classList={{ "bg-hover/60": props.stop }}
      onFocusIn={() => props.onSelect()}
      onPointerEnter={() => props.onPoint()}
    >
      <Show when={lane()}>{(colour) => <span aria-hidden="true" class="absolute inset-y-0 left-0 w-[3px]" style={{ background: colour() }} />}</Show>
      <div class="pt-0.5">
        <Avatar name={message().user.display_name} role={message().user.role} model={labels().model ?? message().user.username} lane={lane()} />
      </div>
      <div class="min-w-0">
        <header class="flex flex-wrap items-baseline gap-x-1.5">
          <span dir="auto" class="truncate font-semibold">
            {message().user.display_name}
          </span>
          <span class="text-small text-soft">
            asks in{" "}
            <a href={address()} class="font-medium text-ink hover:underline">
              {place()}
            </a>
          </span>
          <span class="grow text-right font-mono text-faint text-meta">
            <When at={message().created_at} />
          </span>
        </header>
        <Body
          id={`question:${message().id}`}
          place={{ address: location.origin + address(), channel: place(), seq: message().seq }}
          type={message().type}
          content={message().content}
          metadata={message().metadata}
          reader={reader()}
        />
        <Carried message={message()} fixed={false} keys={props.stop} onAnswered={props.onAnswered} take={props.take} />
      </div>
    </article>
  );
};
