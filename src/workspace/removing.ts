import { rm } from "node:fs/promises";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { CHANGE_FILES } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { placeOf } from "../projects/place.ts";
import { inTurn, recordSeen, type Whose } from "./changes.ts";
import { type Folder, openParent, within } from "./folder.ts";
import { incoming } from "./incoming.ts";
import { goneOf, lookAt, lookThrough } from "./look.ts";
import { makeReady } from "./ready.ts";
import { type Current, currentPage } from "./store.ts";
import { addUsage, forgetUsage, weigh } from "./usage.ts";

type Options = { recursive: boolean; if_match?: number | "*"; allowed: (tx: Tx) => void };

/**
 * Removes a file, a link, or a folder (`recursive`: with all in it). Versions stay, to be restored.
 * @returns whether something was there
 * @throws AppError `bad_path` for a folder with something in it, without `recursive`; `version_conflict`, and whatever `allowed` throws
 */
export const removeAt = async (ctx: Context, project: Project, whose: Whose, path: string, options: Options): Promise<boolean> => {
  await makeReady(ctx, project);
  // What programs wrote just now has its versions before it goes.
  if (options.recursive) await lookThrough(ctx, project);
  return inTurn(ctx, project, async () => {
    const parent = openParent(placeOf(ctx, project).workspace, path);
    if (!parent) return false;
    return within(parent.folder, async (folder) => {
      const stat = folder.look(parent.name);
      if (!stat) return false;
      const before = stat.isFile() ? await lookAt(ctx, project, path) : undefined;
      if (typeof options.if_match === "number" && options.if_match !== before?.version)
        throw new AppError("version_conflict", { details: [{ path, version: before?.version ?? null, sha256: before?.sha256 ?? null }] });
      if (stat.isDirectory()) await removeFolder(ctx, project, whose, folder, parent.name, path, options);
      else {
        folder.unlink(parent.name);
        addUsage(ctx, project, { bytes: -weigh(stat), files: -1 });
        await tombs(ctx, project, whose, before ? [before] : [], options.allowed);
      }
      return true;
    });
  });
};

/** Takes a folder out of the workspace at once, and then apart where no program reaches it. */
const removeFolder = async (ctx: Context, project: Project, whose: Whose, above: Folder, name: string, path: string, { recursive, allowed }: Options): Promise<void> => {
  if (!recursive) {
    const names = await within(above.enter(name), (folder) => folder.names());
    if (names.length > 0)
      throw new AppError("bad_path", { message: `'${path}' is a folder with something in it.`, hint: "Send ?recursive=true to remove all of it.", details: [{ path }] });
  }
  const away = await incoming(ctx, project);
  above.give(name, away);
  try {
    for (;;) {
      const rows = currentPage(ctx.db, project.no, `${path}/`, `${path}0`, CHANGE_FILES);
      if (rows.length === 0) break;
      await tombs(ctx, project, whose, rows, allowed);
    }
  } finally {
    await rm(away, { recursive: true, force: true });
    forgetUsage(ctx, project);
  }
};

const tombs = (ctx: Context, project: Project, whose: Whose, rows: Current[], allowed: (tx: Tx) => void): Promise<void> =>
  ctx.write((tx) => {
    allowed(tx);
    recordSeen(tx, project, whose, rows.map(goneOf));
  });
