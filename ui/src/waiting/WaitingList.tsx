import { type JSX, Match, Show, Switch } from "solid-js";
import type { Failure } from "../api.ts";
import { homeOf } from "../moves.ts";
import { Button } from "../parts/Button.tsx";
import { Cell } from "../parts/Cell.tsx";
import { Nothing } from "../parts/Nothing.tsx";
import { addressOf, type Route } from "../route.ts";
import { useColony } from "../store.ts";

type Props = {
  /** What it lists, as in "The inbox could not be loaded". */
  what: string;
  label: string;
  loading: string;
  empty: { title: string; words: string };
  isRead: boolean;
  failure: Failure | null;
  isEmpty: boolean;
  onAgain: () => void;
  route: Route;
  ref: (list: HTMLOListElement) => void;
  /** Behind the rows. */
  more?: JSX.Element;
  children: JSX.Element;
};

/** What waits for me, the longest waiting first; or that nothing does, or why it cannot be told. */
export const WaitingList = (props: Props): JSX.Element => {
  const colony = useColony();
  return (
    <div class="min-h-0 grow overflow-y-auto overscroll-contain pb-[max(1rem,env(safe-area-inset-bottom))]">
      <Switch>
        <Match when={!props.isRead && props.failure}>
          {(why) => <Nothing title={`${props.what} could not be loaded`} words={why().message} action="Try again" onAction={props.onAgain} />}
        </Match>
        <Match when={!props.isRead}>
          <p role="status" class="px-5 py-6 text-soft">
            {props.loading}
          </p>
        </Match>
        <Match when={props.isEmpty}>
          <div class="mx-auto flex max-w-md flex-col items-center gap-3 px-6 py-24 text-center">
            <Cell class="size-12" />
            <h2 class="font-semibold text-title">{props.empty.title}</h2>
            <p class="text-soft">{props.empty.words}</p>
            <Button onClick={() => props.route.go(addressOf(homeOf(colony) ?? { id: "general", name: "general" }))}>Read the channels</Button>
          </div>
        </Match>
      </Switch>
      <ol ref={props.ref} aria-label={props.label} class="mx-auto max-w-(--column)">
        {props.children}
      </ol>
      <Show when={props.isRead && props.failure}>
        {(why) => (
          <p role="alert" class="px-5 py-3 text-error text-small">
            {props.what} could not be brought up to date: {why().message}
          </p>
        )}
      </Show>
      {props.more}
    </div>
  );
};
