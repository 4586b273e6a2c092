import type { Context } from "../../context.ts";
import { ownTurn } from "../../turns.ts";
import { jobByNo } from "../store.ts";
import { tellStatus } from "../telling.ts";
import { beginTurn, type Outcome, partEnd, type Turn } from "../turns.ts";

/** A question while it is being answered, as far as its whole has to do with it. */
type Answering = { run: () => Promise<void>; stop: (outcome: Outcome) => void };

/** The parts of a request that others answer within its turn, each until its end is on disk. */
export class Parts<Part extends Answering> {
  readonly #begun = new Map<Promise<void>, Part | null>();
  /** How the whole ends, once that is decided. */
  #over: Outcome | null = null;

  constructor(
    private readonly ctx: Context,
    private readonly make: (turn: Turn) => Part,
  ) {}

  /** Those that are being answered. */
  get all(): Part[] {
    return [...this.#begun.values()].filter((part) => part !== null);
  }

  /** Lets a part be answered, unless the whole is over: that ends it. @throws what kept its end from being written */
  begin(no: number): Promise<void> {
    const begun = this.#begin(no, (part) => this.#begun.set(begun, part)).finally(() => this.#begun.delete(begun));
    this.#begun.set(begun, null);
    return begun;
  }

  /** Ends what is being answered, as the whole ends; nothing is begun any more. */
  stop(outcome: Outcome): void {
    this.#over ??= outcome;
    for (const part of this.all) part.stop(partEnd(outcome));
  }

  /** As `stop`; resolves when every part is over. */
  async end(outcome: Outcome): Promise<void> {
    this.stop(outcome);
    await Promise.allSettled(this.#begun.keys());
  }

  async #begin(no: number, begun: (part: Part) => void): Promise<void> {
    const { ctx } = this;
    await ownTurn();
    if (this.#over) return;
    const turn = await ctx.write((tx) => beginTurn(ctx, tx, no));
    if (turn) {
      const part = this.make(turn);
      begun(part);
      if (this.#over) part.stop(partEnd(this.#over));
      await part.run();
    }
    const job = jobByNo(ctx.db, no);
    if (job && job.state !== "queued") tellStatus(ctx, job, "idle");
  }
}
