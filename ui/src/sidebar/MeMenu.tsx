import ChartNoAxesColumn from "lucide-solid/icons/chart-no-axes-column";
import Download from "lucide-solid/icons/download";
import Keyboard from "lucide-solid/icons/keyboard";
import LogOut from "lucide-solid/icons/log-out";
import MessageCircleMore from "lucide-solid/icons/message-circle-more";
import MessageCircleOff from "lucide-solid/icons/message-circle-off";
import Settings from "lucide-solid/icons/settings";
import { type JSX, Show } from "solid-js";
import { install } from "../install.ts";
import { keysOf } from "../keys.ts";
import { asFailure } from "../model.ts";
import { setNotices, wantsNotices } from "../notify.ts";
import { Menu, MenuCheck, MenuItem, MenuSeparator } from "../parts/Menu.tsx";
import type { Overlay } from "../Reach.tsx";
import { useColony } from "../store.ts";

type Props = {
  /** What the button shows, and how it looks. */
  face: JSX.Element;
  class: string;
  onGo: (address: string) => void;
  onOverlay: (overlay: Overlay) => void;
};

/** What concerns me and this browser. It is drawn when it is asked for, so it is open at once. */
export const MeMenu = (props: Props): JSX.Element => {
  const colony = useColony();
  const user_id = () => colony.me()?.id ?? "";
  const notices = async (on: boolean) => colony.setNotice(await setNotices(user_id(), on));
  const clear = () => colony.ask((api) => api.clearStatus()).catch((error: unknown) => colony.setNotice(`Your status stands: ${asFailure(error).message}`));
  return (
    <Menu trigger={props.face} class={props.class} wide opened>
      <MenuItem icon={<MessageCircleMore size={15} />} onSelect={() => props.onOverlay("status")}>
        Set a status…
      </MenuItem>
      <Show when={colony.team()?.presence.status(user_id())}>
        <MenuItem icon={<MessageCircleOff size={15} />} onSelect={clear}>
          Clear your status
        </MenuItem>
      </Show>
      <MenuSeparator />
      <MenuItem icon={<Settings size={15} />} keys={keysOf("settings")} onSelect={() => props.onGo("/settings")}>
        Settings
      </MenuItem>
      <MenuItem icon={<ChartNoAxesColumn size={15} />} onSelect={() => props.onGo("/usage")}>
        Usage
      </MenuItem>
      <MenuItem icon={<Keyboard size={15} />} keys={keysOf("keys")} onSelect={() => props.onOverlay("keys")}>
        Keyboard keys
      </MenuItem>
      <MenuCheck checked={wantsNotices(user_id())} onChange={notices}>
        Desktop notifications
      </MenuCheck>
      <Show when={install()}>
        {(ask) => (
          <MenuItem icon={<Download size={15} />} onSelect={() => ask()()}>
            Install as an app
          </MenuItem>
        )}
      </Show>
      <MenuSeparator />
      <MenuItem icon={<LogOut size={15} />} onSelect={colony.signOut}>
        Sign out
      </MenuItem>
    </Menu>
  );
};
