import { existsSync } from "node:fs";
import { removeConsole } from "../console/service.ts";
import type { Context } from "../context.ts";
import { runsOf } from "../runs/engine.ts";
import { forgetSchedules } from "../schedules/service.ts";
import { raze } from "../workspace/razing.ts";
import { removeFilesOf } from "../workspace/service.ts";
import { projectFolder } from "./place.ts";
import { uncleared, updateProject } from "./store.ts";

/** Clears away what deleted projects leave: on disk and in the database, after the commit, and at the next start what a crash left. */
export class ProjectEnds {
  #last: Promise<void> = Promise.resolve();

  constructor(private readonly ctx: Context) {}

  start(): void {
    const { ctx } = this;
    ctx.feed.listen((_, changes) => {
      if (changes.some(({ kind, subject }) => kind === "project" && !ctx.projects.byNo(subject))) this.#clear();
    });
    if (uncleared(ctx.db).length > 0) this.#clear();
  }

  /** One after the other: nobody waits for it. */
  #clear(): void {
    this.#last = this.#last.then(async () => {
      for (const project of uncleared(this.ctx.db))
        await this.#clearOne(project).catch((error) =>
          this.ctx.log.error(
            { event: "project_left", folder: projectFolder(this.ctx, project.id), error: String(error) },
            "What a deleted project left could not be removed; the next start tries again",
          ),
        );
    });
  }

  async #clearOne({ no, id }: { no: number; id: string }): Promise<void> {
    const { ctx } = this;
    await forgetSchedules(ctx, no);
    // What a server that was killed left running is gone once a driver is chosen.
    if (existsSync(projectFolder(ctx, id)))
      await runsOf(ctx)
        .driver()
        .catch(() => {});
    await runsOf(ctx).gone(no);
    if (existsSync(projectFolder(ctx, id))) await raze(projectFolder(ctx, id));
    await removeFilesOf(ctx, no);
    await removeConsole(ctx, no);
    await ctx.write((tx) => updateProject(tx, no, { cleared_at: tx.now }));
  }
}
