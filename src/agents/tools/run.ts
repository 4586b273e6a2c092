import { Type } from "@sinclair/typebox";
import type { Actor } from "../../accounts/credentials.ts";
import { withoutColours } from "../../console/controls.ts";
import { listFaults } from "../../console/errors.ts";
import { runNamed } from "../../console/service.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { waitFor } from "../../feed/poll.ts";
import { COMMAND_CHARACTERS, PROJECT_FAULTS_SHOWN, RUN_LIMITS_RANGE, TOOL_FAULTS, TOOL_RUN_SECONDS, TOOL_RUN_WAIT } from "../../limits.ts";
import { estimateTokens, fenced } from "../../messages/transcript.ts";
import type { Project } from "../../projects/directory.ts";
import { executeIn, hasEnded, listRuns, readRun, runKeys, withdraw } from "../../runs/service.ts";
import type { RunWithOutputWire } from "../../runs/wire.ts";
import { cutText } from "../entries.ts";
import { faultLines, runEnd } from "../workbench.ts";
import { ability, type Desk, Refusal, type Result } from "./desk.ts";

/** Tokens of the lines around output. */
const FRAME_TOKENS = 120;
/** Of output that is cut, the end says most. */
const HEAD = 0.2;

type Wait = { run: RunWithOutputWire; overdue: boolean };

/** Runs a command in the sandbox and waits for its end. Who stops the answer stops the run. */
export const runCommand = ability({
  name: "run_command",
  description:
    "Runs a command by sh -c in the project's workspace and waits for its end; everyone in the channel sees how it ended. Returns its state, exit code and the end of its output.",
  within: "project",
  acts: true,
  input: Type.Object(
    {
      command: Type.String({ minLength: 1, maxLength: COMMAND_CHARACTERS, pattern: "\\S", description: "Such as: python3 -m pytest -q" }),
      timeout: Type.Optional(
        Type.Integer({
          ...{ minimum: RUN_LIMITS_RANGE.seconds.min, maximum: TOOL_RUN_SECONDS.max },
          description: `Seconds it may take; ${TOOL_RUN_SECONDS.default} when left out`,
        }),
      ),
    },
    { additionalProperties: false },
  ),
  shown: ({ command }) => command,
  run: async (desk, { command, timeout }, signal) => {
    const { ctx, project, doer } = desk;
    const seconds = timeout ?? Math.min(TOOL_RUN_SECONDS.default, project.limits.seconds);
    const { answer } = await executeIn(ctx, project, doer, { command, timeout: seconds });
    const { run, overdue } = await ended(desk, project, answer.id, signal).catch(async (error) => {
      await withdraw(ctx, project, doer.user_no, answer.id);
      throw error;
    });
    void desk.project;
    const late = overdue ? `It had not ended after ${TOOL_RUN_WAIT / 1000} seconds, most of them spent waiting behind other runs, and was taken back. ` : "";
    return { text: `${late}${outputText(desk, run)}`, line: runEnd(run) };
  },
});

/** Waits for a run's end, which it brings about when the answer is stopped or nobody can wait any longer. */
const ended = async (desk: Desk, project: Project, id: string, signal: AbortSignal): Promise<Wait> => {
  const { ctx } = desk;
  const until = performance.now() + TOOL_RUN_WAIT;
  const reader = { user: desk.asker };
  const keys = runKeys(ctx, reader, project.id, id);
  for (;;) {
    const run = readRun(ctx, reader, project.id, id);
    if (hasEnded(run)) return { run, overdue: false };
    const again = await waitFor(ctx, [...keys, "closing"], until, signal);
    signal.throwIfAborted();
    if (ctx.feed.closing) throw new AppError("shutting_down");
    if (again) continue;
    await withdraw(ctx, project, desk.agent_no, id);
    return { run: readRun(ctx, reader, project.id, id), overdue: true };
  }
};

const outputText = (desk: Desk, run: RunWithOutputWire): string => {
  const about = `Run ${run.id}: ${runEnd(run)}.`;
  const output = withoutColours(run.output).trimEnd();
  if (output === "") return `${about} It wrote nothing.`;
  const cut = run.output_cut ? "The end of what it wrote" : "What it wrote";
  const faults = faultLines(listFaults(desk.ctx, desk.project, runNamed(desk.ctx, desk.project, run.id), "", PROJECT_FAULTS_SHOWN));
  const known = faults === "" ? "" : `\nErrors recognised in it:\n${fenced(faults)}`;
  return `${about} ${cut}:\n${fenced(cutText(output, desk.room - FRAME_TOKENS - estimateTokens(known), HEAD))}${known}`;
};

/** Reads what runs wrote. */
export const readConsole = ability({
  name: "read_console",
  description: "Reads what a run of the project wrote, the newest run or one by its id; or, with errors, the errors that were recognised in the project's console.",
  within: "project",
  input: Type.Object(
    {
      run: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: "Id of a run; the one that was asked for last when left out" })),
      errors: Type.Optional(Type.Boolean({ description: "The recognised errors, with file and line, in place of what was written" })),
      tail: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: "Only so many lines of its end" })),
    },
    { additionalProperties: false },
  ),
  shown: ({ run, tail, errors }) => [errors ? "errors" : "", run, tail === undefined ? "" : `last ${tail} lines`].filter(Boolean).join(", "),
  run: (desk, { run: id, tail, errors }) => {
    const reader = { user: desk.asker };
    if (errors) return errorsText(desk, id);
    const run = readable(desk.ctx, reader, desk.project, id);
    const output = tail === undefined ? run.output : run.output.trimEnd().split("\n").slice(-tail).join("\n");
    const said = `Command, by ${run.user.username}, ${run.created_at}:\n${fenced(cutText(run.command, FRAME_TOKENS))}\n`;
    return { text: `${said}${outputText(desk, { ...run, output, output_cut: run.output_cut || output !== run.output })}`, line: runEnd(run) };
  },
});

const errorsText = (desk: Desk, id: string | undefined): Result => {
  const { ctx, project } = desk;
  const faults = listFaults(ctx, project, id === undefined ? null : runNamed(ctx, project, id), "", TOOL_FAULTS);
  if (faults.length === 0) return { text: "No error was recognised there.", line: "no errors" };
  const texts = faults.map((fault) => `${faultLines([fault])}\n${fault.excerpt}`);
  return { text: `The newest first:\n${fenced(cutText(texts.join("\n\n"), desk.room - FRAME_TOKENS))}`, line: `${faults.length} error${faults.length === 1 ? "" : "s"}` };
};

const readable = (ctx: Context, reader: Pick<Actor, "user">, project: Project, id: string | undefined): RunWithOutputWire => {
  const [newest] = id === undefined ? listRuns(ctx, reader, project.id, { limit: 1 }) : [];
  if (id === undefined && !newest) throw new Refusal("Nothing has run in this project yet.");
  return readRun(ctx, reader, project.id, id ?? newest?.id ?? "");
};
