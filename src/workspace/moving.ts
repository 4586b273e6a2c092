import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import type { Project } from "../projects/directory.ts";
import { placeOf } from "../projects/place.ts";
import { inTurn, type Whose } from "./changes.ts";
import { type Folder, openParent } from "./folder.ts";
import { lookThrough } from "./look.ts";
import { missing } from "./reading.ts";
import { makeReady } from "./ready.ts";

/**
 * Gives a file, a link or a folder another path, making the folders on its way: at the old path it is removed, at the new one
 * added. @throws AppError `not_found`, `bad_path` for a folder that would go into itself, `file_exists`
 */
export const moveAt = async (ctx: Context, project: Project, whose: Whose, from: string, to: string): Promise<void> => {
  await makeReady(ctx, project);
  // What programs wrote just now is theirs.
  await lookThrough(ctx, project);
  await inTurn(ctx, project, async () => {
    const { workspace } = placeOf(ctx, project);
    const opened: Folder[] = [];
    try {
      const source = openParent(workspace, from);
      if (source) opened.push(source.folder);
      if (!source?.folder.look(source.name)) throw missing(from);
      if (`${to}/`.startsWith(`${from}/`)) throw new AppError("bad_path", { message: `'${to}' is '${from}' itself, or in it.`, details: [{ path: to }] });
      const target = openParent(workspace, to, true);
      if (!target) throw new AppError("bad_path", { details: [{ path: to }] });
      opened.push(target.folder);
      if (target.folder.look(target.name)) throw new AppError("file_exists", { details: [{ path: to }] });
      target.folder.take(source.folder, source.name, target.name);
    } finally {
      for (const folder of opened) folder.close();
    }
  });
  await lookThrough(ctx, project, whose);
};
