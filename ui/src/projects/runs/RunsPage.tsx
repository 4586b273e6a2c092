import { createMemo, For, type JSX, Match, Show, Switch } from "solid-js";
import { Button } from "../../parts/Button.tsx";
import { Nothing } from "../../parts/Nothing.tsx";
import { now } from "../../parts/now.ts";
import { When } from "../../parts/When.tsx";
import { projectAddress, type Route } from "../../route.ts";
import type { Desk } from "../desk.ts";
import type { Project, Run } from "../moments.ts";
import { RunBox } from "./RunBox.tsx";
import { RunDetails } from "./RunDetails.tsx";
import { StateMark } from "./StateMark.tsx";
import { spanWords, stateWords, tookOf, whoWords } from "./words.ts";

type Props = { project: Project; desk: Desk; route: Route };

/** All that was run: how it ended, who had it run, when and how long; and one of them in full. */
export const RunsPage = (props: Props): JSX.Element => {
  const runs = () => props.desk.runs;
  const open = () => props.route.place().at;
  const ids = createMemo(
    () =>
      runs()
        .list()
        .map(({ id }) => id),
    [],
    { equals: (before, next) => before.join() === next.join() },
  );
  return (
    <div class="flex min-h-0 grow flex-col">
      <div class="flex min-h-0 grow">
        <div class="min-h-0 min-w-0 grow overflow-y-auto overscroll-contain" classList={{ "max-lg:hidden": open() !== null }}>
          <Switch
            fallback={
              <p role="status" class="px-5 py-4 text-faint text-small">
                Loading the runs…
              </p>
            }
          >
            <Match when={ids().length > 0}>
              <ul aria-label="Runs" class="divide-y divide-line">
                <For each={ids()}>{(id) => <Show when={runs().byId(id)}>{(run) => <Row project={props.project} run={run()} isOpen={open() === id} />}</Show>}</For>
              </ul>
              <Show when={!runs().atStart()}>
                <div class="flex justify-center p-4">
                  <Button onClick={runs().older}>Show earlier runs</Button>
                </div>
              </Show>
            </Match>
            <Match when={runs().isRead()}>
              <Nothing title="Nothing was run here yet" words="Write a command below, give it to an agent in the talk, or make a schedule." />
            </Match>
            <Match when={runs().failure()}>{(why) => <Nothing title="The runs could not be loaded" words={why().message} action="Try again" onAction={runs().refresh} />}</Match>
          </Switch>
        </div>
        <Show when={open()} keyed>
          {(id) => <RunDetails project={props.project} desk={props.desk} id={id} onGo={props.route.go} />}
        </Show>
      </div>
      <RunBox project={props.project} desk={props.desk} />
    </div>
  );
};

const Row = (props: { project: Project; run: Run; isOpen: boolean }): JSX.Element => {
  const took = () => tookOf(props.run, now());
  return (
    <li class="relative flex gap-3 px-4 py-2.5 hover:bg-hover sm:px-5" classList={{ "bg-sunken": props.isOpen }}>
      <span class="mt-0.5">
        <StateMark state={props.run.state} />
      </span>
      <div class="min-w-0 grow">
        <a
          href={projectAddress(props.project.slug, "runs", props.run.id)}
          aria-current={props.isOpen ? "true" : undefined}
          class="block truncate font-mono text-small after:absolute after:inset-0 focus-visible:-outline-offset-2"
        >
          {props.run.command}
        </a>
        <p class="flex flex-wrap gap-x-3 text-meta text-soft">
          <span classList={{ "text-error": ["failed", "timed_out", "killed"].includes(props.run.state) }}>{stateWords(props.run)}</span>
          <Show when={took() !== null}>
            <span>{spanWords(took() ?? 0)}</span>
          </Show>
          <span>{whoWords(props.run)}</span>
          <Show when={props.run.kind === "build"}>
            <span>build</span>
          </Show>
          <Show when={props.run.background}>
            <span>in the background</span>
          </Show>
          <When at={props.run.created_at} />
        </p>
      </div>
    </li>
  );
};
