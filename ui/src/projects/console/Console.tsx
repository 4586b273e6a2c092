import { createEffect, createMemo, createSignal, type JSX, Match, on, onMount, Show, Switch } from "solid-js";
import { Virtualizer } from "virtua/solid";
import { say } from "../../parts/Said.tsx";
import type { Route } from "../../route.ts";
import { store, stored } from "../../stored.ts";
import { createPlace } from "../../timeline/place.ts";
import type { Desk } from "../desk.ts";
import type { Project } from "../moments.ts";
import { RunBox } from "../runs/RunBox.tsx";
import { stateWords } from "../runs/words.ts";
import { Empty, Failed, Loading, NewLines } from "./around.tsx";
import { Faults } from "./Faults.tsx";
import { createFaults } from "./faults.ts";
import { createFinding } from "./finding.ts";
import { Head, LineRow } from "./Rows.tsx";
import { Tools } from "./Tools.tsx";
import "./console.css";

/** Pixels of a line; how near to the first line the ones before it are read. */
const LINE = 20;
const AHEAD = 1_500;
const WRAPPED = "colony.console.wrap";

/** What runs write, as they write it: followed at its end, read and searched anywhere else, with the errors that were recognised in it. */
export const Console = (props: { project: Project; desk: Desk; route: Route }): JSX.Element => {
  const lines = () => props.desk.lines;
  const [wrapped, setWrapped] = createSignal(stored(WRAPPED) !== "off");
  const [isFinding, setIsFinding] = createSignal(false);
  const [showsFaults, setShowsFaults] = createSignal(false);
  const [left, setLeft] = createSignal(0);
  const finding = createFinding({ rows: () => lines().rows(), shifted: () => lines().shifted(), taken: () => lines().taken() });
  const faults = createFaults(() => props.desk);
  let scroller: HTMLDivElement | undefined;
  let content: HTMLDivElement | undefined;

  const more = () => {
    if (place.room().above < AHEAD) lines().older();
  };
  const place = createPlace(() => true, more);
  onMount(() => scroller && content && place.attach(scroller, content));

  const length = createMemo(() => lines().rows().length + lines().shifted());
  // Who reads further up is told how much came meanwhile.
  createEffect(on(place.atEnd, (isAtEnd) => setLeft(isAtEnd ? 0 : length())));
  const newLines = () => (place.atEnd() ? 0 : Math.max(0, length() - left()));

  const goTo = (seq: number) => {
    // Where there is no room beside them the errors lie over the lines.
    if (matchMedia("(max-width: 68.75rem)").matches) setShowsFaults(false);
    const at = lines()
      .rows()
      .findIndex((row) => row.kind === "line" && row.line.seq >= seq);
    if (at >= 0) place.toRow(at, 0.3);
    else say("These lines are not kept any more");
  };
  createEffect(
    on(
      finding.asked,
      () => {
        const row = finding.row();
        if (row !== undefined) place.toRow(row, 0.4);
      },
      { defer: true },
    ),
  );

  // What is told to the eye by a mark is told to the ear when it ends.
  let open = new Set<string>();
  createEffect(() => {
    const now = new Set(props.desk.runs.open().map(({ id }) => id));
    for (const id of open) {
      const run = props.desk.runs.byId(id);
      if (run && !now.has(id)) say(`${run.command.slice(0, 40)}: ${stateWords(run)}`);
    }
    open = now;
  });

  const wrap = (isOn: boolean) => {
    setWrapped(isOn);
    store(WRAPPED, isOn ? null : "off");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "f") {
      event.preventDefault();
      setIsFinding(true);
    } else if (event.key === "End" && event.target === scroller) {
      event.preventDefault();
      place.toEnd();
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that work anywhere in the console
    <div class="flex min-h-0 grow flex-col" onKeyDown={onKeyDown}>
      <Tools
        project={props.project}
        lines={lines()}
        wrapped={wrapped()}
        onWrap={wrap}
        finding={finding}
        isFinding={isFinding()}
        onFind={setIsFinding}
        faults={faults.list()?.length ?? 0}
        showsFaults={showsFaults()}
        onFaults={() => setShowsFaults((shown) => !shown)}
      />
      <div class="relative flex min-h-0 grow">
        <div class="relative flex min-h-0 min-w-0 grow flex-col">
          <section ref={scroller} aria-label="Console" tabindex="0" class="min-h-0 grow overflow-auto overscroll-contain bg-sunken focus-visible:-outline-offset-2">
            <div ref={content} class="min-h-full pb-3" classList={{ "console-wrapped": wrapped(), "w-max min-w-full": !wrapped() }}>
              <Switch>
                <Match when={lines().rows().length > 0}>
                  <Virtualizer ref={place.take} data={lines().rows()} shift={lines().grewAbove()} scrollRef={scroller} itemSize={LINE} bufferSize={400}>
                    {(row) =>
                      row.kind === "head" ? (
                        <Head slug={props.project.slug} run={props.desk.runs.byId(row.run_id)} run_id={row.run_id} goesOn={row.goesOn} />
                      ) : (
                        <LineRow line={row.line} query={finding.query} at={lines().rows()[finding.row() ?? -1] === row} />
                      )
                    }
                  </Virtualizer>
                </Match>
                <Match when={lines().isRead()}>
                  <Empty runnable={props.desk.sandbox()?.state !== "unavailable"} />
                </Match>
                <Match when={lines().failure()}>{(why) => <Failed words={why().message} onAgain={lines().refresh} />}</Match>
                <Match when={true}>
                  <Loading />
                </Match>
              </Switch>
            </div>
          </section>
          <Show when={!place.atEnd() && lines().rows().length > 0}>
            <NewLines count={newLines()} onEnd={place.toEnd} />
          </Show>
        </div>
        <Show when={showsFaults()}>
          <Faults project={props.project} desk={props.desk} faults={faults} onShow={goTo} onClose={() => setShowsFaults(false)} />
        </Show>
      </div>
      <RunBox project={props.project} desk={props.desk} onRun={place.toEnd} />
    </div>
  );
};
