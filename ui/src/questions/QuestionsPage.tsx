import { createMemo, createSignal, For, type JSX, Match, onMount, Show, Switch } from "solid-js";
import type { OpenQuestion } from "../api.ts";
import { createKeys } from "../keys.ts";
import { homeOf } from "../moves.ts";
import { Button } from "../parts/Button.tsx";
import { Cell } from "../parts/Cell.tsx";
import { Nothing } from "../parts/Nothing.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { PageTitle } from "../parts/PageTitle.tsx";
import { addressOf, type Route } from "../route.ts";
import { useColony } from "../store.ts";
import { QuestionRow } from "./QuestionRow.tsx";

/** What waits for me to decide: the longest first, each decided by one key. */
export const QuestionsPage = (props: { route: Route; onMenu: (() => void) | undefined }): JSX.Element => {
  const colony = useColony();
  const { items, isRead, failure, refresh, drop } = colony.questions;
  const [selected, setSelected] = createSignal<string | null>(null);
  const [decided, setDecided] = createSignal<{ question: OpenQuestion; option: string } | null>(null);
  const byId = createMemo(() => new Map(items().map((item) => [item.message.id, item])));
  const ids = createMemo(() => [...byId().keys()], [], { equals: (before, now) => before.join() === now.join() });
  /** The one that keys act on, and that Tab comes to. */
  const stop = createMemo(() => (byId().has(selected() ?? "") ? selected() : (ids()[0] ?? null)));
  const choices = new Map<string, (option: string) => void>();
  let heading: HTMLHeadingElement | undefined;
  let list: HTMLOListElement | undefined;

  onMount(refresh);

  const hasFocus = () => list?.contains(document.activeElement) === true;

  const focusRow = (id: string | undefined) => {
    const row = id === undefined ? undefined : list?.querySelector<HTMLElement>(`[data-row="${id}"]`);
    (row ?? heading)?.focus();
  };

  const step = (by: 1 | -1) => {
    const id = ids()[hasFocus() ? ids().indexOf(stop() ?? "") + by : 0];
    if (id !== undefined) focusRow(id);
  };

  const onAnswered = (question: OpenQuestion, option: string) => {
    const { id } = question.message;
    const at = ids().indexOf(id);
    const next = ids()[at + 1] ?? ids()[at - 1];
    const moves = hasFocus() || document.activeElement === document.body;
    setDecided({ question, option });
    drop(id);
    if (moves) focusRow(next);
  };

  createKeys(() => "questions", {
    next: () => step(1),
    previous: () => step(-1),
    open: () => {
      const item = byId().get(stop() ?? "");
      if (item) props.route.go(addressOf(item.channel, item.message.id));
    },
    answer: ({ key }) => {
      const id = stop() ?? "";
      const option = byId().get(id)?.message.ask?.options[Number(key) - 1];
      if (option !== undefined) choices.get(id)?.(option);
    },
  });

  return (
    <main class="flex h-full min-w-0 grow flex-col">
      <PageHeader onMenu={props.onMenu}>
        <PageTitle ref={(element) => (heading = element)}>Questions</PageTitle>
        <p class="min-w-0 grow truncate pl-2 text-faint text-small">
          <span class="hidden sm:inline">What waits for you to decide, the longest waiting first</span>
        </p>
      </PageHeader>
      <div role="status">
        <Show when={decided()}>
          {(now) => (
            <p class="border-line border-b bg-sunken px-5 py-1.5 text-small">
              You answered {now().question.message.user.display_name}: <span class="font-semibold">{now().option}</span>.{" "}
              <a href={addressOf(now().question.channel, now().question.message.id)} class="inline-flex min-h-6 items-center font-medium underline">
                Show it
              </a>
            </p>
          )}
        </Show>
      </div>
      <div class="min-h-0 grow overflow-y-auto overscroll-contain pb-[max(1rem,env(safe-area-inset-bottom))]">
        <Switch>
          <Match when={!isRead() && failure()}>{(why) => <Nothing title="The questions could not be loaded" words={why().message} action="Try again" onAction={refresh} />}</Match>
          <Match when={!isRead()}>
            <p role="status" class="px-5 py-6 text-soft">
              Loading what you are asked…
            </p>
          </Match>
          <Match when={items().length === 0}>
            <Empty onHome={() => props.route.go(addressOf(homeOf(colony) ?? { id: "general", name: "general" }))} />
          </Match>
        </Switch>
        <ol ref={list} aria-label="Waiting for your decision" class="mx-auto max-w-(--column)">
          <For each={ids()}>
            {(id) => (
              <li>
                <Show when={byId().get(id)}>
                  {(item) => (
                    <QuestionRow
                      item={item()}
                      stop={stop() === id}
                      onSelect={() => setSelected(id)}
                      onPoint={() => hasFocus() || setSelected(id)}
                      onAnswered={(option) => onAnswered(item(), option)}
                      take={(choose) => choices.set(id, choose)}
                    />
                  )}
                </Show>
              </li>
            )}
          </For>
        </ol>
        <Show when={isRead() && failure()}>
          {(why) => (
            <p role="alert" class="px-5 py-3 text-error text-small">
              The questions could not be brought up to date: {why().message}
            </p>
          )}
        </Show>
      </div>
    </main>
  );
};

const Empty = (props: { onHome: () => void }): JSX.Element => (
  <div class="mx-auto flex max-w-md flex-col items-center gap-3 px-6 py-24 text-center">
    <Cell class="size-12" />
    <h2 class="font-semibold text-title">Nobody waits for your decision</h2>
    <p class="text-soft">When an agent asks before it goes on, its question stands here with the answers it can take, until one of you has chosen.</p>
    <Button onClick={() => props.onHome()}>Read the channels</Button>
  </div>
);
