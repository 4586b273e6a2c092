import { consoleOf } from "../console/consoles.ts";
import { readLines } from "../console/history.ts";
import type { Line } from "../console/wire.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { CONSOLE_PAGE_ROWS } from "../limits.ts";
import type { Project } from "../projects/directory.ts";

/** Frames of a console's socket. */
export const lineFrame = (line: Line): string => JSON.stringify({ event: "console.output", data: line });
export const clearedFrame = (through: number): string => JSON.stringify({ event: "console.cleared", data: { through_seq: through } });
export const runFrame = (run: unknown): string => JSON.stringify({ event: "run.status", data: run });

/** A page of a console's lines after a cursor, as frames. When `more` is false, all that was told by now is in it. */
export const consoleStretch = (ctx: Context, project: Project, after: number): { frames: string[]; next: number; more: boolean } => {
  const [lines = []] = readLines(ctx, project, { after_seq: after, limit: CONSOLE_PAGE_ROWS, run_no: null });
  const more = lines.length === CONSOLE_PAGE_ROWS;
  return { frames: lines.map(lineFrame), next: lines.at(-1)?.seq ?? after, more };
};

/** Holds a console's cursor against what there is. @throws AppError `cursor_expired` when it is of another epoch, or beyond the newest line */
export const checkConsoleCursor = (ctx: Context, project: Project, after: number, epoch: string | undefined): void => {
  const head = consoleOf(ctx).head(project.no);
  if ((epoch === undefined || epoch === ctx.feed.epoch) && after <= head) return;
  throw new AppError("cursor_expired", { message: "The cursor is not of this console as it is.", details: [{ epoch: ctx.feed.epoch, head_seq: head }] });
};

/** The project that an address of a console's socket names, as it stands there; undefined for other addresses. */
export const consoleRef = (path: string): string | undefined => /^\/api\/(?:v1\/)?ws\/projects\/([^/]+)\/console\/?$/.exec(path)?.[1];
