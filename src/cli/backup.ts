import { Database } from "bun:sqlite";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { operator, record } from "../accounts/audit.ts";
import { agentsFolder, listFolder } from "../agents/folder.ts";
import type { Config } from "../config.ts";
import { openContext } from "../context.ts";
import { lockFolder } from "../db/lock.ts";
import { BUSY_TIMEOUT, databaseFile, makeDataFolder, openReader } from "../db/open.ts";
import { beginEpoch } from "../feed/epoch.ts";
import { contentsIn } from "../files/check.ts";
import { blobsFolder, holdContents, pathOn, uploadsFolder } from "../files/disk.ts";
import { openBlobs } from "../files/open.ts";
import { keyFile } from "../keys.ts";
import { pricesFile } from "../models/prices.ts";
import { AGENTS, DATABASE, entryOf, KEY, PRICES, readArchive, sync, writeArchive } from "./archive.ts";
import { CommandError } from "./failure.ts";

/** Copies of the database made at most until the bytes of all its files are held: each takes the time of one more copy. */
const COPIES = 10;

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
    const copy = join(work, DATABASE);
    const { found, missing } = config.files ? { found: [], missing: [] } : await holdAll(config, held, () => copyDatabase(file, copy));
    if (config.files) copyDatabase(file, copy);
    const part = join(work, basename(out));
    await writeArchive(part, [[DATABASE, copy], [KEY, keyFile(config.data)], ...(await writtenIn(config.data, work)), ...found]);
    sync(part);
    renameSync(part, out);
    sync(dirname(out));
    console.log(`Backed up ${config.data} to ${out}. It holds all messages and the key: keep it as safe as the server.`);
    if (existsSync(join(config.data, "projects")))
      console.log("Of projects it holds the files that have versions, secrets and schedules. What tools rebuild (node_modules and the like), home and /tmp are left out.");
    if (config.files) console.log(`It does not hold the bytes of files: those lie in s3://${config.files.bucket}, which wants a backup of its own.`);
    if (missing.length > 0)
      console.error(
        `It lacks the bytes of ${missing.length} files, which are not in ${blobsFolder(config.data)}. If they lie in a bucket, give this command the server's settings too (--env-file); else colony doctor names them.`,
      );
  } finally {
    rmSync(work, { recursive: true, force: true });
    rmSync(held, { recursive: true, force: true });
  }
};

/**
 * What the operator wrote into a data folder: prices and agents' files, as they are now, by their name in the archive. They
 * are copied first: an editor that saves meanwhile would change their length on the way.
 */
const writtenIn = async (data: string, work: string): Promise<[name: string, path: string][]> => {
  const { files } = await listFolder(agentsFolder(data));
  const written = [{ name: PRICES, path: pricesFile(data) }, ...files.map(({ name, path }) => ({ name: `${AGENTS}/${name}`, path }))];
  mkdirSync(join(work, AGENTS), { mode: 0o700 });
  return written.flatMap(({ name, path }): [string, string][] => {
    const held = join(work, name);
    try {
      copyFileSync(path, held);
      return [[name, held]];
    } catch (error) {
      // None of them must be there, and one may go at this moment.
      if ((error as { code?: string }).code === "ENOENT") return [];
      throw new CommandError(`${path} cannot be read (${(error as { code?: string }).code}): without it a backup would not be whole.`);
    }
  });
};

/** Copies a database as it is at one moment. @returns the copy */
const copyDatabase = (file: string, copy: string): string => {
  rmSync(copy, { force: true });
  const source = new Database(file, { readonly: true, strict: true });
  source.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
  source.query("VACUUM INTO ?").run(copy);
  source.close();
  return copy;
};

type Contents = { found: [string, string][]; missing: string[] };

/**
 * Holds the bytes of all files that a copy of the database knows. They are held from before the copy is made, since what is
 * deleted after it must still be there; what came and went between the two is in that copy alone, and a later one is made.
 */
const holdAll = async (config: Config, held: string, copyAgain: () => string): Promise<Contents> => {
  await holdContents(config.data, held);
  for (let before: string | null = null, round = 1; ; round++) {
    const copy = copyAgain();
    await holdContents(config.data, held);
    const contents = contentsOf(config.data, held, copy);
    const missing = contents.missing.join();
    // Missing from two copies in the same way: it is nowhere.
    if (missing === "" || missing === before || round === COPIES) return contents;
    before = missing;
  }
};

/** The contents that files of a database have, by their name in the archive and where they are held or lie, and those that are nowhere. */
const contentsOf = (data: string, held: string, database: string): Contents => {
  const copy = openReader(database);
  const contents = contentsIn(copy);
  copy.raw.close();
  const placed = contents.map((sha256) => ({ sha256, path: [join(held, sha256), pathOn(blobsFolder(data), sha256)].find((one) => existsSync(one)) }));
  return {
    found: placed.flatMap(({ sha256, path }): [string, string][] => (path === undefined ? [] : [[entryOf(sha256), path]])),
    missing: placed.filter(({ path }) => path === undefined).map(({ sha256 }) => sha256),
  };
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
    for (const name of [PRICES, AGENTS]) if (existsSync(join(work, name)) && !existsSync(join(config.data, name))) renameSync(join(work, name), join(config.data, name));
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
