import { join } from "node:path";
import type { Context } from "../context.ts";
import type { Place } from "../sandbox/driver.ts";
import type { Project } from "./directory.ts";

/** Where a project's folders lie, and what its runs share. The folders may not exist yet. */
export const placeOf = (ctx: Context, { id, template, limits }: Project): Place => {
  const folder = projectFolder(ctx, id);
  return { id, workspace: join(folder, "workspace"), home: join(folder, "home"), tmp: join(folder, "tmp"), network: limits.network && ctx.config.sandbox.network, template };
};

/** The folder of one project. */
export const projectFolder = (ctx: Context, id: string): string => join(ctx.config.data, "projects", id);
