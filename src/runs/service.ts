import type { Static } from "@sinclair/typebox";
import { record } from "../accounts/audit.ts";
import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import type { Connection } from "../db/open.ts";
import type { Tx } from "../db/write.ts";
import { AppError, invalid } from "../errors.ts";
import { type Once, type Retry, writeOnce } from "../idempotency/once.ts";
import { newId } from "../ids.ts";
import { LOG_BYTES, RUN_COMMAND_AUDITED, RUNS_IN_BACKGROUND, RUNS_RETRY_SECONDS, RUNS_WAITING } from "../limits.ts";
import type { Limits, Project } from "../projects/directory.ts";
import { type Doer, doerOf } from "../projects/doer.ts";
import { shownIn } from "../projects/secrets.ts";
import { readableProject, stillWorkable } from "../projects/service.ts";
import { checkPatterns } from "./artifacts.ts";
import { bareEnd, endRun } from "./ends.ts";
import { runsOf } from "./engine.ts";
import type { NewRun } from "./model.ts";
import { outputOf, withOutput } from "./output.ts";
import { stoppedBy } from "./running.ts";
import { findRun, insertRun, listRuns as listRows, newestOfSchedule, newestRun, openOfSchedule, openRuns, type RunFilter, type RunRow, stateOf } from "./store.ts";
import { type RunWire, type RunWithOutputWire, runWire } from "./wire.ts";

/** What is to be run; of a schedule, also which, when it was due, and whether the server was down then. */
export type Asked = Static<typeof NewRun> & { schedule_no?: number; due_at?: string; late?: boolean };

/** As `executeIn`, for a caller of the API. @throws AppError `not_found` too */
export const execute = (ctx: Context, actor: Actor, ref: string, input: Static<typeof NewRun>, retry: Retry): Promise<Once<RunWire>> =>
  executeIn(ctx, readableProject(ctx, actor, ref), doerOf(actor), input, retry);

/**
 * Asks for a command to be run: it waits for its turn, or runs, when the promise resolves. What a schedule asks for is always
 * taken, and fails where no sandbox works.
 * @returns the run as it is then; for a key that was used before, as it is now
 * @throws AppError `sandbox_unavailable`, `too_many_runs`, `validation_failed`, `not_found` for who may no longer work in the project
 */
export const executeIn = async (ctx: Context, project: Project, doer: Doer, input: Asked, retry: Retry = null): Promise<Once<RunWire>> => {
  check(input);
  if (doer.trigger !== "schedule") await runsOf(ctx).driver();
  const made = await writeOnce(ctx, { user: { no: doer.user_no } }, retry, (tx) => ({ answer: { id: enqueue(ctx, tx, project, doer, input).id } }));
  runsOf(ctx).wake(project.no);
  return { answer: runWire(ctx, found(findRun(ctx.db, made.answer.id), project)), replayed: made.replayed };
};

/**
 * Puts a run at the end of its project's queue, in the transaction; whoever does wakes the engine after it.
 * @throws AppError as `executeIn`
 */
export const enqueue = (ctx: Context, tx: Tx, project: Project, doer: Doer, input: Asked): { no: number; id: string } => {
  const { command, kind = "run", artifacts, background = false, schedule_no = null, due_at = null, late = false } = input;
  const seconds = secondsOf(project, doer, input.timeout);
  const user = { no: doer.user_no };
  stillWorkable(tx, project, doer.right_no);
  if (doer.trigger !== "schedule") holdRoom(tx, project, background);
  const row = { id: newId(), project_no: project.no, command: command.toWellFormed(), kind, trigger: doer.trigger, via: doer.via, seconds, background };
  const asked = { user_no: doer.user_no, right_no: doer.right_no, schedule_no, due_at, late, artifacts: artifacts ? JSON.stringify(artifacts) : null };
  const no = insertRun(tx, { ...row, ...asked, created_at: tx.now });
  tx.append({ kind: "run", channel_no: project.channel_no, subject: no, actor_no: doer.user_no });
  record(tx, { user, address: doer.address ?? "server" }, "run_started", row.id, {
    channel: project.channel.id,
    kind,
    command: shownIn(ctx, project.no, command).slice(0, RUN_COMMAND_AUDITED).toWellFormed(),
  });
  return { no, id: row.id };
};

const check = ({ kind, artifacts, command }: Asked): void => {
  checkPatterns(kind, artifacts);
  checkCommand(command);
};

/** @throws AppError `validation_failed` for what no shell can be given, or would do nothing with */
export const checkCommand = (command: string): void => {
  if (command.trim() === "") throw invalid("command", "must not be blank", "Send what is to be run, such as python3 main.py.");
  if (command.includes("\0")) throw invalid("command", "must not hold a NUL character", "Put binary data into a file.");
};

const secondsOf = ({ limits }: Project, doer: Doer, timeout = limits.seconds): number => {
  // A schedule was made when the limit was perhaps another.
  if (doer.trigger !== "schedule") checkTimeout(limits, timeout);
  return Math.min(timeout, limits.seconds);
};

/** @throws AppError `validation_failed` for more seconds than a run of the project may take */
export const checkTimeout = ({ seconds: most }: Limits, timeout: number | null): void => {
  if (timeout !== null && timeout > most)
    throw invalid(
      "timeout",
      `is more than the project's limit of ${most} seconds`,
      `Send at most ${most}, or let whoever tends the project raise limits.seconds: PATCH /api/projects/{id}.`,
    );
};

/** @throws AppError `too_many_runs` where as many wait, or go on in the background, as may */
const holdRoom = (tx: Tx, project: Project, background: boolean): void => {
  const open = openRuns(tx, project.no).filter((run) => run.background === background);
  const headers = { "retry-after": String(RUNS_RETRY_SECONDS) };
  if (background && open.length >= RUNS_IN_BACKGROUND)
    throw new AppError("too_many_runs", { message: `${RUNS_IN_BACKGROUND} runs go on in this project's background, as many as may.`, headers });
  if (open.filter(({ state }) => state === "queued").length >= RUNS_WAITING) throw new AppError("too_many_runs", { headers });
};

/** The runs of a project, newest first. `before`: a run's id. @throws AppError `not_found` */
export const listRuns = (ctx: Context, actor: Pick<Actor, "user">, ref: string, { before, ...filter }: Omit<RunFilter, "before"> & { before?: string }): RunWire[] => {
  const project = readableProject(ctx, actor, ref);
  const from = before === undefined ? undefined : found(findRun(ctx.db, before), project).no;
  return listRows(ctx.db, project.no, { ...filter, before: from }).map((run) => runWire(ctx, run));
};

/** One run with the end of what it wrote. @throws AppError `not_found` */
export const readRun = (ctx: Context, actor: Pick<Actor, "user">, ref: string, id: string): RunWithOutputWire => {
  const project = readableProject(ctx, actor, ref);
  return withOutput(ctx, found(findRun(ctx.db, id), project));
};

/** What a wait for a run's end follows: keys of the feed. @throws AppError `not_found` */
export const runKeys = (ctx: Context, actor: Pick<Actor, "user">, ref: string, id: string): string[] => {
  const { channel, ...project } = readableProject(ctx, actor, ref);
  // The run changes, or the reader is put out of the channel.
  return [`channel:${channel.no}/${runIn(ctx.db, project, id).no}`, `channel:${channel.no}/${actor.user.no}`];
};

export const hasEnded = ({ state }: Pick<RunRow, "state">): boolean => state !== "queued" && state !== "running";

/**
 * Stops a run, whatever it is at: all its processes are asked to end, and ended some seconds later.
 * @returns the run at its end
 * @throws AppError `not_found`, `run_ended`
 */
export const stopRun = async (ctx: Context, actor: Actor, ref: string, id: string): Promise<RunWithOutputWire> => {
  const project = readableProject(ctx, actor, ref);
  const run = runIn(ctx.db, project, id);
  await stopIn(ctx, project, doerOf(actor), run);
  return readRun(ctx, actor, ref, id);
};

/** As `stopRun`, in the name of `doer`. @throws AppError `run_ended`, `not_found` for who may no longer work in the project */
export const stopIn = (ctx: Context, project: Project, doer: Doer, run: { no: number; id: string }): Promise<void> =>
  endNow(ctx, project, doer, run, (tx) => stillWorkable(tx, project, doer.right_no));

/** Takes back a run that one asked for oneself, whatever one may do here by now; one that has ended stays as it is. */
export const withdraw = async (ctx: Context, project: Project, user_no: number, id: string): Promise<void> => {
  const run = findRun(ctx.db, id);
  if (run && run.user_no === user_no && !hasEnded(run)) await endNow(ctx, project, { user_no }, run, () => {}).catch(unlessEnded);
};

/** A run that ended by itself meanwhile is as good as stopped. */
export const unlessEnded = (error: unknown): void => {
  if (!(error instanceof AppError) || error.code !== "run_ended") throw error;
};

const endNow = async (ctx: Context, project: Project, doer: Pick<Doer, "user_no" | "address">, run: { no: number; id: string }, allowed: (tx: Tx) => void): Promise<void> => {
  const ended = await ctx.write((tx) => {
    allowed(tx);
    const state = stateOf(tx, run.no);
    if (state !== "queued" && state !== "running") throw new AppError("run_ended");
    record(tx, { user: { no: doer.user_no }, address: doer.address ?? "server" }, "run_stopped", run.id, { channel: project.channel.id });
    return state === "queued" && endRun(ctx, tx, project, run.no, bareEnd(ctx, project, { state: "stopped", reason: "stopped", stopped_by: doer.user_no }));
  });
  if (ended) runsOf(ctx).wake(project.no);
  const running = runsOf(ctx)
    .going(project.no)
    .find(({ no }) => no === run.no);
  await running?.stop(stoppedBy(doer.user_no));
};

/** The end of what a run wrote, by lines; of the run that began last when `id` is left out. @throws AppError `not_found` also where nothing ever ran */
export const logsOf = (ctx: Context, actor: Actor, ref: string, id: string | undefined, lines: number): { run: RunWire; output: string; output_cut: boolean } => {
  const project = readableProject(ctx, actor, ref);
  const run = id === undefined ? newestRun(ctx.db, project.no) : findRun(ctx.db, id);
  if (id === undefined && !run) throw new AppError("not_found", { message: "Nothing has run in this project yet.", hint: "POST …/container/execute runs a command." });
  const { output, cut } = outputOf(ctx, found(run, project), { lines, bytes: LOG_BYTES });
  return { run: runWire(ctx, found(run, project)), output, output_cut: cut };
};

/** A run of a project by its id. @throws AppError `not_found` */
export const runIn = (db: Connection, project: Pick<Project, "no">, id: string): RunRow => found(findRun(db, id), project);

const found = (run: RunRow | undefined, project: Pick<Project, "no">): RunRow => {
  if (!run || run.project_no !== project.no) throw new AppError("not_found", { message: "There is no such run in this project.", hint: "GET /api/projects/{id}/runs lists them." });
  return run;
};

/** The newest run of a schedule; also in a transaction, which may be ahead of what is committed. */
export const newestRunOf = newestOfSchedule;

/** The number of a run of a schedule that waits or runs; also in a transaction. */
export const openRunOf = openOfSchedule;

/** The runs of a schedule, newest first. `before`: a run's id. @throws AppError `not_found` */
export const runsOfSchedule = (ctx: Context, project: Project, schedule_no: number, limit: number, before?: string): RunWire[] =>
  listRows(ctx.db, project.no, { schedule_no, limit, before: before === undefined ? undefined : runIn(ctx.db, project, before).no }).map((run) => runWire(ctx, run));
