import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import { consoleKeyOf } from "../console/consoles.ts";
import { readStretch } from "../console/history.ts";
import type { Context } from "../context.ts";
import { longPoll } from "../feed/poll.ts";
import { CONSOLE_RUN_LINES } from "../limits.ts";
import { readableProject } from "../projects/service.ts";
import type { RunOutput } from "./model.ts";
import { leftOutOf } from "./output.ts";
import { hasEnded, runIn, runKeys } from "./service.ts";
import { openRuns, type RunRow } from "./store.ts";
import { runWire } from "./wire.ts";

/** Bytes that a run has written of which something was left out: as many as the lines that are kept of it for certain. */
const LEAST_LEFT_OUT = CONSOLE_RUN_LINES / 2;

type Asked = { after_seq?: number; wait?: number; limit?: number };

/**
 * What a run wrote after a line, with how it stands: at once when there is something, or it has ended, else when something
 * comes or after `wait` seconds. Whoever asks on with `next_seq` until it is `done` has all of it once.
 * @throws AppError `not_found`
 */
export const followRun = (
  ctx: Context,
  actor: Actor,
  ref: string,
  id: string,
  { after_seq = 0, wait = 0, limit }: Asked,
  signal: AbortSignal,
): Promise<Static<typeof RunOutput>> => {
  const project = readableProject(ctx, actor, ref);
  let before: number | null | undefined;
  return longPoll(ctx, actor, [...runKeys(ctx, actor, ref, id), consoleKeyOf(project), `channel:${project.channel_no}`], wait, signal, () => {
    const run = runIn(ctx.db, readableProject(ctx, actor, ref), id);
    const { lines, next_seq, has_more } = readStretch(ctx, project, after_seq, { run_no: run.no, limit });
    const ended = hasEnded(run);
    const ahead = aheadOf(ctx, run);
    const moved = before !== undefined && before !== ahead;
    before = ahead;
    const done = ended && !has_more;
    const left_out = done && run.output_bytes >= LEAST_LEFT_OUT ? (leftOutOf(ctx, run) ?? null) : null;
    return { found: ended || moved || lines.length > 0, answer: { run: runWire(ctx, run), ahead, lines, next_seq, has_more, done, left_out } };
  });
};

/** How many runs of the project one waits for; null once it began. Those in the background wait for none. */
const aheadOf = (ctx: Context, { no, project_no, state, background }: RunRow): number | null => {
  if (state !== "queued") return null;
  return background ? 0 : openRuns(ctx.db, project_no).filter((run) => !run.background && run.no < no).length;
};
