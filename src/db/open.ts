import { Database } from "bun:sqlite";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type BunSQLiteDatabase, drizzle } from "drizzle-orm/bun-sqlite";

export type Sql = BunSQLiteDatabase;

/** One connection: `raw` for hot reads, `sql` for everything else. */
export type Connection = { raw: Database; sql: Sql };

export const databaseFile = (data: string): string => join(data, "colony.db");

/** Kibibytes of page cache for each connection. */
const CACHE_KIB = 16 * 1024;
/** Milliseconds to wait for another process (an operator's command) that is writing. */
export const BUSY_TIMEOUT = 5_000;
/** Pages in the write-ahead log before they are moved into the database: 8 MiB, a checkpoint of some ms every few thousand posts. */
const CHECKPOINT_PAGES = 2_000;

/** Opens the connection that writes. An acknowledged commit is on disk: WAL with `synchronous=FULL`. */
export const openWriter = (file: string): Connection => {
  const raw = new Database(file, { create: true, strict: true });
  raw.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
  raw.run("PRAGMA journal_mode = WAL");
  raw.run("PRAGMA synchronous = FULL");
  raw.run("PRAGMA foreign_keys = ON");
  raw.run("PRAGMA temp_store = MEMORY");
  raw.run(`PRAGMA cache_size = -${CACHE_KIB}`);
  raw.run(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  return { raw, sql: drizzle(raw) };
};

/** Opens a connection that reads what is committed and cannot write. */
export const openReader = (file: string): Connection => {
  const raw = new Database(file, { strict: true });
  raw.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
  raw.run("PRAGMA query_only = ON");
  raw.run(`PRAGMA cache_size = -${CACHE_KIB}`);
  return { raw, sql: drizzle(raw) };
};

/** Makes the data folder when it is new, readable by its owner alone: it holds everything anyone ever said. */
export const makeDataFolder = (data: string): void => {
  if (mkdirSync(data, { recursive: true })) chmodSync(data, 0o700);
};

/** Statements prepared once for each connection and kept as long as it lives: unprepared ones halve throughput. */
export const prepare = <T>(build: (connection: Connection) => T): ((connection: Connection) => T) => {
  const kept = new WeakMap<Connection, T>();
  return (connection) => {
    const found = kept.get(connection);
    if (found) return found;
    const built = build(connection);
    kept.set(connection, built);
    return built;
  };
};

/** Moves what was written into the database, as far as nobody is in the way: writers go on meanwhile, where a commit that does it holds them up. */
export const checkpoint = ({ raw }: Connection): void => {
  raw.query("PRAGMA wal_checkpoint(PASSIVE)").all();
};

const snapshot = prepare(({ raw }) => ({ begin: raw.query("BEGIN"), end: raw.query("COMMIT") }));

/** Many reads as one: they see one moment, and share the locking that each would do by itself, which is half of a small read. `read` must not await, nor be within another. */
export const atOnce = <T>(db: Connection, read: () => T): T => {
  const { begin, end } = snapshot(db);
  begin.run();
  try {
    return read();
  } finally {
    end.run();
  }
};
