import { Database } from "bun:sqlite";
import { chmodSync, closeSync, cpSync, existsSync, fsyncSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { operator, record } from "../accounts/audit.ts";
import type { Config } from "../config.ts";
import { openContext } from "../context.ts";
import { lockFolder } from "../db/lock.ts";
import { databaseFile, makeDataFolder } from "../db/open.ts";
import { newEpoch } from "../feed/feed.ts";
import { setMeta } from "../feed/store.ts";
import { keyFile } from "../keys.ts";
import { CommandError } from "./failure.ts";

/** Names inside a backup, a tar archive (POSIX ustar, gzip). */
const DATABASE = "colony.db";
const KEY = "secret.key";

/** Writes one file with the database as it is at this moment, and the key; the server may go on serving. */
export const backup = async (config: Config, target: string): Promise<void> => {
  const file = databaseFile(config.data);
  if (!existsSync(file)) throw new CommandError(`There is no Colony in ${config.data}. Name its folder with --data.`);
  const out = resolve(target);
  if (existsSync(out)) throw new CommandError(`${out} exists. Choose another name; nothing is overwritten.`);
  if (!existsSync(dirname(out))) throw new CommandError(`There is no folder ${dirname(out)}.`);
  const work = mkdtempSync(join(dirname(out), ".colony-backup-"));
  try {
    const copy = join(work, DATABASE);
    const source = new Database(file, { readonly: true, strict: true });
    source.run("PRAGMA busy_timeout = 5000");
    source.query("VACUUM INTO ?").run(copy);
    source.close();
    const archive = new Bun.Archive({ [DATABASE]: Bun.file(copy), [KEY]: readFileSync(keyFile(config.data)) }, { compress: "gzip" });
    const part = join(work, basename(out));
    await Bun.write(part, await archive.blob());
    chmodSync(part, 0o600);
    sync(part);
    renameSync(part, out);
    sync(dirname(out));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  console.log(`Backed up ${config.data} to ${out}. It holds all messages and the key: keep it as safe as the server.`);
};

/** Fills an empty data folder from a backup. Cursors from before get 410 and read anew: the database begins another life. */
export const restore = async (config: Config, source: string): Promise<void> => {
  if (!existsSync(source)) throw new CommandError(`There is no file ${source}.`);
  if (existsSync(databaseFile(config.data)))
    throw new CommandError(`${config.data} holds a Colony already. Restore into an empty folder: --data elsewhere, or move this one away.`);
  makeDataFolder(config.data);
  const unlock = lockFolder(config.data);
  if (!unlock) throw new CommandError(`Another Colony uses ${config.data}.`);
  try {
    await unpack(source, config.data);
    const ctx = openContext(config);
    await ctx.write((tx) => {
      setMeta(tx, "epoch", newEpoch());
      record(tx, operator, "epoch_changed", null, { restored_from: basename(source) });
    });
    ctx.close();
  } finally {
    unlock();
  }
  console.log(`Restored ${source} into ${config.data}. Start it: colony serve --data ${config.data}`);
};

const unpack = async (source: string, data: string): Promise<void> => {
  const files = await new Bun.Archive(await Bun.file(source).bytes()).files().catch(() => {
    throw new CommandError(`${source} is not a backup of Colony: it cannot be read as an archive.`);
  });
  const database = files.get(DATABASE);
  const key = files.get(KEY);
  if (!database || !key) throw new CommandError(`${source} is not a backup of Colony: it holds no ${DATABASE} with its ${KEY}.`);
  const work = mkdtempSync(join(data, ".restore-"));
  try {
    const copy = join(work, DATABASE);
    await Bun.write(copy, database);
    const check = new Database(copy, { readonly: true, strict: true });
    const verdict = check.query<{ quick_check: string }, []>("PRAGMA quick_check").get()?.quick_check;
    check.close();
    if (verdict !== "ok") throw new CommandError(`The database in ${source} is damaged: ${verdict}. Use another backup.`);
    writeFileSync(keyFile(data), await key.bytes(), { mode: 0o600 });
    chmodSync(copy, 0o600);
    sync(copy);
    cpSync(copy, databaseFile(data));
    sync(databaseFile(data));
    sync(data);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

const sync = (path: string): void => {
  const handle = openSync(path, "r");
  fsyncSync(handle);
  closeSync(handle);
};
