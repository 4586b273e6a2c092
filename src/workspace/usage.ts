import type { BigIntStats } from "node:fs";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { USAGE_COUNTED, USAGE_LIFE, USAGE_REST } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { placeOf } from "../projects/place.ts";
import { Folder, within } from "./folder.ts";
import { makeReady } from "./ready.ts";
import { walk } from "./walk.ts";

/** What lies in a project's folders: bytes, and files with folders, links and all else that has a name. */
export type Usage = { bytes: number; files: number };

type Counted = Usage & { until: number; under: Promise<Usage> | null };

const BLOCK = 512;
const MIB = 2 ** 20;

const kept = new WeakMap<Context, Map<number, Counted>>();

const countedOf = (ctx: Context, project_no: number): Counted => {
  const all = kept.get(ctx) ?? new Map<number, Counted>();
  kept.set(ctx, all);
  const counted = all.get(project_no) ?? { bytes: 0, files: 0, until: 0, under: null };
  all.set(project_no, counted);
  return counted;
};

/** What a file counts: the bytes it takes on disk, or all it says it has, whichever is more. */
export const weigh = ({ size, blocks }: BigIntStats): number => Math.max(Number(size), Number(blocks) * BLOCK);

/**
 * What lies in a project's workspace, home and /tmp. Counted anew when the last count is older than USAGE_LIFE and has rested;
 * beyond USAGE_COUNTED times the project's limits it counts no further.
 */
export const usageOf = async (ctx: Context, project: Project): Promise<Usage> => {
  const counted = countedOf(ctx, project.no);
  await makeReady(ctx, project);
  if (counted.until > performance.now()) return { bytes: counted.bytes, files: counted.files };
  counted.under ??= count(ctx, project, counted).finally(() => {
    counted.under = null;
  });
  return counted.under;
};

const count = async (ctx: Context, project: Project, counted: Counted): Promise<Usage> => {
  const began = performance.now();
  const usage: Usage = { bytes: 0, files: 0 };
  const { workspace, home, tmp } = placeOf(ctx, project);
  const { files, disk_mib } = project.limits;
  const full = () => usage.files > files * USAGE_COUNTED || usage.bytes > disk_mib * MIB * USAGE_COUNTED;
  // A file of several names is there once.
  const several = new Set<string>();
  for (const root of [workspace, home, tmp])
    await within(Folder.root(root), (folder) =>
      walk(
        folder,
        "",
        ({ type, stat, deepest }) => {
          usage.files += deepest ? files : 1;
          const other = type === "file" && stat.nlink > 1n ? `${stat.dev} ${stat.ino}` : null;
          if (type === "file" && (other === null || !several.has(other))) usage.bytes += weigh(stat);
          if (other !== null) several.add(other);
          return true;
        },
        full,
      ),
    );
  const now = performance.now();
  Object.assign(counted, usage, { until: now + Math.max(USAGE_LIFE, (now - began) * USAGE_REST) });
  return usage;
};

/** Counts in what was just written or removed, until all is counted anew. */
export const addUsage = (ctx: Context, project: Project, { bytes, files }: Usage): void => {
  const counted = countedOf(ctx, project.no);
  counted.bytes += bytes;
  counted.files += files;
};

/** Has all counted anew the next time. */
export const forgetUsage = (ctx: Context, project: Project): void => {
  countedOf(ctx, project.no).until = 0;
};

/** Makes sure that so much more has room in a project. @throws AppError `project_full` */
export const holdRoom = async (ctx: Context, project: Project, more: Usage): Promise<void> => {
  const { bytes, files } = await usageOf(ctx, project);
  const { disk_mib, files: most } = project.limits;
  if ((more.bytes <= 0 || bytes + more.bytes <= disk_mib * MIB) && (more.files <= 0 || files + more.files <= most)) return;
  throw new AppError("project_full", { details: [{ bytes, files, limits: { bytes: disk_mib * MIB, files: most } }] });
};
