import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import { TELEGRAM_TEXT_CHARACTERS } from "../limits.ts";
import { readMessage } from "../messages/service.ts";
import type { Project } from "../projects/directory.ts";
import { hasEnded, logsOf } from "../runs/service.ts";
import type { RunWire, RunWithOutputWire } from "../runs/wire.ts";
import { bold, code, ending, fitting, fromMarkdown, pre } from "./markup.ts";
import type { Outgoing } from "./sender.ts";
import { textFile } from "./talk.ts";

/** Characters of a command that are shown with what it says. */
const COMMAND_SHOWN = 300;
/** Lines of a run's output that go into its file: all that its console keeps. */
const ALL_LINES = Number.MAX_SAFE_INTEGER;

/** A run with the end of what it wrote; all of it as a file once it has ended, where that is longer. */
export const showRun = (ctx: Context, actor: Actor, project: Project, run: RunWithOutputWire): { html: string; file?: Outgoing } => {
  const head = headOf(ctx, actor, project, run);
  const output = run.output.trimEnd();
  const shown = ending(output, TELEGRAM_TEXT_CHARACTERS - COMMAND_SHOWN);
  const html = output === "" ? head : `${head}\n${pre(shown)}`;
  const long = shown !== output || run.output_cut;
  return long && hasEnded(run) ? { html, file: logFile(ctx, actor, project, run.id) } : { html };
};

/** What a run wrote, as a file. */
export const logFile = (ctx: Context, actor: Actor, { id }: Project, run_id: string): Outgoing =>
  textFile(`run-${run_id.slice(-8)}.txt`, logsOf(ctx, actor, id, run_id, ALL_LINES).output);

/** How a run stands, in the words of its project's channel once it has ended. */
const headOf = (ctx: Context, actor: Actor, project: Project, run: RunWire): string => {
  const where = bold(project.slug ?? "");
  if (!hasEnded(run)) return `${where} ${run.state === "queued" ? "waits" : "runs"}: ${code(fitting(run.command, COMMAND_SHOWN))}`;
  const told = run.message_id === null ? "" : readMessage(ctx, actor, project.channel.id, run.message_id).content;
  // What it wrote follows behind, and longer.
  const words = told.split(/\n\n(?=```)/)[0] ?? "";
  return `${where} ${words === "" ? `${code(fitting(run.command, COMMAND_SHOWN))} ${run.state}` : fromMarkdown(words)}`;
};
