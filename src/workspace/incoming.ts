import { rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { newId } from "../ids.ts";
import type { Project } from "../projects/directory.ts";
import { projectFolder } from "../projects/place.ts";

const cleared = new WeakMap<Context, Set<number>>();

/**
 * A new path beside the workspace, on the same disk and out of every program's reach: files are made ready there, and folders
 * taken apart. What a server that was killed left there goes first.
 */
export const incoming = async (ctx: Context, project: Project): Promise<string> => {
  const folder = join(projectFolder(ctx, project.id), "incoming");
  const done = cleared.get(ctx) ?? new Set();
  cleared.set(ctx, done);
  if (!done.has(project.no)) {
    done.add(project.no);
    rmSync(folder, { recursive: true, force: true });
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return join(folder, newId());
};
