import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { GROWTH_CHARACTERS_PER_SECOND, GROWTH_INTERVAL, JOB_RETRY, STOP_GRACE } from "../limits.ts";
import { type Growing, growMessage } from "../messages/growing.ts";
import { ModelError, type Said } from "../models/asking.ts";
import { ownTurn } from "../turns.ts";
import { answer, type JobRow, type Step } from "./answer.ts";
import { Crew } from "./crew/crew.ts";
import { Parts } from "./crew/parts.ts";
import { broken, type End, unstored, wordsSoFar } from "./ends.ts";
import { leads } from "./persona.ts";
import { updateJob } from "./store.ts";
import { tellStatus } from "./telling.ts";
import { endTurn, hindrance, type Outcome, type Turn } from "./turns.ts";

/** One question while it is being answered: what has come so far, how it is shown as it grows, and how it ends. */
export class Answering {
  state: "thinking" | "running" = "thinking";
  /** The tool that runs. */
  tool: string | null = null;
  job: JobRow;
  #growing: Growing;
  #text = "";
  #steps: readonly Step[] = [];
  /** Whether there is more than what stands in the message. */
  #news = false;
  #writing: Promise<void> | null = null;
  #wroteAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over = false;
  /** What others answer within its turn. */
  readonly #parts: Parts<Answering>;
  /** Whether it leads others in a project: then its plan says meanwhile how it stands, and its result comes after all that it led to. */
  readonly #leads: boolean;
  /** How it is to end, when that is decided from outside. */
  #ordered: Outcome | null = null;
  readonly #abort = new AbortController();
  readonly #ended = Promise.withResolvers<void>();

  constructor(
    private readonly ctx: Context,
    { job, growing }: Turn,
  ) {
    this.job = job;
    this.#growing = growing;
    const agent = ctx.residents.byNo(job.agent_no);
    this.#leads = agent !== undefined && leads(agent) && job.parent_no === null && ctx.projects.ofChannel(job.channel_no) !== undefined;
    this.#parts = new Parts(ctx, (turn) => new Answering(ctx, turn));
  }

  /** Resolves when it is over and on disk. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** It, and the parts of it that are being answered. */
  get all(): Answering[] {
    return [this, ...this.#parts.all];
  }

  /** Whether it is about a message, as its question or its answer. */
  concerns(key: number): boolean {
    return key === this.job.question_key || key === this.#growing.posted?.key;
  }

  /** Ends it at once if something stands against it now that its channel changed, or a user (`user_no`): the model may be silent for long. */
  heed(user_no: number | null): void {
    const { ctx, job } = this;
    if (this.#over || (user_no !== null && user_no !== job.asker_no && user_no !== job.agent_no)) return;
    ctx
      .write((tx) => hindrance(ctx, tx, job, this.#growing))
      .then(
        (hindered) => hindered && this.stop(hindered),
        // What it says next is held against the same.
        (error) => ctx.log.warn({ event: "resident_stalled", job: job.no, error: String(error) }),
      );
  }

  /** Ends it before it is done. The first to say how decides. */
  stop(outcome: Outcome): void {
    if (this.#over || this.#ordered) return;
    this.#ordered = outcome;
    this.#abort.abort();
    this.#parts.stop(outcome);
  }

  /** Answers, to the end. @throws what kept the end from being written */
  async run(): Promise<void> {
    this.#tell();
    try {
      const outcome = await this.#outcome();
      this.#over = true;
      clearTimeout(this.#timer);
      await this.#writing;
      // The end of the whole comes after that of each part.
      await this.#parts.end(outcome);
      await ownTurn();
      await this.#end(outcome);
    } finally {
      this.#ended.resolve();
    }
  }

  async #outcome(): Promise<Outcome> {
    const { signal } = this.#abort;
    const ordered = new Promise<null>((resolve) => signal.addEventListener("abort", () => resolve(null)));
    if (signal.aborted) return this.#ordered ?? "later";
    const asked = this.#ask(signal);
    const end = await Promise.race([asked, ordered]);
    if (!this.#ordered) return end ?? "later";
    if (typeof this.#ordered === "string" || this.#ordered.state !== "stopped") return this.#ordered;
    const late = await Promise.race([asked, Bun.sleep(STOP_GRACE).then(() => null)]);
    return { ...this.#ordered, said: saidOf(late) };
  }

  async #ask(signal: AbortSignal): Promise<End> {
    const hearing = { text: (whole: string) => this.#hear(whole, this.#steps), steps: (steps: Step[]) => this.#hear(this.#text, structuredClone(steps)) };
    try {
      const crew = this.#crew;
      await crew?.resume();
      const answered = await answer(this.ctx, this.job, hearing, signal, crew);
      if (answered.content.trim() !== "" || answered.attachments.length > 0) return { state: "answered", answered };
      return { state: "failed", fault: "failed", message: "The model ended without saying anything.", hint: "Retry, or put the question in other words.", said: answered.said };
    } catch (error) {
      if (error instanceof ModelError) return { state: "failed", fault: error.fault, message: error.message, hint: error.hint, said: error.said };
      if (!signal.aborted) this.#fault(error);
      return error instanceof AppError && error.code === "storage_failed" ? unstored : broken;
    }
  }

  /** What it leads; null where it is a part itself. */
  get #crew(): Crew | null {
    const turn = () => ({ job: this.job, growing: this.#growing });
    return this.job.parent_no === null ? new Crew(this.ctx, turn, (no) => this.#parts.begin(no)) : null;
  }

  #fault(error: unknown): void {
    this.ctx.log.error({ event: "resident_failed", job: this.job.no, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }

  #hear(text: string, steps: readonly Step[]): void {
    if (this.#over || this.#ordered) return;
    this.#news ||= text !== this.#text || steps !== this.#steps;
    this.#text = text;
    this.#steps = steps;
    const tool = steps.findLast(({ state }) => state === "running")?.tool ?? null;
    const told = tool !== this.tool;
    this.tool = tool;
    this.state = tool === null ? "thinking" : "running";
    if (told) this.#tell();
    this.#grow();
  }

  /** Shows the news when it is time to: one edit after the other, none too soon after the last. */
  #grow(): void {
    if (!this.#news || this.#leads || this.#writing || this.#over || (this.#text.trim() === "" && this.#steps.length === 0)) return;
    const pause = Math.max(GROWTH_INTERVAL, (this.#text.length / GROWTH_CHARACTERS_PER_SECOND) * 1_000);
    const left = this.#wroteAt + pause - performance.now();
    clearTimeout(this.#timer);
    if (left > 0) {
      this.#timer = setTimeout(() => this.#grow(), left);
      return;
    }
    this.#news = false;
    this.#wroteAt = performance.now();
    this.#writing = this.#write()
      // The end says all of it once more.
      .catch((error) => this.ctx.log.warn({ event: "resident_stalled", job: this.job.no, error: String(error) }))
      .finally(() => {
        this.#writing = null;
        this.#grow();
      });
  }

  async #write(): Promise<void> {
    await ownTurn();
    if (this.#over) return;
    const { ctx, job } = this;
    const before = this.#growing;
    const words = wordsSoFar({ text: this.#text, steps: this.#steps });
    const { hindered, grown } = await ctx.write((tx) => {
      const hindered = hindrance(ctx, tx, job, before);
      if (hindered) return { hindered, grown: null };
      const grown = growMessage(ctx, tx, before, words);
      if (grown?.posted && !before.posted) updateJob(tx, job.no, { answer_key: grown.posted.key });
      return { hindered, grown };
    });
    if (!grown?.posted) {
      this.stop(hindered ?? "gone");
      return;
    }
    this.#growing = { ...before, ...grown };
    if (before.posted) return;
    this.job = { ...job, answer_key: grown.posted.key };
    this.#tell();
  }

  /** Writes the end, again and again while storage fails or is overrun: unless the server stops meanwhile, which begins anew with it. */
  async #end(outcome: Outcome): Promise<void> {
    const { ctx, job } = this;
    const heard = { text: this.#text, steps: this.#steps };
    // What came by a right that is lost is not shown any more.
    const shown = (hindered: Outcome | null) => (hindered === null || hindered === "archived" ? heard : { text: "", steps: [] });
    for (let end = outcome; ; ) {
      try {
        await ctx.write((tx) => {
          const hindered = end === "later" ? null : hindrance(ctx, tx, job, this.#growing);
          endTurn(ctx, tx, { job, growing: this.#growing }, hindered ?? end, shown(hindered));
        });
        return;
      } catch (error) {
        if (ctx.feed.closing) return;
        if (error instanceof AppError && (error.code === "storage_failed" || error.code === "rate_limited")) await Bun.sleep(JOB_RETRY);
        else if (end === broken) throw error;
        else {
          this.#fault(error);
          end = broken;
        }
      }
    }
  }

  #tell(): void {
    tellStatus(this.ctx, this.job, this.state, this.tool);
  }
}

/** What an end cost, where a model said anything. */
const saidOf = (end: End | null): Said | null => (end === null || "plain" in end ? null : "answered" in end ? end.answered.said : end.said);
