import { createMemo, type JSX, Match, Suspense, Switch } from "solid-js";
import type { Channel } from "../../api.ts";
import { late } from "../../parts/late.ts";
import { Nothing } from "../../parts/Nothing.tsx";
import type { Route } from "../../route.ts";
import { useColony } from "../../store.ts";
import { deskOf } from "../desk.ts";
import { isPart, type Part } from "./parts.ts";

const Console = late(async () => (await import("../console/Console.tsx")).Console);
const RunsPage = late(async () => (await import("../runs/RunsPage.tsx")).RunsPage);
const FilesPage = late(async () => (await import("../files/FilesPage.tsx")).FilesPage);
const SchedulesPage = late(async () => (await import("../schedules/SchedulesPage.tsx")).SchedulesPage);
const ProjectSettings = late(async () => (await import("../settings/ProjectSettings.tsx")).ProjectSettings);

/** The part of a project that is open beside its talk, under an address of its own. */
export const Parts = (props: { channel: Channel; route: Route }): JSX.Element => {
  const colony = useColony();
  const projects = () => colony.team()?.projects;
  const project = createMemo(() => projects()?.ofChannel(props.channel.id));
  const desk = createMemo(() => {
    const [all, id] = [projects(), project()?.id];
    return all && id ? deskOf(colony, all, id) : undefined;
  });
  const part = createMemo((): Part | null => {
    const { section } = props.route.place();
    return isPart(section) ? section : null;
  });
  return (
    <Switch fallback={<Loading />}>
      <Match when={part() === null}>
        <Nothing title="A project has no such part" words="Its parts stand in the line above." />
      </Match>
      <Match when={project()}>
        {(at) => (
          <Suspense fallback={<Loading />}>
            <Switch>
              <Match when={part() === "console" && desk()}>{(open) => <Console project={at()} desk={open()} route={props.route} />}</Match>
              <Match when={part() === "runs" && desk()}>{(open) => <RunsPage project={at()} desk={open()} route={props.route} />}</Match>
              <Match when={part() === "files" && desk()}>{(open) => <FilesPage project={at()} desk={open()} route={props.route} />}</Match>
              <Match when={part() === "schedules" && desk()}>{(open) => <SchedulesPage project={at()} desk={open()} route={props.route} />}</Match>
              <Match when={part() === "settings"}>
                <ProjectSettings project={at()} route={props.route} />
              </Match>
            </Switch>
          </Suspense>
        )}
      </Match>
      <Match when={projects()?.failure()}>
        {(why) => <Nothing title="The project could not be loaded" words={why().message} action="Try again" onAction={() => projects()?.refresh()} />}
      </Match>
    </Switch>
  );
};

const Loading = (): JSX.Element => (
  <div role="status" aria-label="Loading the project" class="flex flex-col gap-3 p-6">
    <span aria-hidden="true" class="h-3 w-1/3 rounded bg-line motion-safe:animate-pulse" />
    <span aria-hidden="true" class="h-3 w-1/2 rounded bg-line motion-safe:animate-pulse" />
    <span aria-hidden="true" class="h-3 w-1/4 rounded bg-line motion-safe:animate-pulse" />
  </div>
);
