import type { Context } from "../context.ts";
import { dropUnheld } from "../files/sweep.ts";
import { CHANGE_FILES, VERSIONS_PER_FILE, VERSIONS_REPLACED, VERSIONS_UNCHECKED } from "../limits.ts";
import { Slice } from "../turns.ts";
import { forgetFiles, newestChanges, type OldVersion, removeVersions, versionsAfter } from "./store.ts";

const PAGE = 1_000;

/** Up to which change a project's versions were gone through. */
const checked = new WeakMap<Context, Map<number, number>>();

/**
 * Removes versions that newer ones took the place of, where there are more of them than are kept, and all of projects that
 * were deleted; their bytes with them. A little at a time. @returns how many versions
 */
export const removeOldVersions = async (ctx: Context): Promise<number> => {
  const known = checked.get(ctx) ?? new Map<number, number>();
  checked.set(ctx, known);
  let removed = 0;
  for (const { project_no, change_no, deleted } of newestChanges(ctx.db)) {
    if (deleted) removed += await removeFilesOf(ctx, project_no);
    else if (known.get(project_no) !== change_no) {
      removed += await remove(ctx, await tooMany(ctx, project_no));
      known.set(project_no, change_no);
    }
  }
  return removed;
};

type Written = { bytes: number; versions: number };
/** What was written in each project since its versions were gone through. */
const unchecked = new WeakMap<Context, Map<number, Written>>();

/** Counts in versions that were written, and goes through a project's when they have become many; whoever writes waits for that. */
export const keepBounds = async (ctx: Context, project_no: number, { bytes, versions }: Written): Promise<void> => {
  const all = unchecked.get(ctx) ?? new Map<number, Written>();
  unchecked.set(ctx, all);
  const before = all.get(project_no);
  const now = { bytes: (before?.bytes ?? 0) + bytes, versions: (before?.versions ?? 0) + versions };
  const due = now.bytes >= VERSIONS_UNCHECKED.bytes || now.versions >= VERSIONS_UNCHECKED.count;
  all.set(project_no, due ? { bytes: 0, versions: 0 } : now);
  if (due) await remove(ctx, await tooMany(ctx, project_no));
};

/** Forgets all files of a project that is deleted, and the bytes of their versions. @returns how many versions */
export const removeFilesOf = async (ctx: Context, project_no: number): Promise<number> => {
  const versions: number[] = [];
  await eachVersion(ctx, project_no, ({ no }) => versions.push(no));
  const removed = await remove(ctx, versions);
  await ctx.write((tx) => forgetFiles(tx, project_no));
  return removed;
};

/** Goes through a project's versions, by path and then by age. */
const eachVersion = async (ctx: Context, project_no: number, take: (version: OldVersion) => void): Promise<void> => {
  const slice = new Slice();
  for (let last: Pick<OldVersion, "path" | "version"> = { path: "", version: 0 }; ; ) {
    const page = versionsAfter(ctx.db, project_no, last, PAGE);
    for (const version of page) take(version);
    const end = page.at(-1);
    if (!end || page.length < PAGE) return;
    last = end;
    if (slice.over) await slice.next();
  }
};

/** The versions of a project that are beyond what is kept: never the newest of a path. */
const tooMany = async (ctx: Context, project_no: number): Promise<number[]> => {
  const beyond: number[] = [];
  const replaced: OldVersion[] = [];
  let bytes = 0;
  let path: OldVersion[] = [];
  const close = () => {
    const old = path.slice(0, -1);
    const over = Math.max(0, path.length - VERSIONS_PER_FILE);
    beyond.push(...old.slice(0, over).map(({ no }) => no));
    for (const one of old.slice(over)) {
      replaced.push(one);
      bytes += one.size;
    }
  };
  await eachVersion(ctx, project_no, (version) => {
    if (path.at(-1)?.path !== version.path) {
      close();
      path = [];
    }
    path.push(version);
  });
  close();
  replaced.sort((one, other) => one.no - other.no);
  let count = replaced.length;
  for (const { no, size } of replaced) {
    if (bytes <= VERSIONS_REPLACED.bytes && count <= VERSIONS_REPLACED.count) break;
    beyond.push(no);
    bytes -= size;
    count--;
  }
  return beyond;
};

const remove = async (ctx: Context, versions: number[]): Promise<number> => {
  for (let at = 0; at < versions.length; at += CHANGE_FILES) {
    const contents = await ctx.write((tx) => removeVersions(tx, versions.slice(at, at + CHANGE_FILES)));
    for (const sha256 of new Set(contents)) await ctx.turns.take(sha256, () => dropUnheld(ctx, sha256));
  }
  return versions.length;
};
