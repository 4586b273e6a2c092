import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { receive } from "../files/upload.ts";
import type { Project } from "../projects/directory.ts";
import { type Doer } from "../projects/doer.ts";
import { stillWorkable } from "../projects/service.ts";
import type { Whose } from "./changes.ts";
import { lookThrough } from "./look.ts";
import { moveAt } from "./moving.ts";
import { partsOf } from "./paths.ts";
import { missing } from "./reading.ts";
import { removeAt } from "./removing.ts";
import { type Current, findVersion, versionsOf } from "./store.ts";
import { type FileFactsWire, type FileVersionWire, factsOf, versionWire } from "./wire.ts";
import { type Condition, placeFile } from "./writing.ts";

export { readFileIn } from "./reading.ts";
export { makeReady } from "./ready.ts";
export { removeFilesOf } from "./retention.ts";
export { treeOf } from "./tree.ts";
export { usageOf } from "./usage.ts";

/** What is written down of a file in the transaction that makes its version. */
export type Written = (tx: Tx, file: FileFactsWire, made: boolean) => void;

const whoseIs = ({ user_no }: Doer): Whose => ({ user_no, run_no: null });

/**
 * Writes a file, making the folders on its way; the same bytes as before make no version.
 * @param bytes text is written as UTF-8
 * @param options `if_match`: the version that it must have, "*" any; `create`: it must not be there; `executable`: as it was when left out
 * @returns the file, and whether it is new
 * @throws AppError `bad_path`, `file_exists`, `version_conflict`, `project_full`, `payload_too_large`, `storage_failed`, `not_found` once the project or its reader's right is gone
 */
export const writeFileIn = (
  ctx: Context,
  project: Project,
  doer: Doer,
  path: string,
  bytes: Uint8Array<ArrayBuffer> | string,
  { create, ...options }: { if_match?: number | "*"; create?: boolean; executable?: boolean } = {},
): Promise<{ file: FileFactsWire; made: boolean }> => {
  partsOf(path);
  return receive(ctx, new Blob([bytes]).stream(), new Headers(), (received) => keepIn(ctx, project, doer, path, received, { ...options, ...(create && { absent: "create" }) }));
};

/** As `writeFileIn`, of bytes that came in whole: the file that holds them is taken away. */
export const keepIn = async (
  ctx: Context,
  project: Project,
  doer: Doer,
  path: string,
  received: { path: string; size: number; sha256: string },
  { written, ...options }: Condition & { executable?: boolean; written?: Written },
): Promise<{ file: FileFactsWire; made: boolean }> => {
  const facts = (file: Current | undefined): FileFactsWire =>
    file
      ? factsOf(ctx, file)
      : { path, version: null, size: received.size, sha256: null, executable: options.executable ?? false, changed_at: ctx.clock().toISOString(), changed_by: null, run_id: null };
  const { file, made } = await placeFile(ctx, project, whoseIs(doer), path, received, {
    ...options,
    allowed: (tx) => stillWorkable(tx, project, doer.right_no),
    written: (tx, file, made) => written?.(tx, facts(file), made),
  });
  return { file: facts(file), made };
};

/**
 * Removes a file, a link, or a folder (`recursive`: with all in it); its versions can be restored.
 * @throws AppError `not_found`, `bad_path`, `version_conflict`
 */
export const deleteFileIn = async (
  ctx: Context,
  project: Project,
  doer: Doer,
  path: string,
  { recursive = false, if_match }: { recursive?: boolean; if_match?: number | "*" } = {},
): Promise<void> => {
  const options = { recursive, if_match, allowed: (tx: Parameters<typeof stillWorkable>[0]) => stillWorkable(tx, project, doer.right_no) };
  if (!(await removeAt(ctx, project, whoseIs(doer), path, options))) throw missing(path);
};

/**
 * Gives a file, a link or a folder another path.
 * @throws AppError `bad_path`, `not_found`, `file_exists`
 */
export const moveIn = async (ctx: Context, project: Project, doer: Doer, from: string, to: string): Promise<void> => {
  partsOf(from);
  partsOf(to);
  await moveAt(ctx, project, whoseIs(doer), from, to);
};

/** The kept versions of a path, newest first, also of one that is removed. @throws AppError `bad_path`, `not_found` when there was never such a file */
export const versionsIn = (ctx: Context, project: Project, path: string): FileVersionWire[] => {
  partsOf(path);
  const versions = versionsOf(ctx.db, project.no, path);
  if (versions.length === 0) throw missing(path);
  return versions.map((row) => versionWire(ctx, row));
};

/**
 * Puts an earlier version of a file back, as a new version.
 * @throws AppError `not_found` when there is no such version, or it is the one that removed the file; and as `writeFileIn`
 */
export const restoreIn = async (
  ctx: Context,
  project: Project,
  doer: Doer,
  path: string,
  version: number,
  options: Condition & { written?: Written } = {},
): Promise<{ file: FileFactsWire; made: boolean }> => {
  partsOf(path);
  const row = findVersion(ctx.db, project.no, path, version);
  const body = row?.sha256 ? await ctx.blobs.read(row.sha256) : null;
  if (!row || body === null)
    throw new AppError("not_found", {
      message: `'${path.slice(0, 200)}' has no version ${version} to be restored.`,
      hint: "GET …/files/{path}/versions lists those that are kept.",
    });
  const stream = new Response(body).body;
  return receive(ctx, stream, new Headers(), (received) => keepIn(ctx, project, doer, path, received, { ...options, executable: row.executable !== 0 }));
};

/**
 * Looks through a project's workspace and makes versions of whatever changed, as `doer`'s, written by that run.
 * @returns how many files
 */
export const scan = async (ctx: Context, project: Project, doer: Pick<Doer, "user_no">, run_no: number | null): Promise<number> =>
  (await lookThrough(ctx, project, { user_no: doer.user_no, run_no })).length;
