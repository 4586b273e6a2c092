import type { Context } from "../context.ts";
import type { Committed } from "../db/write.ts";
import { BACKGROUND_AT_ONCE, DRAIN_TIME, RUN_GRACE_AT_END, RUN_RETRY, RUNS_AT_ONCE, RUNS_IN_BACKGROUND } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { mayWork } from "../projects/service.ts";
import type { Driver } from "../sandbox/driver.ts";
import { sandboxOf } from "../sandbox/sandboxes.ts";
import { bareEnd, endRun } from "./ends.ts";
import { Holder } from "./holder.ts";
import { lastHeard } from "./output.ts";
import { Running, type Why } from "./running.ts";
import { dropRuns, everyOpenRun, openRuns, runByNo, stateOf } from "./store.ts";
import { Watch } from "./watch.ts";

/** What of a project runs, and where. */
type Lane = { project: Project; holder: Holder; watch: Watch; going: Map<number, Running> };

const serverEnded: Why = { state: "killed", reason: "server_ended", grace: RUN_GRACE_AT_END };

/**
 * Runs what projects are asked to run: in each project one command after the other, those in the background beside them. All
 * that waits is rows, written by whoever asks; a restart goes on with them, and ends what the server before had begun.
 */
export class Runs {
  readonly #lanes = new Map<number, Lane>();
  /** Projects in which something may wait, in the order of their turns. */
  readonly #waiting = new Set<number>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  /** Runs that ended since the start, by how. */
  readonly ended = new Map<string, { labels: { state: string }; count: number }>();
  readonly #leaving = new Map<number, Promise<void>>();
  #ready = false;
  #stopped = false;

  constructor(private readonly ctx: Context) {}

  /** Ends what an earlier server had begun, goes on with what waits, and follows the feed. Nothing waits for it. */
  start(): void {
    const { ctx } = this;
    ctx.feed.listen((_, changes) => this.#take(changes));
    this.#recover()
      .catch((error) => ctx.log.error({ event: "runs_failed", error: error instanceof Error ? error.stack : String(error) }))
      .finally(() => {
        this.#ready = true;
        for (const { project_no } of everyOpenRun(ctx.db)) this.#waiting.add(project_no);
        this.#next();
      });
  }

  /** Ends all that runs, within the time that the server has to end, and takes every sandbox away. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const lanes = [...this.#lanes.values()];
    const ended = Promise.all(this.going().map((run) => run.stop(serverEnded)));
    await Promise.race([ended, Bun.sleep(DRAIN_TIME)]);
    await Promise.race([Promise.allSettled(lanes.map(({ holder }) => holder.close())), Bun.sleep(RUN_GRACE_AT_END)]);
  }

  /** What runs now, of one project or of all. */
  going(project_no?: number): Running[] {
    const lanes = project_no === undefined ? [...this.#lanes.values()] : [this.#lanes.get(project_no)];
    return lanes.flatMap((lane) => (lane ? [...lane.going.values()] : []));
  }

  /** Looks for what waits in a project. */
  wake(project_no: number): void {
    if (this.#stopped) return;
    this.#waiting.add(project_no);
    this.#next();
  }

  /** The sandbox of a project. */
  holder(project: Project): Holder {
    return this.#lane(project).holder;
  }

  /** Sees to it that nothing of a deleted project runs or waits any more; settles once its sandbox is gone, and its folders may go. */
  gone(project_no: number): Promise<void> {
    const leaving = this.#leaving.get(project_no) ?? this.#leave(project_no).finally(() => this.#leaving.delete(project_no));
    this.#leaving.set(project_no, leaving);
    return leaving;
  }

  /** The driver that works here; what an earlier server left running is gone by then. @throws AppError `sandbox_unavailable` */
  driver(): Promise<Driver> {
    return sandboxOf(this.ctx).driver();
  }

  /** Ends what the server before was at when it ended. A server without projects has nothing to look for. */
  async #recover(): Promise<void> {
    const { ctx } = this;
    if (ctx.projects.all().length === 0 && everyOpenRun(ctx.db).length === 0) return;
    await this.driver().catch(() => {});
    for (const { no, project_no, state } of everyOpenRun(ctx.db)) {
      const project = ctx.projects.byNo(project_no);
      if (!project) await ctx.write((tx) => dropRuns(tx, project_no));
      else if (state === "running") await this.#settle(project, no, { state: "killed", reason: "server_ended" });
    }
  }

  async #settle(project: Project, no: number, end: Pick<Why, "state" | "reason">): Promise<void> {
    const { ctx } = this;
    const run = runByNo(ctx.db, no);
    if (!run) return;
    const heard = await lastHeard(ctx, project, run, "The server ended while this ran.");
    await ctx.write((tx) => endRun(ctx, tx, project, no, { ...bareEnd(ctx, project, end), heard }));
  }

  #take(changes: Committed[]): void {
    for (const { kind, subject } of changes) {
      if (kind === "run") this.#count(subject);
      if ((kind === "member" || kind === "user") && this.going().length > 0)
        this.#revoke(subject).catch((error) => this.ctx.log.error({ event: "run_failed", user: subject, error: String(error) }));
      if (kind !== "project" || this.ctx.projects.byNo(subject)) continue;
      this.gone(subject).catch((error) => this.ctx.log.error({ event: "sandbox_failed", project: subject, error: String(error) }));
    }
  }

  /** Ends what goes on in the name or by the right of a user who was deactivated, or is in a private project no more. */
  async #revoke(user_no: number): Promise<void> {
    const { ctx } = this;
    for (const run of this.going()) {
      const row = runByNo(ctx.db, run.no);
      if (!row || ![row.user_no, row.right_no].includes(user_no)) continue;
      if (await ctx.write((tx) => mayWork(ctx, tx, run.project, row.right_no, row.user_no))) continue;
      run.stop({ state: "stopped", reason: "rights" });
    }
  }

  /** Counts a run that has ended: its last event is the one of its end. */
  #count(no: number): void {
    const state = stateOf(this.ctx.db, no);
    if (state === undefined || state === "queued" || state === "running") return;
    this.ended.set(state, { labels: { state }, count: (this.ended.get(state)?.count ?? 0) + 1 });
  }

  /** What waits in a deleted project is never run, what runs ends, and its sandbox goes. */
  async #leave(project_no: number): Promise<void> {
    await this.ctx.write((tx) => dropRuns(tx, project_no));
    const lane = this.#lanes.get(project_no);
    if (!lane) return;
    await Promise.all([...lane.going.values()].map((run) => run.stop({ state: "stopped", reason: "stopped", grace: 0 })));
    await lane.holder.close();
    this.#lanes.delete(project_no);
  }

  #lane(project: Project): Lane {
    const found = this.#lanes.get(project.no);
    if (found) return found;
    const going = new Map<number, Running>();
    const holder = new Holder(
      this.ctx,
      project,
      () => this.driver(),
      () => going.size > 0,
    );
    const lane = { project, going, holder, watch: new Watch(this.ctx, project, () => [...going.values()]) };
    this.#lanes.set(project.no, lane);
    return lane;
  }

  /** Gives a turn to what waits, as much at once as may run. */
  #next(): void {
    if (!this.#ready || this.#stopped) return;
    for (const project_no of this.#waiting) {
      const project = this.ctx.projects.byNo(project_no);
      if (!project || this.#begin(this.#lane(project))) this.#waiting.delete(project_no);
    }
  }

  /** Begins what may begin in a project. @returns false where something waits for other projects' runs alone */
  #begin(lane: Lane): boolean {
    const { ctx } = this;
    for (const { no, state, background } of openRuns(ctx.db, lane.project.no)) {
      if (state !== "queued" || lane.going.has(no)) continue;
      const beside = [...lane.going.values()].filter((run) => run.background === background).length;
      if (beside >= (background ? RUNS_IN_BACKGROUND : 1)) continue;
      const everywhere = this.going().filter((run) => run.background === background).length;
      if (everywhere >= (background ? BACKGROUND_AT_ONCE : RUNS_AT_ONCE)) return false;
      this.#run(lane, new Running(ctx, lane.project, lane.holder, no, background));
    }
    return true;
  }

  #run(lane: Lane, run: Running): void {
    const { ctx } = this;
    // A sandbox has one network for all that runs in it.
    if (lane.holder.outdated) for (const other of lane.going.values()) other.stop({ state: "killed", reason: "sandbox", detail: "the project's network setting was changed" });
    lane.going.set(run.no, run);
    lane.watch.begin();
    const over = () => {
      lane.going.delete(run.no);
      lane.holder.touch();
      if (lane.going.size === 0) lane.watch.end();
    };
    run.run().then(
      () => {
        over();
        this.wake(lane.project.no);
      },
      (error) => {
        over();
        ctx.log.error({ event: "run_failed", run: run.no, error: error instanceof Error ? error.stack : String(error) });
        this.#again(lane.project, run);
      },
    );
  }

  /** Storage failed as it was to begin or to end: it is tried again until it can be written, or at the next start. */
  #again(project: Project, run: Running): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const end = run.why ?? { state: "failed" as const, reason: "sandbox" as const };
      const settled = stateOf(this.ctx.db, run.no) === "running" ? this.#settle(project, run.no, end) : Promise.resolve();
      settled.then(
        () => this.wake(project.no),
        () => this.#again(project, run),
      );
    }, RUN_RETRY);
    this.#timers.add(timer);
  }
}

const engines = new WeakMap<Context, Runs>();

/** What runs the commands of a server's projects. */
export const runsOf = (ctx: Context): Runs => {
  const found = engines.get(ctx) ?? new Runs(ctx);
  engines.set(ctx, found);
  return found;
};
