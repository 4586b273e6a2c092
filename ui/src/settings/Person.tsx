import Ellipsis from "lucide-solid/icons/ellipsis";
import KeyRound from "lucide-solid/icons/key-round";
import Pencil from "lucide-solid/icons/pencil";
import Shield from "lucide-solid/icons/shield";
import ShieldOff from "lucide-solid/icons/shield-off";
import UserCheck from "lucide-solid/icons/user-check";
import UserX from "lucide-solid/icons/user-x";
import { createSignal, type JSX, Show } from "solid-js";
import type { User } from "../api.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Menu, MenuItem, MenuSeparator } from "../parts/Menu.tsx";
import { When } from "../parts/When.tsx";
import { useColony } from "../store.ts";
import { type Change, ChangePerson } from "./ChangePerson.tsx";
import { Mark } from "./Section.tsx";

/** One of everyone; for an admin with what can be done about them. */
export const Person = (props: { user: User; admin: boolean }): JSX.Element => {
  const colony = useColony();
  const [change, setChange] = createSignal<Change | null>(null);
  const active = () => props.user.deactivated_at === null;
  const agent = () => props.user.role === "agent";
  return (
    <li class="flex items-center gap-3 py-2.5 pr-2 pl-3 sm:pl-4" classList={{ "bg-sunken": !active() }}>
      <span class="flex w-9 shrink-0 justify-center">
        <Avatar name={props.user.display_name} role={props.user.role} model={colony.team()?.modelOf(props.user) ?? props.user.username} />
      </span>
      <div class="min-w-0 grow leading-snug">
        <p class="flex min-w-0 items-center gap-2">
          <span class="truncate font-medium" classList={{ "text-soft": !active() }}>
            {props.user.display_name}
          </span>
          <Show when={props.user.admin}>
            <Mark accent>Admin</Mark>
          </Show>
          <Show when={props.user.resident}>
            <Mark>Resident</Mark>
          </Show>
          <Show when={props.user.id === colony.me()?.id}>
            <Mark>You</Mark>
          </Show>
        </p>
        <p class="truncate text-faint text-small">
          @{props.user.username}
          <Show when={props.user.job}> · {props.user.job}</Show>
          <Show when={!active()}>
            <span class="sm:hidden"> · deactivated</span>
          </Show>
        </p>
      </div>
      <p class="hidden shrink-0 text-right text-faint text-small sm:block">
        <Since user={props.user} />
      </p>
      {/* Who a resident agent is, its file says. */}
      <Show when={props.admin && !props.user.resident} fallback={<Show when={props.admin}>{<span class="size-8 shrink-0 pointer-coarse:size-11" />}</Show>}>
        <Menu
          label={`Change ${props.user.display_name}`}
          trigger={<Ellipsis size={17} aria-hidden="true" />}
          class="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft transition-colors hover:bg-hover hover:text-ink pointer-coarse:size-11"
        >
          <MenuItem icon={<Pencil size={15} />} onSelect={() => setChange("name")}>
            Change name…
          </MenuItem>
          <Show when={active()}>
            <Show
              when={agent()}
              fallback={
                <MenuItem icon={<KeyRound size={15} />} onSelect={() => setChange("password")}>
                  New password…
                </MenuItem>
              }
            >
              <MenuItem icon={<KeyRound size={15} />} onSelect={() => setChange("tokens")}>
                Tokens…
              </MenuItem>
            </Show>
            <MenuItem icon={props.user.admin ? <ShieldOff size={15} /> : <Shield size={15} />} onSelect={() => setChange("admin")}>
              {props.user.admin ? "Take admin away…" : "Make admin…"}
            </MenuItem>
          </Show>
          <MenuSeparator />
          <MenuItem icon={active() ? <UserX size={15} /> : <UserCheck size={15} />} danger={active()} onSelect={() => setChange("active")}>
            {active() ? "Deactivate…" : "Reactivate…"}
          </MenuItem>
        </Menu>
      </Show>
      <Show when={change()}>{(which) => <ChangePerson user={props.user} change={which()} onClose={() => setChange(null)} />}</Show>
    </li>
  );
};

const Since = (props: { user: User }): JSX.Element => (
  <Show
    when={props.user.deactivated_at}
    fallback={
      <>
        since <When at={props.user.created_at} date />
      </>
    }
  >
    {(at) => (
      <>
        deactivated <When at={at()} date />
      </>
    )}
  </Show>
);
