import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import {
  CONSOLE_PROJECT_BYTES,
  CONSOLE_PROJECT_LINES,
  CONSOLE_REMOVED_ROWS,
  CONSOLE_WRITE_BYTES,
  CONSOLE_WRITE_EVERY,
  CONSOLE_WRITE_LAST,
  CONSOLE_WRITE_ROWS,
  CONSOLE_WRITE_TRIES,
} from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import { RunFaults } from "./faults/run.ts";
import type { Secret } from "./masking.ts";
import { Recorder, type Said } from "./recorder.ts";
import { consoleHead, consoleKept, type FaultRow, insertFault, insertLines, removeLines } from "./store.ts";
import { consoleKey } from "./table.ts";
import { Telling } from "./telling.ts";
import type { Line } from "./wire.ts";

/** The known error that a run most likely ended by. */
export type MainFault = Pick<FaultRow, "language" | "kind" | "message" | "file" | "line" | "column"> & { id: string };

/**
 * What the console has of a run. `bytes`: all that it wrote; `tail`: the end of its output, at most RUN_OUTPUT_BYTES. Seqs are
 * null where nothing was said; `fault` where no error that is known was recognised.
 */
export type Kept = { first_seq: number | null; last_seq: number | null; bytes: number; tail: string; fault: MainFault | null };

/** Takes what one run says. */
export type RunConsole = {
  /** Output as it comes. @returns what to wait for before more is read, when it comes too fast */
  hear: (stream: "stdout" | "stderr", bytes: Uint8Array) => void | Promise<void>;
  /** A line of Colony's own, after what was heard by now. */
  say: (text: string) => void;
  /** Settles once all of it is stored, an unfinished last line too. `reason`: which limit ended the run, where one did. */
  end: (reason?: string | null) => Promise<Kept>;
};

type Run = { no: number; id: string };
type Open = { project: Project; run: Run; recorder: Recorder; faults: RunFaults; ended: () => void };
type Row = Said & { seq: number };
/**
 * What is written of one run in one transaction. `replaced`: seqs of unfinished lines that `rows` take the place of; `head`: the
 * project's newest seq with it; `stale`: seqs to be removed, after the first, through the second.
 */
type Part = { open: Open; rows: Row[]; replaced: number[]; gap: Row | null; stale: [number, number] | null; faults: Omit<FaultRow, "no">[]; head: number };

/** Who is told at once. `said`: lines that were just stored, in their order; one whose seq was told before takes its place. `cleared`: those through a seq are gone. */
export type Hearer = { said: (project: Project, lines: Line[]) => void; cleared: (project: Project, through: number) => void };

/** The key of the feed on which one waits for what a project's console says next. */
export const consoleKeyOf = ({ no }: Pick<Project, "no">): string => `console:${no}`;

/** Milliseconds in which the first words of a run wait for others. */
const GATHER = 5;
/** Milliseconds before a writing that failed is tried again. */
const AGAIN = 1_000;
/** A console that is too full is emptied to this share of what it may hold, so that it is not full again with the next line. */
const EMPTIED = 0.95;

/** The consoles of all projects: one writing for all that runs say, some times a second, so that posts hardly notice a flood. */
export class Consoles {
  /** In the order of their turns. */
  #open: Open[] = [];
  readonly #heads = new Map<number, number>();
  readonly #hearers = new Set<Hearer>();
  readonly #trimming = new Set<number>();
  readonly #telling: Telling;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #timerAt = 0;
  #writing = false;

  constructor(private readonly ctx: Context) {
    this.#telling = new Telling(ctx);
  }

  /** Begins to hear a run. Values of `secrets` are shown by their names. */
  open(project: Project, run: Run, secrets: Secret[]): RunConsole {
    let ended = () => {};
    const over = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const recorder = new Recorder(secrets, this.ctx.clock, () => this.#plan(GATHER));
    const faults = new RunFaults(this.ctx, project, run.no);
    this.#open.push({ project, run, recorder, faults, ended });
    return {
      hear: (stream, bytes) => recorder.hear(stream, bytes),
      say: (text) => recorder.say(text),
      end: async (reason = null) => {
        faults.reason = reason;
        recorder.finish();
        this.#plan(0);
        await over;
        return { first_seq: recorder.firstSeq, last_seq: recorder.lastSeq, bytes: recorder.heard, tail: recorder.tail, fault: faults.main };
      },
    };
  }

  /** The newest seq of a project's console that was told; reads stop here. */
  head(project_no: number): number {
    const known = this.#heads.get(project_no);
    if (known !== undefined) return known;
    const head = consoleHead(this.ctx.db, project_no);
    this.#heads.set(project_no, head);
    return head;
  }

  /** Whether a line has no end yet: the next one of its run and stream takes its place. */
  isUnfinished(run_id: string, seq: number): boolean {
    for (const { run, recorder } of this.#open) if (run.id === run_id) for (const one of recorder.unfinished) if (one === seq) return true;
    return false;
  }

  /** Tells `hearer` all that happens in consoles from now on. */
  listen(hearer: Hearer): void {
    this.#hearers.add(hearer);
  }

  /** Told that a project's lines through a seq were taken away. */
  cleared(project: Project, through: number): void {
    for (const open of this.#open) if (open.project.no === project.no) open.recorder.forget();
    for (const { cleared } of this.#hearers) cleared(project, through);
    this.ctx.feed.pass("console", project.channel, null, { project_id: project.id, lines: [], skipped: 0, cleared_through: through });
  }

  /** Has the next writing within so many milliseconds. */
  #plan(delay: number): void {
    const at = performance.now() + delay;
    if (this.#writing || (this.#timer && this.#timerAt <= at)) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#tick(), delay);
  }

  async #tick(): Promise<void> {
    this.#timer = null;
    this.#writing = true;
    const parts = this.#gather();
    if (parts.length > 0) {
      const removed = await this.#write(parts);
      for (const [index, part] of parts.entries()) this.#settle(part, removed?.[index]);
    }
    this.#writing = false;
    for (const one of this.#open.filter(({ recorder }) => recorder.ended)) {
      this.#open.splice(this.#open.indexOf(one), 1);
      one.ended();
    }
    const busy = this.#open.some(({ recorder }) => !recorder.idle);
    const due = Math.min(...this.#open.flatMap(({ recorder, faults }) => [recorder.due ?? Number.POSITIVE_INFINITY, faults.due]));
    if (busy) this.#plan(this.#open.some(({ recorder }) => recorder.ending) ? CONSOLE_WRITE_LAST : CONSOLE_WRITE_EVERY);
    else if (due !== Number.POSITIVE_INFINITY) this.#plan(Math.max(0, due - performance.now()));
  }

  /** Takes from each run in its turn what fits into one writing. */
  #gather(): Part[] {
    const parts: Part[] = [];
    const heads = new Map<number, number>();
    const now = performance.now();
    let [rows, bytes] = [CONSOLE_WRITE_ROWS, CONSOLE_WRITE_BYTES];
    const first = this.#open.shift();
    if (first) this.#open.push(first);
    for (const open of this.#open) {
      const { project, recorder } = open;
      let head = heads.get(project.no) ?? this.head(project.no);
      const { wantsGap } = recorder;
      if (wantsGap) recorder.placeGap(++head);
      const taken = recorder.take(rows, bytes, now).map((said) => ({ ...said, seq: ++head }));
      const whole = taken.filter(({ unfinished }) => !unfinished);
      const faults = open.faults.hear(whole, now, recorder.finished);
      const part = { open, rows: taken, replaced: recorder.replacedBy(taken), gap: recorder.takeGap(now), stale: recorder.stale, faults, head };
      heads.set(project.no, head);
      rows -= taken.length;
      bytes -= taken.reduce((sum, { content }) => sum + content.length, 0);
      if (wantsGap || taken.length > 0 || part.gap || part.stale || faults.length > 0) parts.push(part);
    }
    return parts;
  }

  /** @returns of each part how many lines were removed, once it is on disk; null when its lines were given up: without storage runs must end all the same */
  async #write(parts: Part[]): Promise<number[] | null> {
    for (let left = CONSOLE_WRITE_TRIES; left > 0; left--) {
      try {
        return await this.ctx.write((tx) => parts.map((part) => writePart(tx, part)));
      } catch (error) {
        this.ctx.log.error({ event: "console_failed", error: String(error) }, "What runs said could not be stored");
        if (left > 1) await Bun.sleep(AGAIN);
      }
    }
    return null;
  }

  #settle({ open: { project, run, recorder }, rows, gap, stale, head }: Part, removed: number | undefined): void {
    this.#heads.set(project.no, head);
    if (removed === undefined) return;
    recorder.stored(rows);
    if (stale && removed < CONSOLE_REMOVED_ROWS) recorder.removedThrough(stale[1]);
    const lines = (gap ? [gap, ...rows] : rows).map(({ seq, stream, content, at, unfinished }) => ({
      ...{ seq, run_id: run.id, stream, content, timestamp: at },
      ...(unfinished && { unfinished }),
    }));
    for (const { said } of this.#hearers) said(project, lines);
    this.#telling.tell(project, lines);
    this.ctx.feed.touch(consoleKeyOf(project));
    this.#trim(project).catch((error) => this.ctx.log.error({ event: "housekeeping_failed", error: String(error) }));
  }

  /** Lets a console's oldest lines go when it holds more than it may, a little at a time. */
  async #trim({ no: project_no }: Project): Promise<void> {
    const over = (share: number) => {
      const { lines, bytes } = consoleKept(this.ctx.db, project_no);
      return lines > CONSOLE_PROJECT_LINES * share || bytes > CONSOLE_PROJECT_BYTES * share;
    };
    if (this.#trimming.has(project_no) || !over(1)) return;
    this.#trimming.add(project_no);
    try {
      while (over(EMPTIED)) {
        const { lines } = await this.ctx.write((tx) => removeLines(tx, { project_no, run_no: null, after: 0, through: this.head(project_no) }, CONSOLE_REMOVED_ROWS));
        if (lines === 0) return;
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    } finally {
      this.#trimming.delete(project_no);
    }
  }
}

/** @returns how many lines were removed */
const writePart = (tx: Tx, { open: { project, run }, rows, replaced, gap, stale, faults, head }: Part): number => {
  const lines = (gap ? [gap, ...rows] : rows).map(({ seq, stream, content, at }) => ({ key: consoleKey(project.no, seq), run_no: run.no, stream, content, at }));
  for (const seq of replaced) removeLines(tx, { project_no: project.no, run_no: run.no, after: seq - 1, through: seq }, 1);
  insertLines(tx, project.no, lines, head);
  for (const fault of faults) insertFault(tx, fault);
  return stale ? removeLines(tx, { project_no: project.no, run_no: run.no, after: stale[0], through: stale[1] }, CONSOLE_REMOVED_ROWS).lines : 0;
};

const consoles = new WeakMap<Context, Consoles>();

/** The consoles of a server's projects. */
export const consoleOf = (ctx: Context): Consoles => {
  const found = consoles.get(ctx) ?? new Consoles(ctx);
  consoles.set(ctx, found);
  return found;
};
