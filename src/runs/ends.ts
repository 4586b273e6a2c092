import type { MainFault } from "../console/consoles.ts";
import type { Context } from "../context.ts";
import type { Tx } from "../db/write.ts";
import { RUN_COMMAND_TOLD, RUN_NAME_CHARACTERS, RUN_TOLD_CHARACTERS, RUN_TOLD_LINES } from "../limits.ts";
import { postNotice } from "../messages/notice.ts";
import { fenced } from "../messages/transcript.ts";
import type { Limits, Project } from "../projects/directory.ts";
import { shownIn } from "../projects/secrets.ts";
import { type EndState, type RunRow, runByNo, stateOf, updateRun } from "./store.ts";

/** Why a run ended, where its exit code does not say it. */
export type Reason = "memory" | "processes" | "disk" | "files" | "time" | "stopped" | "rights" | "signal" | "server_ended" | "sandbox";

/** What stands in the console of a run: its stretch, all bytes that it wrote, the last of them as text, and the known error in it. */
export type Heard = { first_seq: number | null; last_seq: number | null; bytes: number; tail: string; fault?: MainFault | null };

/** How a run ended. `detail`: the name of a signal, or the cause of what could not be run; `limits`: those that held for it. */
export type End = {
  state: EndState;
  reason: Reason | null;
  exit_code: number | null;
  detail: string | null;
  stopped_by: number | null;
  ended_at: string;
  limits: Limits;
  peak_memory: number | null;
  cpu_ms: number | null;
  heard: Heard | null;
  /** Ids of the files that a build gave, and how many it could not keep. */
  artifacts: readonly string[];
};

/** Of a run that never began, or of which nothing more is known. */
export const bareEnd = (ctx: Context, project: Project, end: Pick<End, "state" | "reason"> & Partial<End>): End => ({
  exit_code: null,
  detail: null,
  stopped_by: null,
  ended_at: ctx.clock().toISOString(),
  limits: project.limits,
  peak_memory: null,
  cpu_ms: null,
  heard: null,
  artifacts: [],
  ...end,
});

/**
 * Ends a run in the transaction: its row, its event, and what its project's channel is told. @returns whether it did; one that
 * has ended stays as it is
 */
export const endRun = (ctx: Context, tx: Tx, project: Project, no: number, end: End): boolean => {
  const state = stateOf(tx, no);
  const run = state === "queued" || state === "running" ? runByNo(tx, no) : undefined;
  if (!run) return false;
  const { heard, exit_code, stopped_by, ended_at, peak_memory, cpu_ms, reason } = end;
  const console = heard ? { first_seq: heard.first_seq, last_seq: heard.last_seq, output_bytes: heard.bytes } : {};
  const command = shownOf(ctx, run);
  const change = { command, state: end.state, reason, exit_code, stopped_by, ended_at, peak_memory, cpu_ms, ...console };
  updateRun(tx, no, { ...change, message_key: tell(ctx, tx, project, { ...run, ...change }, end) });
  tx.append({ kind: "run", channel_no: project.channel_no, subject: no, actor_no: run.user_no });
  return true;
};

/** A run's command as everyone may see it: as long as it waits, its row has the one that is to be run. */
export const shownOf = (ctx: Context, { state, project_no, command }: Pick<RunRow, "state" | "project_no" | "command">): string =>
  state === "queued" ? shownIn(ctx, project_no, command) : command;

const tell = (ctx: Context, tx: Tx, project: Project, run: RunRow, end: End): number | null => {
  const user = ctx.users.byNo(run.user_no);
  if (!user) return null;
  const { id, command, state, exit_code, reason, kind, schedule_id, late } = run;
  const fault = state === "succeeded" || state === "stopped" ? null : (end.heard?.fault ?? null);
  return postNotice(ctx, tx, project.channel, {
    user,
    via: run.via,
    type: state === "succeeded" ? "result" : state === "stopped" ? "text" : "error",
    content: [`${nameOf(command)} ${howItEnded(ctx, run, end)}`, fault ? inWordsOf(fault) : "", lastLines(end.heard?.tail ?? "")].filter((part) => part !== "").join("\n\n"),
    metadata: {
      ...{ run_id: id, project: project.slug, command: cut(command, RUN_COMMAND_TOLD), kind, state, exit_code, reason, duration_ms: duration(run) },
      ...(fault && { fault }),
      ...(schedule_id !== null && { schedule: schedule_id, late }),
    },
    attachments: end.artifacts,
  });
};

/** How a run ended, in plain words that go on from its command. */
export const howItEnded = (ctx: Context, run: RunRow, { state, reason, exit_code, detail, stopped_by, limits }: End): string => {
  const took = inWords(duration(run) ?? 0);
  const late = run.late ? `, late: it was due at ${run.due_at}, when the server was down` : "";
  if (state === "succeeded") return `succeeded in ${took}${late}`;
  if (reason === "sandbox") return `could not be run: ${detail ?? "its sandbox ended"}`;
  if (state === "failed") return `failed with exit code ${exit_code} after ${took}${late}`;
  if (state === "timed_out") return `was ended after ${amount(run.seconds)} s, its time limit${late}`;
  if (state === "stopped") {
    if (reason === "rights") return `was ${run.started_at === null ? "not run" : `stopped after ${took}`}: who asked for it may no longer work in this project`;
    const by = stopped_by === null ? "" : ` by @${ctx.users.author(stopped_by).username}`;
    return run.started_at === null ? `was stopped${by} before it began` : `was stopped${by} after ${took}`;
  }
  return `was killed: ${killedBy(reason, detail, limits)}${late}`;
};

const killedBy = (reason: Reason | null, detail: string | null, limits: Limits): string => {
  if (reason === "memory") return `it used more than its ${amount(limits.memory_mib)} MiB of memory`;
  if (reason === "processes") return `it had more than its ${amount(limits.processes)} processes`;
  if (reason === "disk") return `the project's files took more than its ${amount(limits.disk_mib)} MiB of disk`;
  if (reason === "files") return `the project had more than its ${amount(limits.files)} files`;
  if (reason === "server_ended") return "the server ended while it ran";
  return `by ${detail ?? "a signal"}`;
};

/** How the limit that ended a run is raised: its own by whoever asks for it, the project's by who tends that; null where none did. `seconds`: how long the run might take. */
export const howToRaise = (project: Project, reason: Reason | null, seconds: number): string | null => {
  if (reason === "time" && seconds < project.limits.seconds)
    return `It was asked for with a timeout of ${amount(seconds)} s; ${amount(project.limits.seconds)} s is the most that this project allows`;
  const limit = ({ memory: "memory_mib", processes: "processes", disk: "disk_mib", files: "files", time: "seconds" } as const)[reason as "memory"];
  if (limit === undefined) return null;
  return `limits.${limit} is ${amount(project.limits[limit] as number)}; its maker or an admin raises it: PATCH /api/projects/${project.slug}`;
};

/** Milliseconds that a run took; null for one that never began. */
const duration = ({ started_at, ended_at }: Pick<RunRow, "started_at" | "ended_at">): number | null =>
  started_at === null || ended_at === null ? null : Math.max(0, Date.parse(ended_at) - Date.parse(started_at));

const amount = (count: number): string => count.toLocaleString("en-US");

/** "0.1 s", "42 s", "12 min 5 s". */
const inWords = (ms: number): string => {
  if (ms < 10_000) return `${(Math.max(ms, 50) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${amount(Math.floor(seconds / 60))} min ${seconds % 60} s`;
};

/** The first line of a command as code, which nothing in it can end. */
const nameOf = (command: string): string => {
  const [first = "", ...more] = command.trim().split("\n");
  const shown = printable(first);
  const name = more.length > 0 || shown.length > RUN_NAME_CHARACTERS ? `${cut(shown, RUN_NAME_CHARACTERS - 1)}…` : shown;
  return name === "" ? "A command" : inCode(name);
};

/** A line as code, so that nothing in it is markdown. */
const inCode = (text: string): string => {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = "`".repeat(longest + 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${mark}${pad}${text}${pad}${mark}`;
};

/** `ZeroDivisionError: division by zero`, in `main.py` line 7. */
const inWordsOf = ({ message, file, line }: MainFault): string =>
  `${inCode(printable(message))}${file === null ? "" : `, in ${inCode(printable(file))}${line === null ? "" : ` line ${line}`}`}`;

const cut = (text: string, most: number): string => text.slice(0, most).toWellFormed();

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out
const printable = (line: string): string => line.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");

/** The last lines of what a run wrote, without colours, in a fence; of a line that was written over, its last state. */
const lastLines = (tail: string): string => {
  const lines = Bun.stripANSI(tail)
    .trimEnd()
    .split("\n")
    .map((line) => printable(line.replace(/\r+$/, "").replace(/^.*\r/s, "")));
  const text = lines.slice(-RUN_TOLD_LINES).join("\n").slice(-RUN_TOLD_CHARACTERS).toWellFormed().trimEnd();
  return text === "" ? "" : fenced(text);
};
