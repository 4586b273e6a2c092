import type { Context } from "../context.ts";
import { RUN_OUTPUT_BYTES } from "../limits.ts";
import { linesBackward } from "./store.ts";

/** The end of what a run wrote, at most RUN_OUTPUT_BYTES of it, both streams as they came; `cut`: whether something stood before it. */
export const outputOf = (ctx: Context, run_no: number): { output: string; cut: boolean } => {
  const lines: string[] = [];
  let left = RUN_OUTPUT_BYTES;
  for (const { stream, content } of linesBackward(ctx.db, run_no)) {
    if (stream === "system") continue;
    left -= Buffer.byteLength(content) + 1;
    if (left < 0) return { output: lines.reverse().join("\n"), cut: true };
    lines.push(content);
  }
  return { output: lines.reverse().join("\n"), cut: false };
};
