import { existsSync } from "node:fs";
import { chmod, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Context } from "../context.ts";
import { storageFault } from "../files/blobs.ts";
import type { Project } from "../projects/directory.ts";
import { placeOf } from "../projects/place.ts";
import { inTurn } from "./changes.ts";
import { openParent, within } from "./folder.ts";
import { incoming } from "./incoming.ts";
import { lookThrough } from "./look.ts";
import { currentPage, hasChanges, LAST, PAGE } from "./store.ts";
import { templateFiles } from "./templates.ts";

const begun = new WeakMap<Context, Map<number, Promise<void>>>();

/**
 * Sees to it, once in a server's life, that a project's workspace is there: its template is laid out in a new one, and what
 * changed while no server ran has its versions. All of that is the maker's: nobody knows better.
 */
export const makeReady = (ctx: Context, project: Project): Promise<void> => {
  const all = begun.get(ctx) ?? new Map<number, Promise<void>>();
  begun.set(ctx, all);
  const ready = all.get(project.no) ?? prepare(ctx, project);
  all.set(project.no, ready);
  ready.catch(() => all.delete(project.no));
  return ready;
};

const prepare = async (ctx: Context, project: Project): Promise<void> => {
  if (!hasChanges(ctx.db, project.no)) await inTurn(ctx, project, () => layOut(ctx, project));
  else if (!existsSync(placeOf(ctx, project).workspace)) await layBack(ctx, project);
  await lookThrough(ctx, project, { user_no: project.created_by, run_no: null });
};

/** Writes the files of a project's template that are not there. */
const layOut = async (ctx: Context, project: Project): Promise<void> => {
  for (const [path, text] of Object.entries(templateFiles[project.template])) {
    const made = await incoming(ctx, project);
    try {
      await writeWhole(made, text);
      const parent = openParent(placeOf(ctx, project).workspace, path, true);
      if (parent) await within(parent.folder, (folder) => folder.look(parent.name) ?? folder.place(made, parent.name));
    } finally {
      await rm(made, { force: true });
    }
  }
};

/** Puts the newest versions where no workspace is, as after a backup was restored; all at once, so that none is taken for removed. */
const layBack = async (ctx: Context, project: Project): Promise<void> => {
  const folder = await incoming(ctx, project);
  await mkdir(folder, { recursive: true });
  for (let after = ""; ; ) {
    const page = currentPage(ctx.db, project.no, after, LAST, PAGE);
    for (const { path, sha256, executable } of page) {
      const body = sha256 === null ? null : await ctx.blobs.read(sha256);
      if (body === null) ctx.log.error({ event: "blob_missing", project: project.id, path, sha256 }, "A file could not be put back: its bytes are gone from the store");
      else {
        await mkdir(join(folder, dirname(path)), { recursive: true });
        await Bun.write(join(folder, path), new Response(body));
        await chmod(join(folder, path), executable ? 0o755 : 0o644);
      }
    }
    if (page.length < PAGE) break;
    after = page.at(-1)?.path ?? after;
  }
  await rename(folder, placeOf(ctx, project).workspace);
};

const writeWhole = async (path: string, text: string): Promise<void> => {
  const handle = await open(path, "wx");
  try {
    await handle.chmod(0o644);
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    throw storageFault(error);
  } finally {
    await handle.close();
  }
};
