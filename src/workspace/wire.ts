import type { Static } from "@sinclair/typebox";
import type { Context } from "../context.ts";
import { CHANGE_FILES_TOLD } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import type { FileChange, FileFacts, FileVersion, TreeEntry, WorkspaceFile } from "./model.ts";
import { type ChangeRow, changedBy, type Version } from "./store.ts";

export type FileFactsWire = Static<typeof FileFacts>;
export type FileWire = Static<typeof WorkspaceFile>;
export type FileVersionWire = Static<typeof FileVersion>;
export type FileChangeWire = Static<typeof FileChange>;
export type TreeEntryWire = Static<typeof TreeEntry>;

/** A version as the file that it is, or was. */
export const factsOf = (ctx: Context, { path, version, size, sha256, executable, at, user_no, run_id }: Omit<Version, "before">): FileFactsWire => ({
  path,
  version,
  size,
  sha256,
  executable: executable !== 0,
  changed_at: at,
  changed_by: ctx.users.author(user_no),
  run_id,
});

/** What a version did to its path. One that was removed and came again is added anew. */
const changeOf = ({ sha256, before }: Version): FileVersionWire["change"] => (sha256 === null ? "removed" : before === 0 ? "added" : "changed");

/** A version as the list of a path's versions has it. */
export const versionWire = (ctx: Context, row: Version): FileVersionWire => {
  const { path, version, size, sha256, executable, at, user_no, run_id } = row;
  return { path, version, change: changeOf(row), size, sha256, executable: executable !== 0, at, user: ctx.users.author(user_no), run_id };
};

/** What a change brought, as its event tells it. */
export const changeWire = (ctx: Context, project: Project, { no, user_no, run_id, files, at }: ChangeRow): FileChangeWire => {
  const told = changedBy(ctx.db, no, CHANGE_FILES_TOLD);
  return {
    project_id: project.id,
    change: no,
    user: ctx.users.author(user_no),
    run_id,
    at,
    count: files,
    files: told.map((one) => ({ path: one.path, version: one.version, size: one.size, change: changeOf(one) })),
    more: files - told.length,
  };
};
