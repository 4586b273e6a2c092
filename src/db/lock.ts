import { Database } from "bun:sqlite";
import { join } from "node:path";

/** Holds a data folder for one server, as long as the process lives. @returns how to let go, or null when another process holds it */
export const lockFolder = (data: string): (() => void) | null => lockFile(join(data, "lock.db"), 0);

/**
 * Holds a file that stands for something, and is made: SQLite's own lock, which the system drops with the process however it ends.
 * @param wait milliseconds for which another process may hold it yet
 * @returns how to let go, or null when it is held still
 */
export const lockFile = (file: string, wait: number): (() => void) | null => {
  const lock = new Database(file, { create: true, strict: true });
  try {
    lock.run(`PRAGMA busy_timeout = ${wait}`);
    lock.run("BEGIN EXCLUSIVE");
    return () => lock.close();
  } catch {
    lock.close();
    return null;
  }
};
