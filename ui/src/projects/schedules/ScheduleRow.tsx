import Ellipsis from "lucide-solid/icons/ellipsis";
import { createSignal, For, type JSX, Show } from "solid-js";
import { Ask } from "../../parts/Ask.tsx";
import { createDeed } from "../../parts/deed.ts";
import { Fault } from "../../parts/Fault.tsx";
import { Menu, MenuItem } from "../../parts/Menu.tsx";
import { say } from "../../parts/Said.tsx";
import { When } from "../../parts/When.tsx";
import { projectAddress } from "../../route.ts";
import { createFetched } from "../../settings/fetched.ts";
import { useColony } from "../../store.ts";
import { uniqueKey } from "../../unique.ts";
import { projectsApi } from "../api.ts";
import type { Desk } from "../desk.ts";
import type { Project, Schedule } from "../moments.ts";
import { StateMark } from "../runs/StateMark.tsx";
import { stateWords } from "../runs/words.ts";
import { clockIn, cronWords, ownZone } from "./words.ts";

type Props = { project: Project; desk: Desk; schedule: Schedule; onEdit: () => void; onChanged: () => void };

/** One schedule: what it runs and when, whether it is on, and how it went. */
export const ScheduleRow = (props: Props): JSX.Element => {
  const colony = useColony();
  const [deleting, setDeleting] = createSignal(false);
  const [showsRuns, setShowsRuns] = createSignal(false);
  const id = () => props.schedule.id;
  const turn = createDeed(async () => {
    await colony.ask(() => projectsApi.changeSchedule(props.project.id, id(), { enabled: !props.schedule.enabled }));
    props.onChanged();
  });
  const run = createDeed(async () => {
    props.desk.runs.put(await colony.ask(() => projectsApi.runSchedule(props.project.id, id(), uniqueKey())));
    say(`${props.schedule.name} runs`);
    props.onChanged();
  });
  const remove = createDeed(async () => {
    await colony.ask(() => projectsApi.deleteSchedule(props.project.id, id()));
    setDeleting(false);
    props.onChanged();
  });
  return (
    <li class="flex flex-col gap-1 px-4 py-3">
      <div class="flex items-center gap-3">
        <h3 class="min-w-0 truncate font-medium" classList={{ "text-soft": !props.schedule.enabled }}>
          {props.schedule.name}
        </h3>
        <span class="grow" />
        <label class="flex min-h-8 shrink-0 items-center gap-2 text-small text-soft pointer-coarse:min-h-11">
          <input
            type="checkbox"
            aria-label={`${props.schedule.name} is on`}
            class="size-4 accent-(--accent-ink)"
            checked={props.schedule.enabled}
            disabled={turn.busy()}
            onChange={turn.run}
          />
          {props.schedule.enabled ? "on" : "off"}
        </label>
        <Menu
          label={`More for ${props.schedule.name}`}
          trigger={<Ellipsis size={17} aria-hidden="true" />}
          class="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink pointer-coarse:size-11"
        >
          <MenuItem onSelect={run.run}>Run now</MenuItem>
          <MenuItem onSelect={() => setShowsRuns((shown) => !shown)}>{showsRuns() ? "Hide its runs" : "Show its runs"}</MenuItem>
          <MenuItem onSelect={() => props.onEdit()}>Edit…</MenuItem>
          <MenuItem danger onSelect={() => setDeleting(true)}>
            Delete…
          </MenuItem>
        </Menu>
      </div>
      <p class="truncate font-mono text-small">{props.schedule.command}</p>
      <p class="flex flex-wrap gap-x-3 text-small text-soft">
        <span>
          {cronWords(props.schedule.cron) ?? props.schedule.cron} ({props.schedule.timezone})
        </span>
        <Show when={props.schedule.next_at}>
          {(next) => (
            <span>
              next {clockIn(next(), ownZone())}, <When at={next()} />
            </span>
          )}
        </Show>
        <Show when={props.schedule.last_run} fallback={<span>has not run yet</span>}>
          {(last) => (
            <a href={projectAddress(props.project.slug, "runs", last().id)} class="inline-flex items-center gap-1 underline-offset-2 hover:underline">
              <StateMark state={last().state} />
              {stateWords(last())} <When at={last().created_at} />
            </a>
          )}
        </Show>
      </p>
      <Fault words={turn.failed() ?? run.failed()} />
      <Show when={showsRuns()}>
        <ItsRuns {...props} />
      </Show>
      <Show when={deleting()}>
        <Ask title={`Delete ${props.schedule.name}?`} words="It runs no more. What it ran stays listed." act="Delete" danger deed={remove} onClose={() => setDeleting(false)} />
      </Show>
    </li>
  );
};

const ItsRuns = (props: Props): JSX.Element => {
  const runs = createFetched(
    () => projectsApi.scheduleRuns(props.project.id, props.schedule.id),
    () => `${props.schedule.last_run?.id} ${props.schedule.last_run?.state}`,
  );
  return (
    <ol aria-label={`Runs of ${props.schedule.name}`} class="mt-1 flex flex-col gap-1 border-line border-l pl-3 text-small">
      <For each={runs.data()} fallback={<li class="text-faint">{runs.failure()?.message ?? (runs.data() ? "None yet" : "Loading…")}</li>}>
        {(run) => (
          <li>
            <a href={projectAddress(props.project.slug, "runs", run.id)} class="inline-flex min-h-6 items-center gap-1.5 underline-offset-2 hover:underline">
              <StateMark state={run.state} />
              {stateWords(run)}
              {run.late ? ", late" : ""} <When at={run.created_at} />
            </a>
          </li>
        )}
      </For>
    </ol>
  );
};
