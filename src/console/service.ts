import { record } from "../accounts/audit.ts";
import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { CONSOLE_REMOVED_ROWS, SEQ_MAX } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { readableProject, stillWorkable } from "../projects/service.ts";
import { consoleOf } from "./consoles.ts";
import { removeFaults, removeLines, runNumber } from "./store.ts";

/** A project's run by its id. @throws AppError `not_found` */
export const runNamed = (ctx: Context, project: Project, id: string): number => {
  const no = runNumber(ctx.db, project.no, id);
  if (no === undefined) throw new AppError("not_found", { message: `The project has no run '${id.slice(0, 80)}'.`, hint: "GET …/runs lists its runs." });
  return no;
};

/** Takes all lines of a project's console away that are there now; what runs under way say next stays, and seqs go on. @throws AppError `not_found` */
export const clearConsole = async (ctx: Context, actor: Actor, ref: string): Promise<void> => {
  const project = readableProject(ctx, actor, ref);
  const through = consoleOf(ctx).head(project.no);
  await ctx.write((tx) => {
    stillWorkable(tx, project, actor.user.no);
    record(tx, actor, "console_cleared", project.id);
  });
  await removeConsole(ctx, project.no, through);
  consoleOf(ctx).cleared(project, through);
};

/** Removes lines and errors of a project's console, a little at a time: those through a seq, or all. */
export const removeConsole = async (ctx: Context, project_no: number, through = SEQ_MAX): Promise<void> => {
  const span = { project_no, run_no: null, after: 0, through };
  while ((await ctx.write((tx) => removeLines(tx, span, CONSOLE_REMOVED_ROWS))).lines > 0) await new Promise<void>((resolve) => setImmediate(resolve));
  await ctx.write((tx) => removeFaults(tx, project_no, through));
};
