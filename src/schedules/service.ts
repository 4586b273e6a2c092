import type { Static } from "@sinclair/typebox";
import { type Deed, record } from "../accounts/audit.ts";
import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { type Once, type Retry, writeOnce } from "../idempotency/once.ts";
import { newId } from "../ids.ts";
import { PROJECT_SCHEDULES } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { type Doer, doerOf } from "../projects/doer.ts";
import { shownIn } from "../projects/secrets.ts";
import { readableProject, stillWorkable } from "../projects/service.ts";
import { checkCommand, checkTimeout, executeIn, runsOfSchedule } from "../runs/service.ts";
import type { RunWire } from "../runs/wire.ts";
import { clockOf } from "./clock.ts";
import { dueNext, nextTimes, problemOf } from "./cron.ts";
import type { Asked, NewSchedule, ScheduleChange, Verdict } from "./model.ts";
import { countSchedules, findSchedule, insertSchedule, type ScheduleRow, schedulesOf, switchOff, updateSchedule } from "./store.ts";
import { type ScheduleWire, scheduleWire } from "./wire.ts";

const UTC = "UTC";

/** The schedules of a project, in the order they were made. @throws AppError `not_found` */
export const listSchedules = (ctx: Context, actor: Actor, ref: string): ScheduleWire[] =>
  schedulesOf(ctx.db, readableProject(ctx, actor, ref).no).map((row) => scheduleWire(ctx, row));

/** As `createScheduleIn`, for a caller of the API. @throws AppError `not_found` too */
export const createSchedule = (ctx: Context, actor: Actor, ref: string, input: Static<typeof NewSchedule>, retry: Retry): Promise<Once<ScheduleWire>> =>
  createScheduleIn(ctx, readableProject(ctx, actor, ref), doerOf(actor), input, retry);

/**
 * Makes a schedule, which runs by the right of who makes it.
 * @throws AppError `bad_schedule`, `too_many_schedules`, `validation_failed`, `not_found` for who may no longer work in the project
 */
export const createScheduleIn = async (ctx: Context, project: Project, doer: Doer, input: Static<typeof NewSchedule>, retry: Retry = null): Promise<Once<ScheduleWire>> => {
  const { name, cron, timezone = UTC, command, timeout = null, enabled = true } = input;
  checkCommand(command);
  checkTimeout(project.limits, timeout);
  dueNext({ cron, timezone }, ctx.clock());
  const made = await writeOnce(ctx, { user: { no: doer.user_no } }, retry, (tx) => {
    stillWorkable(tx, project, doer.right_no);
    if (countSchedules(tx, project.no) >= PROJECT_SCHEDULES) throw new AppError("too_many_schedules");
    const next_at = enabled ? dueNext({ cron, timezone }, new Date(tx.now)) : null;
    const row = { id: newId(), project_no: project.no, name, cron: cron.trim(), timezone, command: command.toWellFormed(), seconds: timeout, enabled };
    const no = insertSchedule(tx, { ...row, created_by: doer.user_no, right_no: doer.right_no, created_at: tx.now, next_at });
    tell(tx, project, doer, no, "schedule_created", { schedule: row.id });
    return { answer: { id: row.id } };
  });
  clockOf(ctx).look();
  return { answer: scheduleWire(ctx, found(ctx, project, made.answer.id)), replayed: made.replayed };
};

/** As `changeScheduleIn`, for a caller of the API. @throws AppError `not_found` too */
export const changeSchedule = (ctx: Context, actor: Actor, ref: string, id: string, change: Static<typeof ScheduleChange>): Promise<ScheduleWire> =>
  changeScheduleIn(ctx, readableProject(ctx, actor, ref), doerOf(actor), id, change);

/** Changes a schedule; from then on it runs by the right of who changed it. @throws AppError `not_found`, `bad_schedule`, `validation_failed` */
export const changeScheduleIn = async (ctx: Context, project: Project, doer: Doer, id: string, input: Static<typeof ScheduleChange>): Promise<ScheduleWire> => {
  const { timeout, ...change } = input;
  if (change.command !== undefined) checkCommand(change.command);
  if (timeout !== undefined) checkTimeout(project.limits, timeout);
  found(ctx, project, id);
  await ctx.write((tx) => {
    stillWorkable(tx, project, doer.right_no);
    const before = findSchedule(tx, id);
    if (!before) throw missing();
    // Who sends back what was shown leaves it as it is.
    const shown = change.command !== undefined && change.command === shownIn(ctx, project.no, before.command);
    const after = {
      ...before,
      ...change,
      ...(shown && { command: before.command }),
      cron: (change.cron ?? before.cron).trim(),
      ...(timeout !== undefined && { seconds: timeout }),
    };
    // A name that is changed keeps when it is due.
    const same = before.enabled && after.cron === before.cron && after.timezone === before.timezone;
    const next = dueNext(after, new Date(tx.now));
    const { name, cron, timezone, command, seconds, enabled } = after;
    const next_at = enabled ? (same ? before.next_at : next) : null;
    updateSchedule(tx, before.no, { name, cron, timezone, command: command.toWellFormed(), seconds, enabled, next_at, right_no: doer.right_no });
    tell(tx, project, doer, before.no, "schedule_changed", { schedule: id, fields: Object.keys(input) });
  });
  clockOf(ctx).look();
  return scheduleWire(ctx, found(ctx, project, id));
};

/** Deletes a schedule; its runs stay. @throws AppError `not_found` */
export const deleteSchedule = async (ctx: Context, actor: Actor, ref: string, id: string): Promise<void> => {
  const project = readableProject(ctx, actor, ref);
  const doer = doerOf(actor);
  found(ctx, project, id);
  await ctx.write((tx) => {
    stillWorkable(tx, project, doer.right_no);
    const row = findSchedule(tx, id);
    if (!row) throw missing();
    updateSchedule(tx, row.no, { enabled: false, next_at: null, command: "", deleted_at: tx.now });
    tell(tx, project, doer, row.no, "schedule_deleted", { schedule: id });
  });
};

/** Runs what a schedule runs at once, for the caller and by the caller's right. @throws AppError `not_found`, `sandbox_unavailable`, `too_many_runs` */
export const runSchedule = (ctx: Context, actor: Actor, ref: string, id: string, retry: Retry): Promise<Once<RunWire>> => {
  const project = readableProject(ctx, actor, ref);
  const { no, command, seconds } = found(ctx, project, id);
  return executeIn(ctx, project, doerOf(actor), { command, schedule_no: no, ...(seconds !== null && { timeout: Math.min(seconds, project.limits.seconds) }) }, retry);
};

/** The runs of a schedule, newest first. `before`: a run's id. @throws AppError `not_found` */
export const listScheduleRuns = (ctx: Context, actor: Actor, ref: string, id: string, limit: number, before?: string): RunWire[] => {
  const project = readableProject(ctx, actor, ref);
  return runsOfSchedule(ctx, project, found(ctx, project, id).no, limit, before);
};

/** When something would be due, or what is wrong with it. @throws AppError `not_found` */
export const validate = (ctx: Context, actor: Actor, ref: string, { cron, timezone = UTC }: Static<typeof Asked>): Static<typeof Verdict> => {
  readableProject(ctx, actor, ref);
  const wrong = problemOf({ cron, timezone }, ctx.clock());
  return wrong ? { valid: false, next: [], problem: `${wrong.field} ${wrong.problem}` } : { valid: true, next: nextTimes({ cron, timezone }, ctx.clock()) };
};

const tell = (tx: Tx, project: Project, doer: Doer, no: number, deed: Deed, details: Record<string, unknown>): void => {
  tx.append({ kind: "schedule", channel_no: project.channel_no, subject: no, actor_no: doer.user_no });
  record(tx, { user: { no: doer.user_no }, address: doer.address ?? "server" }, deed, project.id, details);
};

const missing = (): AppError => new AppError("not_found", { message: "There is no such schedule in this project.", hint: "GET …/schedules lists them." });

const found = (ctx: Context, project: Project, id: string): ScheduleRow => {
  const row = findSchedule(ctx.db, id);
  if (!row || row.project_no !== project.no) throw missing();
  return row;
};

/** Puts what a deleted project had due out of use. */
export const forgetSchedules = (ctx: Context, project_no: number): Promise<void> => ctx.write((tx) => switchOff(tx, project_no));
