import type { Static } from "@sinclair/typebox";
import type { DirectMade as DirectMadeModel } from "../../../src/agents/model.ts";
import type { NewProject as NewProjectModel, ProjectChange as ProjectChangeModel } from "../../../src/projects/model.ts";
import type { NewRun as NewRunModel } from "../../../src/runs/model.ts";
import type { Verdict as VerdictModel } from "../../../src/schedules/model.ts";
import { refusal } from "../api.ts";
import type { Query } from "./console/lines.ts";
import type { Fault, FileFacts, FileVersion, Line, Project, Run, RunWithOutput, SandboxStatus, Schedule, SecretFacts, TreeEntry, WorkspaceFile } from "./moments.ts";

export type NewProject = Static<typeof NewProjectModel>;
export type ProjectChange = Static<typeof ProjectChangeModel>;
export type Template = Project["template"];
export type Limits = Project["limits"];

export type NewRun = Static<typeof NewRunModel>;

/** What is asked for in a schedule. */
export type NewSchedule = Pick<Schedule, "name" | "cron" | "timezone" | "command">;
/** Whether a schedule can be, and when it would be due next. */
export type Verdict = Static<typeof VerdictModel>;

/** Milliseconds after which a request is given up. */
const REQUEST_TIME = 30_000;

type Call = { body?: unknown; query?: Record<string, string | number | undefined>; key?: string; headers?: Record<string, string> };

/** Asks for a part of a project. @throws Failure */
const ask = async (method: string, id: string | null, part: string, { body, query = {}, key, headers = {} }: Call = {}): Promise<Response> => {
  const words = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
  const answer = await fetch(`/api/projects${id === null ? "" : `/${encodeURIComponent(id)}`}${part && `/${part}`}${words.size > 0 ? `?${words}` : ""}`, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...(key !== undefined && { "idempotency-key": key }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(REQUEST_TIME),
  }).catch(() => null);
  if (!answer) throw refusal(0, null);
  if (!answer.ok) throw refusal(answer.status, await answer.json().catch(() => null), Number(answer.headers.get("retry-after")));
  return answer;
};

const json = async <T>(...asked: Parameters<typeof ask>): Promise<T> => (await ask(...asked)).json() as Promise<T>;

/** A file of a project to be kept; `inline`: to be looked at in place; `path` empty: all of them, as a tar. */
export const workspaceFileAt = (id: string, path: string, { inline = false, version }: { inline?: boolean; version?: number } = {}): string =>
  `/api/projects/${encodeURIComponent(id)}/files/download${path === "" ? "" : `?path=${encodeURIComponent(path)}`}${inline ? "&inline=1" : ""}${version === undefined ? "" : `&version=${version}`}`;

/** What the page asks of projects. Each call answers with what was asked for, or throws a `Failure`. */
export const projectsApi = {
  projects: (): Promise<Project[]> => json("GET", null, ""),
  makeProject: (body: NewProject, key: string) => json<Project>("POST", null, "", { body, key }),
  changeProject: (id: string, change: ProjectChange): Promise<Project> => json("PATCH", id, "", { body: change }),
  deleteProject: (id: string) => ask("DELETE", id, ""),
  sandbox: (id: string) => json<SandboxStatus>("GET", id, "container/status"),
  setSandbox: (id: string, deed: "start" | "stop" | "restart") => json<SandboxStatus>("POST", id, `container/${deed}`),
  execute: (id: string, body: NewRun, key: string) => json<Run>("POST", id, "container/execute", { body, key }),
  runs: (id: string, query: { limit: number; before?: string }) => json<Run[]>("GET", id, "runs", { query }),
  run: (id: string, run_id: string) => json<RunWithOutput>("GET", id, `runs/${run_id}`),
  stopRun: (id: string, run_id: string) => json<Run>("POST", id, `runs/${run_id}/stop`),
  history: (id: string, query: Query) => json<Line[]>("GET", id, "console/history", { query }),
  clearConsole: (id: string) => ask("DELETE", id, "console/clear"),
  schedules: (id: string) => json<Schedule[]>("GET", id, "schedules"),
  makeSchedule: (id: string, body: NewSchedule, key: string) => json<Schedule>("POST", id, "schedules", { body, key }),
  changeSchedule: (id: string, sid: string, body: Partial<NewSchedule> & { enabled?: boolean }) => json<Schedule>("PUT", id, `schedules/${sid}`, { body }),
  deleteSchedule: (id: string, sid: string) => ask("DELETE", id, `schedules/${sid}`),
  scheduleRuns: (id: string, sid: string) => json<Run[]>("GET", id, `schedules/${sid}/runs`, { query: { limit: 10 } }),
  runSchedule: (id: string, sid: string, key: string) => json<Run>("POST", id, `schedules/${sid}/run`, { key }),
  validateSchedule: (id: string, body: Pick<Schedule, "cron" | "timezone">) => json<Verdict>("POST", id, "schedules/validate", { body }),
  secrets: (id: string) => json<SecretFacts[]>("GET", id, "secrets"),
  setSecret: (id: string, name: string, value: string) => ask("PUT", id, `secrets/${encodeURIComponent(name)}`, { body: { value } }),
  removeSecret: (id: string, name: string) => ask("DELETE", id, `secrets/${encodeURIComponent(name)}`),
  tree: (id: string, path?: string) => json<TreeEntry[]>("GET", id, "files/tree", { query: { path } }),
  file: (id: string, path: string, version?: number) => json<WorkspaceFile>("GET", id, "files", { query: { path, version } }),
  makeFile: (id: string, path: string, key: string) => json<FileFacts>("POST", id, "files", { body: { path, content: "" }, key }),
  /** @throws Failure with status 412 where the file is at another version than `version` by now */
  saveFile: (id: string, path: string, content: string, version: number | null) =>
    json<FileFacts>("PUT", id, "files", { query: { path }, body: { content }, headers: version === null ? {} : { "if-match": `"${version}"` } }),
  removeFile: (id: string, path: string, recursive: boolean) => ask("DELETE", id, "files", { query: { path, recursive: String(recursive) } }),
  versions: (id: string, path: string) => json<FileVersion[]>("GET", id, "files/versions", { query: { path } }),
  restoreFile: (id: string, path: string, version: number) => json<FileFacts>("POST", id, "files/restore", { body: { path, version } }),
  /** Files into a folder, each under its name. */
  uploadFiles: async (id: string, folder: string, files: readonly { name: string; file: File }[]): Promise<void> => {
    const form = new FormData();
    for (const { name, file } of files) form.append("file", file, name);
    const answer = await fetch(`/api/projects/${encodeURIComponent(id)}/files/upload${folder && `?path=${encodeURIComponent(folder)}`}`, { method: "POST", body: form }).catch(
      () => null,
    );
    if (!answer) throw refusal(0, null);
    if (!answer.ok) throw refusal(answer.status, await answer.json().catch(() => null));
  },
  faults: (id: string) => json<Fault[]>("GET", id, "console/errors"),
  analyze: (id: string, body: { error: string }, key: string) => json<Static<typeof DirectMadeModel>>("POST", id, "console/analyze", { body, key }),
};
