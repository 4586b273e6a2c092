import { consoleOf } from "../console/consoles.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { AppError } from "../errors.ts";
import { RUN_GRACE, RUN_LAST } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { lostInWords, secretsOf, shownIn } from "../projects/secrets.ts";
import { mayWork } from "../projects/service.ts";
import type { Ending, Figures, Process, Sandbox } from "../sandbox/driver.ts";
import { scan } from "../workspace/service.ts";
import { type Artifacts, gather, noArtifacts } from "./artifacts.ts";
import { bareEnd, type End, endRun, howItEnded, howToRaise, type Reason } from "./ends.ts";
import type { Holder } from "./holder.ts";
import { type EndState, type RunRow, runByNo, updateRun } from "./store.ts";

/** Why somebody or something ends a run. `grace`: milliseconds that it has to end by itself. */
export type Why = { state: EndState; reason: Reason; by?: number; detail?: string; grace?: number };

export const stoppedBy = (user_no: number): Why => ({ state: "stopped", reason: "stopped", by: user_no });

/** One run that has its turn, from the moment it is taken out of the queue until its end is on disk. */
export class Running {
  /** Why it is being ended; null while nobody wants it to. */
  why: Why | null = null;
  /** When its process began (milliseconds since 1970); 0 before. */
  began = 0;
  readonly #asked = Promise.withResolvers<Why>();
  readonly #over = Promise.withResolvers<void>();
  #process: Process | null = null;

  constructor(
    private readonly ctx: Context,
    readonly project: Project,
    private readonly holder: Holder,
    readonly no: number,
    readonly background: boolean,
  ) {}

  /** Runs it. Settles once its end is on disk, or where there is nothing to run any more. */
  async run(): Promise<void> {
    const { ctx, project } = this;
    try {
      const run = await ctx.write((tx) => this.#begin(tx));
      if (!run) return;
      const end = await this.#work(run).catch((error) => this.#broken(error));
      await ctx.write((tx) => endRun(ctx, tx, project, this.no, end));
    } finally {
      this.#over.resolve();
    }
  }

  /** Ends it, whatever it is at; what was asked first holds. Settles when its end is on disk. */
  stop(why: Why): Promise<void> {
    if (!this.why) {
      this.why = why;
      this.#asked.resolve(why);
    }
    return this.#over.promise;
  }

  /** What it takes at this moment; null while it does not run. */
  async figures(): Promise<Figures | null> {
    return this.#process?.figures().catch(() => null) ?? null;
  }

  /** Takes it out of the queue. Who lost the right to run it since it was asked for has it ended here. */
  #begin(tx: Tx): RunRow | null {
    const { ctx, project, no } = this;
    const run = runByNo(tx, no);
    if (run?.state !== "queued") return null;
    if (!mayWork(ctx, tx, project, run.right_no, run.user_no)) {
      endRun(ctx, tx, project, no, bareEnd(ctx, project, { state: "stopped", reason: "rights" }));
      return null;
    }
    const began = { state: "running", started_at: tx.now } as const;
    // From here on nothing runs it again: its row keeps what everyone may see of it.
    updateRun(tx, no, { ...began, command: shownIn(ctx, project.no, run.command) });
    tx.append({ kind: "run", channel_no: project.channel_no, subject: no, actor_no: run.user_no });
    return { ...run, ...began };
  }

  async #work(run: RunRow): Promise<End> {
    const { ctx, project, holder } = this;
    const limits = { ...project.limits };
    const { secrets, lost } = secretsOf(ctx, project.no);
    const console = consoleOf(ctx).open(project, run, secrets);
    console.say(`$ ${run.command}`);
    let ending: Ending | null = null;
    let fault: string | null = null;
    try {
      if (lost.length > 0) throw new Error(lostInWords(lost));
      const env = Object.fromEntries(secrets.map(({ name, value }) => [name, value]));
      const starting = holder.open().then((sandbox: Sandbox) =>
        // It may have been stopped while the sandbox was opened.
        this.why ? null : sandbox.run({ run: run.id, command: run.command, env, limits }, (stream, bytes) => console.hear(stream, bytes)),
      );
      // A sandbox that takes its time must not keep anybody from stopping what waits for it.
      const process = await Promise.race([starting, this.#asked.promise.then(() => null)]);
      if (process) ending = await this.#until(process, run.seconds);
      else starting.then((late) => late?.stop(0)).catch(() => {});
    } catch (error) {
      fault = causeOf(error);
      ctx.log.warn({ event: "run_failed", run: run.id, error: String(error) });
    }
    const ended_at = ctx.clock().toISOString();
    const ended = this.#how(ending, fault);
    await scan(ctx, project, run, run.no).catch((error) => ctx.log.error({ event: "scan_failed", run: run.id, error: String(error) }));
    const kept = await this.#artifacts(run, ended.state);
    const end = bareEnd(ctx, project, { ...ended, ended_at, limits, peak_memory: ending?.peak_memory ?? null, cpu_ms: ending?.cpu_ms ?? null, artifacts: kept.ids });
    for (const line of kept.remarks) console.say(line);
    const raise = howToRaise(project, end.reason, run.seconds);
    console.say(`${capital(howItEnded(ctx, { ...run, ended_at }, end))}.${raise ? ` ${raise}` : ""}`);
    return { ...end, heard: await console.end(end.reason) };
  }

  /** Waits for the process to end, by itself or because its time is over or somebody wants it to. */
  async #until(process: Process, seconds: number): Promise<Ending> {
    this.#process = process;
    this.began = this.ctx.clock().getTime();
    const timers = [setTimeout(() => this.stop({ state: "timed_out", reason: "time" }), seconds * 1000)];
    const lost = Promise.withResolvers<never>();
    this.#asked.promise.then(({ grace = RUN_GRACE }) => {
      if (this.#process === null) return;
      process.stop(grace).catch(() => {});
      // Nothing is known that survives SIGKILL; were there such a thing, its sandbox goes.
      const close = () => this.holder.close().finally(() => lost.reject(new Error("It could not be ended")));
      timers.push(setTimeout(() => close().catch(() => {}), grace + RUN_LAST));
    });
    try {
      return await Promise.race([process.ended, lost.promise]);
    } finally {
      for (const timer of timers) clearTimeout(timer);
      this.#process = null;
    }
  }

  /** What its ending means, by why it was ended. */
  #how(ending: Ending | null, fault: string | null): Pick<End, "state" | "reason"> & Partial<End> {
    const { why } = this;
    const exit_code = ending?.exit_code ?? null;
    if (why) return { state: why.state, reason: why.reason, exit_code, detail: why.detail ?? null, stopped_by: why.by ?? null };
    if (!ending) return { state: "failed", reason: "sandbox", detail: fault };
    if (ending.limit) return { state: "killed", reason: ending.limit, exit_code };
    if (ending.signal !== null) return { state: "killed", reason: "signal", exit_code, detail: ending.signal };
    if (exit_code === null) return { state: "failed", reason: "sandbox", detail: "nothing is known of its end" };
    return { state: exit_code === 0 ? "succeeded" : "failed", reason: null, exit_code };
  }

  async #artifacts(run: RunRow, state: EndState): Promise<Artifacts> {
    if (run.kind !== "build" || state !== "succeeded") return noArtifacts;
    return gather(this.ctx, this.project, run).catch((error) => {
      this.ctx.log.error({ event: "artifacts_failed", run: run.id, error: String(error) });
      return { ids: [], remarks: [`Its artifacts could not be kept: ${causeOf(error)}`] };
    });
  }

  /** An end for what went wrong inside the server. */
  #broken(error: unknown): End {
    this.ctx.log.error({ event: "run_failed", run: this.no, error: error instanceof Error ? error.stack : String(error) });
    return bareEnd(this.ctx, this.project, { ...this.#how(null, "something went wrong inside the server") });
  }
}

/** Why something could not be run, for whoever wanted it. */
const causeOf = (error: unknown): string => {
  if (error instanceof AppError) return `${error.message} ${error.hint}`;
  return error instanceof Error ? error.message : String(error);
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
