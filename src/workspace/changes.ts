import type { BigIntStats } from "node:fs";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { CHANGE_FILES, LOOK_DOUBT } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { dropFile, findCurrent, insertChange, insertVersion, newestVersion, putFile, runUnderWay } from "./store.ts";

/** Whose a change is, and of which run. */
export type Whose = { user_no: number; run_no: number | null };

/** The file on disk as a look found it: an equal one is taken to have the same bytes. */
export type Stamp = { size: number; mtime: string; inode: string };

/** A file as it is now, held against the version that it was (`known`, that version's number among all; null for none). `sha256` null: it is gone. */
export type Seen = Stamp & { path: string; known: number | null; sha256: string | null; executable: boolean };

const NANOSECONDS = 1_000_000n;

export const isExecutable = ({ mode }: BigIntStats): boolean => (mode & 0o100n) !== 0n;

/** What a file is told by without its bytes. Of one that changed this very moment no time is kept: another change may leave the same. */
export const stampOf = ({ size, mtimeNs, ctimeNs, ino }: BigIntStats): Stamp => {
  const settled = BigInt(Date.now() - LOOK_DOUBT) * NANOSECONDS > ctimeNs;
  return { size: Number(size), mtime: settled ? `${mtimeNs} ${ctimeNs}` : "", inode: `${ino}` };
};

export const isSame = (row: Stamp | undefined, stat: BigIntStats): boolean =>
  row !== undefined && row.mtime === `${stat.mtimeNs} ${stat.ctimeNs}` && row.size === Number(stat.size) && row.inode === `${stat.ino}`;

/** Whose a change is that nobody owned up to: of the run that is under way, else of the project's maker. */
export const whoseNow = (ctx: Context, project: Project): Whose => {
  const run = runUnderWay(ctx.db, project.no);
  return run ? { user_no: run.user_no, run_no: run.no } : { user_no: project.created_by, run_no: null };
};

/** One writing or look at a time decides what a project's files are. */
export const inTurn = <T>(ctx: Context, project: Project, work: () => Promise<T>): Promise<T> => ctx.turns.take(`workspace ${project.no}`, work);

/**
 * Makes versions of what is not as it was, with one change and one event for all of it; in a transaction, and in the project's
 * turn. What was changed again since it was looked at is left to the next look. At most CHANGE_FILES.
 * @returns the paths that got a version
 */
export const recordSeen = (tx: Tx, project: Project, { user_no, run_no }: Whose, seen: Seen[]): string[] => {
  const fresh = seen.slice(0, CHANGE_FILES).flatMap((one) => {
    const row = findCurrent(tx, project.no, one.path);
    if ((row?.no ?? null) !== one.known) return [];
    if (row && row.sha256 === one.sha256 && (row.executable !== 0) === one.executable) {
      putFile(tx, { ...stampIn(one), project_no: project.no, path: one.path, version_no: row.no });
      return [];
    }
    return [one];
  });
  if (fresh.length === 0) return [];
  const change_no = insertChange(tx, { project_no: project.no, user_no, run_no, files: fresh.length, at: tx.now });
  for (const one of fresh) {
    const { path, sha256, executable } = one;
    const version = newestVersion(tx, project.no, path) + 1;
    const version_no = insertVersion(tx, { project_no: project.no, path, version, sha256, size: sha256 === null ? 0 : one.size, executable, change_no });
    if (sha256 === null) dropFile(tx, project.no, path);
    else putFile(tx, { ...stampIn(one), project_no: project.no, path, version_no });
  }
  tx.append({ kind: "file", channel_no: project.channel_no, subject: change_no, actor_no: user_no });
  return fresh.map(({ path }) => path);
};

const stampIn = ({ size, mtime, inode }: Stamp): Stamp => ({ size, mtime, inode });
