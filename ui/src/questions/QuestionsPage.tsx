import { createMemo, createSignal, For, type JSX, onMount, Show } from "solid-js";
import type { OpenQuestion } from "../api.ts";
import { createKeys } from "../keys.ts";
import { PageHeader } from "../parts/PageHeader.tsx";
import { PageTitle } from "../parts/PageTitle.tsx";
import { addressOf, type Route } from "../route.ts";
import { useColony } from "../store.ts";
import { createStops } from "../waiting/stops.ts";
import { WaitingList } from "../waiting/WaitingList.tsx";
import { QuestionRow } from "./QuestionRow.tsx";

/** What waits for me to decide: the longest first, each decided by one key. */
export const QuestionsPage = (props: { route: Route; onMenu: (() => void) | undefined }): JSX.Element => {
  const colony = useColony();
  const { items, isRead, failure, refresh, drop } = colony.questions;
  const [decided, setDecided] = createSignal<{ question: OpenQuestion; option: string } | null>(null);
  const byId = createMemo(() => new Map(items().map((item) => [item.message.id, item])));
  const ids = createMemo(() => [...byId().keys()], [], { equals: (before, now) => before.join() === now.join() });
  const { stop, select, point, hasFocus, focusRow, step, takeHeading, takeList } = createStops(ids);
  const choices = new Map<string, (option: string) => void>();

  onMount(refresh);

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
        <PageTitle ref={takeHeading}>Questions</PageTitle>
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
      <WaitingList
        what="The list of questions"
        label="Waiting for your decision"
        loading="Loading what you are asked…"
        empty={{
          title: "Nobody waits for your decision",
          words: "When an agent asks before it goes on, its question stands here with the answers it can take, until one of you has chosen.",
        }}
        isRead={isRead()}
        failure={failure()}
        isEmpty={items().length === 0}
        onAgain={refresh}
        route={props.route}
        ref={takeList}
      >
        <For each={ids()}>
          {(id) => (
            <li>
              <Show when={byId().get(id)}>
                {(item) => (
                  <QuestionRow
                    item={item()}
                    stop={stop() === id}
                    onSelect={() => select(id)}
                    onPoint={() => point(id)}
                    onAnswered={(option) => onAnswered(item(), option)}
                    take={(choose) => choices.set(id, choose)}
                  />
                )}
              </Show>
            </li>
          )}
        </For>
      </WaitingList>
    </main>
  );
};
