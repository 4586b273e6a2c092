import CornerDownRight from "lucide-solid/icons/corner-down-right";
import { createMemo, type JSX } from "solid-js";
import type { Message } from "../api.ts";
import { addressOf } from "../route.ts";
import { useColony } from "../store.ts";
import { gist } from "./gist.ts";

/** One line that says what a message answers, and leads there. `parent`: the message when it is at hand. */
export const ReplyLine = (props: { channel_id: string; reply_to: string; parent: Message | undefined }): JSX.Element => {
  const colony = useColony();
  const words = createMemo(() => {
    const parent = props.parent ?? colony.parent(props.channel_id, props.reply_to);
    if (parent === "coming") return "…";
    if (typeof parent === "string") return "a message that cannot be shown";
    return `${parent.user.display_name}: ${parent.deleted_at === null ? gist(parent) : "deleted"}`;
  });
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
