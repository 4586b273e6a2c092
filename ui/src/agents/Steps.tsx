import Check from "lucide-solid/icons/check";
import ChevronRight from "lucide-solid/icons/chevron-right";
import LoaderCircle from "lucide-solid/icons/loader-circle";
import X from "lucide-solid/icons/x";
import { Index, type JSX, Match, Show, Switch } from "solid-js";
import type { Step } from "../api.ts";
import { createSwitch } from "../timeline/folds.ts";
import { saysTwice, spanWords, stepsWords, stepWords } from "./words.ts";

/** What was done on the way to an answer, folded under its number. `now`: what is being done, in the place of the number while the answer grows. `id`: a key of the answer. */
export const Steps = (props: { id: string; steps: readonly Step[]; now: JSX.Element }): JSX.Element => {
  const [open, setOpen] = createSwitch(() => `${props.id}:steps`);
  return (
    <details open={open()} onToggle={(event) => setOpen(event.currentTarget.open)} class="group/steps min-w-0">
      <summary class="flex min-h-7 min-w-0 items-center gap-1.5 rounded text-small text-soft hover:text-ink">
        <ChevronRight size={14} aria-hidden="true" class="shrink-0 transition-transform group-open/steps:rotate-90" />
        <span class="shrink-0">{stepsWords(props.steps.length)}</span>
        {props.now}
      </summary>
      <ol class="mt-0.5 mb-1 ml-1.5 flex max-w-(--prose) flex-col gap-1 border-line border-l pl-3.5">
        <Index each={props.steps}>{(step) => <Line step={step()} />}</Index>
      </ol>
    </details>
  );
};

const Line = (props: { step: Step }): JSX.Element => (
  <li class="flex items-start gap-2 text-small leading-5">
    <span class="flex h-5 shrink-0 items-center">
      <Switch>
        <Match when={props.step.state === "running"}>
          <LoaderCircle size={13} aria-label="Running" class="text-accent-ink motion-safe:animate-spin" />
        </Match>
        <Match when={props.step.state === "failed"}>
          <X size={13} aria-label="Failed" class="text-error" />
        </Match>
        <Match when={true}>
          <Check size={13} aria-label="Done" class="text-soft" />
        </Match>
      </Switch>
    </span>
    <span class="min-w-0 grow [overflow-wrap:anywhere]">
      <span class="text-ink">{stepWords(props.step)}</span>
      <Show when={saysTwice(props.step) ? "" : props.step.input}>
        {(input) => (
          <>
            {" "}
            <bdi class="font-mono text-meta text-soft">{input()}</bdi>
          </>
        )}
      </Show>
      <Show when={props.step.output}>
        {(output) => (
          <span classList={{ "text-error": props.step.state === "failed", "text-soft": props.step.state !== "failed" }}>
            {saysTwice(props.step) ? " " : " → "}
            <bdi>{output()}</bdi>
          </span>
        )}
      </Show>
    </span>
    <Show when={props.step.ms !== null ? props.step.ms : undefined} keyed>
      {(ms) => <span class="shrink-0 font-mono text-faint text-meta leading-5">{spanWords(ms)}</span>}
    </Show>
  </li>
);
