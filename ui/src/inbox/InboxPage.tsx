import CheckCheck from "lucide-solid/icons/check-check";
import { createMemo, createSignal, For, type JSX, onMount, Show } from "solid-js";
import { createKeys } from "../keys.ts";
import { Button } from "../parts/Button.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { PageTitle } from "../parts/PageTitle.tsx";
import { addressOf, type Route } from "../route.ts";
import { useColony } from "../store.ts";
import { createStops } from "../waiting/stops.ts";
import { WaitingList } from "../waiting/WaitingList.tsx";
import { InboxRow } from "./InboxRow.tsx";

/** What others said to me and waits: the longest first, because it is dealt with in that order. */
export const InboxPage = (props: { route: Route; onMenu: (() => void) | undefined }): JSX.Element => {
  const colony = useColony();
  const { items, hasMore, isRead, failure } = colony.inbox;
  /** What was just marked as done: how many, and the seq that they began at. */
  const [done, setDone] = createSignal<{ count: string; from: number } | null>(null);
  const [failed, setFailed] = createSignal<string | null>(null);
  const bySeq = createMemo(() => new Map(items().map((item) => [item.seq, item])));
  const seqs = createMemo(() => items().map(({ seq }) => seq), [], { equals: (before, now) => before.length === now.length && before.every((seq, at) => seq === now[at]) });
  const { stop, select, point, focusRow, step, takeHeading, takeList } = createStops(seqs);

  onMount(() => {
    if (!isRead()) colony.inbox.refresh();
  });

  /** Marks what waits as done by `work`; `count` of it, as it is told. */
  const finish = async (count: string, work: () => Promise<void>) => {
    const from = seqs()[0];
    if (from === undefined) return;
    setFailed(null);
    setDone({ count, from });
    try {
      await work();
    } catch (error) {
      setDone(null);
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };

  const doneTo = async (seq: number) => {
    const at = seqs().indexOf(seq);
    const next = seqs()[at + 1];
    await finish(String(at + 1), () => colony.inbox.doneTo(seq));
    focusRow(next);
  };

  const allDone = async () => {
    await finish(`${items().length}${hasMore() ? "+" : ""}`, colony.inbox.allDone);
    focusRow(undefined);
  };

  const undo = async () => {
    const from = done()?.from;
    if (from === undefined) return;
    setDone(null);
    // The mark stands before the first of them again.
    await colony.inbox.doneTo(from - 1).catch((error) => setFailed(String(error)));
    focusRow(from);
  };

  createKeys(() => "inbox", {
    next: () => step(1),
    previous: () => step(-1),
    open: () => {
      const item = bySeq().get(stop() ?? -1);
      if (item) props.route.go(addressOf(item.channel, item.message.id));
    },
    done: () => {
      const seq = stop();
      if (seq !== null) doneTo(seq);
    },
  });

  return (
    <main class="flex h-full min-w-0 grow flex-col">
      <PageHeader onMenu={props.onMenu}>
        <PageTitle ref={takeHeading}>Inbox</PageTitle>
        <p class="min-w-0 grow truncate pl-2 text-faint text-small">
          <span class="hidden sm:inline">What others said to you, the longest waiting first</span>
        </p>
        <Show when={items().length > 0}>
          <Button class="h-8! shrink-0 text-small pointer-coarse:h-11!" onClick={allDone}>
            <CheckCheck size={15} aria-hidden="true" />
            Mark all done
          </Button>
        </Show>
      </PageHeader>
      <div role="status">
        <Show when={done()}>
          {(now) => (
            <p class="flex items-center gap-3 border-line border-b bg-sunken px-5 py-1.5 text-small">
              <span>{now().count} done.</span>
              <button type="button" class="min-h-6 font-medium underline" onClick={undo}>
                Undo
              </button>
            </p>
          )}
        </Show>
      </div>
      <Show when={failed()}>
        {(why) => (
          <p role="alert" class="border-line border-b bg-error-wash px-5 py-1.5 text-small">
            That could not be stored: {why()}
          </p>
        )}
      </Show>
      <WaitingList
        what="The inbox"
        label="Waiting for you"
        loading="Loading what waits for you…"
        empty={{ title: "Nothing waits for you", words: "Who mentions you or replies to you is listed here, from every channel, until you say that it is done." }}
        isRead={isRead()}
        failure={failure()}
        isEmpty={items().length === 0}
        onAgain={colony.inbox.refresh}
        route={props.route}
        ref={takeList}
        more={
          <Show when={hasMore()}>
            <p class="px-5 py-4">
              <Button onClick={colony.inbox.loadMore}>Show more</Button>
            </p>
          </Show>
        }
      >
        <For each={seqs()}>
          {(seq) => (
            <li class="[contain-intrinsic-size:auto_7rem] [content-visibility:auto]">
              <Show when={bySeq().get(seq)}>
                {(item) => <InboxRow item={item()} stop={stop() === seq} onSelect={() => select(seq)} onPoint={() => point(seq)} onDone={() => doneTo(seq)} />}
              </Show>
            </li>
          )}
        </For>
      </WaitingList>
    </main>
  );
};
