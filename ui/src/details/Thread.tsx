import { createEffect, createMemo, createSignal, For, type JSX, Match, on, Show, Suspense, Switch, untrack } from "solid-js";
import { isAnswer } from "../agents/growing.ts";
import type { Channel, Message } from "../api.ts";
import { Carried } from "../carried/Carried.tsx";
import { Composer } from "../composer/Composer.tsx";
import { commandOf } from "../keys.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Button } from "../parts/Button.tsx";
import { laneOf } from "../parts/lane.ts";
import { late } from "../parts/late.ts";
import { momentOf, timeOf } from "../parts/time.ts";
import { addressOf } from "../route.ts";
import { useColony } from "../store.ts";
import { Content } from "../timeline/Content.tsx";
import { PendingRow } from "../timeline/PendingRow.tsx";
import { ReplyLine } from "../timeline/ReplyLine.tsx";
import { labelsOf } from "../timeline/shapes.ts";
import { Rule } from "../timeline/surroundings.tsx";
import { keyOf, threadOf } from "../views.ts";

const Cost = late(async () => (await import("../agents/Cost.tsx")).Cost);

/** Replies that are drawn at first, and with each press for more: the newest are what one came for. */
const SHOWN = 100;

type Props = { channel: Channel; message_id: string; onShow: (message_id: string) => void };

const replies = (count: number): string => (count === 0 ? "No replies yet" : count === 1 ? "1 reply" : `${count.toLocaleString()} replies`);

/** A message, what it answers, and all that answers it, as it comes, with a box to answer in. Each leads to its place in the timeline. */
export const Thread = (props: Props): JSX.Element => {
  const colony = useColony();
  const { timelines } = colony;
  const view = createMemo(() => threadOf(props.channel.id, props.message_id), undefined, { equals: (a, b) => keyOf(a) === keyOf(b) });
  const timeline = createMemo(() => timelines.timeline(view()));
  const isRead = createMemo(() => timeline() !== undefined);
  const load = () => timelines.loading(view());
  const [shown, setShown] = createSignal(SHOWN);
  /** What stood in it when it was opened. */
  const [openedWith, setOpenedWith] = createSignal<ReadonlySet<string> | null>(null);

  createEffect(
    on([view, isRead], ([now, read]) => {
      if (read || untrack(load)) return;
      timelines.open(now);
      timelines.loadThread(now);
    }),
  );
  createEffect(
    on([view, isRead], ([, read]) => {
      setShown(SHOWN);
      setOpenedWith(read ? new Set(untrack(timeline)?.messages.map(({ id }) => id)) : null);
    }),
  );

  const byId = createMemo(() => new Map(timeline()?.messages.map((message) => [message.id, message])));
  const ids = createMemo(() => [...byId().keys()]);
  const at = () => ids().indexOf(props.message_id);
  const answers = () => ids().slice(at() + 1);
  const hidden = () => Math.max(0, answers().length - shown());
  /** Own answers on their way. */
  const pending = createMemo(() => {
    const known = byId();
    return colony.pending().filter(({ channel_id, reply_to, seen }) => channel_id === props.channel.id && reply_to === props.message_id && (seen === null || !known.has(seen)));
  });
  /** The first answer of others that came while one looks. */
  const newFrom = createMemo(() => {
    const stood = openedWith();
    return stood === null ? undefined : answers().find((id) => !stood.has(id) && byId().get(id)?.user.id !== colony.me()?.id);
  });
  let list: HTMLElement | undefined;

  /** Goes from message to message; whoever does not need these keys has the Tab key. */
  const onKey = (event: KeyboardEvent) => {
    const command = commandOf(event);
    const by = event.key === "ArrowDown" || command === "next" ? 1 : event.key === "ArrowUp" || command === "previous" ? -1 : 0;
    if (by === 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const links = [...(list?.querySelectorAll<HTMLElement>("[data-leads]") ?? [])];
    const from = links.findIndex((link) => link.closest("li")?.contains(document.activeElement));
    event.preventDefault();
    links[Math.min(links.length - 1, Math.max(0, from + by))]?.focus();
  };

  createEffect(on([view, isRead], ([, read]) => read && queueMicrotask(() => list?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" }))));

  // What one answers is seen, however far down it stands.
  createEffect(
    on(
      () => pending().length,
      (now, before = 0) => now > before && queueMicrotask(() => list?.scrollTo({ top: list.scrollHeight })),
      { defer: true },
    ),
  );

  const row = (id: string) => (
    <>
      <Show when={newFrom() === id}>
        <li>
          <Rule label="New" accent />
        </li>
      </Show>
      <Row id={id} known={byId()} opened={props.message_id} channel={props.channel} onShow={props.onShow} />
    </>
  );
  return (
    <>
      <section ref={list} aria-label="Messages of the thread" tabindex="-1" data-first class="min-h-0 grow overflow-y-auto pb-3 focus-visible:-outline-offset-2" on:keydown={onKey}>
        <Switch>
          <Match when={timeline()}>
            <ol aria-label="What is answered, and the message">
              <For each={ids().slice(0, at() + 1)}>{row}</For>
            </ol>
            <h3 class="px-4 pt-3 pb-1 font-medium text-meta text-soft">{replies(answers().length)}</h3>
            <Show when={hidden() > 0}>
              <button type="button" class="mx-4 my-1 rounded font-medium text-small underline" onClick={() => setShown((count) => count + SHOWN)}>
                Show {Math.min(SHOWN, hidden())} earlier
              </button>
            </Show>
            <ol aria-label="Replies">
              <For each={answers().slice(hidden())}>{row}</For>
            </ol>
            <For each={pending()}>{(one) => <PendingRow pending={one} head />}</For>
          </Match>
          <Match when={load()?.state === "failed"}>
            <div role="alert" class="flex flex-col items-start gap-3 p-4 text-small text-soft">
              <p>The thread could not be loaded.</p>
              <Button onClick={() => timelines.loadThread(view())}>Try again</Button>
            </div>
          </Match>
          <Match when={true}>
            <p role="status" class="p-4 text-faint text-small">
              Loading the thread…
            </p>
          </Match>
        </Switch>
      </section>
      <Show when={byId().get(props.message_id)?.deleted_at === null && props.message_id} keyed>
        {(id) => <Composer channel={props.channel} thread={id} ref={() => {}} />}
      </Show>
    </>
  );
};

type RowProps = { id: string; known: ReadonlyMap<string, Message>; opened: string; channel: Channel; onShow: (message_id: string) => void };

/** A message of the thread. It is drawn once, and changes in its place: an answer that grows takes the focus from nobody. */
const Row = (props: RowProps): JSX.Element => {
  const colony = useColony();
  const message = createMemo((before: Message | undefined) => props.known.get(props.id) ?? before);
  return (
    <Show when={message()}>
      {(one) => {
        const labels = createMemo(() => labelsOf(one().metadata));
        const lane = () => {
          const { session } = labels();
          return one().user.role === "agent" && session ? laneOf(session) : undefined;
        };
        const isOpened = () => props.id === props.opened;
        /** What it answers, where that is not told by its place: above the message that was opened each answers the one over it. */
        const answered = () => (one().seq > (props.known.get(props.opened)?.seq ?? Infinity) && one().reply_to !== props.opened ? one().reply_to : null);
        const reader = createMemo(() => ({ mentions: one().mentions, me: colony.me()?.username }));
        const address = () => addressOf(props.channel, props.id);
        const place = () => ({ address: location.origin + address(), channel: props.channel.name ?? props.channel.id, seq: one().seq });
        const show = (event: MouseEvent) => {
          if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
          event.preventDefault();
          props.onShow(props.id);
        };
        return (
          <li class="relative px-4 py-2" classList={{ "bg-accent-wash": isOpened() }} aria-current={isOpened() ? "true" : undefined}>
            <Show when={lane()}>{(colour) => <span aria-hidden="true" class="absolute inset-y-0 left-0 w-[3px]" style={{ background: colour() }} />}</Show>
            <a href={address()} data-leads data-tip="Show in the timeline" class="group flex min-h-6 items-center gap-2 rounded" onClick={show}>
              <Avatar
                name={one().user.display_name}
                role={one().user.role}
                model={labels().model ?? colony.team()?.modelOf(one().user) ?? one().user.username}
                lane={lane()}
                small
              />
              <span dir="auto" class="min-w-0 grow truncate font-semibold group-hover:underline">
                {one().user.display_name}
              </span>
              <time datetime={one().created_at} title={momentOf(one().created_at)} class="shrink-0 font-mono text-meta text-soft">
                {timeOf(one().created_at)}
              </time>
              <span class="sr-only">{one().deleted_at === null ? one().type : "deleted"}, show in the timeline</span>
            </a>
            <Show when={isAnswer(one()) && one().deleted_at === null}>
              <Suspense>
                <Cost message={one()} onDetails={() => colony.setPanel({ kind: "details", message: props.id })} />
              </Suspense>
            </Show>
            <Show when={one().deleted_at === null} fallback={<p class="text-faint text-small italic">It was deleted.</p>}>
              <Show when={answered()}>{(reply_to) => <ReplyLine channel_id={props.channel.id} reply_to={reply_to()} parent={props.known.get(reply_to())} />}</Show>
              <Content message={one()} place={place()} reader={reader()} />
              <Carried message={one()} fixed={props.channel.archived_at !== null} />
            </Show>
          </li>
        );
      }}
    </Show>
  );
};
