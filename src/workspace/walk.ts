import type { BigIntStats } from "node:fs";
import { WORKSPACE_DEPTH } from "../limits.ts";
import { Slice } from "../turns.ts";
import { Folder, type Name } from "./folder.ts";

/** What a walk comes by. `path` has marks in it where the name on disk is no UTF-8: then `named` is false, and no path leads there. */
export type Found = {
  path: string;
  named: boolean;
  type: "file" | "directory" | "link" | "other";
  stat: BigIntStats;
  folder: Folder;
  name: Name;
  /** A folder as deep as is looked into: what is in it is not walked. */
  deepest: boolean;
};

/**
 * Goes through a folder and those in it, never through a link, and gives the thread up every few milliseconds. `visit` says
 * of a folder whether to go into it, and `stop` ends the walk.
 * @param above the path of the folder that `start` is, "" for the workspace itself
 * @returns the paths of folders that could not be read
 */
export const walk = async (start: Folder, above: string, visit: (found: Found) => boolean | Promise<boolean>, stop: () => boolean = () => false): Promise<string[]> => {
  const slice = new Slice();
  const unread: string[] = [];
  const go = async (folder: Folder, path: string, named: boolean, depth: number): Promise<void> => {
    const names = await folder.names().catch(() => null);
    if (!names) {
      unread.push(path);
      return;
    }
    for (const name of names) {
      if (stop()) return;
      if (slice.over) await slice.next();
      const stat = folder.look(name);
      if (!stat) continue;
      const type = stat.isFile() ? "file" : stat.isDirectory() ? "directory" : stat.isSymbolicLink() ? "link" : "other";
      const at = path === "" ? `${name}` : `${path}/${name}`;
      const found: Found = { path: at, named: named && typeof name === "string", type, stat, folder, name, deepest: type === "directory" && depth >= WORKSPACE_DEPTH };
      const enters = visit(found);
      if (!(typeof enters === "boolean" ? enters : await enters) || type !== "directory" || found.deepest) continue;
      let inner: Folder;
      try {
        inner = folder.enter(name);
      } catch {
        unread.push(at);
        continue;
      }
      await go(inner, at, found.named, depth + 1).finally(() => inner.close());
    }
  };
  await go(start, above, true, above === "" ? 1 : above.split("/").length + 1);
  return unread;
};
