import { createMemo, For, type JSX, Match, Show, Switch } from "solid-js";
import { Button } from "../parts/Button.tsx";
import { When } from "../parts/When.tsx";
import type { Fetched } from "./fetched.ts";

/** A part of the settings: what it is called, what it is about, and what can be made in it. */
export const Section = (props: { title: string; words: JSX.Element; actions?: JSX.Element; children: JSX.Element }): JSX.Element => (
  <section aria-label={props.title} class="flex flex-col gap-5">
    <div class="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div class="min-w-0">
        <h2 class="font-semibold text-title">{props.title}</h2>
        <p class="mt-0.5 max-w-(--prose) text-small text-soft">{props.words}</p>
      </div>
      <Show when={props.actions}>
        <div class="flex max-w-full shrink-0 flex-wrap gap-2 empty:hidden">{props.actions}</div>
      </Show>
    </div>
    {props.children}
  </section>
);

/** Draws what was fetched: while it is waited for, when it could not be had, and when it is there. `name`: what it is, in the plural. */
export const Shown = <T,>(props: { name: string; of: Fetched<T>; children: (data: () => T) => JSX.Element }): JSX.Element => (
  <Switch fallback={<Waiting name={props.name} />}>
    <Match when={props.of.data() !== undefined}>{props.children(() => props.of.data() as T)}</Match>
    <Match when={props.of.failure()}>
      {(failure) => (
        <div role="alert" class="flex flex-col items-start gap-3 rounded-lg border border-line bg-error-wash px-4 py-3">
          <p class="text-small">
            <strong class="font-semibold">The {props.name} could not be loaded.</strong> {failure().message}
          </p>
          <Button onClick={props.of.reload}>Try again</Button>
        </div>
      )}
    </Match>
  </Switch>
);

const Waiting = (props: { name: string }): JSX.Element => (
  <div role="status" aria-label={`Loading the ${props.name}`} class="divide-y divide-line rounded-lg border border-line">
    <For each={[44, 32, 38]}>
      {(width) => (
        <div aria-hidden="true" class="flex items-center gap-3 px-4 py-3.5 motion-safe:animate-pulse">
          <span class="size-8 rounded-full bg-line" />
          <span class="flex grow flex-col gap-2">
            <span class="h-3 rounded bg-line" style={{ width: `${width}%` }} />
            <span class="h-2.5 w-24 rounded bg-line" />
          </span>
        </div>
      )}
    </For>
  </div>
);

/** Things one under the other, each in a row. */
export const Rows = (props: { label: string; children: JSX.Element }): JSX.Element => (
  <ul aria-label={props.label} class="@container divide-y divide-line overflow-clip rounded-lg border border-line">
    {props.children}
  </ul>
);

/** Draws one of each. What changes under the same id is drawn in its place: a menu or dialog that stands open over it stays. */
export const Each = <T extends { id: string }>(props: { of: T[]; children: (one: () => T) => JSX.Element }): JSX.Element => {
  const known = createMemo(() => new Map(props.of.map((one) => [one.id, one])));
  const draw = (id: string): JSX.Element => {
    const one = createMemo((before: T | undefined) => known().get(id) ?? before);
    return <Show when={one()}>{(now) => props.children(now)}</Show>;
  };
  return <For each={props.of.map(({ id }) => id)}>{draw}</For>;
};

/** In the place of rows, when there are none. */
export const None = (props: { children: JSX.Element }): JSX.Element => (
  <p class="rounded-lg border border-line border-dashed px-4 py-8 text-center text-small text-soft">{props.children}</p>
);

/** A word on a row that sets it apart. */
export const Mark = (props: { accent?: boolean; children: JSX.Element }): JSX.Element => (
  <span
    class="inline-flex shrink-0 items-center gap-1 rounded-full border px-1.5 font-medium text-meta"
    classList={{ "border-transparent bg-accent-wash text-accent-ink": props.accent, "border-line text-soft": !props.accent }}
  >
    {props.children}
  </span>
);

/** Something that happened or will; `none`: what is said when it never does. `date`: as a date, however near. */
type Fact = { word: string; at: string | null; none?: string; date?: boolean };

/** What is known of a row, beside each other where there is room and one after the other where there is not. */
export const Facts = (props: { facts: Fact[] }): JSX.Element => (
  <ul class="flex shrink-0 flex-wrap gap-x-3 text-small text-soft @2xl:flex-nowrap">
    <For each={props.facts}>
      {(fact) => (
        <li class="not-first:text-faint @2xl:w-36">
          <Show when={fact.at} fallback={fact.none}>
            {(at) => (
              <>
                {fact.word} <When at={at()} date={fact.date} />
              </>
            )}
          </Show>
        </li>
      )}
    </For>
  </ul>
);
