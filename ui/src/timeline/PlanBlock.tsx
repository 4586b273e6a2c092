import Check from "lucide-solid/icons/check";
import { createMemo, For, type JSX, Show } from "solid-js";
import type { Reader } from "./markdown.ts";
import { planOf, type Step } from "./shapes.ts";
import { Markdown, Text } from "./Text.tsx";

/** A checklist with how far it has come; without items, just its words. */
export const PlanBlock = (props: { id: string; content: string; reader: Reader }): JSX.Element => {
  const plan = createMemo(() => planOf(props.content));
  const percent = () => Math.round((plan().done / plan().total) * 100);
  return (
    <div class="mt-0.5 max-w-[calc(var(--prose)+2rem)] rounded-md border border-plan/35 bg-plan-wash px-3 py-2">
      <div class="flex items-center gap-3 text-meta">
        <span class="font-semibold text-plan uppercase tracking-wide">Plan</span>
        <Show when={plan().total > 0}>
          <span
            role="progressbar"
            aria-label="Plan progress"
            aria-valuemin={0}
            aria-valuemax={plan().total}
            aria-valuenow={plan().done}
            aria-valuetext={`${plan().done} of ${plan().total} done`}
            class="h-1 grow overflow-hidden rounded-full bg-plan/20"
          >
            <span class="block h-full rounded-full bg-plan transition-[width]" style={{ width: `${percent()}%` }} />
          </span>
          <span class="font-mono text-soft">
            {plan().done} / {plan().total}
          </span>
        </Show>
      </div>
      <div class="mt-1.5 flex flex-col gap-1.5">
        <Show when={plan().total > 0} fallback={<Text id={props.id} source={props.content} reader={props.reader} />}>
          <For each={plan().parts}>{(part) => (typeof part === "string" ? <Markdown source={part} reader={props.reader} /> : <Steps steps={part} reader={props.reader} />)}</For>
        </Show>
      </div>
    </div>
  );
};

const Steps = (props: { steps: Step[]; reader: Reader }): JSX.Element => (
  <ul class="flex flex-col gap-1">
    <For each={props.steps}>
      {(step) => (
        <li class="flex items-start gap-2" style={{ "margin-left": `${step.depth * 1.25}rem` }}>
          <span
            role="img"
            aria-label={step.done ? "Done" : "To do"}
            class="mt-[0.2rem] flex size-4 shrink-0 items-center justify-center rounded-[4px] border"
            classList={{ "border-plan bg-plan text-ground": step.done, "border-edge bg-ground": !step.done }}
          >
            <Show when={step.done}>
              <Check size={12} stroke-width={3} aria-hidden="true" />
            </Show>
          </span>
          <div class="min-w-0" classList={{ "text-soft": step.done }}>
            <Markdown source={step.text} reader={props.reader} />
          </div>
        </li>
      )}
    </For>
  </ul>
);
