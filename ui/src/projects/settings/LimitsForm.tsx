import { createSignal, For, type JSX, Show } from "solid-js";
import { Button } from "../../parts/Button.tsx";
import { createDeed } from "../../parts/deed.ts";
import { Fault } from "../../parts/Fault.tsx";
import { Field } from "../../parts/Field.tsx";
import { Section } from "../../settings/Section.tsx";
import type { Limits, ProjectChange } from "../api.ts";
import type { Project } from "../moments.ts";

type Figure = Exclude<keyof Limits, "network">;

const figures: readonly [Figure, string, string][] = [
  ["memory_mib", "Memory", "MiB, of one run"],
  ["processes", "Processes", "and threads, of one run"],
  ["cpus", "Processor", "cores' worth of time"],
  ["disk_mib", "Disk", "MiB, of all its files"],
  ["files", "Files", "and folders"],
  ["seconds", "Time", "seconds, of one run at most"],
];

/** What one run may take. What is asked for is held by the server, which names the figure that is out of range. */
export const LimitsForm = (props: { project: Project; onChange: (change: ProjectChange) => Promise<void> }): JSX.Element => {
  const [written, setWritten] = createSignal<Partial<Record<Figure, string>>>({});
  const [network, setNetwork] = createSignal<boolean | null>(null);
  const limits = () => props.project.limits;
  const changed = (): Partial<Limits> => ({
    ...Object.fromEntries(figures.flatMap(([name]) => (written()[name] !== undefined && Number(written()[name]) !== limits()[name] ? [[name, Number(written()[name])]] : []))),
    ...(network() !== null && network() !== limits().network && { network: network() ?? false }),
  });
  const deed = createDeed(async () => {
    await props.onChange({ limits: changed() });
    setWritten({});
    setNetwork(null);
  });
  return (
    <Section title="What a run may take" words="Beyond these a run is ended, and says by which. They hold from the next run on.">
      <form
        class="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          deed.run();
        }}
      >
        <div class="grid gap-3 @md:grid-cols-2 @2xl:grid-cols-3">
          <For each={figures}>
            {([name, label, unit]) => (
              <Field
                label={label}
                hint={unit}
                type="number"
                step="any"
                required
                inputmode="decimal"
                disabled={!props.project.tends}
                value={written()[name] ?? String(limits()[name])}
                onInput={(event) => setWritten((before) => ({ ...before, [name]: event.currentTarget.value }))}
              />
            )}
          </For>
        </div>
        <label class="flex min-h-8 items-baseline gap-2.5 pointer-coarse:min-h-11">
          <input
            type="checkbox"
            class="size-4 shrink-0 translate-y-0.5 accent-(--accent-ink)"
            disabled={!props.project.tends}
            checked={network() ?? limits().network}
            onChange={(event) => setNetwork(event.currentTarget.checked)}
          />
          <span>
            Runs have a network <span class="text-small text-soft">where the operator allows it; without, they reach nothing but each other</span>
          </span>
        </label>
        <Fault words={deed.failed()} />
        <Show when={props.project.tends}>
          <Button kind="main" type="submit" class="self-start" disabled={deed.busy() || Object.keys(changed()).length === 0}>
            Save limits
          </Button>
        </Show>
      </form>
    </Section>
  );
};
