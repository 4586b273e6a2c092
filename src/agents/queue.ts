import type { Context } from "../context.ts";
import type { Committed } from "../db/write.ts";
import { JOB_RETRY, QUESTIONS_WAITING, RESIDENTS_ANSWERING } from "../limits.ts";
import { messageKey } from "../messages/table.ts";
import { ownTurn } from "../turns.ts";
import { Answering } from "./answering.ts";
import type { End } from "./ends.ts";
import { channelsWaiting, countWaiting, jobByNo, nextJob, partsOf, requeueJobs } from "./store.ts";
import { tellStatus } from "./telling.ts";
import { beginTurn, endWaiting } from "./turns.ts";

const tooMany: End = {
  state: "failed",
  fault: "failed",
  message: `You have ${QUESTIONS_WAITING} questions waiting for resident agents, and more are not taken.`,
  hint: "Wait until some of them are answered, then retry.",
  said: null,
};

/**
 * Lets resident agents answer what they were asked: in each channel one question after the other, in several channels at
 * once. All of it is rows (`agent_jobs`), written with the messages that ask, so a restart goes on with what was waiting
 * and begins anew with what was being answered.
 */
export class Queue {
  /** Channels in which something may wait, in the order of their turns. */
  readonly #waiting = new Set<number>();
  /** Channels that have their turn, with the question that is being answered there. */
  readonly #running = new Map<number, Answering | null>();
  /** The turns that run, until all of each is on disk. */
  readonly #turns = new Set<Promise<void>>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #stopped = false;

  constructor(private readonly ctx: Context) {}

  /** Goes on where the last run stopped, and follows the feed. The residents must be known by then. */
  async start(): Promise<void> {
    const { ctx } = this;
    const channels = channelsWaiting(ctx.db);
    if (channels.length > 0) await ctx.write(requeueJobs);
    ctx.feed.listen((_, changes) => this.#take(changes));
    for (const channel_no of channels) this.#waiting.add(channel_no);
    this.#next();
  }

  /** Puts back what is being answered, for the next start, and resolves when that is on disk. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#waiting.clear();
    for (const one of this.working()) one.stop("later");
    await Promise.all(this.#turns);
  }

  /** What is being answered now, each before its parts. */
  working(): Answering[] {
    return [...this.#running.values()].flatMap((one) => one?.all ?? []);
  }

  /** The answer to the question of a job, while it is being given. */
  answering(job_no: number): Answering | undefined {
    return this.working().find(({ job }) => job.no === job_no);
  }

  /** Looks for what waits in a channel. */
  wake(channel_no: number): void {
    if (this.#stopped) return;
    this.#waiting.add(channel_no);
    this.#next();
  }

  #take(changes: Committed[]): void {
    if (this.#stopped) return;
    for (const { kind, channel_no, subject, asked } of changes) {
      if (kind === "user") for (const one of this.working()) one.heed(subject);
      if (channel_no === null) continue;
      if (kind === "channel" || kind === "member") for (const one of this.#workingIn(channel_no)) one.heed(kind === "member" ? subject : null);
      if (kind === "delete") this.#forget(channel_no, messageKey(channel_no, subject));
      if (!asked || asked.length === 0) continue;
      for (const no of asked) this.#announce(no);
      this.wake(channel_no);
    }
  }

  /** A question that was deleted needs no answer, and an answer that was deleted no end. */
  #forget(channel_no: number, key: number): void {
    for (const one of this.#workingIn(channel_no)) if (one.concerns(key)) one.stop("gone");
  }

  #workingIn(channel_no: number): Answering[] {
    return this.#running.get(channel_no)?.all ?? [];
  }

  /** Tells that a question waits, or ends it when its asker has too many of them. */
  #announce(no: number): void {
    const { ctx } = this;
    const job = jobByNo(ctx.db, no);
    if (!job) return;
    tellStatus(ctx, job, "waiting");
    if (countWaiting(ctx.db, job.asker_no, no) <= QUESTIONS_WAITING) return;
    ctx
      .write((tx) => endWaiting(ctx, tx, no, tooMany))
      .then(
        () => this.#over(no),
        (error) => ctx.log.error({ event: "resident_failed", job: no, error: String(error) }),
      );
  }

  /** Tells that a question is over, if it is. */
  #over(no: number): void {
    const job = jobByNo(this.ctx.db, no);
    if (!job || job.state === "queued" || job.state === "running") return;
    for (const one of [...partsOf(this.ctx.db, no), job]) tellStatus(this.ctx, one, "idle");
    if (job.state === "failed" && job.answer_key === null)
      this.ctx.log.warn({ event: "resident_unanswered", job: no }, "A question ended without a message: its channel was archived before");
  }

  /** Gives a turn to channels that wait, as many at once as may have one. */
  #next(): void {
    for (const channel_no of this.#waiting) {
      if (this.#running.size >= RESIDENTS_ANSWERING) return;
      if (this.#running.has(channel_no)) continue;
      this.#waiting.delete(channel_no);
      this.#running.set(channel_no, null);
      const turn = this.#turn(channel_no)
        .catch((error) => {
          this.ctx.log.error({ event: "resident_failed", error: error instanceof Error ? error.stack : String(error) });
          this.#later(channel_no);
          return false;
        })
        .then((more) => {
          this.#turns.delete(turn);
          this.#running.delete(channel_no);
          if (more && !this.#stopped) this.#waiting.add(channel_no);
          this.#next();
        });
      this.#turns.add(turn);
    }
  }

  /** One question of a channel. @returns whether there may be more */
  async #turn(channel_no: number): Promise<boolean> {
    const { ctx } = this;
    await ownTurn();
    const next = nextJob(ctx.db, channel_no);
    if (!next) return false;
    const turn = await ctx.write((tx) => beginTurn(ctx, tx, next.no));
    if (turn) {
      const answering = new Answering(ctx, turn);
      this.#running.set(channel_no, answering);
      // The server may have begun to stop since.
      if (this.#stopped) answering.stop("later");
      await answering.run();
    }
    this.#over(next.no);
    return true;
  }

  #later(channel_no: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.wake(channel_no);
    }, JOB_RETRY);
    this.#timers.add(timer);
  }
}

const queues = new WeakMap<Context, Queue>();

/** The one queue of a server. */
export const queueOf = (ctx: Context): Queue => {
  const found = queues.get(ctx) ?? new Queue(ctx);
  queues.set(ctx, found);
  return found;
};
