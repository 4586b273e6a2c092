import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { longPoll } from "../feed/poll.ts";
import { readableProject } from "../projects/service.ts";
import { consoleKeyOf, consoleOf } from "./consoles.ts";
import { readStretch } from "./history.ts";
import type { Stretch } from "./model.ts";
import { runNamed } from "./service.ts";
import type { Line } from "./wire.ts";

type Asked = { after_seq?: number; epoch?: string; wait?: number; limit?: number; run?: string; stream?: Line["stream"]; q?: string };

/**
 * A page of a console's lines after a cursor, at once when there are any that match, else when some are said or after `wait`
 * seconds; from now on when `after_seq` is left out.
 * @throws AppError `not_found`, `cursor_expired` for a cursor of another epoch, or beyond the newest line
 */
export const followConsole = async (ctx: Context, actor: Actor, ref: string, asked: Asked, signal: AbortSignal): Promise<Static<typeof Stretch>> => {
  const project = readableProject(ctx, actor, ref);
  const run_no = asked.run === undefined ? null : runNamed(ctx, project, asked.run);
  const head = consoleOf(ctx).head(project.no);
  let after = asked.after_seq ?? head;
  if ((asked.epoch !== undefined && asked.epoch !== ctx.feed.epoch) || after > head)
    throw new AppError("cursor_expired", {
      message: "The cursor is not of this console as it is.",
      hint: "Read GET …/console/history, and go on from its newest seq with the epoch given here.",
      details: [{ epoch: ctx.feed.epoch, head_seq: head }],
    });
  // Its lines come, or the reader is put out of its channel.
  const keys = [consoleKeyOf(project), `channel:${project.channel_no}/${actor.user.no}`];
  return longPoll(ctx, actor, keys, asked.wait ?? 0, signal, () => {
    readableProject(ctx, actor, project.id);
    const { lines, next_seq, has_more } = readStretch(ctx, project, after, { run_no, stream: asked.stream, text: asked.q, limit: asked.limit });
    after = next_seq;
    return { found: lines.length > 0 || has_more, answer: { lines, next_seq, has_more, epoch: ctx.feed.epoch } };
  });
};
