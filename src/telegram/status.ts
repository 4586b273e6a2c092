import { projectCrew } from "../agents/chat.ts";
import { readContainer } from "../runs/container.ts";
import { listRuns } from "../runs/service.ts";
import { bold, code, escaped, fitting, named } from "./markup.ts";
import type { InProject } from "./talk.ts";

const RUNS_SHOWN = 5;
const COMMAND_SHOWN = 100;
const PROBLEM_SHOWN = 500;
const MiB = 1024 * 1024;

/** How the project stands: its sandbox, the last runs, and who works in it. */
export const status = async ({ ctx, actor, project, say }: InProject): Promise<void> => {
  const { state, health, runs, memory, disk_bytes } = await readContainer(ctx, actor, project.id);
  const amounts = [memory === null ? null : `${Math.ceil(memory / MiB)} MiB of memory`, `${Math.ceil(disk_bytes / MiB)} MiB on disk`].filter((amount) => amount !== null);
  const working = projectCrew(ctx, actor, project.id).filter((one) => one.state !== "idle" || one.waiting > 0);
  const lines = [
    `${bold(project.name)}: sandbox ${state}, ${amounts.join(", ")}`,
    health.ok ? "" : escaped(fitting(health.problem ?? "", PROBLEM_SHOWN)),
    runs.running + runs.queued > 0 ? `${runs.running} running, ${runs.queued} waiting` : "",
    ...listRuns(ctx, actor, project.id, { limit: RUNS_SHOWN }).map((run) => `${run.state}: ${code(fitting(run.command.replace(/\s+/g, " "), COMMAND_SHOWN))}`),
    ...working.map(({ agent, state: at, waiting }) => `${named(agent.username)} ${at === "idle" ? "" : `is ${at}`}${waiting > 0 ? `, ${waiting} waiting` : ""}`),
  ];
  await say(lines.filter((line) => line !== "").join("\n"));
};
