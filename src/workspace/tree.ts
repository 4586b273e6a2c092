import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { WORKSPACE_DEPTH } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { placeOf } from "../projects/place.ts";
import { isExecutable, isSame } from "./changes.ts";
import { Folder, openParent, within } from "./folder.ts";
import { keepsVersions, lookLately } from "./look.ts";
import { isVersioned, REBUILT } from "./paths.ts";
import { makeReady } from "./ready.ts";
import { findCurrent } from "./store.ts";
import { type Found, walk } from "./walk.ts";
import type { TreeEntryWire } from "./wire.ts";

/**
 * What lies in a workspace or (`path`) in a folder of it, ordered by path; `depth` levels of it, all when left out. Folders
 * that tools rebuild are not gone into, unless asked for by `path`.
 * @throws AppError `bad_path`, `not_found` when `path` is no folder
 */
export const treeOf = async (ctx: Context, project: Project, { path = "", depth = WORKSPACE_DEPTH }: { path?: string; depth?: number } = {}): Promise<TreeEntryWire[]> => {
  await makeReady(ctx, project);
  await lookLately(ctx, project);
  const entries: TreeEntryWire[] = [];
  const above = path === "" ? 0 : path.split("/").length;
  await within(openFolder(placeOf(ctx, project).workspace, path), (folder) =>
    walk(folder, path, (found) => {
      const enters = found.type === "directory" && !found.deepest && found.path.split("/").length - above < depth && !REBUILT.has(`${found.name}`);
      entries.push(entryOf(ctx, project, found, enters));
      return enters;
    }),
  );
  return entries.sort((one, other) => (one.path < other.path ? -1 : 1));
};

/** Opens a folder of a workspace, or ("") the workspace. @throws AppError `bad_path`, `not_found` */
export const openFolder = (root: string, path: string): Folder => {
  if (path === "") return Folder.root(root);
  const parent = openParent(root, path);
  try {
    const stat = parent?.folder.look(parent.name);
    if (!parent || !stat)
      throw new AppError("not_found", { message: `There is no folder '${path.slice(0, 200)}' in the workspace.`, hint: "GET …/files/tree lists what is there." });
    if (!stat.isDirectory()) throw new AppError("bad_path", { message: `'${path}' is no folder.`, details: [{ path }] });
    return parent.folder.enter(parent.name);
  } finally {
    parent?.folder.close();
  }
};

const entryOf = (ctx: Context, project: Project, { path, named, type, stat, folder, name }: Found, listed: boolean): TreeEntryWire => {
  const kept = named && type === "file" && keepsVersions(path, stat.size);
  const row = kept ? findCurrent(ctx.db, project.no, path) : undefined;
  // What changed since the last look has no version yet.
  const version = row && isSame(row, stat) ? row : undefined;
  const seen = row && row.mtime === "" && row.size === Number(stat.size) ? row : version;
  return {
    path,
    type,
    size: type === "file" ? Number(stat.size) : 0,
    version: seen?.version ?? null,
    versioned: type === "directory" ? named && isVersioned(`${path}/`) : kept,
    listed,
    sha256: seen?.sha256 ?? null,
    executable: type === "file" && isExecutable(stat),
    changed_at: seen?.at ?? new Date(Number(stat.mtimeMs)).toISOString(),
    changed_by: seen ? ctx.users.author(seen.user_no) : null,
    target: type === "link" ? targetOf(folder, name) : null,
  };
};

const targetOf = (folder: Folder, name: Found["name"]): string | null => {
  try {
    return folder.target(name);
  } catch {
    return null;
  }
};
