import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { RUN_RETRY, SCHEDULE_LOOK, SCHEDULES_AT_ONCE } from "../limits.ts";
import { postNotice } from "../messages/notice.ts";
import type { Project } from "../projects/directory.ts";
import { isGone, mayWork } from "../projects/service.ts";
import { runsOf } from "../runs/engine.ts";
import { enqueue, openRunOf } from "../runs/service.ts";
import { latestOf, nextOf } from "./cron.ts";
import { dueBy, firstDue, type ScheduleRow, scheduleByNo, updateSchedule, waiting } from "./store.ts";

/**
 * Runs what is due: one timer to the next due time of all schedules. `next_at` goes on in the transaction that puts the run
 * into the queue, so that a crash neither loses a run nor doubles it.
 */
export class ScheduleClock {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #looking = false;
  #failed = false;
  /** When this server began (milliseconds since 1970): what was due before, it was down for. */
  #began = 0;
  /** The latest time that was seen. */
  #seen = 0;

  constructor(private readonly ctx: Context) {}

  start(): void {
    this.#began = this.ctx.clock().getTime();
    this.#seen = this.#began;
    this.#running = true;
    this.#mend()
      .catch((error) => this.#fault(error))
      .finally(() => this.look());
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  /** Looks at what is due, and plans the next look: a schedule was made or changed, or its time has come. */
  look(): void {
    if (!this.#running) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#looking) return;
    this.#looking = true;
    this.#failed = false;
    this.#work()
      .catch((error) => {
        this.#failed = true;
        this.#fault(error);
      })
      .finally(() => {
        this.#looking = false;
        this.#plan();
      });
  }

  #plan(): void {
    if (!this.#running) return;
    clearTimeout(this.#timer);
    const first = firstDue(this.ctx.db);
    const left = first === undefined ? SCHEDULE_LOOK : Date.parse(first) - this.ctx.clock().getTime();
    this.#timer = setTimeout(() => this.look(), Math.max(this.#failed ? RUN_RETRY : 1, Math.min(left, SCHEDULE_LOOK)));
  }

  async #work(): Promise<void> {
    const now = this.ctx.clock().getTime();
    // The clock was set back: what had its time by the wrong one is due by the right one.
    if (now < this.#seen - SCHEDULE_LOOK) await this.#mend();
    this.#seen = now;
    while (this.#running) {
      const due = dueBy(this.ctx.db, new Date(now).toISOString(), SCHEDULES_AT_ONCE);
      if (due.length === 0) return;
      // Each by itself: what goes wrong with one holds up no other.
      const done = await Promise.allSettled(due.map(({ no }) => this.ctx.write((tx) => this.#begin(tx, no))));
      for (const one of done) {
        if (one.status === "rejected") throw one.reason;
        if (one.value !== null) runsOf(this.ctx).wake(one.value);
      }
      if (due.length < SCHEDULES_AT_ONCE) return;
    }
  }

  /** Plans anew what is due later than it can be: it was planned by a clock that ran ahead. */
  async #mend(): Promise<void> {
    const now = this.ctx.clock();
    const wrong = waiting(this.ctx.db).flatMap((row) => {
      const next = nextOf(row, now)?.toISOString();
      return next !== undefined && row.next_at !== null && row.next_at > next ? [{ row, next }] : [];
    });
    for (const { row, next } of wrong)
      await this.ctx.write((tx) => {
        if (scheduleByNo(tx, row.no)?.next_at !== row.next_at) return;
        updateSchedule(tx, row.no, { next_at: next });
        const project = this.ctx.projects.byNo(row.project_no);
        if (project) tx.append({ kind: "schedule", channel_no: project.channel_no, subject: row.no, actor_no: null });
      });
  }

  /** Does what is to be done of one that is due. @returns the number of the project in which a run waits now; null for none */
  #begin(tx: Tx, no: number): number | null {
    const { ctx } = this;
    const schedule = scheduleByNo(tx, no);
    if (!schedule || schedule.next_at === null || schedule.next_at > tx.now) return null;
    const project = ctx.projects.byNo(schedule.project_no);
    if (!project || isGone(tx, project.no)) {
      updateSchedule(tx, no, { enabled: false, next_at: null });
      return null;
    }
    tx.append({ kind: "schedule", channel_no: project.channel_no, subject: no, actor_no: null });
    if (!mayWork(ctx, tx, project, schedule.right_no)) {
      updateSchedule(tx, no, { enabled: false, next_at: null });
      const { username } = ctx.users.author(schedule.right_no);
      this.#say(
        tx,
        project,
        schedule,
        "error",
        `was switched off: @${username}, by whose right it ran, may no longer work in this project. Whoever changes it runs it by a right of their own.`,
      );
      return null;
    }
    const now = new Date(tx.now);
    const next_at = nextOf(schedule, now)?.toISOString() ?? null;
    const due = latestOf(schedule, new Date(schedule.next_at), now);
    const open = openRunOf(tx, project.no, no);
    if (open !== undefined) {
      updateSchedule(tx, no, { next_at, told_no: open });
      if (schedule.told_no !== open) this.#say(tx, project, schedule, "text", `was left out at ${due.toISOString()}, and will be until its run from before has ended.`);
      return null;
    }
    const doer = { user_no: schedule.right_no, right_no: schedule.right_no, trigger: "schedule", via: "schedule" } as const;
    enqueue(ctx, tx, project, doer, {
      command: schedule.command,
      ...(schedule.seconds !== null && { timeout: schedule.seconds }),
      ...{ schedule_no: no, due_at: due.toISOString(), late: due.getTime() < this.#began || now.getTime() - due.getTime() > SCHEDULE_LOOK },
    });
    updateSchedule(tx, no, { last_at: tx.now, next_at });
    return project.no;
  }

  #say(tx: Tx, project: Project, { id, name, right_no }: ScheduleRow, type: "text" | "error", what: string): void {
    const user = this.ctx.users.byNo(right_no);
    if (user)
      postNotice(this.ctx, tx, project.channel, {
        user,
        via: "schedule",
        type,
        content: `The schedule "${name}" ${what}`,
        metadata: { project: project.slug, schedule: id },
        attachments: [],
      });
  }

  #fault(error: unknown): void {
    this.ctx.log.error({ event: "schedules_failed", error: error instanceof Error ? error.stack : String(error) });
  }
}

const clocks = new WeakMap<Context, ScheduleClock>();

/** What runs the schedules of a server. */
export const clockOf = (ctx: Context): ScheduleClock => {
  const found = clocks.get(ctx) ?? new ScheduleClock(ctx);
  clocks.set(ctx, found);
  return found;
};
