import Sparkles from "lucide-solid/icons/sparkles";
import X from "lucide-solid/icons/x";
import { For, type JSX, Match, Show, Switch } from "solid-js";
import { Button, IconButton } from "../../parts/Button.tsx";
import { createDeed, createKeys } from "../../parts/deed.ts";
import { Fault as Why } from "../../parts/Fault.tsx";
import { say } from "../../parts/Said.tsx";
import { When } from "../../parts/When.tsx";
import { projectAddress } from "../../route.ts";
import { useColony } from "../../store.ts";
import { excerpt } from "../../timeline/excerpt.ts";
import { projectsApi } from "../api.ts";
import type { Desk } from "../desk.ts";
import type { Fault, Project } from "../moments.ts";
import { plain } from "./ansi.ts";
import type { FoundFaults } from "./faults.ts";

type Props = { project: Project; desk: Desk; faults: FoundFaults; onShow: (seq: number) => void; onClose: () => void };

/** The errors that were recognised in what runs wrote: what, where, how often, and who can help. */
export const Faults = (props: Props): JSX.Element => (
  <aside
    aria-label="Errors"
    class="flex min-h-0 w-[min(24rem,100%)] shrink-0 flex-col overflow-y-auto overscroll-contain border-line border-l bg-ground max-lg:absolute max-lg:inset-y-0 max-lg:right-0 max-lg:z-10 max-lg:shadow-float"
  >
    <div class="sticky top-0 flex h-10 shrink-0 items-center justify-between bg-ground px-4">
      <h2 class="font-semibold">Errors</h2>
      <IconButton label="Close the errors" onClick={() => props.onClose()}>
        <X size={15} aria-hidden="true" />
      </IconButton>
    </div>
    <Switch
      fallback={
        <p role="status" class="px-4 py-2 text-faint text-small">
          Looking…
        </p>
      }
    >
      <Match when={props.faults.list()?.length === 0}>
        <p class="px-4 py-2 text-small text-soft">
          None were recognised. Traces of JavaScript, Python, Rust, Go and Java, missing modules, failing tests and the like are listed here as they come.
        </p>
      </Match>
      <Match when={props.faults.list()}>
        {(list) => (
          <ul aria-label="Errors" class="flex flex-col divide-y divide-line">
            <For each={list()}>{(fault) => <One {...props} fault={fault} />}</For>
          </ul>
        )}
      </Match>
      <Match when={props.faults.failure()}>
        {(why) => (
          <div class="px-4 py-2">
            <Why words={`The errors could not be loaded: ${why().message}`} />
          </div>
        )}
      </Match>
    </Switch>
  </aside>
);

const One = (props: Props & { fault: Fault }): JSX.Element => {
  const colony = useColony();
  const keyOf = createKeys();
  const ask = createDeed(async () => {
    const body = { error: props.fault.id };
    const { state, answer } = await colony.ask(() => projectsApi.analyze(props.project.id, body, keyOf(body)));
    say(state === "failed" && answer ? excerpt(answer.content) : "The engineer is asked: its answer comes in the talk");
  });
  return (
    <li class="flex flex-col gap-1.5 px-4 py-3">
      <p class="font-medium text-small [overflow-wrap:anywhere]">{props.fault.message}</p>
      <p class="flex flex-wrap gap-x-2 text-meta text-soft">
        <span>{props.fault.kind.replaceAll("_", " ")}</span>
        <Show when={props.fault.file}>
          {(file) => (
            <a href={projectAddress(props.project.slug, "files", file(), props.fault.line)} class="font-mono text-ink underline underline-offset-2 [overflow-wrap:anywhere]">
              {file()}
              {props.fault.line === null ? "" : `:${props.fault.line}`}
            </a>
          )}
        </Show>
        <span>
          {props.fault.count > 1 ? `${props.fault.count} times, last ` : ""}
          <When at={props.fault.last_at} />
        </span>
      </p>
      <details>
        <summary class="inline-flex min-h-6 items-center text-meta text-soft underline underline-offset-2">Its lines</summary>
        <pre class="mt-1 max-h-60 overflow-auto whitespace-pre-wrap rounded-md bg-sunken p-2 font-mono text-meta [overflow-wrap:anywhere]">{plain(props.fault.excerpt)}</pre>
      </details>
      <div class="flex flex-wrap gap-2">
        <Button class="h-8! text-small pointer-coarse:h-11!" onClick={() => props.onShow(props.fault.seq)}>
          Show in the console
        </Button>
        <Button class="h-8! text-small pointer-coarse:h-11!" disabled={ask.busy()} onClick={ask.run}>
          <Sparkles size={14} aria-hidden="true" />
          Ask engineer
        </Button>
      </div>
      <Why words={ask.failed()} />
    </li>
  );
};
