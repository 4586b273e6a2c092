import { Database } from "bun:sqlite";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { operator, record } from "../accounts/audit.ts";
import type { Config } from "../config.ts";
import { openContext } from "../context.ts";
import { lockFolder } from "../db/lock.ts";
import { databaseFile, makeDataFolder, openReader } from "../db/open.ts";
import { beginEpoch } from "../feed/epoch.ts";
import { contentsIn } from "../files/check.ts";
import { blobsFolder, holdContents, pathOn, uploadsFolder } from "../files/disk.ts";
import { openBlobs } from "../files/open.ts";
import { keyFile } from "../keys.ts";
import { DATABASE, entryOf, KEY, readArchive, sync, writeArchive } from "./archive.ts";
import { CommandError } from "./failure.ts";

/** Writes one file with the database as it is at this moment, the key, and the bytes of files; the server may go on serving. */
export const backup = async (config: Config, target: string): Promise<void> => {
  const file = databaseFile(config.data);
  if (!existsSync(file)) throw new CommandError(`There is no Colony in ${config.data}. Name its folder with --data.`);
  if (!existsSync(keyFile(config.data))) throw new CommandError(`${keyFile(config.data)} is missing: without it a backup would not be whole. Put it back first.`);
  const out = resolve(target);
  if (existsSync(out)) throw new CommandError(`${out} exists. Choose another name; nothing is overwritten.`);
  if (!existsSync(dirname(out))) throw new CommandError(`There is no folder ${dirname(out)}.`);
  const work = mkdtempSync(join(dirname(out), ".colony-backup-"));
  mkdirSync(uploadsFolder(config.data), { recursive: true, mode: 0o700 });
  const held = mkdtempSync(join(uploadsFolder(config.data), "backup-"));
  try {
    // Held from before the copy is made: what is deleted after it is still there to be taken.
    if (!config.files) await holdContents(config.data, held);
    const copy = join(work, DATABASE);
    const source = new Database(file, { readonly: true, strict: true });
    source.run("PRAGMA busy_timeout = 5000");
    source.query("VACUUM INTO ?").run(copy);
    source.close();
    if (!config.files) await holdContents(config.data, held);
    const part = join(work, basename(out));
    const { found, missing } = config.files ? { found: [], missing: 0 } : contentsOf(config.data, held, copy);
    await writeArchive(part, [[DATABASE, copy], [KEY, keyFile(config.data)], ...found]);
    sync(part);
    renameSync(part, out);
    sync(dirname(out));
    console.log(`Backed up ${config.data} to ${out}. It holds all messages and the key: keep it as safe as the server.`);
    if (config.files) console.log(`It does not hold the bytes of files: those lie in s3://${config.files.bucket}, which wants a backup of its own.`);
    if (missing > 0)
      console.error(
        `It lacks the bytes of ${missing} files, which are not in ${blobsFolder(config.data)}. If they lie in a bucket, give this command the server's settings too (--env-file); else colony doctor names them.`,
      );
  } finally {
    rmSync(work, { recursive: true, force: true });
    rmSync(held, { recursive: true, force: true });
  }
};

/** The contents that files of a database have, by their name in the archive and where they are held or lie, and how many are nowhere. */
const contentsOf = (data: string, held: string, database: string): { found: [string, string][]; missing: number } => {
  const copy = openReader(database);
  const contents = contentsIn(copy);
  copy.raw.close();
  const found = contents.flatMap((sha256): [string, string][] => {
    const path = [join(held, sha256), pathOn(blobsFolder(data), sha256)].find((one) => existsSync(one));
    return path === undefined ? [] : [[entryOf(sha256), path]];
  });
  return { found, missing: contents.length - found.length };
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
    const contents = await readArchive(source, work);
    checkDatabase(join(work, DATABASE), source);
    const blobs = openBlobs(config);
    for (const sha256 of contents) await blobs.put(sha256, join(work, sha256));
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
