import { createEffect, createMemo, createSignal, type JSX, Match, on, onCleanup, onMount, Show, Suspense, Switch, untrack } from "solid-js";
import { Virtualizer } from "virtua/solid";
import type { Channel, Message } from "../api.ts";
import { commandOf } from "../keys.ts";
import { copyAloud } from "../parts/CopyButton.tsx";
import { whenIdle } from "../parts/idle.ts";
import { late } from "../parts/late.ts";
import { today } from "../parts/now.ts";
import { dayName } from "../parts/time.ts";
import { addressOf, isFiltering, noFilter, type Route } from "../route.ts";
import { useColony } from "../store.ts";
import type { View } from "../views.ts";
import { createActs } from "./acts.ts";
import { DeleteDialog } from "./DeleteDialog.tsx";
import { usualHeight } from "./heights.ts";
import { createJumps } from "./jumps.ts";
import { Actions, MessageRow } from "./MessageRow.tsx";
import { createAnnouncer, createReading } from "./news.ts";
import { PendingRow } from "./PendingRow.tsx";
import { createPlace } from "./place.ts";
import { type Layout, layOut, noRows } from "./rows.ts";
import { createOneStop } from "./stop.ts";
import { Beginning, FloatingDay, LoadFailed, NothingFound, Pills, Rest, Rule, Skeleton, TOP } from "./surroundings.tsx";
import { createUnreadLine } from "./unread.ts";

const EmptyChannel = late(async () => (await import("./EmptyChannel.tsx")).EmptyChannel);
const Picker = late(async () => (await import("../reactions/Picker.tsx")).Picker);

/** Pixels from an edge at which the next page is fetched, so that a steady scroll does not meet it. */
const AHEAD = 2_500;
/** Milliseconds after a page did not come in which scrolling does not ask for it again: a scroll is many small ones. */
const PAUSE = 1_000;
/** Pixels drawn beyond each edge of what is in view. */
const BUFFER = 400;

const List = (props: JSX.OlHTMLAttributes<HTMLOListElement>): JSX.Element => (
  // The virtual list takes no pointer while it scrolls: what is pressed as a message comes would be let go on nothing.
  <ol {...props} aria-label="Messages" class="pointer-events-auto!" />
);

type Props = { channel: Channel; view: View; route: Route; onWrite: () => void };

/** A view of a channel: its messages as a virtual list, where the reader is in it, and what can be done there. */
export const Timeline = (props: Props): JSX.Element => {
  const colony = useColony();
  const { timelines } = colony;
  const view = untrack(() => props.view);
  const filtered = isFiltering(view);
  timelines.open(view);
  const timeline = createMemo(() => timelines.timeline(view));
  const messages = createMemo(() => timeline()?.messages ?? []);
  const unsent = createMemo(() => colony.pending().filter(({ channel_id }) => channel_id === view.channel_id));
  const pending = () => (filtered ? [] : unsent());
  const load = createMemo(() => timelines.loading(view));
  const [active, setActive] = createSignal<string | null>(null);
  const [selected, setSelected] = createSignal<string | null>(null);
  const unread = createUnreadLine({ channel: () => props.channel, timeline, filtered, isReading: () => reading.isReading() });
  const ofTwo = () => !filtered && props.channel.visibility === "direct" && props.channel.members?.length === 2;
  const layout = createMemo<Layout>((before) => layOut({ messages: messages(), pending: pending(), me: colony.me()?.id, newFrom: unread.from(), ofTwo: ofTwo() }, before), noRows);
  const isLive = () => timeline()?.live === true;
  const [inView, setInView] = createSignal<[number, number]>([0, 0]);

  const more = () => {
    stop.keep();
    setInView(place.inView());
    const [line, now] = [untrack(timeline), untrack(load)];
    if (!line || now?.state === "loading" || (now?.state === "failed" && performance.now() - now.at < PAUSE)) return;
    const { above, below } = place.room();
    if (above < AHEAD && !line.atStart) timelines.loadOlder(view);
    else if (below < AHEAD && !line.live) timelines.loadNewer(view);
    else if (place.atEnd()) timelines.trim(view);
  };
  const place = createPlace(isLive, more);
  const reading = createReading({
    here: () => !filtered && place.atEnd() && isLive(),
    waiting: () => props.channel.unread + props.channel.mentions,
    read: () => colony.markRead(view.channel_id),
    look: (isReading) => colony.lookAt(isReading ? view.channel_id : null),
  });
  const news = createAnnouncer(timeline, () => colony.me()?.id);

  const messageOf = (key: string | null): Message | undefined => {
    const row = key === null ? undefined : layout().rows.get(key);
    return row?.kind === "message" ? row.message : undefined;
  };

  const toNewest = async () => {
    if (props.route.place().message !== null) props.route.go(addressOf(props.channel, undefined, view), true);
    if (!isLive()) await timelines.loadNewest(view);
    if (isLive()) place.toEnd();
  };

  const select = (key: string) => {
    setSelected(key);
    setActive(key);
  };
  const jumps = createJumps({ view, route: props.route, timeline, layout, place, onSelect: select, unread: () => props.channel });
  const acts = createActs(colony, { channel: () => props.channel, route: props.route, onWrite: () => props.onWrite(), onJump: jumps.jumpTo });

  const failed = createMemo(() => {
    const now = load();
    return now?.state === "failed" ? now : undefined;
  });
  // Where one reads already, one reads on, and is told what could not be gone to.
  createEffect(() => {
    const now = failed();
    if (now?.part !== "stretch" || !untrack(timeline)) return;
    colony.setNotice(now.failure.status === 404 ? "There is no such message here." : `What you went to could not be loaded: ${now.failure.message}`);
    timelines.giveUp(view);
    jumps.giveUp();
  });
  createEffect(
    on(colony.connection, (now) => {
      const missing = untrack(failed);
      if (now === "online" && missing && missing.failure.status !== 404) missing.again();
    }),
  );

  // The line above what is new is drawn when the channel is opened, and again when something comes while nobody looks.
  const isRead = createMemo(() => timeline() !== undefined);
  const newAt = createMemo(() => layout().keys.findIndex((key) => layout().rows.get(key)?.isNew));
  createEffect(
    on(isRead, (now) => {
      if (!now) return;
      unread.draw();
      if (jumps.wanted() !== null) return;
      if (newAt() >= 0) queueMicrotask(() => place.toRow(newAt(), 0.25));
      else place.toEnd();
    }),
  );
  const newAbove = () => {
    const isFar = unread.isFar();
    return unread.leads() && (isFar || (newAt() >= 0 && newAt() < inView()[0])) ? { count: unread.count(), since: unread.since(), isFar } : null;
  };
  createEffect(
    on(layout, ({ shift, places }, before) => {
      const kept = before?.keys.findLastIndex((key) => places.has(key)) ?? -1;
      const at = places.get(before?.keys[kept] ?? "");
      // The list takes the new rows in first.
      if (shift && at !== undefined) queueMicrotask(() => place.shift(at - kept));
    }),
  );
  createEffect(() => {
    const [first, last] = inView();
    if (newAt() >= first && newAt() <= last) unread.see();
  });
  createEffect(
    on(
      colony.posts.written,
      (one) => {
        // Who answers in a thread reads on where they are.
        if (one?.channel_id !== view.channel_id || (one.reply_to !== null && one.reply_to === colony.panel()?.message)) return;
        unread.drop();
        if (filtered) props.route.go(addressOf(props.channel));
        else toNewest();
      },
      { defer: true },
    ),
  );

  // ── Keys ──

  const toOldest = async () => {
    if (!timeline()?.atStart) await timelines.loadOldest(view);
    if (timeline()?.atStart) queueMicrotask(() => place.toRow(0, 1));
  };

  const toUnread = async () => {
    const mark = unread.mark();
    if (unread.from() === null && mark !== null) {
      await timelines.loadAfter(view, mark);
      queueMicrotask(showUnread);
    } else showUnread();
  };

  const showUnread = () => {
    const key = layout().keys[newAt()];
    if (key === undefined) return;
    place.toRow(newAt(), 0.25);
    jumps.focus(key);
  };

  const step = (by: 1 | -1) => {
    const { keys, places } = layout();
    const [, last] = place.inView();
    const from = places.get(selected() ?? "") ?? Math.min(last, keys.length - 1) - by;
    for (let at = from + by; at >= 0 && at < keys.length; at += by) {
      const key = keys[at];
      if (key === undefined || !messageOf(key)) continue;
      place.showRow(at);
      jumps.focus(key);
      return;
    }
  };

  const onKey = (event: KeyboardEvent) => {
    const command = commandOf(event);
    if (!command) return;
    const isOnRow = scroller?.contains(document.activeElement) === true && document.activeElement?.closest("article") !== null;
    const message = messageOf(isOnRow ? selected() : (active() ?? selected()));
    if (command === "next") step(1);
    else if (command === "previous") step(-1);
    else if (command === "write") props.onWrite();
    else if (command === "leave") leave();
    else if (command === "newest") toNewest();
    else if (command === "oldest") toOldest();
    else if (command === "unread") toUnread();
    else if (!message || message.deleted_at !== null) return;
    else if (command === "reply" && acts.mayReply()) acts.reply(message);
    else if (command === "react" && acts.mayReply()) acts.react(message);
    else if (command === "details") acts.details(message);
    else if (command === "thread") acts.thread(message);
    else if (command === "copy") copyAloud("Text", message.content);
    else if (command === "edit" && acts.mayEdit(message)) acts.edit(message);
    else return;
    event.preventDefault();
  };

  const leave = () => {
    if (colony.panel() !== null) colony.setPanel(null);
    else if (filtered) props.route.go(addressOf(props.channel, undefined, noFilter));
  };

  // ── Drawing ──

  let scroller: HTMLDivElement | undefined;
  let content: HTMLDivElement | undefined;
  let section: HTMLElement | undefined;
  let end: HTMLElement | undefined;

  const stop = createOneStop({
    row: () => (messageOf(selected()) ? selected() : (layout().keys.findLast((key) => messageOf(key)) ?? null)),
    show: (key) => {
      place.showRow(layout().places.get(key) ?? 0);
      jumps.focus(key);
    },
    edges: () => ({ before: section, after: end }),
  });

  onMount(() => {
    if (scroller && content) place.attach(scroller, content);
    onCleanup(whenIdle(Actions.ahead));
    document.addEventListener("keydown", onKey);
    onCleanup(() => document.removeEventListener("keydown", onKey));
  });

  /** What is unfolded by hand grows downwards, also at the end; a link to another message remembers where it stands. */
  const onClick = (event: MouseEvent) => {
    if (!(event.target instanceof Element)) return;
    if (event.target.closest("button[aria-expanded], summary")) place.release();
    const link = event.target.closest<HTMLAnchorElement>("a[href^='/c/']");
    const from = link?.closest("article")?.id.replace(/^message-/, "");
    if (from !== undefined && !link?.pathname.endsWith(`/${from}`)) jumps.leaveFrom(from);
  };

  const drawRow = (key: string): JSX.Element => {
    const row = createMemo(() => layout().rows.get(key));
    const message = createMemo((before: Message | undefined) => messageOf(key) ?? before);
    const one = createMemo(() => {
      const now = row();
      return now?.kind === "pending" ? now.pending : undefined;
    });
    return (
      <>
        <Show when={row()?.day}>{(day) => <Rule label={dayName(day(), today())} />}</Show>
        <Show when={row()?.isNew}>
          <Rule label="New" accent />
        </Show>
        <div classList={{ "pt-3": row()?.head }}>
          <Show when={message()}>
            {(present) => {
              const head = createMemo(() => row()?.head ?? true);
              const told = createMemo(
                (before: { replies: number; answers: boolean }) => {
                  const now = row();
                  return now?.kind === "message" ? now : before;
                },
                { replies: 0, answers: true },
              );
              return (
                <MessageRow
                  message={present()}
                  head={head()}
                  replies={told().replies}
                  answers={told().answers}
                  parent={messageOf(present().reply_to)}
                  active={active() === key}
                  lit={jumps.lit() === key}
                  reachable={stop.row() === key}
                  wanted={jumps.focused() === key}
                  acts={acts}
                  onActive={(now) => setActive((before) => (now ? key : before === key ? null : before))}
                  onSelect={(quietly) => {
                    setSelected(key);
                    // What a finger opens in a row is not covered by the row's actions.
                    setActive((before) => (!quietly || before === key ? key : null));
                  }}
                  onFocused={jumps.taken}
                />
              );
            }}
          </Show>
          <Show when={one()}>{(present) => <PendingRow pending={present()} head={row()?.head ?? true} />}</Show>
        </div>
      </>
    );
  };

  const keepMounted = createMemo(() => {
    const at = layout().places.get(selected() ?? "");
    return at === undefined ? [] : [at];
  });

  return (
    <section
      ref={section}
      tabindex="-1"
      aria-label={`Messages in ${props.channel.name ?? `the conversation with ${colony.titleOf(props.channel)}`}`}
      class="relative min-h-0 grow outline-none"
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only watches for folds, links and the focus, which have keys of their own */}
      <div
        ref={scroller}
        class="h-full overflow-y-auto overscroll-contain [overflow-anchor:none] wide:[scrollbar-gutter:stable_both-edges]"
        onClick={onClick}
        onKeyDown={stop.onKeyDown}
        onFocusIn={stop.onFocusIn}
        onFocusOut={stop.onFocusOut}
        onPointerDown={stop.onPointerDown}
      >
        <Switch>
          <Match when={!timeline() && failed()}>{(now) => <LoadFailed load={now()} onNewest={toNewest} />}</Match>
          <Match when={timeline()?.atStart && timeline()?.live && messages().length === 0 && filtered}>
            <NothingFound onClear={leave} />
          </Match>
          <Match when={timeline()?.atStart && messages().length === 0 && pending().length === 0}>
            <Suspense>
              <EmptyChannel channel={props.channel} username={colony.me()?.username ?? ""} />
            </Suspense>
          </Match>
        </Switch>
        <Show when={!timeline() && !failed()}>
          <Skeleton />
        </Show>
        <div ref={content} aria-busy={load()?.state === "loading"} class="mx-auto max-w-(--column) pb-4">
          <Show when={layout().keys.length > 0 ? layout().stretch + 1 : null} keyed>
            {(_) => (
              <>
                <Beginning
                  title={props.channel.name === null ? `the conversation with ${colony.titleOf(props.channel)}` : `#${props.channel.name}`}
                  atStart={timeline()?.atStart === true}
                  filtered={filtered}
                  load={load()}
                />
                <Virtualizer
                  ref={place.take}
                  as={List}
                  item="li"
                  data={layout().keys}
                  shift={layout().shift}
                  scrollRef={scroller}
                  startMargin={TOP}
                  bufferSize={BUFFER}
                  itemSize={usualHeight(messages())}
                  keepMounted={keepMounted()}
                >
                  {drawRow}
                </Virtualizer>
                <Show when={!isLive()}>
                  <Rest load={load()} />
                </Show>
              </>
            )}
          </Show>
        </div>
      </div>
      <span ref={end} tabindex="-1" />
      <FloatingDay row={layout().rows.get(layout().keys[inView()[0]] ?? "")} />
      <Pills
        channel={props.channel}
        isAtEnd={!timeline() || (place.atEnd() && isLive())}
        newAbove={newAbove()}
        back={jumps.origin() !== null}
        onNewest={toNewest}
        onNew={toUnread}
        onBack={jumps.back}
      />
      <p role="status" aria-live="polite" class="sr-only">
        {news()}
      </p>
      <Show when={acts.reacting()}>
        {(message) => (
          <Suspense>
            <Picker message={message()} onClose={() => acts.react(null)} />
          </Suspense>
        )}
      </Show>
      <Show when={acts.doomed()}>{(message) => <DeleteDialog message={message()} onClose={acts.spare} />}</Show>
    </section>
  );
};
