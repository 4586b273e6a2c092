import type { Context } from "../context.ts";
import { CHANGE_FILES, LOOK_FILES_AT_ONCE, LOOK_LIFE, VERSIONED_FILE_BYTES, WORKSPACE_PATH_BYTES } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { placeOf } from "../projects/place.ts";
import { isGone } from "../projects/service.ts";
import { Slice } from "../turns.ts";
import { inTurn, isSame, recordSeen, type Seen, type Whose, whoseNow } from "./changes.ts";
import { Folder, openParent, within } from "./folder.ts";
import { type Taken, takeIn } from "./intake.ts";
import { isVersioned, REBUILT } from "./paths.ts";
import { keepBounds } from "./retention.ts";
import { type Current, currentPage, findCurrent, LAST, PAGE } from "./store.ts";
import { walk } from "./walk.ts";

const nothing = async () => {};

/** Whether versions are kept of a file of this path and size. */
export const keepsVersions = (path: string, size: bigint): boolean => size <= VERSIONED_FILE_BYTES && Buffer.byteLength(path) <= WORKSPACE_PATH_BYTES && isVersioned(path);

/** Writes down what was found, at most CHANGE_FILES; in the project's turn. @returns the paths that got a version */
const write = (ctx: Context, project: Project, whose: Whose, found: Seen[]): Promise<string[]> =>
  ctx.write((tx) => (isGone(tx, project.no) ? [] : recordSeen(tx, project, whose, found)));

/** As `write`, however many. */
const record = async (ctx: Context, project: Project, whose: Whose, found: Seen[]): Promise<string[]> => {
  const changed: string[] = [];
  for (let at = 0; at < found.length; at += CHANGE_FILES) changed.push(...(await inTurn(ctx, project, () => write(ctx, project, whose, found.slice(at, at + CHANGE_FILES)))));
  return changed;
};

/** What is seen of a file that is gone. */
export const goneOf = ({ path, no }: Current): Seen => ({ path, known: no, sha256: null, executable: false, size: 0, mtime: "", inode: "" });

/**
 * Looks at one file, and makes a version of it when it is not as it was last seen: whoever wrote it. To be called
 * in the project's turn.
 * @returns it as it is now; undefined when it is not there, or no versions are kept of it
 */
export const lookAt = async (ctx: Context, project: Project, path: string): Promise<Current | undefined> => {
  const row = findCurrent(ctx.db, project.no, path);
  const gone = { found: row ? [goneOf(row)] : [], end: nothing };
  const parent = openParent(placeOf(ctx, project).workspace, path);
  let kept = false;
  const look = async (folder: Folder, name: string) => {
    const stat = folder.look(name);
    if (!stat?.isFile()) return gone;
    kept = keepsVersions(path, stat.size);
    if (!kept || isSame(row, stat)) return null;
    const taken = await takeIn(ctx, folder, name, path, row);
    return taken && { found: [taken.seen], end: taken.end };
  };
  const seen = parent ? await within(parent.folder, (folder) => look(folder, parent.name)) : gone;
  if (seen && seen.found.length > 0) await write(ctx, project, whoseNow(ctx, project), seen.found).finally(seen.end);
  return kept ? findCurrent(ctx.db, project.no, path) : undefined;
};

type Look = { at: number; waiting: Promise<string[]> | null };
const looks = new WeakMap<Context, Map<number, Look>>();

const lookOf = (ctx: Context, project: Project): Look => {
  const all = looks.get(ctx) ?? new Map<number, Look>();
  looks.set(ctx, all);
  const look = all.get(project.no) ?? { at: 0, waiting: null };
  all.set(project.no, look);
  return look;
};

/**
 * Looks through a workspace, and makes versions of all that is not as it was last seen. Whoever comes while a look of the same
 * project waits its turn shares that one, which begins after both asked.
 * @param whose whose the changes are; left out, of the run under way, or of the project's maker
 * @returns the paths that got a version
 */
export const lookThrough = (ctx: Context, project: Project, whose?: Whose): Promise<string[]> => {
  const look = lookOf(ctx, project);
  look.waiting ??= ctx.turns.take(`look ${project.no}`, () => {
    look.waiting = null;
    return lookNow(ctx, project, whose ?? whoseNow(ctx, project)).finally(() => {
      look.at = performance.now();
    });
  });
  return look.waiting;
};

/** As `lookThrough`, when the last look is not of now. */
export const lookLately = async (ctx: Context, project: Project): Promise<void> => {
  const { at } = lookOf(ctx, project);
  if (at === 0 || at + LOOK_LIFE < performance.now()) await lookThrough(ctx, project);
};

/** The files of a workspace as they were last seen. */
const seenBefore = async (ctx: Context, project: Project): Promise<Map<string, Current>> => {
  const rows = new Map<string, Current>();
  const slice = new Slice();
  for (let after = ""; ; ) {
    const page = currentPage(ctx.db, project.no, after, LAST, PAGE);
    for (const row of page) rows.set(row.path, row);
    if (page.length < PAGE) return rows;
    after = page.at(-1)?.path ?? after;
    if (slice.over) await slice.next();
  }
};

const lookNow = async (ctx: Context, project: Project, whose: Whose): Promise<string[]> => {
  const root = placeOf(ctx, project).workspace;
  // Before the walk: what is written meanwhile is not taken for gone.
  const rows = await seenBefore(ctx, project);
  const changed: string[] = [];
  const unread = await within(Folder.root(root), (folder) =>
    walk(folder, "", ({ path, named, type, stat, name }) => {
      if (type === "directory") return named && !REBUILT.has(`${name}`);
      if (!named || type !== "file") return false;
      const row = rows.get(path);
      if (keepsVersions(path, stat.size) && !isSame(row, stat)) changed.push(path);
      else rows.delete(path);
      return false;
    }),
  );
  const taking = new Set(changed);
  const inUnread = (path: string) => unread.some((folder) => folder === "" || path.startsWith(`${folder}/`));
  const gone = [...rows.values()].filter(({ path }) => !taking.has(path) && !inUnread(path));
  const found: string[] = [];
  for (let at = 0; at < changed.length; at += CHANGE_FILES) {
    const taken = await takeSome(ctx, root, changed.slice(at, at + CHANGE_FILES), rows);
    const seen = taken.map((one) => one.seen);
    found.push(...(await record(ctx, project, whose, seen).finally(() => Promise.all(taken.map(({ end }) => end())))));
    await keepBounds(ctx, project.no, { bytes: seen.reduce((sum, { size }) => sum + size, 0), versions: seen.length });
  }
  return [...found, ...(await record(ctx, project, whose, gone.map(goneOf)))];
};

/** Takes several files in, some at once. One that cannot be read now is left to a later look. */
const takeSome = async (ctx: Context, root: string, paths: string[], rows: Map<string, Current>): Promise<Taken[]> => {
  const taken: Taken[] = [];
  const left = [...paths];
  const work = async () => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      const one = await takeOne(ctx, root, path, rows.get(path)).catch((error) => {
        ctx.log.warn({ event: "file_not_kept", path, error: String(error) }, "A file of a workspace could not be kept as a version");
        return null;
      });
      if (one) taken.push(one);
    }
  };
  await Promise.all(Array.from({ length: LOOK_FILES_AT_ONCE }, work));
  return taken;
};

const takeOne = async (ctx: Context, root: string, path: string, row: Current | undefined): Promise<Taken | null> => {
  const parent = openParent(root, path);
  return parent && within(parent.folder, (folder) => takeIn(ctx, folder, parent.name, path, row));
};
