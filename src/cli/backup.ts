import { Database } from "bun:sqlite";
import { chmodSync, closeSync, createReadStream, createWriteStream, existsSync, fsyncSync, mkdtempSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createZstdCompress, createZstdDecompress } from "node:zlib";
import { extract, pack } from "tar-stream";
import { operator, record } from "../accounts/audit.ts";
import type { Config } from "../config.ts";
import { openContext } from "../context.ts";
import { lockFolder } from "../db/lock.ts";
import { databaseFile, makeDataFolder } from "../db/open.ts";
import { beginEpoch } from "../feed/epoch.ts";
import { keyFile } from "../keys.ts";
import { CommandError } from "./failure.ts";

/** What a backup holds: a tar archive (POSIX ustar) compressed with zstd, so `tar --zstd -tf` lists it. */
const DATABASE = "colony.db";
const KEY = "secret.key";

/** Writes one file with the database as it is at this moment, and the key; the server may go on serving. */
export const backup = async (config: Config, target: string): Promise<void> => {
  const file = databaseFile(config.data);
  if (!existsSync(file)) throw new CommandError(`There is no Colony in ${config.data}. Name its folder with --data.`);
  if (!existsSync(keyFile(config.data))) throw new CommandError(`${keyFile(config.data)} is missing: without it a backup would not be whole. Put it back first.`);
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
    const part = join(work, basename(out));
    await writeArchive(part, { [DATABASE]: copy, [KEY]: keyFile(config.data) });
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
  if (existsSync(keyFile(config.data))) throw new CommandError(`${config.data} holds a secret.key already. Restore into an empty folder: --data elsewhere, or move this one away.`);
  makeDataFolder(config.data);
  const unlock = lockFolder(config.data);
  if (!unlock) throw new CommandError(`Another Colony uses ${config.data}.`);
  const work = mkdtempSync(join(config.data, ".restore-"));
  try {
    await readArchive(source, work);
    checkDatabase(join(work, DATABASE), source);
    renameSync(join(work, KEY), keyFile(config.data));
    renameSync(join(work, DATABASE), databaseFile(config.data));
    sync(config.data);
    const ctx = openContext(config);
    await ctx.write((tx) => {
      beginEpoch(tx);
      record(tx, operator, "epoch_changed", null, { restored_from: basename(source) });
    });
    ctx.close();
  } finally {
    rmSync(work, { recursive: true, force: true });
    unlock();
  }
  console.log(`Restored ${source} into ${config.data}. Start it: colony serve --data ${config.data}`);
};

/** Streams files, by their name in the archive, into one compressed file that only its owner reads. */
const writeArchive = async (target: string, files: Record<string, string>): Promise<void> => {
  const archive = pack();
  const writing = pipeline(archive, createZstdCompress(), createWriteStream(target, { mode: 0o600 }));
  for (const [name, path] of Object.entries(files)) await pipeline(createReadStream(path), archive.entry({ name, size: statSync(path).size, mode: 0o600 }));
  archive.finalize();
  await writing;
};

/** Unpacks the files of a backup, and no others, into `folder`. @throws CommandError when it is no backup */
const readArchive = async (source: string, folder: string): Promise<void> => {
  const archive = extract();
  const reading = pipeline(createReadStream(source), createZstdDecompress(), archive);
  const missing = new Set([DATABASE, KEY]);
  const unpacking = async () => {
    for await (const entry of archive) {
      if (missing.delete(entry.header.name)) {
        const target = join(folder, entry.header.name);
        await pipeline(entry, createWriteStream(target, { mode: 0o600 }));
        sync(target);
      } else entry.resume();
    }
  };
  await Promise.all([reading, unpacking()]).catch(() => {
    throw new CommandError(`${source} is not a backup of Colony, or it is damaged: it cannot be read as an archive.`);
  });
  if (missing.size > 0) throw new CommandError(`${source} is not a backup of Colony: it holds no ${[...missing].join(" and no ")}.`);
};

/** @throws CommandError when the database is not whole, or is not Colony's */
const checkDatabase = (file: string, source: string): void => {
  let verdict: string;
  try {
    const check = new Database(file, { readonly: true, strict: true });
    verdict = check.query<{ quick_check: string }, []>("PRAGMA quick_check").get()?.quick_check ?? "no answer";
    check.query("SELECT seq FROM feed LIMIT 1").get();
    check.close();
  } catch (error) {
    verdict = error instanceof Error ? error.message : String(error);
  }
  if (verdict !== "ok") throw new CommandError(`The database in ${source} is damaged: ${verdict}. Use another backup.`);
  chmodSync(file, 0o600);
};

const sync = (path: string): void => {
  const handle = openSync(path, "r");
  fsyncSync(handle);
  closeSync(handle);
};
