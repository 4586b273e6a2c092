import type { Static } from "@sinclair/typebox";
import type { User } from "../accounts/directory.ts";
import { listFaults } from "../console/errors.ts";
import type { Fault as FaultModel } from "../console/model.ts";
import type { Context } from "../context.ts";
import { PLACE_CHARACTERS, PROJECT_FAULTS_SHOWN, PROJECT_RUNS_SHOWN } from "../limits.ts";
import { estimateTokens, fenced } from "../messages/transcript.ts";
import type { Limits, Project } from "../projects/directory.ts";
import { listRuns } from "../runs/service.ts";
import type { RunWire } from "../runs/wire.ts";
import { treeOf } from "../workspace/service.ts";
import type { TreeEntryWire } from "../workspace/wire.ts";

type Fault = Static<typeof FaultModel>;

/** Tokens of the lines between what is told. */
const HEADINGS_TOKENS = 40;
/** Part of what a prompt says of a project that its files may take. */
const FILES_PART = 0.6;

/** What a model is told of a project before it asks: what it is, what its runs may take, what lies in it, the newest first; within so many tokens. */
export const projectText = async (ctx: Context, project: Project, asker: User, tokens: number): Promise<string> => {
  const { name, description, template, limits } = project;
  const words = `${name}${description === "" ? "" : `\n${description.slice(0, PLACE_CHARACTERS)}`}`;
  const about = `What it is, in its members' words:\n${fenced(words)}\nMade from the template "${template}". ${limitsInWords(limits)}`;
  const entries = (await treeOf(ctx, project)).filter(({ type }) => type !== "directory");
  entries.sort((one, other) => (one.changed_at < other.changed_at ? 1 : one.changed_at > other.changed_at ? -1 : one.path < other.path ? -1 : 1));
  const { text, left: unshown } = treeLines(entries, (tokens - estimateTokens(about) - HEADINGS_TOKENS) * FILES_PART);
  const more = unshown > 0 ? `\n${unshown} more are left out for room: list_files.` : "";
  const files = entries.length === 0 ? "Its workspace is empty." : `Its files, what changed last first:\n${fenced(text)}${more}`;
  const known = faultLines(listFaults(ctx, project, null, "", PROJECT_FAULTS_SHOWN));
  const faults = known === "" ? "" : `Errors recognised in its console, the newest first; what came after says whether they still hold:\n${fenced(known)}`;
  const left = tokens - [about, files, faults].reduce((sum, text) => sum + estimateTokens(text), 0);
  return [about, files, runsText(ctx, project, asker, left), left < 0 ? "" : faults].filter(Boolean).join("\n\n");
};

/** Characters of an error by which one knows it. */
const FAULT_CHARACTERS = 200;
/** Characters of a command by which one knows it. */
const COMMAND_SHOWN = 120;

/** The newest runs, a line each, as many as fit. */
const runsText = (ctx: Context, project: Project, asker: User, tokens: number): string => {
  const lines: string[] = [];
  let room = tokens - HEADINGS_TOKENS;
  for (const run of listRuns(ctx, { user: asker }, project.id, { limit: PROJECT_RUNS_SHOWN })) {
    const [command = ""] = run.command.trim().split("\n");
    const line = `${run.created_at} · ${run.user.username} · ${runEnd(run)} · ${run.id}\n  ${command.slice(0, COMMAND_SHOWN)}`;
    room -= estimateTokens(`${line}\n`);
    if (room < 0) break;
    lines.push(line);
  }
  return lines.length === 0 ? "" : `Its last runs, the newest first:\n${fenced(lines.join("\n"))}`;
};

const limitsInWords = ({ memory_mib, processes, cpus, disk_mib, files, seconds, network }: Limits): string =>
  `A run may take ${memory_mib} MiB of memory, ${processes} processes, ${cpus} processor core${cpus === 1 ? "" : "s"} and ${seconds} seconds, and ${network ? "has a network" : "has no network"}; all files together ${disk_mib} MiB and ${files} files.`;

/** How a run stands, in a few words: `exit code 1 in 2.1 s`. */
export const runEnd = ({ state, exit_code, reason, started_at, ended_at }: RunWire): string => {
  const took = started_at === null || ended_at === null ? "" : ` in ${((Date.parse(ended_at) - Date.parse(started_at)) / 1000).toFixed(1)} s`;
  if (state === "succeeded" || state === "failed") return exit_code === null ? `${state}${reason ? ` (${reason})` : ""}${took}` : `exit code ${exit_code}${took}`;
  return `${state.replace("_", " ")}${reason && reason !== state && reason !== "time" ? ` (${reason.replace("_", " ")})` : ""}${took}`;
};

/** Known errors, a line each: what it is, and where it points to. */
export const faultLines = (faults: Pick<Fault, "kind" | "message" | "file" | "line" | "count">[]): string =>
  faults
    .map(({ kind, message, file, line, count }) => {
      const place = file === null ? "" : ` · ${file}${line === null ? "" : `:${line}`}`;
      return `${kind.replaceAll("_", " ")}: ${message.split("\n")[0]?.slice(0, FAULT_CHARACTERS)}${place}${count > 1 ? ` · ${count} times` : ""}`;
    })
    .join("\n");

/** Entries of a tree a line each, in the order given, as many as fit into so many tokens. `left`: how many do not. */
export const treeLines = (entries: TreeEntryWire[], tokens: number): { text: string; left: number } => {
  const lines: string[] = [];
  let room = tokens;
  for (const { path, type, size, version, changed_by, changed_at } of entries) {
    const by = changed_by ? ` by ${changed_by.username}` : "";
    const line =
      type === "directory" ? `${path}/` : type === "file" ? `${path} · ${size} bytes${version === null ? "" : ` · version ${version}`}${by} · ${changed_at}` : `${path} · ${type}`;
    // What a name holds of line breaks would pass for another file.
    const shown = line.replace(/[\p{Cc}\u2028\u2029]/gu, "\uFFFD");
    room -= estimateTokens(`${shown}\n`);
    if (room < 0) return { text: lines.join("\n"), left: entries.length - lines.length };
    lines.push(shown);
  }
  return { text: lines.join("\n"), left: 0 };
};
