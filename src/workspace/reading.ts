import type { FileHandle } from "node:fs/promises";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { readBlob } from "../files/download.ts";
import { typeOf } from "../files/types.ts";
import { FILE_CONTENT_BYTES, FILE_HEAD_BYTES } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { placeOf } from "../projects/place.ts";
import { inTurn, isExecutable } from "./changes.ts";
import { openParent, within } from "./folder.ts";
import { lookAt } from "./look.ts";
import { partsOf } from "./paths.ts";
import { makeReady } from "./ready.ts";
import { findVersion } from "./store.ts";
import { type FileFactsWire, type FileWire, factsOf } from "./wire.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const missing = (path: string, what = `There is no file '${path.slice(0, 200)}' in the workspace.`): AppError =>
  new AppError("not_found", { message: what, hint: "GET …/files/tree lists what is there, GET …/files/{path}/versions what was." });

/**
 * A file as it is now; what a program wrote since the last look gets its version first.
 * @throws AppError `bad_path` for a link, a folder and what is no file; `not_found`
 */
export const fileAt = async (ctx: Context, project: Project, path: string): Promise<FileFactsWire> => {
  await makeReady(ctx, project);
  const row = await inTurn(ctx, project, () => lookAt(ctx, project, path));
  if (row) return factsOf(ctx, row);
  const parent = openParent(placeOf(ctx, project).workspace, path);
  if (!parent) throw missing(path);
  return within(parent.folder, (folder) => {
    const stat = folder.look(parent.name);
    if (!stat) throw missing(path);
    const refuse = (message: string, hint?: string) => new AppError("bad_path", { message, hint, details: [{ path }] });
    if (stat.isDirectory()) throw refuse(`'${path}' is a folder.`, "GET …/files/tree?path= lists what is in it.");
    if (stat.isSymbolicLink())
      throw refuse(`'${path}' is a link to '${folder.target(parent.name)}': no link is followed.`, "Ask for what it points to, if that is in the workspace.");
    if (!stat.isFile()) throw refuse(`'${path}' is no file but a socket, a pipe or a device.`);
    return {
      path,
      version: null,
      size: Number(stat.size),
      sha256: null,
      executable: isExecutable(stat),
      changed_at: new Date(Number(stat.mtimeMs)).toISOString(),
      changed_by: null,
      run_id: null,
    };
  });
};

/**
 * A file with its bytes, or one of its kept versions; `content` is null beyond FILE_CONTENT_BYTES.
 * @throws AppError `bad_path`, `not_found`
 */
export const readFileIn = async (ctx: Context, project: Project, path: string, version?: number): Promise<FileWire> => {
  partsOf(path);
  const facts = version === undefined ? await fileAt(ctx, project, path) : versionAt(ctx, project, path, version);
  const whole = facts.size <= FILE_CONTENT_BYTES;
  const bytes = facts.sha256 === null ? await fromDisk(ctx, project, path, whole) : await fromStore(ctx, facts.sha256, whole);
  const mime = await typeOf(bytes.subarray(0, FILE_HEAD_BYTES), path.split("/").at(-1) ?? path);
  const text = asText(bytes);
  if (!whole) return { ...facts, mime, encoding: text === null ? "base64" : "utf8", content: null };
  return { ...facts, mime, ...(text === null ? { encoding: "base64", content: Buffer.from(bytes).toString("base64") } : { encoding: "utf8", content: text }) };
};

/** A kept version as the file that it was. @throws AppError `not_found` when it is not kept, or removed the file */
export const versionAt = (ctx: Context, project: Project, path: string, version: number): FileFactsWire => {
  const row = findVersion(ctx.db, project.no, path, version);
  if (!row?.sha256) throw missing(path, `'${path.slice(0, 200)}' has no version ${version}.`);
  return factsOf(ctx, row);
};

const asText = (bytes: Uint8Array): string | null => {
  try {
    return bytes.includes(0) ? null : strict.decode(bytes);
  } catch {
    return null;
  }
};

const fromStore = async (ctx: Context, sha256: string, whole: boolean): Promise<Uint8Array> =>
  new Response(await readBlob(ctx, sha256, whole ? undefined : { start: 0, end: FILE_HEAD_BYTES }, {})).bytes();

const fromDisk = async (ctx: Context, project: Project, path: string, whole: boolean): Promise<Uint8Array> => {
  const handle = await openFile(ctx, project, path);
  if (!handle) throw missing(path);
  try {
    const buffer = Buffer.alloc(whole ? FILE_CONTENT_BYTES : FILE_HEAD_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
};

/** Opens a regular file of a workspace for reading; null when none is there. @throws AppError `bad_path` */
export const openFile = async (ctx: Context, project: Project, path: string): Promise<FileHandle | null> => {
  const parent = openParent(placeOf(ctx, project).workspace, path);
  return parent && within(parent.folder, (folder) => folder.read(parent.name));
};

/** What the bytes of a file are. */
export const typeAt = async (ctx: Context, project: Project, { path, sha256 }: FileFactsWire): Promise<string> =>
  typeOf(sha256 === null ? await fromDisk(ctx, project, path, false) : await fromStore(ctx, sha256, false), path.split("/").at(-1) ?? path);
