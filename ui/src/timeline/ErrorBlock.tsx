import Bot from "lucide-solid/icons/bot";
import ChevronRight from "lucide-solid/icons/chevron-right";
import { createMemo, For, type JSX, Show } from "solid-js";
import { CopyButton } from "../parts/CopyButton.tsx";
import { stamp } from "../parts/stamp.ts";
import type { BodyProps } from "./Body.tsx";
import { Lines } from "./CodeBlock.tsx";
import { faultOf, forAgent } from "./faults.ts";
import { createSwitch } from "./folds.ts";
import { countLines } from "./shapes.ts";
import { Text } from "./Text.tsx";
import { withMarks } from "./unseen.ts";

const bot = stamp(() => <Bot size={15} aria-hidden="true" />);
const chevron = stamp(() => <ChevronRight size={14} aria-hidden="true" class="transition-transform group-open/trace:rotate-90" />);

const named = (trace: string): string => {
  const lines = countLines(trace);
  return lines === 1 ? "All of it" : `Trace, ${lines.toLocaleString()} lines`;
};

/** What failed: the cause first, the trace folded under it. */
export const ErrorBlock = (props: BodyProps): JSX.Element => {
  const fault = createMemo(() => faultOf(props.content));
  const [open, setOpen] = createSwitch(() => `${props.id}:trace`);
  const copied = () => forAgent(props.content, props.place);
  const ForAgent = () => <CopyButton label="Copy for an agent" named picture={bot} text={copied} class="h-7!" />;
  return (
    <div class="mt-0.5 overflow-hidden rounded-md border border-error/50 bg-error-wash">
      <div class="flex items-start gap-1 py-0.5 pr-1 pl-3">
        <div class="min-w-0 grow py-1 font-mono text-small">
          <p class="font-semibold text-error [overflow-wrap:anywhere]">
            <span class="mr-2 font-sans text-meta uppercase tracking-wide">Error</span>
            <bdi>
              <For each={fault().cause.split(/`([^`]+)`/)}>
                {(part, at) => (at() % 2 === 0 ? withMarks(part) : <code class="rounded-sm bg-error/10 px-1 py-px font-normal text-ink">{withMarks(part)}</code>)}
              </For>
            </bdi>
          </p>
          <Show when={fault().place}>
            {(place) => (
              <p class="text-meta text-soft [overflow-wrap:anywhere]">
                at <bdi>{withMarks(place())}</bdi>
              </p>
            )}
          </Show>
        </div>
        <Show when={fault().trace === ""}>
          <ForAgent />
        </Show>
        <CopyButton label="Copy error" text={() => props.content} class="size-7!" />
      </div>
      <Show when={fault().words}>
        {(words) => (
          <div class="border-error/25 border-t px-3 py-1.5">
            <Text id={props.id} source={words()} reader={props.reader} />
          </div>
        )}
      </Show>
      <Show when={fault().trace}>
        {(trace) => (
          <div class="relative border-error/25 border-t">
            <details open={open()} onToggle={(event) => setOpen(event.currentTarget.open)} class="group/trace">
              <summary class="flex h-7.5 items-center gap-1 px-3 text-meta text-soft hover:text-ink">
                {chevron()}
                {named(trace())}
              </summary>
              <Show when={open()}>
                <Lines text={trace()} class="max-h-96 overflow-y-auto" />
              </Show>
            </details>
            <div class="absolute top-px right-1">
              <ForAgent />
            </div>
          </div>
        )}
      </Show>
    </div>
  );
};
