import { createEffect, createMemo, createSignal, type JSX, Match, on, Show, Suspense, Switch } from "solid-js";
import type { Message, Source } from "../api.ts";
import { late } from "../parts/late.ts";
import { useColony } from "../store.ts";
import { Body, type Place } from "../timeline/Body.tsx";
import { unfold } from "../timeline/folds.ts";
import type { Reader } from "../timeline/markdown.ts";
import { Folded } from "../timeline/Text.tsx";
import { Failed } from "./Failed.tsx";
import { Foot } from "./Foot.tsx";
import { factsOf } from "./facts.ts";
import { isGrowing } from "./growing.ts";
import { Prose } from "./Prose.tsx";
import { Sources } from "./Sources.tsx";

const SourceDialog = late(async () => (await import("./SourceDialog.tsx")).SourceDialog);

type Props = { message: Message; place: Place; reader: Reader };

/** `again`: it stood whole, and is being written anew. `ended`: it was seen to grow, and the word that its question is over has not come yet. */
export type Phase = "growing" | "again" | "ended" | "whole";

/** What a resident said: it grows in its place, and then stands with what it rests on and what can be done with it. */
export const Answer = (props: Props): JSX.Element => {
  const colony = useColony();
  const [shown, setShown] = createSignal<Source | null>(null);
  const facts = createMemo(() => factsOf(props.message.metadata));
  const numbers = createMemo(() => facts().sources.map(({ n }) => n), undefined, { equals: (a, b) => a.join() === b.join() });
  const known = createMemo(() => new Set(numbers()));
  const work = createMemo(() => colony.team()?.working.onAnswer(props.message.id));
  const phase = createMemo<Phase>((before) => {
    if (isGrowing(props.message)) return "growing";
    if (!work()) return "whole";
    return before === "growing" || before === "ended" ? "ended" : "again";
  }, "whole");
  const grows = createMemo(() => phase() === "growing" || phase() === "again");
  /** Who saw it grow sees all of it: nothing folds away under their eyes. */
  const watched = createMemo<boolean>((before) => before || grows(), false);
  createEffect(on(watched, (now) => now && unfold(props.message.id)));

  const form = createMemo(() => {
    const { type } = props.message;
    // Who stopped it before its first word is told at its foot, under the name people know.
    if (!grows() && type === "error" && facts().stopped) return "none";
    // That no model is set up, or that it declines, is no failure: its plain words say so.
    if (grows() || type === "text" || facts().error === "no_model" || facts().error === "refused") return "prose";
    return type === "error" ? "failed" : "body";
  });
  const source = () => (phase() === "again" ? "" : props.message.content);
  const show = (n: number) => setShown(facts().sources.find((one) => one.n === n) ?? null);

  return (
    <div aria-busy={grows()}>
      <Switch>
        <Match when={form() === "prose"}>
          <Folded id={props.message.id} source={source()} whole={grows()}>
            {(text) => <Prose id={props.message.id} source={text()} reader={props.reader} growing={grows()} known={known()} onCite={show} />}
          </Folded>
        </Match>
        <Match when={form() === "failed"}>
          <Failed id={props.message.id} content={props.message.content} reader={props.reader} />
        </Match>
        <Match when={form() === "body"}>
          <Body id={props.message.id} place={props.place} type={props.message.type} content={props.message.content} metadata={props.message.metadata} reader={props.reader} />
        </Match>
      </Switch>
      <Show when={!grows() && facts().sources.length > 0}>
        <Sources sources={facts().sources} onShow={setShown} />
      </Show>
      <Foot message={props.message} facts={facts()} phase={phase()} grows={grows()} watched={watched()} work={work()} />
      <Show when={shown()}>
        {(one) => (
          <Suspense>
            <SourceDialog source={one()} onClose={() => setShown(null)} />
          </Suspense>
        )}
      </Show>
    </div>
  );
};
