import { constants, type FileHandle, open, readlink, realpath } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import type { Context } from "../context.ts";
import { AppError, invalid } from "../errors.ts";
import { keepStream } from "../files/service.ts";
import { BUILD_BYTES, BUILD_FILES, BUILD_MATCHES } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { placeOf } from "../projects/place.ts";
import { Folder } from "../workspace/folder.ts";
import { type Found, walk } from "../workspace/walk.ts";
import type { RunRow } from "./store.ts";

/** The files that a build gave, by their ids, and what is to be said of those that were not kept. */
export type Artifacts = { ids: string[]; remarks: string[] };

export const noArtifacts: Artifacts = { ids: [], remarks: [] };

/** Refuses patterns that would look outside of the workspace. @throws AppError `validation_failed` */
export const checkPatterns = (kind: string | undefined, patterns: readonly string[] | undefined): void => {
  if (patterns === undefined) return;
  if (kind !== "build") throw invalid("artifacts", "go with kind build", 'Send "kind":"build" too, or leave them out.');
  const outside = patterns.findIndex((pattern) => pattern.startsWith("/") || pattern.split(/[/\\{},]/).includes("..") || pattern.includes("\0"));
  if (outside >= 0) throw invalid(`artifacts.${outside}`, "must stay inside of the workspace", 'Use a path relative to it, such as "dist/**".');
};

/**
 * Keeps the files of the workspace that match a build's globs as files of who ran it. Only regular files that lie in the
 * workspace itself: no link leads out of it, whatever the build made of its folders meanwhile.
 * @throws AppError `storage_failed`
 */
export const gather = async (ctx: Context, project: Project, run: RunRow): Promise<Artifacts> => {
  const user = ctx.users.byNo(run.user_no);
  const patterns = run.artifacts === null ? [] : (JSON.parse(run.artifacts) as string[]);
  if (!user || patterns.length === 0) return noArtifacts;
  const workspace = await realpath(placeOf(ctx, project).workspace);
  const { paths, more } = await matching(workspace, patterns);
  if (paths.length === 0) return { ids: [], remarks: [`No file matches ${patterns.join(" ")}.`] };
  const ids: string[] = [];
  const left: string[] = [];
  let bytes = 0;
  for (const path of paths) {
    const file = await openInside(workspace, path);
    if (!file) continue;
    try {
      const { size } = await file.stat();
      if (ids.length >= BUILD_FILES || bytes + size > BUILD_BYTES || size > ctx.config.maxUpload) {
        left.push(path);
        continue;
      }
      const name = paths.filter((other) => basename(other) === basename(path)).length > 1 ? path.replaceAll("/", "-") : basename(path);
      ids.push((await keepStream(ctx, user, name, Bun.file(file.fd).stream())).id);
      bytes += size;
    } catch (error) {
      // It grew meanwhile, or is larger than a file may be.
      if (!(error instanceof AppError) || error.code !== "payload_too_large") throw error;
      left.push(path);
    } finally {
      await file.close();
    }
  }
  return { ids, remarks: left.length === 0 && !more ? [] : [leftOut(ctx, left, more)] };
};

const leftOut = (ctx: Context, left: readonly string[], more: boolean): string => {
  const shown = left.slice(0, 5).join(", ");
  const which = `${left.length} that match were not kept${shown && `: ${shown}${left.length > 5 ? " …" : ""}`}`;
  return `${which}${more ? ", and the rest of what matches was not looked at" : ""}. A build keeps ${BUILD_FILES} files of ${BUILD_BYTES / 1024 ** 2} MiB together, each of at most ${ctx.config.maxUpload} bytes: pack them into one.`;
};

/**
 * Files of the workspace whose paths match, in their order, at most BUILD_MATCHES of them. Its own folders are walked, and no
 * link is followed, also none that a pattern names: not even whether something is there is told of what lies outside.
 */
const matching = async (workspace: string, patterns: readonly string[]): Promise<{ paths: string[]; more: boolean }> => {
  const globs = patterns.map((pattern) => new Bun.Glob(pattern.replace(/^(\.\/+)+/, "")));
  const paths: string[] = [];
  let more = false;
  const root = Folder.root(workspace);
  const visit = ({ path, named, type }: Found) => {
    if (type === "file" && named && globs.some((glob) => glob.match(path))) {
      if (paths.length < BUILD_MATCHES) paths.push(path);
      else more = true;
    }
    return type === "directory";
  };
  await walk(root, "", visit, () => more).finally(() => root.close());
  return { paths: paths.sort(), more };
};

/** Opens a regular file of the workspace; null for what is a link, no regular file, gone, or by way of a link outside. */
const openInside = async (workspace: string, path: string): Promise<FileHandle | null> => {
  // Without O_NONBLOCK a named pipe would hold up whoever opens it.
  const file = await open(join(workspace, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null);
  if (!file) return null;
  // Asked of what is open, since a path may lead elsewhere the next moment.
  const place = await readlink(`/proc/self/fd/${file.fd}`).catch(() => realpath(join(workspace, path)).catch(() => ""));
  if (place.startsWith(workspace + sep) && (await file.stat()).isFile()) return file;
  await file.close();
  return null;
};
