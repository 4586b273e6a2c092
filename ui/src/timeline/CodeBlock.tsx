import TextWrap from "lucide-solid/icons/text-wrap";
import { createMemo, type JSX, Show } from "solid-js";
import { IconButton } from "../parts/Button.tsx";
import { CopyButton } from "../parts/CopyButton.tsx";
import { Fold } from "./Fold.tsx";
import { createSwitch } from "./folds.ts";
import { codeOf } from "./shapes.ts";

const FOLDED_LINES = 30;
/** Short code reads better without numbers. */
const NUMBERED_LINES = 10;

export const CodeBlock = (props: { id: string; content: string; metadata: Record<string, unknown> | null }): JSX.Element => {
  const code = createMemo(() => codeOf(props.content, props.metadata));
  const lines = createMemo(() => code().text.split("\n"));
  const [wrap, setWrap] = createSwitch(() => `${props.id}:wrap`);
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1).join("\n");
  return (
    <div class="mt-0.5">
      <div class="overflow-hidden rounded-md border border-line bg-sunken">
        <div class="flex items-center gap-2 border-line border-b py-0.5 pr-1 pl-3 font-mono text-code text-meta">
          <span class="font-semibold">{code().language || "code"}</span>
          <span class="text-faint">{lines().length === 1 ? "1 line" : `${lines().length.toLocaleString()} lines`}</span>
          <span class="grow" />
          <IconButton label="Wrap lines" aria-pressed={wrap()} class={wrap() ? "size-7! bg-hover text-ink" : "size-7!"} onClick={() => setWrap(!wrap())}>
            <TextWrap size={15} aria-hidden="true" />
          </IconButton>
          <CopyButton label="Copy code" text={() => code().text} class="size-7!" />
        </div>
        <Fold id={props.id} long={lines().length > FOLDED_LINES} more={`Show all ${lines().length.toLocaleString()} lines`} class="mx-3 mb-2">
          {(open) => {
            const shown = () => (open ? lines() : lines().slice(0, FOLDED_LINES));
            return (
              <div class="flex font-mono text-small">
                <Show when={lines().length > NUMBERED_LINES && !wrap()}>
                  <pre aria-hidden="true" class="shrink-0 select-none py-2 pl-3 text-right text-faint">
                    {numbers(shown().length)}
                  </pre>
                </Show>
                <pre tabindex="0" class={`min-w-0 grow overflow-x-auto px-3 py-2 ${wrap() ? "whitespace-pre-wrap [overflow-wrap:anywhere]" : ""}`}>
                  {shown().join("\n")}
                </pre>
              </div>
            );
          }}
        </Fold>
      </div>
    </div>
  );
};
