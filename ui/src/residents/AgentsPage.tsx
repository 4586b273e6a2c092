import { createMemo, For, type JSX, Match, onCleanup, onMount, Show, Switch } from "solid-js";
import { Nothing } from "../parts/Nothing.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { PageTitle } from "../parts/PageTitle.tsx";
import type { Route } from "../route.ts";
import { useColony } from "../store.ts";
import type { Team } from "../team/team.ts";
import { AgentCard, Models } from "./AgentCard.tsx";
import { Documents } from "./Documents.tsx";
import { Needs } from "./Needs.tsx";
import { OwnAgents, Problems } from "./OwnAgents.tsx";
import { type Common, commonOf, commonWords } from "./words.ts";

/** Pixels over what one came for. */
const MARGIN = 20;

/** The agents that the server itself runs: who they are, what they are at, how one asks them; what they know; and how an admin makes more. */
export const AgentsPage = (props: { route: Route; onMenu: (() => void) | undefined }): JSX.Element => {
  const colony = useColony();
  const wanted = () => props.route.place().page === "agents" && props.route.place().section === "documents";
  let scroller: HTMLDivElement | undefined;
  /** Brings something to the top of what is seen, and moves nothing but what scrolls. */
  const seek = (place: HTMLElement) => {
    if (scroller) scroller.scrollTop += place.getBoundingClientRect().top - scroller.getBoundingClientRect().top - MARGIN;
  };
  return (
    <main class="flex h-full min-w-0 grow flex-col">
      <PageHeader onMenu={props.onMenu}>
        <PageTitle>Agents</PageTitle>
        <p class="min-w-0 grow truncate pl-2 text-faint text-small">
          <span class="hidden sm:inline">Run by this server. Each sees what the one who asks it may see.</span>
        </p>
        <a href="/agents/documents" class="inline-flex min-h-6 shrink-0 items-center px-2 font-medium text-small text-soft underline underline-offset-2 hover:text-ink">
          Documents
        </a>
        <a href="/usage" class="inline-flex min-h-6 shrink-0 items-center px-2 font-medium text-small text-soft underline underline-offset-2 hover:text-ink">
          Usage
        </a>
      </PageHeader>
      <div ref={scroller} class="min-h-0 grow overflow-y-auto overscroll-contain">
        <div class="@container mx-auto flex max-w-5xl flex-col gap-8 px-4 pt-5 pb-10 sm:px-8">
          <Show when={colony.team()} fallback={<Loading />} keyed>
            {(team) => <All team={team} onGo={props.route.go} />}
          </Show>
          <Documents wanted={wanted()} onSeek={seek} />
        </div>
      </div>
    </main>
  );
};

const All = (props: { team: Team; onGo: (address: string) => void }): JSX.Element => {
  const colony = useColony();
  const residents = () => props.team.residents;
  const byId = createMemo(
    () =>
      new Map(
        residents()
          .agents()
          ?.map((agent) => [agent.id, agent]),
      ),
  );
  const ids = createMemo(() => [...byId().keys()], [], { equals: (before, now) => before.join() === now.join() });
  /** Nobody has a model: said once for all of them. */
  const none = () => byId().size > 0 && [...byId().values()].every(({ ready }) => !ready);
  const common = createMemo(() => commonOf([...byId().values()]));
  onMount(() => onCleanup(props.team.residents.watch()));
  return (
    <Switch fallback={<Loading />}>
      <Match when={residents().agents()}>
        <Problems problems={residents().problems()} />
        <Show when={none()}>
          <Needs all model={common().models?.[0] ?? null} />
        </Show>
        <Show when={ids().length > 0} fallback={<p class="text-soft">There is no agent here.</p>}>
          <div class="flex flex-col gap-3">
            <Alike common={common()} />
            <ul aria-label="Agents" class="grid gap-3 @3xl:grid-cols-2">
              <For each={ids()}>
                {(id) => (
                  <Show when={byId().get(id)}>{(agent) => <AgentCard agent={agent()} common={common()} status={residents().status(id)} told={none()} onGo={props.onGo} />}</Show>
                )}
              </For>
            </ul>
          </div>
        </Show>
        <Show when={residents().failure()}>
          {(why) => (
            <p role="alert" class="text-error text-small">
              The agents could not be brought up to date: {why().message}
            </p>
          )}
        </Show>
        <Show when={colony.me()?.admin}>
          <OwnAgents />
        </Show>
      </Match>
      <Match when={residents().failure()}>
        {(why) => <Nothing title="The agents could not be loaded" words={why().message} action="Try again" onAction={residents().refresh} />}
      </Match>
    </Switch>
  );
};

/** What is the same with most of them, said once. */
const Alike = (props: { common: Common }): JSX.Element => {
  const clauses = () => commonWords(props.common);
  const models = () => props.common.models ?? [];
  return (
    <Show when={clauses().length > 0 || models().length > 0}>
      <p class="max-w-(--prose) text-small text-soft">
        Unless something else is said of it, each {clauses().join(" and ")}
        <Show when={models().length > 0}>
          {clauses().length > 0 ? "; it " : ""}runs on{" "}
          <span class="font-mono text-meta [overflow-wrap:anywhere]">
            <Models models={models()} />
          </span>
        </Show>
        .
      </p>
    </Show>
  );
};

const Loading = (): JSX.Element => (
  <div role="status" aria-label="Loading the agents" class="grid gap-4 @3xl:grid-cols-2">
    <For each={[52, 64, 40, 58]}>
      {(width) => (
        <div aria-hidden="true" class="flex flex-col gap-3 rounded-lg border border-line p-4 motion-safe:animate-pulse">
          <span class="flex items-center gap-3">
            <span class="size-8 rounded-md bg-line" />
            <span class="h-3 w-28 rounded bg-line" />
          </span>
          <span class="h-2.5 rounded bg-line" style={{ width: `${width}%` }} />
          <span class="h-2.5 w-40 rounded bg-line" />
        </div>
      )}
    </For>
  </div>
);
