import { consoleOf } from "../console/consoles.ts";
import type { Line } from "../console/wire.ts";
import type { Context } from "../context.ts";
import { RUN_OUTPUT_BYTES } from "../limits.ts";
import type { Project } from "../projects/directory.ts";
import type { Heard } from "./ends.ts";
import { keptOf, linesBackward, type RunRow, systemLines } from "./store.ts";
import { type RunWithOutputWire, runWire } from "./wire.ts";

/** What Colony itself says of a run stands in the console alone, but for the line that says how much was left out there. */
const LEFT_OUT = /^… .* left out …$/;

/** The end of what a run wrote, at most so many lines and bytes of it, both streams as they came, and whether something stood before it. */
export const outputOf = (ctx: Context, { no, first_seq }: RunRow, most: { lines: number; bytes: number }): { output: string; cut: boolean } => {
  const lines: string[] = [];
  let bytes = 0;
  let oldest: number | null = null;
  for (const { key, stream, content } of linesBackward(ctx.db, no)) {
    oldest = seqOf(key);
    if (stream === "system" && !LEFT_OUT.test(content)) continue;
    bytes += Buffer.byteLength(content) + 1;
    if (lines.length >= most.lines || bytes > most.bytes) return { output: whole(lines), cut: true };
    lines.push(content);
  }
  // The oldest lines of a full console are gone.
  return { output: whole(lines), cut: first_seq !== null && oldest !== null && oldest > first_seq };
};

/** The line that says how much of a run's output the console did not keep; undefined where it kept all. */
export const leftOutOf = (ctx: Context, { no, id }: RunRow): Line | undefined => {
  for (const { key, stream, content, at } of systemLines(ctx.db, no)) if (LEFT_OUT.test(content)) return { seq: seqOf(key), run_id: id, stream, content, timestamp: at };
  return undefined;
};

const whole = (lines: string[]): string =>
  lines
    .reverse()
    .map((line) => `${line}\n`)
    .join("");

/** A run with the end of what it wrote. */
export const withOutput = (ctx: Context, run: RunRow): RunWithOutputWire => {
  const { output, cut } = outputOf(ctx, run, { lines: Number.POSITIVE_INFINITY, bytes: RUN_OUTPUT_BYTES });
  return { ...runWire(ctx, run), output, output_cut: cut };
};

/** What the console has of a run that nobody heard to its end, with a last line of Colony's own. */
export const lastHeard = async (ctx: Context, project: Project, run: RunRow, last: string): Promise<Heard> => {
  const console = consoleOf(ctx).open(project, run, []);
  console.say(last);
  const { last_seq } = await console.end();
  const { first, bytes } = keptOf(ctx.db, run.no);
  const { output } = outputOf(ctx, run, { lines: Number.POSITIVE_INFINITY, bytes: RUN_OUTPUT_BYTES });
  return { first_seq: first === null ? null : seqOf(first), last_seq, bytes, tail: output };
};

/** The console's keys are project number · 2³² + seq. */
const seqOf = (key: number): number => key % 2 ** 32;
