import Plus from "lucide-solid/icons/plus";
import { createSignal, type JSX, Show } from "solid-js";
import { Button } from "../../parts/Button.tsx";
import { Nothing } from "../../parts/Nothing.tsx";
import type { Route } from "../../route.ts";
import { createFetched } from "../../settings/fetched.ts";
import { Each, Rows, Section, Shown } from "../../settings/Section.tsx";
import { projectsApi } from "../api.ts";
import type { Desk } from "../desk.ts";
import type { Project, Schedule } from "../moments.ts";
import { ScheduleForm } from "./ScheduleForm.tsx";
import { ScheduleRow } from "./ScheduleRow.tsx";

type Props = { project: Project; desk: Desk; route: Route };

/** Commands that run by the clock: when each is due, how it went last, and what can be done with it. */
export const SchedulesPage = (props: Props): JSX.Element => {
  const [editing, setEditing] = createSignal<Schedule | "new" | null>(null);
  const schedules = createFetched(
    () => projectsApi.schedules(props.project.id),
    () => `${props.project.id} ${props.desk.schedules()} ${props.desk.runs.open().length}`,
  );
  const edited = () => {
    const now = editing();
    return now === null || now === "new" ? undefined : now;
  };
  return (
    <div class="min-h-0 grow overflow-y-auto overscroll-contain">
      <div class="@container mx-auto flex max-w-4xl flex-col gap-6 px-4 pt-5 pb-10 sm:px-8">
        <Section
          title="Schedules"
          words="Commands that run by the clock. What comes of each is told in the talk; what was due while the server was down runs once, and says that it is late."
          actions={
            <Button kind="main" onClick={() => setEditing("new")}>
              <Plus size={16} aria-hidden="true" />
              New schedule
            </Button>
          }
        >
          <Shown name="schedules" of={schedules}>
            {(all) => (
              <Show
                when={all().length > 0}
                fallback={<Nothing title="Nothing runs by the clock" words="A report each morning, a backup each night: say when, and which command." />}
              >
                <Rows label="Schedules">
                  <Each of={all()}>
                    {(schedule) => (
                      <ScheduleRow project={props.project} desk={props.desk} schedule={schedule()} onEdit={() => setEditing(schedule())} onChanged={schedules.reload} />
                    )}
                  </Each>
                </Rows>
              </Show>
            )}
          </Shown>
        </Section>
      </div>
      <Show when={editing()}>
        <ScheduleForm project={props.project} schedule={edited()} onClose={() => setEditing(null)} onSaved={schedules.reload} />
      </Show>
    </div>
  );
};
