import { createMemo, type JSX, Show } from "solid-js";
import type { Message } from "../api.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { laneOf } from "../parts/lane.ts";
import { momentOf, timeOf } from "../parts/time.ts";
import { addressOf } from "../route.ts";
import { useColony } from "../store.ts";
import { Actions } from "./Actions.tsx";
import { Body } from "./Body.tsx";
import { Edited } from "./Edited.tsx";
import { Head } from "./Head.tsx";
import { ReplyLine } from "./ReplyLine.tsx";
import { labelsOf } from "./shapes.ts";

type Props = {
  message: Message;
  head: boolean;
  parent: Message | undefined;
  /** It shows its actions. */
  active: boolean;
  /** It was jumped to. */
  lit: boolean;
  /** The one that the Tab key comes to. */
  reachable: boolean;
  mayReply: boolean;
  onActive: (active: boolean) => void;
  onReply: () => void;
  onEdit: () => void;
  onDelete: () => void;
};

export const rowId = (message_id: string): string => `message-${message_id}`;

export const MessageRow = (props: Props): JSX.Element => {
  const colony = useColony();
  const labels = createMemo(() => labelsOf(props.message.metadata));
  const isAgent = () => props.message.user.role === "agent";
  const lane = createMemo(() => {
    const { session } = labels();
    return isAgent() && session ? laneOf(session) : undefined;
  });
  const reader = createMemo(() => ({ mentions: props.message.mentions, me: colony.me()?.username }));
  const isMine = () => props.message.user.id === colony.me()?.id;
  const address = () => addressOf(colony.channel(props.message.channel_id) ?? { id: props.message.channel_id, name: null }, props.message.id);
  const place = () => ({ address: address(), channel: colony.channel(props.message.channel_id)?.name ?? props.message.channel_id, seq: props.message.seq });
  const openDetails = () => colony.setDetails(props.message.id);

  return (
    <article
      id={rowId(props.message.id)}
      aria-label={`${props.message.user.display_name}, ${props.message.deleted_at === null ? props.message.type : "deleted"}, ${timeOf(props.message.created_at)}`}
      tabindex={props.reachable ? 0 : -1}
      class="group relative grid grid-cols-[2.125rem_minmax(0,1fr)] gap-x-3 px-4 py-0.5 transition-colors focus-visible:-outline-offset-2 sm:px-5"
      classList={{ "mt-3": props.head, "bg-accent-wash": props.lit, "bg-hover/60": props.active && !props.lit }}
      onPointerEnter={() => props.onActive(true)}
      onPointerLeave={() => props.onActive(false)}
      onFocusIn={() => props.onActive(true)}
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
            <Avatar name={props.message.user.display_name} role={props.message.user.role} model={labels().model ?? props.message.user.username} lane={lane()} />
          </Show>
        </div>
        <div class="min-w-0">
          <Show when={props.head}>
            <Head message={props.message} lane={lane()} address={address()} onDetails={openDetails} />
          </Show>
          <Show when={props.message.reply_to}>{(reply_to) => <ReplyLine channel_id={props.message.channel_id} reply_to={reply_to()} parent={props.parent} />}</Show>
          <Body id={props.message.id} place={place()} type={props.message.type} content={props.message.content} metadata={props.message.metadata} reader={reader()} />
          <Show when={!props.head && props.message.updated_at}>{(at) => <Edited at={at()} />}</Show>
        </div>
        <Show when={props.active}>
          <Actions
            message={props.message}
            mayReply={props.mayReply}
            mayEdit={isMine() && props.mayReply}
            mayDelete={isMine() || colony.me()?.admin === true}
            onReply={() => props.onReply()}
            onEdit={() => props.onEdit()}
            onDelete={() => props.onDelete()}
            onDetails={openDetails}
          />
        </Show>
      </Show>
    </article>
  );
};
