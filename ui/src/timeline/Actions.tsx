import Info from "lucide-solid/icons/info";
import Pencil from "lucide-solid/icons/pencil";
import Reply from "lucide-solid/icons/reply";
import Trash from "lucide-solid/icons/trash";
import { type JSX, Show } from "solid-js";
import type { Message } from "../api.ts";
import { IconButton } from "../parts/Button.tsx";
import { CopyButton } from "../parts/CopyButton.tsx";

type Props = {
  message: Message;
  mayEdit: boolean;
  mayDelete: boolean;
  mayReply: boolean;
  onReply: () => void;
  onEdit: () => void;
  onDelete: () => void;
  onDetails: () => void;
};

/** What can be done with a message; shown above it while it is pointed at or has the focus, so that none of it is covered. */
export const Actions = (props: Props): JSX.Element => (
  <div class="pointer-events-none absolute -top-8 right-3 bottom-0 z-10">
    <div role="toolbar" aria-label="Message actions" class="pointer-events-auto sticky top-1 flex rounded-lg border border-line bg-raised p-0.5 shadow-float">
      <Show when={props.mayReply}>
        <IconButton label="Reply" onClick={() => props.onReply()}>
          <Reply size={16} aria-hidden="true" />
        </IconButton>
      </Show>
      <CopyButton label="Copy text" text={() => props.message.content} />
      <Show when={props.mayEdit}>
        <IconButton label="Edit" onClick={() => props.onEdit()}>
          <Pencil size={15} aria-hidden="true" />
        </IconButton>
      </Show>
      <Show when={props.mayDelete}>
        <IconButton label="Delete" class="hover:text-error" onClick={() => props.onDelete()}>
          <Trash size={15} aria-hidden="true" />
        </IconButton>
      </Show>
      <IconButton label="Details" onClick={() => props.onDetails()}>
        <Info size={16} aria-hidden="true" />
      </IconButton>
    </div>
  </div>
);
