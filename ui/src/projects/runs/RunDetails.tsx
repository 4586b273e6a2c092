import RotateCw from "lucide-solid/icons/rotate-cw";
import Square from "lucide-solid/icons/square";
import X from "lucide-solid/icons/x";
import { createEffect, createSignal, For, type JSX, on, onMount, Show, Suspense } from "solid-js";
import { Button, IconButton } from "../../parts/Button.tsx";
import { CopyButton } from "../../parts/CopyButton.tsx";
import { createDeed } from "../../parts/deed.ts";
import { Fault } from "../../parts/Fault.tsx";
import { late } from "../../parts/late.ts";
import { now } from "../../parts/now.ts";
import { momentOf } from "../../parts/time.ts";
import { addressOf, projectAddress } from "../../route.ts";
import { createFetched } from "../../settings/fetched.ts";
import { useColony } from "../../store.ts";
import { uniqueKey } from "../../unique.ts";
import { projectsApi } from "../api.ts";
import { plain, spansOf } from "../console/ansi.ts";
import type { Desk } from "../desk.ts";
import type { Project, Run } from "../moments.ts";
import { mebibytes } from "../page/words.ts";
import { isOpen } from "./runs.ts";
import { StateMark } from "./StateMark.tsx";
import { spanWords, stateWords, tookOf, whoWords } from "./words.ts";
import "../console/console.css";

const Files = late(async () => (await import("../../files/Files.tsx")).Files);

type Props = { project: Project; desk: Desk; id: string; onGo: (address: string) => void };

/** Milliseconds between looks at what a run wrote while it goes on. */
const LOOK = 1_000;

/** A run in full: what it wrote, what it took and gave, and what can be done with it. */
export const RunDetails = (props: Props): JSX.Element => {
  const colony = useColony();
  const [turn, setTurn] = createSignal(0);
  const known = () => props.desk.runs.byId(props.id);
  const fetched = createFetched(
    () => projectsApi.run(props.project.id, props.id),
    () => `${known()?.state} ${turn()}`,
  );
  const run = (): Run | undefined => known() ?? fetched.data();
  let heading: HTMLHeadingElement | undefined;
  let output: HTMLElement | undefined;
  onMount(() => heading?.focus({ preventScroll: true }));
  createEffect(
    on(fetched.data, (now) => {
      if (now) props.desk.runs.put(now);
      if (output) output.scrollTop = output.scrollHeight;
      // What runs is looked at again; the console has it live.
      if (now && isOpen(now)) setTimeout(() => setTurn((count) => count + 1), LOOK);
    }),
  );
  const stop = createDeed(async () => props.desk.runs.put(await colony.ask(() => projectsApi.stopRun(props.project.id, props.id))));
  const again = createDeed(async () => {
    const before = run();
    if (!before) return;
    const { command, kind, background } = before;
    const made = await colony.ask(() => projectsApi.execute(props.project.id, { command, kind, background }, uniqueKey()));
    props.desk.runs.put(made);
    props.onGo(projectAddress(props.project.slug, "runs", made.id));
  });
  return (
    <aside aria-label="A run" class="flex min-h-0 w-[min(44rem,60%)] shrink-0 flex-col overflow-y-auto overscroll-contain border-line border-l max-lg:w-full max-lg:border-l-0">
      <div class="flex shrink-0 items-start gap-2 px-4 pt-3">
        <h2 ref={heading} tabindex="-1" class="min-w-0 grow whitespace-pre-wrap py-1 font-mono text-small outline-none [overflow-wrap:anywhere]">
          {run()?.command ?? "A run"}
        </h2>
        <IconButton label="Close the run" onClick={() => props.onGo(projectAddress(props.project.slug, "runs"))}>
          <X size={16} aria-hidden="true" />
        </IconButton>
      </div>
      <Show when={fetched.failure()}>{(why) => <Fault words={why().status === 404 ? "There is no such run." : why().message} class="px-4 py-2" />}</Show>
      <Show when={run()}>
        {(one) => (
          <div class="flex min-h-0 grow flex-col gap-3 px-4 pb-4">
            <p class="flex items-center gap-2 text-small">
              <StateMark state={one().state} />
              <span role="status" class="font-medium">
                {stateWords(one())}
              </span>
            </p>
            <Facts run={one()} />
            <div class="flex flex-wrap gap-2">
              <Show
                when={isOpen(one())}
                fallback={
                  <Button class="h-8! text-small pointer-coarse:h-11!" disabled={again.busy()} onClick={again.run}>
                    <RotateCw size={14} aria-hidden="true" />
                    Run again
                  </Button>
                }
              >
                <Button class="h-8! text-small pointer-coarse:h-11!" disabled={stop.busy()} onClick={stop.run}>
                  <Square size={12} aria-hidden="true" fill="currentColor" />
                  {stop.busy() ? "Stopping…" : "Stop"}
                </Button>
              </Show>
              <Show when={one().message_id}>
                {(message) => (
                  <a
                    href={addressOf({ id: props.project.channel_id, name: props.project.slug }, message())}
                    class="inline-flex min-h-8 items-center px-2 text-small text-soft underline underline-offset-2 hover:text-ink"
                  >
                    In the talk
                  </a>
                )}
              </Show>
            </div>
            <Fault words={stop.failed() ?? again.failed()} />
            <Show when={one().artifacts.length > 0}>
              <section aria-label="What it gave" class="flex flex-col gap-1">
                <h3 class="font-medium text-small text-soft">What it gave</h3>
                <Suspense>
                  <Files files={one().artifacts} />
                </Suspense>
              </section>
            </Show>
            <div class="flex items-center justify-between">
              <h3 class="font-medium text-small text-soft">Output</h3>
              <CopyButton label="Copy the output" text={() => plain(fetched.data()?.output ?? "")} />
            </div>
            <Show when={fetched.data()?.output_cut}>
              <p class="text-faint text-meta">Only its end stands here; the console has more.</p>
            </Show>
            <section
              ref={output}
              tabindex="0"
              aria-label="Output"
              class="min-h-24 grow overflow-auto whitespace-pre-wrap rounded-md bg-sunken p-3 font-mono text-small [overflow-wrap:anywhere]"
            >
              <For each={spansOf(fetched.data()?.output ?? "")} fallback={<span class="text-faint">{isOpen(one()) ? "Nothing yet" : "It wrote nothing"}</span>}>
                {({ text, look }) => (look === "" ? text : <span class={look}>{text}</span>)}
              </For>
            </section>
          </div>
        )}
      </Show>
    </aside>
  );
};

const Facts = (props: { run: Run }): JSX.Element => {
  const facts = () => {
    const { started_at, created_at, peak_memory, cpu_ms, exit_code, due_at } = props.run;
    const took = tookOf(props.run, now());
    return [
      ["for", whoWords(props.run)],
      ["asked", momentOf(created_at)],
      ...(due_at ? [["due", momentOf(due_at)]] : []),
      ...(started_at ? [["began", momentOf(started_at)]] : []),
      ...(took === null ? [] : [["took", spanWords(took)]]),
      ...(exit_code === null ? [] : [["exit code", String(exit_code)]]),
      ...(peak_memory === null ? [] : [["memory", mebibytes(peak_memory)]]),
      ...(cpu_ms === null ? [] : [["processor", spanWords(cpu_ms)]]),
    ] as [string, string][];
  };
  return (
    <dl class="grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 text-small">
      <For each={facts()}>
        {([name, value]) => (
          <>
            <dt class="text-soft">{name}</dt>
            <dd class="min-w-0 [overflow-wrap:anywhere]">{value}</dd>
          </>
        )}
      </For>
    </dl>
  );
};
