import { createMemo, Index, type JSX, Show } from "solid-js";
import type { BodyProps } from "./Body.tsx";
import type { Reader } from "./markdown.ts";
import { type Plan, planOf, type Step } from "./shapes.ts";
import { Markdown, Text } from "./Text.tsx";

/** Steps and characters at most: a longer one is read as a text with ticks, folded. */
const STEPS = 60;
const CHARACTERS = 8_000;

/** A checklist with how far it has come; without items, just its words. An edit changes the steps that it changed, and no other. */
export const PlanBlock = (props: BodyProps): JSX.Element => {
  const plan = createMemo(() => planOf(props.content));
  const isList = () => plan().total > 0 && plan().total <= STEPS && props.content.length <= CHARACTERS;
  const next = createMemo(() => nextOf(plan()));
  return (
    <div class="mt-0.5 max-w-[calc(var(--prose)+2rem)] rounded-md border border-plan/35 bg-plan-wash px-3 py-2">
      <div class="flex items-center gap-3 text-meta">
        <span class="font-semibold text-plan uppercase tracking-wide">Plan</span>
        <Show when={plan().total > 0}>
          <Progress done={plan().done} total={plan().total} />
        </Show>
      </div>
      <div class="mt-1.5 flex flex-col gap-1.5">
        <Show when={isList()} fallback={<Text id={props.id} source={props.content} reader={props.reader} />}>
          <Index each={plan().parts}>
            {(part, at) => {
              const words = createMemo(() => (typeof part() === "string" ? (part() as string) : null));
              const steps = createMemo(() => (Array.isArray(part()) ? (part() as Step[]) : []));
              return (
                <Show when={words() === null} fallback={<Text id={`${props.id}:${at}`} source={words() ?? ""} reader={props.reader} />}>
                  <Steps id={`${props.id}:${at}`} steps={steps()} next={next()?.part === at ? next()?.step : undefined} reader={props.reader} />
                </Show>
              );
            }}
          </Index>
        </Show>
      </div>
    </div>
  );
};

/** Where the first step stands that is still to do. */
const nextOf = ({ parts }: Plan): { part: number; step: number } | undefined => {
  for (const [part, steps] of parts.entries()) {
    const step = Array.isArray(steps) ? steps.findIndex(({ done }) => !done) : -1;
    if (step >= 0) return { part, step };
  }
  return undefined;
};

const Progress = (props: { done: number; total: number }): JSX.Element => (
  <>
    <span
      role="progressbar"
      aria-label="Plan progress"
      aria-valuemin={0}
      aria-valuemax={props.total}
      aria-valuenow={props.done}
      aria-valuetext={`${props.done} of ${props.total} done`}
      class="h-1 grow overflow-hidden rounded-full bg-plan/20"
    >
      <span class="block h-full rounded-full bg-plan transition-[width]" style={{ width: `${Math.round((props.done / props.total) * 100)}%` }} />
    </span>
    <span class="font-mono text-soft">
      {props.done} / {props.total}
    </span>
  </>
);

const Steps = (props: { id: string; steps: Step[]; next: number | undefined; reader: Reader }): JSX.Element => (
  <ul class="flex flex-col gap-1">
    <Index each={props.steps}>
      {(step, at) => (
        <li class="flex items-start gap-2" style={{ "margin-left": `${step().depth * 1.5}rem` }} classList={{ "text-soft": step().done }}>
          <span role="img" aria-label={step().done ? "Done" : "To do"} class="tick" classList={{ "tick-done": step().done, "tick-next": props.next === at }} />
          <Show when={step().number}>{(number) => <span class="font-mono text-small leading-[1.73] text-soft">{number()}</span>}</Show>
          <div class="min-w-0" classList={{ "font-medium": props.next === at }}>
            <Markdown id={`${props.id}:${at}`} source={step().text} reader={props.reader} />
          </div>
        </li>
      )}
    </Index>
  </ul>
);
