import { createEffect, createSignal, createUniqueId, For, type JSX, on, onCleanup, Show } from "solid-js";
import { Ask } from "../../parts/Ask.tsx";
import { createDeed, createKeys } from "../../parts/deed.ts";
import { Field } from "../../parts/Field.tsx";
import { useColony } from "../../store.ts";
import { projectsApi, type Verdict } from "../api.ts";
import type { Project, Schedule } from "../moments.ts";
import { clockIn, cronWords, ownZone, zones } from "./words.ts";

/** Milliseconds after the last stroke in which the server is asked when it would be due. */
const PAUSE = 250;

const examples: [cron: string, words: string][] = [
  ["0 9 * * 1-5", "each weekday at nine"],
  ["0 * * * *", "each hour"],
  ["30 2 * * *", "each night"],
  ["0 8 1 * *", "the first of each month"],
];

/** Makes a schedule, or changes one: what, and when, with the next times it would be due. */
export const ScheduleForm = (props: { project: Project; schedule?: Schedule; onClose: () => void; onSaved: () => void }): JSX.Element => {
  const colony = useColony();
  const keyOf = createKeys();
  const list = createUniqueId();
  // Asked once: what another changes meanwhile does not change what is being written.
  const before = props.schedule;
  const [name, setName] = createSignal(before?.name ?? "");
  const [command, setCommand] = createSignal(before?.command ?? "");
  const [cron, setCron] = createSignal(before?.cron ?? "0 9 * * 1-5");
  const [zone, setZone] = createSignal(before?.timezone ?? ownZone());
  const [verdict, setVerdict] = createSignal<Verdict | null>(null);
  let asked = 0;

  createEffect(
    on([cron, zone], ([written, timezone]) => {
      const mine = ++asked;
      const timer = setTimeout(async () => {
        try {
          const said = await colony.ask(() => projectsApi.validateSchedule(props.project.id, { cron: written, timezone }));
          if (mine === asked) setVerdict(said);
        } catch (error) {
          if (mine === asked) setVerdict({ valid: false, next: [], problem: error instanceof Error ? error.message : String(error) });
        }
      }, PAUSE);
      onCleanup(() => clearTimeout(timer));
    }),
  );

  const deed = createDeed(async () => {
    const body = { name: name().trim(), command: command().trim(), cron: cron().trim(), timezone: zone().trim() };
    await colony.ask<unknown>(() => (before ? projectsApi.changeSchedule(props.project.id, before.id, body) : projectsApi.makeSchedule(props.project.id, body, keyOf(body))));
    props.onClose();
    props.onSaved();
  });
  const ready = () => name().trim() !== "" && command().trim() !== "" && verdict()?.valid !== false;
  return (
    <Ask
      title={before ? `Edit ${before.name}` : "New schedule"}
      words="It runs in your name, by your right."
      act={before ? "Save" : "Make schedule"}
      ready={ready()}
      deed={deed}
      onClose={props.onClose}
    >
      <Field
        label="Name"
        required
        autofocus
        autocomplete="off"
        maxlength={200}
        placeholder="Morning report"
        value={name()}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <Field
        label="Command"
        required
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        placeholder="python3 report.py"
        value={command()}
        onInput={(event) => setCommand(event.currentTarget.value)}
      />
      <Field
        label="When"
        hint="Minute, hour, day of the month, month, day of the week"
        required
        autocomplete="off"
        spellcheck={false}
        value={cron()}
        onInput={(event) => setCron(event.currentTarget.value)}
      />
      <div class="flex flex-wrap gap-1.5">
        <For each={examples}>
          {([expression, words]) => (
            <button
              type="button"
              class="min-h-6 rounded-full border border-line px-2.5 text-meta text-soft hover:border-edge hover:text-ink pointer-coarse:min-h-11"
              onClick={() => setCron(expression)}
            >
              {words}
            </button>
          )}
        </For>
      </div>
      <Field label="On the clock of" list={list} required autocomplete="off" spellcheck={false} value={zone()} onInput={(event) => setZone(event.currentTarget.value)} />
      <datalist id={list}>
        <For each={zones()}>{(one) => <option value={one} />}</For>
      </datalist>
      <div role="status" class="min-h-32 rounded-md bg-sunken px-3 py-2 text-small">
        <Show when={verdict()} fallback={<p class="text-faint">Reckoning when it is due…</p>}>
          {(said) => (
            <Show when={said().valid} fallback={<p class="text-error">{said().problem ?? "It is never due."}</p>}>
              <p class="font-medium">{cronWords(cron()) ?? cron()}</p>
              <p class="mt-1 text-meta text-soft">Next, on your clock ({ownZone()}):</p>
              <ol aria-label="The next times" class="font-mono text-meta">
                <For each={said().next.slice(0, 5)}>{(at) => <li>{clockIn(at, ownZone())}</li>}</For>
              </ol>
            </Show>
          )}
        </Show>
      </div>
    </Ask>
  );
};
