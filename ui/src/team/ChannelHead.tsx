import Ellipsis from "lucide-solid/icons/ellipsis";
import Link from "lucide-solid/icons/link";
import LogIn from "lucide-solid/icons/log-in";
import LogOut from "lucide-solid/icons/log-out";
import Users from "lucide-solid/icons/users";
import { createEffect, createSignal, type JSX, on, Show } from "solid-js";
import type { Channel, Notify } from "../api.ts";
import { asFailure } from "../model.ts";
import { copyAloud } from "../parts/CopyButton.tsx";
import { Menu, MenuChoice, MenuChoices, MenuItem, MenuSeparator } from "../parts/Menu.tsx";
import { addressOf } from "../route.ts";
import { useColony } from "../store.ts";
import { othersOf } from "../titles.ts";
import { Dot } from "./Face.tsx";
import { LeaveChannel } from "./LeaveChannel.tsx";

type Props = { channel: Channel };

const levels: [Notify, string][] = [
  ["all", "Tell me of all messages"],
  ["mentions", "Only of what is said to me"],
  ["none", "Of nothing"],
];

const button =
  "inline-flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-md text-small text-soft transition-colors hover:bg-hover hover:text-ink aria-expanded:bg-hover";

/** What stands at the end of a channel's header: who is in it, whether they are there, and its menu. */
export const ChannelHead = (props: Props): JSX.Element => {
  const colony = useColony();
  const [leaving, setLeaving] = createSignal(false);
  const team = () => colony.team();
  const isConversation = () => props.channel.visibility === "direct";
  const isPrivate = () => props.channel.visibility === "private";
  const count = () => (isConversation() ? props.channel.members?.length : team()?.members.members(props.channel.id)?.length);
  /** Where there is no room for words, the other's presence is a sign. */
  const only = () => {
    const others = othersOf(props.channel.members ?? [], colony.me()?.id ?? "");
    return others.length === 1 ? others[0] : undefined;
  };
  const showMembers = () => colony.setPanel(colony.panel()?.kind === "members" ? null : { kind: "members", message: "" });
  const told = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      colony.setNotice(`That did not work: ${asFailure(error).message}`);
    }
  };

  createEffect(
    on([() => props.channel.id, team], ([id, there]) => {
      if (isPrivate()) there?.members.open(id);
    }),
  );

  return (
    <>
      <Show when={only()}>
        {(user) => (
          <span role="img" aria-label={team()?.wordsOf(user().id) ?? ""} class="relative size-2.5 shrink-0 sm:hidden">
            <Dot presence={team()?.presence.presence(user().id) ?? "offline"} />
          </span>
        )}
      </Show>
      <Show when={(isPrivate() || (props.channel.members?.length ?? 0) > 2) && count()}>
        {(number) => (
          <button type="button" data-tip="Members" class={`${button} px-2 max-sm:hidden`} aria-pressed={colony.panel()?.kind === "members"} onClick={showMembers}>
            <Users size={15} aria-hidden="true" />
            <span class="font-mono text-meta">{number()}</span>
            <span class="sr-only">{`${number() === 1 ? "member" : "members"}${isPrivate() ? ", private" : ""}`}</span>
          </button>
        )}
      </Show>
      <Menu label={isConversation() ? "Conversation menu" : "Channel menu"} trigger={<Ellipsis size={17} aria-hidden="true" />} class={`${button} w-8`}>
        <MenuChoices value={props.channel.notify} onChange={(level) => told(colony.made((api) => api.notify(props.channel.id, level as Notify)))}>
          {levels.map(([level, label]) => (
            <MenuChoice value={level} chosen={props.channel.notify === level}>
              {label}
            </MenuChoice>
          ))}
        </MenuChoices>
        <MenuSeparator />
        <MenuItem icon={<Users size={15} />} onSelect={showMembers}>
          Members
        </MenuItem>
        <MenuItem icon={<Link size={15} />} onSelect={() => copyAloud("Link", location.origin + addressOf(props.channel))}>
          Copy link
        </MenuItem>
        <Show when={!isConversation()}>
          <Show
            when={props.channel.member}
            fallback={
              <MenuItem icon={<LogIn size={15} />} disabled={props.channel.archived_at !== null} onSelect={() => told(colony.made((api) => api.join(props.channel.id)))}>
                Join
              </MenuItem>
            }
          >
            <MenuItem icon={<LogOut size={15} />} onSelect={() => setLeaving(true)}>
              Leave…
            </MenuItem>
          </Show>
        </Show>
      </Menu>
      <Show when={leaving()}>
        <LeaveChannel channel={props.channel} onClose={() => setLeaving(false)} />
      </Show>
    </>
  );
};
