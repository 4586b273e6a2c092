import { rmdir } from "node:fs/promises";
import { newId } from "../ids.ts";
import { Slice } from "../turns.ts";
import { Folder, within } from "./folder.ts";

/**
 * Removes a folder with all in it, whatever programs made of it: trees deeper than any path may be, names that are no text,
 * folders closed to their own owner. No link is followed. The thread is given up every few milliseconds.
 * @throws the system's error for what is not ours to remove
 */
export const raze = async (path: string): Promise<void> => {
  const slice = new Slice();
  await within(Folder.root(path), async (root) => {
    // Folders within folders are moved up here, so that nothing is ever deeper than two names.
    for (let names = await root.names(); names.length > 0; names = await root.names())
      for (const name of names) {
        if (slice.over) await slice.next();
        if (!root.look(name)?.isDirectory()) {
          root.unlink(name);
          continue;
        }
        await within(root.seize(name), async (inner) => {
          for (const one of await inner.names()) {
            if (slice.over) await slice.next();
            if (!inner.look(one)?.isDirectory()) inner.unlink(one);
            else {
              // Moved, it is told of its new place, which its owner must be allowed to write.
              inner.seize(one).close();
              root.take(inner, one, newId());
            }
          }
        });
        root.rmdir(name);
      }
  });
  await rmdir(path);
};
