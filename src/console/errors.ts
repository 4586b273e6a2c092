import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import { askInProject } from "../agents/chat.ts";
import type { Resident } from "../agents/residents.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import type { Once, Retry } from "../idempotency/once.ts";
import { CONSOLE_EXCERPT_CHARACTERS, CONSOLE_EXCERPT_LINES, CONSOLE_FAULT_GROUPS, CONSOLE_HANDED_FILES, CONSOLE_HANDED_LINES, SEQ_MAX } from "../limits.ts";
import { fenced } from "../messages/transcript.ts";
import type { Message } from "../messages/wire.ts";
import type { Project } from "../projects/directory.ts";
import { shownIn } from "../projects/secrets.ts";
import { readableProject } from "../projects/service.ts";
import { readFileIn } from "../workspace/reading.ts";
import { withoutColours } from "./controls.ts";
import { inWorkspace } from "./faults/found.ts";
import type { Fault as FaultModel } from "./model.ts";
import { runNamed } from "./service.ts";
import { type FailedRun, type FaultGroup, faultGroup, faultGroups, fileLike, lastFailed, linesAfter, linesBefore, runRow } from "./store.ts";

type Fault = Static<typeof FaultModel>;

/** The known errors of a project, or of one of its runs, newest first, each once. `since`: those that came at or after it. */
export const listFaults = (ctx: Context, project: Project, run_no: number | null, since = "", limit = CONSOLE_FAULT_GROUPS): Fault[] =>
  faultGroups(ctx.db, project.no, run_no, since, limit).map((row) => faultWire(ctx, row));

/** The known errors of one run, newest first. */
export const faultsOf = (ctx: Context, project: Project, run_no: number): Fault[] => listFaults(ctx, project, run_no);

const faultWire = (ctx: Context, row: FaultGroup): Fault => {
  const { fingerprint, language, kind, message, file, line, column, count, first_at, at, run_id, seq, end_seq } = row;
  return { id: fingerprint, language, kind, message, file, line, column, count, first_at, last_at: at, run_id, seq, end_seq, excerpt: excerptOf(ctx, row) };
};

/** A fault's lines of the console: its beginning and its end where it is long. */
const excerptOf = (ctx: Context, { project_no, run_no, seq, end_seq }: FaultGroup): string => {
  const half = CONSOLE_EXCERPT_LINES / 2;
  const first = linesAfter(ctx.db, project_no, run_no, seq - 1, end_seq + 1, half);
  const last = first.length < half ? [] : linesBefore(ctx.db, project_no, run_no, (first.at(-1)?.key ?? 0) % 2 ** 32, end_seq + 1, half).reverse();
  const text = [...first, ...last].map(({ content }) => withoutColours(content)).join("\n");
  return text.length <= CONSOLE_EXCERPT_CHARACTERS ? text : `${text.slice(0, CONSOLE_EXCERPT_CHARACTERS / 2)}\n…\n${text.slice(-CONSOLE_EXCERPT_CHARACTERS / 2)}`;
};

/** What is to be looked into: an error by its id, or what a run ended by; the last run that failed when neither is named. */
export type Analysis = { run?: string; error?: string };

/**
 * Puts an error to a resident agent in the project's channel, as a question of the caller's: what ran, how it ended, what it
 * wrote, and the files that its trace names.
 * @throws AppError `not_found` when there is no such error or run, or nothing failed; and as `askInProject`
 */
export const analyze = async (ctx: Context, actor: Actor, ref: string, agent: Resident, { run, error }: Analysis, retry: Retry): Promise<Once<Message>> => {
  const project = readableProject(ctx, actor, ref);
  const asked = run === undefined ? null : runNamed(ctx, project, run);
  const fault = error === undefined ? undefined : faultGroup(ctx.db, project.no, error);
  if (error !== undefined && !fault)
    throw new AppError("not_found", { message: `The project has no error '${error.slice(0, 80)}'.`, hint: "GET …/console/errors lists those that it has." });
  const no = asked ?? fault?.run_no;
  const failed = no === undefined ? lastFailed(ctx.db, project.no) : runRow(ctx.db, no);
  if (!failed) throw new AppError("not_found", { message: "No run of this project has failed.", hint: "Name a run or an error: GET …/runs, GET …/console/errors." });
  const about = fault ?? faultGroups(ctx.db, project.no, failed.no, "", 1)[0];
  return askInProject(ctx, actor, ref, agent, await question(ctx, project, failed, about), retry);
};

const question = async (ctx: Context, project: Project, run: FailedRun, fault: FaultGroup | undefined): Promise<string> => {
  const output = fault ? excerptOf(ctx, fault) : lastLines(ctx, project, run);
  const place = fault?.file ? `, in ${fault.file}${fault.line === null ? "" : ` line ${fault.line}`}` : "";
  const ended =
    run.reason === "sandbox"
      ? "could not be run at all"
      : run.state === "failed"
        ? `failed with exit code ${run.exit_code}`
        : `ended as ${run.state}${run.reason ? ` (${run.reason})` : ""}`;
  const files = await named(ctx, project, fault, output);
  return [
    `Why does this fail, and how is it mended? A run ${run.state === "running" ? "is under way" : ended}:`,
    fenced(shownIn(ctx, project.no, run.command)),
    ...(fault ? [`What was recognised: ${fault.kind} (${fault.language}):`, fenced(`${fault.message}${place}`)] : []),
    ...(output === "" ? ["It wrote nothing."] : ["What it wrote there:", fenced(output)]),
    ...files,
    `Its whole output is run ${run.id} of the console.`,
  ].join("\n\n");
};

const lastLines = (ctx: Context, project: Project, { no }: FailedRun): string => {
  const lines = linesBefore(ctx.db, project.no, no, 0, SEQ_MAX, CONSOLE_EXCERPT_LINES);
  const text = lines.reverse().map(({ content }) => withoutColours(content));
  return text.join("\n").slice(-CONSOLE_EXCERPT_CHARACTERS);
};

/** The files of the workspace that a trace names, each the lines around where it points. */
const named = async (ctx: Context, project: Project, fault: FaultGroup | undefined, output: string): Promise<string[]> => {
  const spots = new Map<string, number | null>();
  if (fault?.file) spots.set(fault.file, fault.line);
  for (const [, path = "", line] of output.matchAll(/([\w@./-]{1,200}\.\w{1,10})(?:"?, line |[:(])(\d{1,7})/g)) {
    const file = inWorkspace(path);
    const known = file === null ? undefined : fileLike(ctx.db, project.no, file);
    if (known !== undefined && !spots.has(known)) spots.set(known, Number(line));
    if (spots.size >= CONSOLE_HANDED_FILES) break;
  }
  const shown: string[] = [];
  for (const [path, line] of spots) {
    const file = await readFileIn(ctx, project, path).catch(() => null);
    if (file?.encoding !== "utf8" || file.content === null) continue;
    const lines = file.content.split("\n");
    const from = Math.max(0, (line ?? 1) - 1 - CONSOLE_HANDED_LINES / 2);
    const part = lines.slice(from, from + CONSOLE_HANDED_LINES).map((text, index) => `${String(from + index + 1).padStart(5)}  ${text}`);
    shown.push(`${path}, version ${file.version ?? "none"}:`, fenced(part.join("\n").slice(0, CONSOLE_EXCERPT_CHARACTERS)));
  }
  return shown;
};
