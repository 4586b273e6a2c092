import CornerDownRight from "lucide-solid/icons/corner-down-right";
import { createMemo, createResource, type JSX } from "solid-js";
import type { Message } from "../api.ts";
import { addressOf } from "../route.ts";
import { useColony } from "../store.ts";
import { gist } from "./gist.ts";

/** One line that says what a message answers, and leads there. `parent`: the message when it is at hand. */
export const ReplyLine = (props: { channel_id: string; reply_to: string; parent: Message | undefined }): JSX.Element => {
  const colony = useColony();
  const missing = () => (props.parent ? null : props.reply_to);
  const [fetched] = createResource(missing, (id) => colony.parent(props.channel_id, id));
  const parent = createMemo(() => props.parent ?? fetched());
  const words = () => {
    const message = parent();
    if (!message) return fetched.loading ? "…" : "a message that cannot be shown";
    return `${message.user.display_name}: ${message.deleted_at === null ? gist(message) : "deleted"}`;
  };
  return (
    <a
      href={addressOf(colony.channel(props.channel_id) ?? { id: props.channel_id, name: null }, props.reply_to)}
      aria-label={`In reply to ${words()}`}
      class="flex h-6 w-fit max-w-full items-center gap-1.5 text-faint text-small hover:text-ink"
    >
      <CornerDownRight size={14} aria-hidden="true" class="shrink-0" />
      <bdi class="truncate">{words()}</bdi>
    </a>
  );
};
