import { Database } from "bun:sqlite";
import { join } from "node:path";

/**
 * Holds a data folder for one server, as long as the process lives: SQLite's own file lock, which the system drops with
 * the process however it ends. @returns how to let go, or null when another process holds it
 */
export const lockFolder = (data: string): (() => void) | null => {
  const lock = new Database(join(data, "lock.db"), { create: true, strict: true });
  try {
    lock.run("PRAGMA busy_timeout = 0");
    lock.run("BEGIN EXCLUSIVE");
    return () => lock.close();
  } catch {
    lock.close();
    return null;
  }
};
