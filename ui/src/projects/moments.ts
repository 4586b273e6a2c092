import type { Static } from "@sinclair/typebox";
import type { Fault as FaultModel, Line as LineModel } from "../../../src/console/model.ts";
import type { Project as ProjectModel, Secret as SecretModel } from "../../../src/projects/model.ts";
import type { Run as RunModel, RunWithOutput as RunWithOutputModel } from "../../../src/runs/model.ts";
import type { Schedule as ScheduleModel } from "../../../src/schedules/model.ts";
import type {
  FileChange as FileChangeModel,
  FileFacts as FileFactsModel,
  FileVersion as FileVersionModel,
  TreeEntry as TreeEntryModel,
  WorkspaceFile as WorkspaceFileModel,
} from "../../../src/workspace/model.ts";

export type Project = Static<typeof ProjectModel>;
export type Run = Static<typeof RunModel>;
export type RunWithOutput = Static<typeof RunWithOutputModel>;
export type Line = Static<typeof LineModel>;
export type SecretFacts = Static<typeof SecretModel>;
export type Fault = Static<typeof FaultModel>;

/** How a project's sandbox stands, what it takes, and, where nothing can be run, why and how to mend it. */
export type SandboxStatus = {
  state: "stopped" | "starting" | "running" | "stopping" | "unavailable";
  health: { ok: boolean; problem: string | null; hint: string | null };
  driver: string | null;
  version: string | null;
  holds: Record<string, "hard" | "watched" | "none"> | null;
  remarks: string[];
  memory: number | null;
  cpu_percent: number | null;
  processes: number | null;
  disk_bytes: number;
  files: number;
  uptime_seconds: number | null;
  stops_in_seconds: number | null;
};

/** A project as everyone hears of it: without what differs from reader to reader. */
export type ProjectFacts = Omit<Project, "member" | "tends"> & { deleted: false };
type Gone = { id: string; deleted: true };

/** A command that runs by the clock. */
export type Schedule = Static<typeof ScheduleModel>;

export type TreeEntry = Static<typeof TreeEntryModel>;
export type FileFacts = Static<typeof FileFactsModel>;
export type WorkspaceFile = Static<typeof WorkspaceFileModel>;
export type FileVersion = Static<typeof FileVersionModel>;
/** What one writing, or one look at what a run did, changed of a project's files. */
export type FileChange = Static<typeof FileChangeModel>;

/** What is told of projects by number. */
export type ProjectEvent =
  | { seq: number; event: "project"; channel_id: string; data: ProjectFacts | Gone }
  | { seq: number; event: "run"; channel_id: string; data: Run }
  | { seq: number; event: "file"; channel_id: string; data: FileChange }
  | { seq: number; event: "schedule"; channel_id: string; data: Schedule | Gone };

/** Lines of a project's console as they come; `skipped`: those that a flood left out here, and that its history has. `cleared_through`: all lines through a seq were taken away, by whomever. */
export type ConsoleMoment = { event: "console"; channel_id: string; data: { project_id: string; lines: Line[]; skipped?: number; cleared_through?: number } };

/** A project's sandbox started or stopped. */
export type SandboxMoment = { event: "sandbox"; channel_id: string; data: { project_id: string } };
