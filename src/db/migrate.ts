import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { migrate } from "drizzle-orm/bun-sqlite/migrator";
import { readMigrationFiles } from "drizzle-orm/migrator";
import type { Connection } from "./open.ts";

/** Where the migrations lie: inside the executable, or in the checkout. */
export const migrationsFolder = (): string => join(import.meta.dir, Bun.isStandaloneExecutable ? "drizzle" : "../../drizzle");

/** How many migrations the database has had; 0 when it is new. */
const applied = (connection: Connection): number => {
  const table = connection.raw.query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE name = '__drizzle_migrations'").get();
  if (!table) return 0;
  return connection.raw.query<{ n: number }, []>("SELECT count(*) AS n FROM __drizzle_migrations").get()?.n ?? 0;
};

/**
 * Brings the schema up to this program's. A database that holds something is copied to `<data>/backups` first.
 * @returns the file of that copy, or null when none was needed
 * @throws Error when the database was made by a newer Colony
 */
export const migrateDatabase = (connection: Connection, data: string): string | null => {
  const known = readMigrationFiles({ migrationsFolder: migrationsFolder() }).length;
  const had = applied(connection);
  if (had > known)
    throw new Error(`The database has ${had} migrations, this Colony knows ${known}: it was used by a newer version. Start that version, or restore a backup made by this one.`);
  if (had === known) return null;
  const copy = had === 0 ? null : join(data, "backups", `before-migration-${known}-${Date.now()}.db`);
  if (copy) {
    mkdirSync(join(data, "backups"), { recursive: true, mode: 0o700 });
    connection.raw.query("VACUUM INTO ?").run(copy);
  }
  migrate(connection.sql, { migrationsFolder: migrationsFolder() });
  return copy;
};
