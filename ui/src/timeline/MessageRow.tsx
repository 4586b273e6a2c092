import { createEffect, createMemo, createSignal, type JSX, on, Show, Suspense } from "solid-js";
import { isGrowing } from "../agents/growing.ts";
import type { Message } from "../api.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { laneOf } from "../parts/lane.ts";
import { late } from "../parts/late.ts";
import { momentOf, timeOf } from "../parts/time.ts";
import { wishes } from "../reactions/wishes.ts";
import { addressOf } from "../route.ts";
import { useColony } from "../store.ts";
import type { Acts } from "./acts.ts";
import { Content } from "./Content.tsx";
import { Edited } from "./Edited.tsx";
import { Head } from "./Head.tsx";
import { ReplyLine } from "./ReplyLine.tsx";
import { rowId } from "./rowId.ts";
import { labelsOf } from "./shapes.ts";

/** A row has these once it is pointed at: by then they are there. */
export const Actions = late(async () => (await import("./Actions.tsx")).Actions);
const Carried = late(async () => (await import("../carried/Carried.tsx")).Carried);

type Props = {
  message: Message;
  head: boolean;
  /** How many messages at hand answer it. */
  replies: number;
  /** It says what it answers. */
  answers: boolean;
  parent: Message | undefined;
  /** It shows its actions. */
  active: boolean;
  /** It was jumped to. */
  lit: boolean;
  /** The one that the Tab key comes to. */
  reachable: boolean;
  /** It takes the focus. */
  wanted: boolean;
  acts: Acts;
  /** It is pointed at, or no longer. */
  onActive: (active: boolean) => void;
  /** It has the focus. `quietly`: a finger came to something in it, not to the row itself. */
  onSelect: (quietly: boolean) => void;
  onFocused: () => void;
};

/** A finger that is put down to scroll points at nothing, and rows that make room for their actions would move from under a mouse: there a row shows them once it has the focus. */
const points = ({ pointerType }: PointerEvent): boolean => pointerType !== "touch" && !isCoarse();
const isCoarse = (): boolean => matchMedia("(pointer: coarse)").matches;

/** Frames within which a row is measured and shown, and some more. */
const FRAMES = 30;

export const MessageRow = (props: Props): JSX.Element => {
  const colony = useColony();
  const labels = createMemo(() => labelsOf(props.message.metadata));
  const lane = createMemo(() => {
    const { session } = labels();
    return props.message.user.role === "agent" && session ? laneOf(session) : undefined;
  });
  const reader = createMemo(() => ({ mentions: props.message.mentions, me: colony.me()?.username }));
  const channel = () => colony.channel(props.message.channel_id) ?? { id: props.message.channel_id, name: null };
  const address = () => addressOf(channel(), props.message.id);
  const carries = () => {
    const { id, attachments, reactions, ask, claim, braked } = props.message;
    return attachments.length + reactions.length > 0 || ask !== null || claim !== null || braked || wishes().has(id);
  };
  const [held, setHeld] = createSignal(false);
  /** What it is, as it is read aloud. */
  const kind = () => (props.message.deleted_at !== null ? "deleted" : isGrowing(props.message) ? "answering" : props.message.type);
  const hasActions = () => (props.active || held()) && props.message.deleted_at === null;
  let row: HTMLElement | undefined;

  // A row that was just mounted is hidden until it has been measured: it takes the focus once it is shown.
  const takeFocus = (frames: number) => {
    row?.focus({ preventScroll: true });
    if (document.activeElement !== row && frames > 0 && props.wanted) requestAnimationFrame(() => takeFocus(frames - 1));
    else props.onFocused();
  };
  createEffect(
    on(
      () => props.wanted,
      (wanted) => wanted && takeFocus(FRAMES),
    ),
  );

  return (
    <article
      ref={row}
      id={rowId(props.message.id)}
      aria-label={`${props.message.user.display_name}, ${kind()}, ${timeOf(props.message.created_at)}`}
      tabindex={props.reachable ? 0 : -1}
      class="group relative grid grid-cols-[2.125rem_minmax(0,1fr)] gap-x-3 px-4 py-0.5 transition-colors focus-visible:outline-1 focus-visible:-outline-offset-1 sm:px-5"
      classList={{ "bg-accent-wash/60": props.lit, "bg-hover/60": props.active && !props.lit, "pointer-coarse:pb-13": hasActions() }}
      onPointerEnter={(event) => points(event) && props.onActive(true)}
      onPointerLeave={(event) => points(event) && props.onActive(false)}
      onFocusIn={(event) => props.onSelect(event.target !== row && isCoarse())}
    >
      <Show when={lane()}>{(colour) => <span aria-hidden="true" class="absolute inset-y-0 left-0 w-[3px]" style={{ background: colour() }} />}</Show>
      <Show when={props.message.deleted_at === null} fallback={<p class="col-start-2 text-faint text-small italic">A message of {props.message.user.display_name} was deleted.</p>}>
        <div class="pt-0.5">
          <Show
            when={props.head}
            fallback={
              <a
                href={address()}
                tabindex="-1"
                title={momentOf(props.message.created_at)}
                class="block pt-0.5 text-right font-mono text-[0.6875rem] text-faint opacity-0 hover:underline group-focus-within:opacity-100 group-hover:opacity-100"
              >
                {timeOf(props.message.created_at)}
              </a>
            }
          >
            <Avatar
              name={props.message.user.display_name}
              role={props.message.user.role}
              model={labels().model ?? colony.team()?.modelOf(props.message.user) ?? props.message.user.username}
              lane={lane()}
            />
          </Show>
        </div>
        <div class="min-w-0">
          <Show when={props.head}>
            <Head message={props.message} lane={lane()} address={address()} onDetails={() => props.acts.details(props.message)} />
          </Show>
          <Show when={props.answers && props.message.reply_to}>
            {(reply_to) => <ReplyLine channel_id={props.message.channel_id} reply_to={reply_to()} parent={props.parent} />}
          </Show>
          <Content message={props.message} place={{ address: location.origin + address(), channel: channel().name ?? channel().id, seq: props.message.seq }} reader={reader()} />
          <Show when={carries()}>
            <Suspense>
              <Carried message={props.message} fixed={!props.acts.mayReply()} />
            </Suspense>
          </Show>
          <Show when={!props.head && props.message.updated_at}>{(at) => <Edited at={at()} />}</Show>
          <Show when={props.replies > 0}>
            <button
              type="button"
              class="-ml-1 flex h-6 items-center rounded px-1 font-medium text-accent-ink text-meta hover:underline"
              onClick={() => props.acts.replies(props.message)}
            >
              {props.replies === 1 ? "1 reply" : `${props.replies} replies`}
            </button>
          </Show>
        </div>
        <Show when={hasActions()}>
          <Suspense>
            <Actions message={props.message} acts={props.acts} address={location.origin + address()} onHeld={setHeld} />
          </Suspense>
        </Show>
      </Show>
    </article>
  );
};
