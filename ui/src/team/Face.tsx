import { type JSX, Match, Switch } from "solid-js";
import type { Author, Standing, Status } from "../api.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { useColony } from "../store.ts";

/** Whether someone is there, told by form: a full disc, a ring, nothing. */
export const Dot = (props: { presence: Standing["presence"] }): JSX.Element => (
  <Switch>
    <Match when={props.presence === "online"}>
      <svg viewBox="0 0 10 10" aria-hidden="true" class="-right-0.5 -bottom-0.5 absolute size-2.5">
        <circle cx="5" cy="5" r="5" fill="var(--ground)" />
        <circle cx="5" cy="5" r="3.5" fill="var(--result)" />
      </svg>
    </Match>
    <Match when={props.presence === "away"}>
      <svg viewBox="0 0 10 10" aria-hidden="true" class="-right-0.5 -bottom-0.5 absolute size-2.5">
        <circle cx="5" cy="5" r="5" fill="var(--ground)" />
        <circle cx="5" cy="5" r="2.7" fill="none" stroke="var(--ink-faint)" stroke-width="1.6" />
      </svg>
    </Match>
  </Switch>
);

/** Someone by their shape, with a sign of whether they are there. What it says is to be said in words beside it. */
export const Face = (props: { user: Author; presence: Standing["presence"] }): JSX.Element => {
  const colony = useColony();
  return (
    <span aria-hidden="true" class="relative flex w-6 shrink-0 justify-center">
      <Avatar name={props.user.display_name} role={props.user.role} model={colony.team()?.modelOf(props.user) ?? props.user.username} small />
      <Dot presence={props.presence} />
    </span>
  );
};

/** Several people in the place of a face. */
export const Crowd = (props: { count: number }): JSX.Element => (
  <span aria-hidden="true" class="flex size-6 shrink-0 items-center justify-center rounded-md border border-line bg-ground font-mono font-semibold text-[0.625rem] text-soft">
    {props.count}
  </span>
);

const inks: Record<Status["state"], string> = { idle: "text-soft", working: "text-plan", waiting: "text-accent-ink", blocked: "text-error" };

/** What someone says they are at, in their own word. */
export const StatusWords = (props: { status: Status }): JSX.Element => (
  <>
    <span class={`font-medium ${inks[props.status.state]}`}>{props.status.state}</span>
    {props.status.text ? <span dir="auto"> · {props.status.text}</span> : null}
  </>
);
