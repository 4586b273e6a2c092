import { existsSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Gives a file another text in one step: whoever reads meanwhile sees the old or the new, and a crash leaves one of them.
 * Where it is a link, what it leads to is changed. Folders on the way are made.
 * @param mode permissions; a file that is there keeps its own when none are given
 * @throws the system's error
 */
export const replaceFile = async (named: string, text: string, mode?: number): Promise<void> => {
  const file = existsSync(named) ? realpathSync(named) : named;
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  try {
    const handle = await open(fresh, "w", mode ?? (existsSync(file) ? statSync(file).mode & 0o777 : 0o644));
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
};
