import ChevronRight from "lucide-solid/icons/chevron-right";
import { createMemo, type JSX, Show } from "solid-js";
import { CopyButton } from "../parts/CopyButton.tsx";
import { createSwitch } from "./folds.ts";
import { faultOf } from "./shapes.ts";

const named = (lines: number): string => (lines === 1 ? "All of it" : `Trace, ${lines.toLocaleString()} lines`);

/** What failed: the cause first, the trace folded under it. */
export const ErrorBlock = (props: { id: string; content: string }): JSX.Element => {
  const fault = createMemo(() => faultOf(props.content));
  const [open, setOpen] = createSwitch(() => `${props.id}:trace`);
  return (
    <div class="mt-0.5 overflow-hidden rounded-md border border-error/50 bg-error-wash">
      <div class="flex items-start gap-2 py-0.5 pr-1 pl-3">
        <div class="min-w-0 grow py-1 font-mono text-small">
          <p class="font-semibold text-error [overflow-wrap:anywhere]">
            <span class="mr-2 font-sans text-meta uppercase tracking-wide">Error</span>
            {fault().cause}
          </p>
          <Show when={fault().place}>{(place) => <p class="text-meta text-soft [overflow-wrap:anywhere]">at {place()}</p>}</Show>
        </div>
        <CopyButton label="Copy error" text={() => props.content} class="size-7!" />
      </div>
      <Show when={fault().trace}>
        {(trace) => (
          <details open={open()} onToggle={(event) => setOpen(event.currentTarget.open)} class="group/trace border-error/25 border-t">
            <summary class="flex items-center gap-1 px-3 py-1 text-meta text-soft hover:text-ink">
              <ChevronRight size={14} aria-hidden="true" class="transition-transform group-open/trace:rotate-90" />
              {named(trace().split("\n").length)}
            </summary>
            <pre tabindex="0" class="max-h-96 overflow-auto px-3 pb-2 font-mono text-small">
              {trace()}
            </pre>
          </details>
        )}
      </Show>
    </div>
  );
};
