import { execute, logsOf, readRun, stopRun, unlessEnded } from "../runs/service.ts";
import { projectOfButton } from "./choosing.ts";
import { showRun } from "./output.ts";
import type { InProject, Linked, Press } from "./talk.ts";

/** Runs a command, and shows what it says as it goes. */
export const run = async (talk: InProject, command: string): Promise<void> => {
  const { ctx, actor, project, retry, say } = talk;
  if (command.trim() === "") return void (await say("Write the command: /run python3 main.py"));
  const { answer } = await execute(ctx, actor, project.id, { command }, retry());
  await watchRun(talk, answer.id);
};

/** Shows a run from now on. */
export const watchRun = async ({ actor, project, chat, say, watches }: InProject, run_id: string): Promise<void> => {
  const watched = await watches.watch({ user_no: actor.user.no, chat_id: chat.id, kind: "run", subject: run_id, within: project.id });
  if (!watched) await say("It is asked for. Too much is shown here at once already: /logs shows it when it runs.");
};

/** Stops a run by its button. */
export const stop = async (talk: Linked, { data, done }: Press): Promise<void> => {
  const [project_no = "", id = ""] = data.split(":");
  await stopRun(talk.ctx, talk.actor, projectOfButton(talk, project_no).id, id).catch(unlessEnded);
  await done("Stopped");
};

/** The end of what the last run said, and all of it as a file where that is longer. */
export const logs = async ({ ctx, actor, project, say, send }: InProject): Promise<void> => {
  const { run } = logsOf(ctx, actor, project.id, undefined, 1);
  const { html, file } = showRun(ctx, actor, project, readRun(ctx, actor, project.id, run.id));
  await say(html);
  if (file) await send(file);
};
