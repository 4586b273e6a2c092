import ArrowDown from "lucide-solid/icons/arrow-down";
import { createEffect, createMemo, createSignal, For, type JSX, Match, on, onCleanup, onMount, Show, Switch, untrack } from "solid-js";
import type { Channel, Message } from "../api.ts";
import { commandOf } from "../keys.ts";
import { Button } from "../parts/Button.tsx";
import { dayName } from "../parts/time.ts";
import { addressOf, type Route } from "../route.ts";
import { useColony } from "../store.ts";
import { createAnchor } from "./anchor.ts";
import { DeleteDialog } from "./DeleteDialog.tsx";
import { EmptyChannel } from "./EmptyChannel.tsx";
import { MessageRow, rowId } from "./MessageRow.tsx";
import { createAnnouncer, createReading } from "./news.ts";
import { PendingRow } from "./PendingRow.tsx";
import { firstUnread, layOut, type Row } from "./rows.ts";

/** Pixels from an edge at which the next page is fetched, so that a steady scroll does not meet it. */
const AHEAD = 900;
/** Milliseconds that a message which was jumped to stays lit. */
const LIT = 2_400;

type Props = { channel: Channel; route: Route; onWrite: () => void };

export const Timeline = (props: Props): JSX.Element => {
  const colony = useColony();
  const id = untrack(() => props.channel.id);
  const timeline = createMemo(() => colony.timeline(id));
  const messages = createMemo(() => timeline()?.messages ?? []);
  const pending = createMemo(() => colony.pending().filter(({ channel_id }) => channel_id === id));
  const load = createMemo(() => colony.loads()[id]);
  const [newFrom, setNewFrom] = createSignal<number | null>(null);
  const [active, setActive] = createSignal<string | null>(null);
  const [selected, setSelected] = createSignal<string | null>(null);
  const [lit, setLit] = createSignal<string | null>(null);
  const [jump, setJump] = createSignal<string | null>(null);
  const [doomed, setDoomed] = createSignal<Message | null>(null);
  const layout = createMemo(() => layOut(messages(), pending(), colony.me()?.id, newFrom()));
  const last = createMemo(() => messages().at(-1)?.id ?? null);
  const isLive = () => timeline()?.live === true;

  const more = () => {
    const line = untrack(timeline);
    if (!line || untrack(load)) return;
    const { above, below } = anchor.room();
    if (above < AHEAD && !line.atStart) colony.loadOlder(id);
    else if (below < AHEAD && !line.live) colony.loadNewer(id);
  };
  const anchor = createAnchor(isLive, more);
  const reading = createReading({
    here: () => anchor.atEnd() && isLive(),
    waiting: () => props.channel.unread + props.channel.mentions,
    read: () => colony.markRead(id),
  });
  const news = createAnnouncer(messages, () => colony.me()?.id);

  const messageOf = (message_id: string | null): Message | undefined => {
    const row = message_id === null ? undefined : layout().rows.get(message_id);
    return row?.kind === "message" ? row.message : undefined;
  };

  // ── Where to look ──

  createEffect(on(props.route.place, ({ message }) => setJump(message)));

  createEffect(() => {
    const wanted = jump();
    if (!timeline()) untrack(() => !load() && (wanted === null ? colony.loadNewest(id, props.channel.unread) : colony.loadAround(id, wanted)));
    else if (wanted !== null && layout().rows.has(wanted)) queueMicrotask(() => lightUp(wanted));
    else if (wanted !== null) untrack(() => !load() && colony.loadAround(id, wanted));
  });

  const lightUp = (message_id: string) => {
    const row = document.getElementById(rowId(message_id));
    if (!row) return;
    setJump(null);
    anchor.toRow(row, 0.3);
    row.focus({ preventScroll: true });
    setLit(message_id);
    setTimeout(() => setLit((now) => (now === message_id ? null : now)), LIT);
  };

  const toNewest = async () => {
    if (props.route.place().message !== null) props.route.go(addressOf(props.channel), true);
    if (!isLive()) await colony.loadNewest(id);
    anchor.toEnd();
  };

  // The line above what is new is drawn when the channel is opened, and again when something comes while nobody looks.
  const isRead = createMemo(() => timeline() !== undefined);
  const drawLine = () => setNewFrom(firstUnread(messages(), props.channel.unread, colony.me()?.id));
  createEffect(
    on(isRead, (now) => {
      if (now && drawLine() !== null && jump() === null) queueMicrotask(() => newLine && anchor.toRow(newLine, 0.25));
    }),
  );
  createEffect(
    on(
      () => props.channel.unread,
      (unread, before) => {
        if (before === 0 && unread > 0 && !reading.isReading()) drawLine();
      },
      { defer: true },
    ),
  );
  createEffect(
    on(
      () => pending().length,
      (count, before = 0) => {
        if (count <= before) return;
        setNewFrom(null);
        toNewest();
      },
      { defer: true },
    ),
  );

  // ── Acting on messages ──

  const reply = (message: Message) => {
    colony.drafts().change(id, { reply_to: message.id, editing: null });
    props.onWrite();
  };

  const edit = (message: Message) => {
    colony.drafts().change(id, { editing: { id: message.id, text: message.content, type: message.type } });
    props.onWrite();
  };

  const step = (by: 1 | -1) => {
    const keys = layout().keys.filter((key) => layout().rows.get(key)?.kind === "message");
    const at = keys.indexOf(selected() ?? "");
    const next = at < 0 ? keys.at(-1) : keys[at + by];
    if (next) document.getElementById(rowId(next))?.focus();
  };

  const onKey = (event: KeyboardEvent) => {
    const command = commandOf(event);
    if (!command) return;
    const message = messageOf(active() ?? selected());
    if (command === "next") step(1);
    else if (command === "previous") step(-1);
    else if (command === "write") props.onWrite();
    else if (command === "leave") colony.setDetails(null);
    else if (!message || message.deleted_at !== null) return;
    else if (command === "reply") reply(message);
    else if (command === "details") colony.setDetails(message.id);
    else if (command === "edit" && message.user.id === colony.me()?.id) edit(message);
    else return;
    event.preventDefault();
  };

  let scroller: HTMLDivElement | undefined;
  let content: HTMLDivElement | undefined;
  let list: HTMLOListElement | undefined;
  let newLine: HTMLElement | undefined;

  onMount(() => {
    if (scroller && content && list) anchor.attach(scroller, content, list);
    document.addEventListener("keydown", onKey);
    onCleanup(() => document.removeEventListener("keydown", onKey));
  });

  /** What is unfolded by hand grows downwards, also at the end of the timeline. */
  const holdRow = (event: MouseEvent) => {
    const control = event.target instanceof Element ? event.target.closest("button[aria-expanded], summary") : null;
    const row = control && list && [...list.children].find((child) => child.contains(control));
    if (row) anchor.hold(row);
  };

  const drawMessage = (key: string): JSX.Element => {
    const row = createMemo((before: Extract<Row, { kind: "message" }> | undefined) => {
      const now = layout().rows.get(key);
      return now?.kind === "message" ? now : before;
    });
    const message = createMemo(() => row()?.message);
    const head = createMemo(() => row()?.head ?? true);
    return (
      <Show when={message()}>
        {(present) => (
          <MessageRow
            message={present()}
            head={head()}
            parent={messageOf(present().reply_to)}
            active={active() === key}
            lit={lit() === key}
            reachable={(messageOf(selected())?.id ?? last()) === key}
            mayReply={props.channel.archived_at === null}
            onActive={(now) => {
              if (now) setSelected(key);
              setActive((before) => (now ? key : before === key ? null : before));
            }}
            onReply={() => reply(present())}
            onEdit={() => edit(present())}
            onDelete={() => setDoomed(present())}
          />
        )}
      </Show>
    );
  };

  const drawRow = (key: string): JSX.Element => {
    const row = untrack(layout).rows.get(key);
    if (row?.kind === "message") return drawMessage(key);
    if (row?.kind === "day") return <Rule label={dayName(row.day)} />;
    if (row?.kind === "new") return <Rule label="New" accent ref={(line) => (newLine = line)} />;
    const one = createMemo(() => {
      const now = layout().rows.get(key);
      return now?.kind === "pending" ? now : undefined;
    });
    return <Show when={one()}>{(present) => <PendingRow pending={present().pending} head={present().head} />}</Show>;
  };

  return (
    <section aria-label={`Messages in ${props.channel.name ?? "this conversation"}`} class="relative min-h-0 grow">
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the click only watches for folds, which have keys of their own */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: as above */}
      <div ref={scroller} class="h-full overflow-y-auto overscroll-contain [overflow-anchor:none]" onClick={holdRow}>
        <Switch>
          <Match when={!timeline() && load()?.state === "failed"}>
            <LoadFailed load={load()} onNewest={() => (props.route.place().message === null ? colony.loadNewest(id) : toNewest())} />
          </Match>
          <Match when={timeline()?.atStart && messages().length === 0 && pending().length === 0}>
            <EmptyChannel channel={props.channel} username={colony.me()?.username ?? ""} />
          </Match>
        </Switch>
        <Show when={!timeline() && load()?.state !== "failed"}>
          <Skeleton />
        </Show>
        <div ref={content} aria-busy={load()?.state === "loading"} class="pb-4">
          <Show when={timeline() && !timeline()?.atStart}>
            <p class="py-3 text-center text-faint text-small">
              <Show when={load()?.state === "failed"} fallback="Loading earlier messages…">
                Earlier messages could not be loaded.{" "}
                <button type="button" class="font-medium text-soft underline" onClick={() => colony.loadOlder(id)}>
                  Try again
                </button>
              </Show>
            </p>
          </Show>
          <ol ref={list} aria-label="Messages" class="max-w-(--column)">
            <For each={layout().keys}>{(key) => <li>{drawRow(key)}</li>}</For>
          </ol>
        </div>
      </div>
      <Show when={timeline() && (!anchor.atEnd() || !isLive())}>
        <div class="pointer-events-none absolute inset-x-0 bottom-3 flex max-w-(--column) justify-end px-5">
          <button
            type="button"
            class="pointer-events-auto flex h-9 items-center gap-2 rounded-full border border-line bg-raised px-3.5 font-medium text-small shadow-float hover:bg-hover"
            onClick={toNewest}
          >
            <ArrowDown size={15} aria-hidden="true" />
            Jump to newest
            <Show when={props.channel.unread > 0}>
              <span class="rounded-full bg-accent px-1.5 font-mono text-meta text-on-accent">{props.channel.unread > 999 ? "999+" : props.channel.unread} new</span>
            </Show>
          </button>
        </div>
      </Show>
      <p role="status" aria-live="polite" class="sr-only">
        {news()}
      </p>
      <Show when={doomed()}>{(message) => <DeleteDialog message={message()} onClose={() => setDoomed(null)} />}</Show>
    </section>
  );
};

const Rule = (props: { label: string; accent?: boolean; ref?: (element: HTMLElement) => void }): JSX.Element => (
  <div ref={props.ref} class="mt-4 mb-1 flex items-center gap-3 px-4 font-medium text-meta sm:px-5" classList={{ "text-accent-ink": props.accent, "text-faint": !props.accent }}>
    <span aria-hidden="true" class="h-px grow" classList={{ "bg-accent": props.accent, "bg-line": !props.accent }} />
    <h3>{props.label}</h3>
    <span aria-hidden="true" class="h-px grow" classList={{ "bg-accent": props.accent, "bg-line": !props.accent }} />
  </div>
);

const LoadFailed = (props: { load: ReturnType<ReturnType<typeof useColony>["loads"]>[string] | undefined; onNewest: () => void }): JSX.Element => {
  const failure = () => (props.load?.state === "failed" ? props.load.failure : undefined);
  return (
    <div role="alert" class="mx-auto flex max-w-md flex-col items-center gap-3 px-6 py-24 text-center">
      <h2 class="font-semibold text-title">{failure()?.status === 404 ? "There is no such message here" : "The messages could not be loaded"}</h2>
      <p class="text-soft">{failure()?.status === 404 ? "It may stand in another channel, or one that you cannot see." : failure()?.message}</p>
      <Button onClick={() => props.onNewest()}>{failure()?.status === 404 ? "Show the newest" : "Try again"}</Button>
    </div>
  );
};

const Skeleton = (): JSX.Element => (
  <div role="status" aria-label="Loading messages" class="flex flex-col gap-6 px-5 py-6">
    <For each={[72, 48, 60, 36]}>
      {(width) => (
        <div aria-hidden="true" class="flex gap-3 motion-safe:animate-pulse">
          <span class="size-8 rounded-full bg-line" />
          <span class="flex grow flex-col gap-2 pt-1">
            <span class="h-3 w-28 rounded bg-line" />
            <span class="h-3 rounded bg-line/70" style={{ width: `${width}%` }} />
          </span>
        </div>
      )}
    </For>
  </div>
);
