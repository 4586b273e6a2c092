import { type BigIntStats, constants } from "node:fs";
import { copyFile, open, rm } from "node:fs/promises";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { storageFault } from "../files/blobs.ts";
import { takeContent } from "../files/sweep.ts";
import type { Project } from "../projects/directory.ts";
import { placeOf } from "../projects/place.ts";
import { inTurn, isExecutable, recordSeen, type Stamp, stampOf, type Whose } from "./changes.ts";
import { openParent, within } from "./folder.ts";
import { incoming } from "./incoming.ts";
import { keepsVersions, lookAt } from "./look.ts";
import { makeReady } from "./ready.ts";
import { keepBounds } from "./retention.ts";
import { type Current, findCurrent } from "./store.ts";
import { addUsage, holdRoom, weigh } from "./usage.ts";

/** What must hold of the file as it is for a writing to be done. */
export type Condition = {
  /** The version it has; "*": that there is one. */
  if_match?: number | "*";
  /** That there is none: else `file_exists`, or, of an If-None-Match, `version_conflict`. */
  absent?: "create" | "if_none_match";
};

/** Bytes that are whole on disk, in a file that is taken away. */
export type Bytes = { path: string; size: number; sha256: string };

/** What else is to be in the transaction that makes the version: whether its writer still may, and what is written down of it (and whether it is new) afterwards. */
export type Beside = { allowed: (tx: Tx) => void; written?: (tx: Tx, file: Current | undefined, made: boolean) => void };

const BLOCK = 4_096;
const inBlocks = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;

/**
 * Puts bytes at a path of the workspace, and makes a version of them; the same bytes as before make none.
 * @returns the file as it is now; undefined where no versions are kept
 * @throws AppError `bad_path`, `file_exists`, `version_conflict`, `project_full`, `storage_failed`, and whatever `allowed` throws
 */
export const placeFile = async (
  ctx: Context,
  project: Project,
  whose: Whose,
  path: string,
  bytes: Bytes,
  { executable, allowed, written, ...condition }: Condition & Beside & { executable?: boolean },
): Promise<{ file: Current | undefined; made: boolean }> => {
  await makeReady(ctx, project);
  const copy = await incoming(ctx, project);
  let end = async () => {};
  try {
    await copyFile(bytes.path, copy, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL).catch((error) => {
      throw storageFault(error);
    });
    const kept = keepsVersions(path, BigInt(bytes.size));
    if (kept) end = await takeContent(ctx, { ...bytes, file: () => bytes.path });
    return await inTurn(ctx, project, async () => {
      const { before, stat } = await holdCondition(ctx, project, path, condition);
      const runs = executable ?? (stat ? isExecutable(stat) : false);
      if (before && stat && before.sha256 === bytes.sha256 && runs === isExecutable(stat)) return { file: before, made: false };
      await ready(copy, runs);
      const seen = await put(ctx, project, path, bytes, copy, stat);
      await ctx.write((tx) => {
        allowed(tx);
        if (kept) recordSeen(tx, project, whose, [{ ...seen, path, known: before?.no ?? null, sha256: bytes.sha256, executable: runs }]);
        written?.(tx, kept ? findCurrent(tx, project.no, path) : undefined, stat === null);
      });
      return { file: findCurrent(ctx.db, project.no, path), made: stat === null };
    });
  } finally {
    await rm(copy, { force: true });
    await end();
    await keepBounds(ctx, project.no, { bytes: bytes.size, versions: 1 });
  }
};

/** Looks at the file as it is, whoever wrote it last, and holds a condition against it. To be called in the project's turn. */
export const holdCondition = async (
  ctx: Context,
  project: Project,
  path: string,
  { if_match, absent }: Condition,
): Promise<{ before: Current | undefined; stat: BigIntStats | null }> => {
  const before = await lookAt(ctx, project, path);
  const stat = statOf(ctx, project, path);
  const conflict = (message?: string) => new AppError("version_conflict", { message, details: [{ path, version: before?.version ?? null, sha256: before?.sha256 ?? null }] });
  if (stat?.isDirectory()) throw new AppError("bad_path", { message: `'${path}' is a folder.`, details: [{ path }] });
  if (stat && !stat.isFile())
    throw new AppError("bad_path", { message: `'${path}' is a link, or no file: nothing is written through it.`, hint: "Delete it first.", details: [{ path }] });
  if (absent === "create" && stat) throw new AppError("file_exists", { details: [{ path, version: before?.version ?? null }] });
  if (absent === "if_none_match" && stat) throw conflict("A file of that path exists.");
  if (if_match !== undefined && !stat) throw conflict("There is no such file any more.");
  if (typeof if_match === "number" && if_match !== before?.version) throw conflict();
  return { before, stat };
};

export const statOf = (ctx: Context, project: Project, path: string): BigIntStats | null => {
  const parent = openParent(placeOf(ctx, project).workspace, path);
  if (!parent) return null;
  try {
    return parent.folder.look(parent.name);
  } finally {
    parent.folder.close();
  }
};

/** Gives a file its rights (programs in a sandbox are the server's own user to the disk), and sees to it that it is on disk. */
const ready = async (copy: string, runs: boolean): Promise<void> => {
  const handle = await open(copy, "r+");
  try {
    await handle.chmod(runs ? 0o755 : 0o644);
    await handle.sync();
  } catch (error) {
    throw storageFault(error);
  } finally {
    await handle.close();
  }
};

const put = async (ctx: Context, project: Project, path: string, { size }: Bytes, copy: string, stat: BigIntStats | null): Promise<Stamp> => {
  const { workspace } = placeOf(ctx, project);
  const more = { bytes: inBlocks(size) - (stat ? weigh(stat) : 0), files: stat ? 0 : 1 };
  await holdRoom(ctx, project, more);
  const parent = openParent(workspace, path, true);
  if (!parent) throw new AppError("bad_path");
  const now = await within(parent.folder, async (folder) => {
    try {
      folder.place(copy, parent.name);
      await folder.sync();
    } catch (error) {
      const code = (error as { code?: string }).code ?? "";
      if (["EISDIR", "ENOTEMPTY", "EEXIST"].includes(code)) throw new AppError("bad_path", { message: `'${path}' is a folder.`, details: [{ path }] });
      throw storageFault(error);
    }
    return folder.look(parent.name);
  });
  addUsage(ctx, project, { ...more, files: more.files + parent.made });
  return now ? stampOf(now) : { size, mtime: "", inode: "" };
};
