import Copy from "lucide-solid/icons/copy";
import Ellipsis from "lucide-solid/icons/ellipsis";
import SmilePlus from "lucide-solid/icons/face-slightly-smiling-plus";
import Info from "lucide-solid/icons/info";
import LinkIcon from "lucide-solid/icons/link";
import ListFilter from "lucide-solid/icons/list-filter";
import MessagesSquare from "lucide-solid/icons/messages-square";
import Pencil from "lucide-solid/icons/pencil";
import Reply from "lucide-solid/icons/reply";
import SquareTerminal from "lucide-solid/icons/square-terminal";
import Trash from "lucide-solid/icons/trash";
import { type JSX, Show } from "solid-js";
import type { Message } from "../api.ts";
import { IconButton } from "../parts/Button.tsx";
import { CopyButton, copyAloud } from "../parts/CopyButton.tsx";
import { Menu, MenuItem, MenuSeparator } from "../parts/Menu.tsx";
import type { Acts } from "./acts.ts";
import { labelsOf } from "./shapes.ts";

type Props = { message: Message; acts: Acts; address: string; onHeld: (held: boolean) => void };

/** The command that reads a message, for a shell or an agent; its token is named as wherever this page hands one out. */
const curlOf = (message: Message): string => `curl -H "Authorization: Bearer $COLONY_TOKEN" ${location.origin}/api/channels/${message.channel_id}/messages/${message.id}`;

/**
 * What can be done with a message while it is pointed at or has the focus; above it, so that none of it is covered. Under a finger it stands below the
 * message, which makes room for it: there it covers nothing, and is near.
 */
export const Actions = (props: Props): JSX.Element => {
  const session = () => labelsOf(props.message.metadata).session;
  return (
    <div class="pointer-events-none absolute -top-8 right-3 bottom-0 z-10 pointer-coarse:top-0 pointer-coarse:right-auto pointer-coarse:left-15 pointer-coarse:flex pointer-coarse:items-end">
      <div
        role="toolbar"
        aria-label="Message actions"
        class="pointer-events-auto sticky top-1 flex rounded-lg border border-line bg-raised p-0.5 shadow-float pointer-coarse:bottom-1.5 pointer-coarse:mb-1.5 pointer-coarse:shadow-none pointer-coarse:[&_button]:size-10"
      >
        <Show when={props.acts.mayReply()}>
          <IconButton label="Reply" data-keys="r" onClick={() => props.acts.reply(props.message)}>
            <Reply size={16} aria-hidden="true" />
          </IconButton>
          <IconButton label="React" data-keys=":" data-react="" onClick={() => props.acts.react(props.message)}>
            <SmilePlus size={16} aria-hidden="true" />
          </IconButton>
        </Show>
        <CopyButton label="Copy text" keys="y" text={() => props.message.content} />
        <Show when={props.acts.mayEdit(props.message)}>
          <IconButton label="Edit" data-keys="e" onClick={() => props.acts.edit(props.message)}>
            <Pencil size={15} aria-hidden="true" />
          </IconButton>
        </Show>
        <IconButton label="Details" data-keys="i" onClick={() => props.acts.details(props.message)}>
          <Info size={16} aria-hidden="true" />
        </IconButton>
        <Menu
          label="More actions"
          class="inline-flex size-8 items-center justify-center rounded-md text-soft transition-colors hover:bg-hover hover:text-ink aria-expanded:bg-hover"
          trigger={<Ellipsis size={16} aria-hidden="true" />}
          onOpenChange={props.onHeld}
        >
          <MenuItem icon={<MessagesSquare size={15} />} keys="t" onSelect={() => props.acts.thread(props.message)}>
            Show thread
          </MenuItem>
          <MenuItem icon={<LinkIcon size={15} />} onSelect={() => copyAloud("Link", props.address)}>
            Copy link
          </MenuItem>
          <MenuItem icon={<SquareTerminal size={15} />} onSelect={() => copyAloud("Command", curlOf(props.message))}>
            Copy curl
          </MenuItem>
          <Show when={props.message.metadata}>
            <MenuItem icon={<Copy size={15} />} onSelect={() => copyAloud("Metadata", JSON.stringify(props.message.metadata, null, 2))}>
              Copy metadata
            </MenuItem>
          </Show>
          <MenuSeparator />
          <Show when={session()}>
            {(only) => (
              <MenuItem icon={<ListFilter size={15} />} onSelect={() => props.acts.filter({ session: only() })}>
                Only this session
              </MenuItem>
            )}
          </Show>
          <MenuItem icon={<ListFilter size={15} />} onSelect={() => props.acts.filter({ user: props.message.user.username })}>
            Only {props.message.user.display_name}
          </MenuItem>
          <Show when={props.acts.mayDelete(props.message)}>
            <MenuSeparator />
            <MenuItem icon={<Trash size={15} />} danger onSelect={() => props.acts.remove(props.message)}>
              Delete
            </MenuItem>
          </Show>
        </Menu>
      </div>
    </div>
  );
};
