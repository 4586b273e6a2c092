import { Type } from "@sinclair/typebox";
import { Author, Nullable, Time } from "../accounts/model.ts";
import { Line, stretch } from "../console/model.ts";
import { ARTIFACT_PATTERN_CHARACTERS, ARTIFACT_PATTERNS, COMMAND_CHARACTERS, RUN_LIMITS_RANGE, RUN_OUTPUT_BYTES } from "../limits.ts";
import { Attachment } from "../messages/model.ts";
import { Limits } from "../projects/model.ts";

const RunKind = Type.Union([Type.Literal("run"), Type.Literal("build")], { description: "build: its artifacts are kept as files, attached to what is told of it" });
export const RunState = Type.Union(
  [Type.Literal("queued"), Type.Literal("running"), Type.Literal("succeeded"), Type.Literal("failed"), Type.Literal("stopped"), Type.Literal("timed_out"), Type.Literal("killed")],
  {
    description:
      "succeeded: exit code 0 · failed: another · stopped: by someone · timed_out: took longer than it may · killed: by a limit, a signal, or because the server ended; `reason` says which",
  },
);

export const RunTrigger = Type.Union([Type.Literal("person"), Type.Literal("agent"), Type.Literal("schedule")]);

export const Run = Type.Object({
  id: Type.String(),
  project_id: Type.String(),
  command: Type.String(),
  kind: RunKind,
  state: RunState,
  exit_code: Nullable(Type.Integer()),
  reason: Nullable(
    Type.String({
      description:
        "Why it ended so, where the exit code does not say: memory, processes, disk, files, time, stopped, rights (who asked may no longer work here), signal, server_ended, sandbox",
    }),
  ),
  trigger: RunTrigger,
  user: Author,
  stopped_by: Nullable(Author),
  schedule_id: Nullable(Type.String()),
  due_at: Nullable(Time),
  late: Type.Boolean({ description: "Of a schedule's run: the server was down when it was due" }),
  background: Type.Boolean(),
  timeout: Type.Integer({ description: "Seconds it may take" }),
  artifacts: Type.Array(Attachment, { description: "The files that a build gave" }),
  message_id: Nullable(Type.String({ description: "What was posted of its end in the project's channel" })),
  first_seq: Nullable(Type.Integer({ description: "Its first line's seq in the console" })),
  last_seq: Nullable(Type.Integer()),
  output_bytes: Type.Integer({ description: "All it wrote, kept or not" }),
  peak_memory: Nullable(Type.Integer({ description: "Bytes" })),
  cpu_ms: Nullable(Type.Integer()),
  created_at: Time,
  started_at: Nullable(Time),
  ended_at: Nullable(Time),
});

/** As `Run`, with what it wrote. */
export const RunWithOutput = Type.Composite([
  Run,
  Type.Object({
    output: Type.String({ description: `The last ${RUN_OUTPUT_BYTES / 1024} KiB of what it wrote, both streams as they came; the console has more` }),
    output_cut: Type.Boolean({ description: "Whether something stood before it" }),
  }),
]);

/** A run as it goes on: what it wrote after a line, and how it stands. */
export const RunOutput = Type.Object({
  run: Run,
  ahead: Nullable(Type.Integer({ description: "How many runs of the project come before it; null once it began" })),
  ...stretch,
  done: Type.Boolean({ description: "Whether it has ended and nothing is left to be read" }),
  left_out: Type.Union([Line, Type.Null()], { description: "Once it is done: the line, if there is one, that says how much of it was not kept, as it reads at the end" }),
});

export const NewRun = Type.Object({
  command: Type.String({ minLength: 1, maxLength: COMMAND_CHARACTERS, description: "Run by sh -c in /workspace", examples: ["python3 main.py"] }),
  timeout: Type.Optional(
    Type.Integer({
      ...{ minimum: RUN_LIMITS_RANGE.seconds.min, maximum: RUN_LIMITS_RANGE.seconds.max },
      description: "Seconds, at most the project's limit, which holds when it is left out",
    }),
  ),
  kind: Type.Optional(RunKind),
  artifacts: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: ARTIFACT_PATTERN_CHARACTERS }), {
      maxItems: ARTIFACT_PATTERNS,
      description: "Of a build: which files to keep, as globs in the workspace",
      examples: [["dist/**"]],
    }),
  ),
  background: Type.Optional(Type.Boolean({ description: "Does not wait for runs before it, and none waits for it: servers, watchers" })),
});

const Hold = Type.Union([Type.Literal("hard"), Type.Literal("watched"), Type.Literal("none")]);
const Whole = Nullable(Type.Integer());

/** How a project's sandbox is. */
export const Container = Type.Object({
  project_id: Type.String(),
  state: Type.Union([Type.Literal("stopped"), Type.Literal("starting"), Type.Literal("running"), Type.Literal("stopping"), Type.Literal("unavailable")], {
    description: "stopped: it starts by itself with the next run · unavailable: no sandbox works on this server; `health` says why",
  }),
  health: Type.Object({ ok: Type.Boolean(), problem: Nullable(Type.String()), hint: Nullable(Type.String()) }),
  driver: Nullable(Type.Union([Type.Literal("bubblewrap"), Type.Literal("docker")])),
  version: Nullable(Type.String()),
  holds: Nullable(
    Type.Object(
      { memory_mib: Hold, processes: Hold, cpus: Hold, disk_mib: Hold, files: Hold, seconds: Hold, network: Hold },
      { description: "How far each limit is held: hard: by the kernel · watched: by looks about twice a second, so more may be taken for a moment · none" },
    ),
  ),
  remarks: Type.Array(Type.String(), { description: "What is less than it could be on this server, and how its operator mends it" }),
  limits: Limits,
  memory: Whole,
  cpu_percent: Nullable(Type.Number({ description: "Of one core, since the last look" })),
  processes: Whole,
  disk_bytes: Type.Integer({ description: "All that lies in the workspace, in home and in /tmp" }),
  files: Type.Integer({ description: "Files and folders there" }),
  uptime_seconds: Whole,
  idle_seconds: Nullable(Type.Integer({ description: "Since it was last used; null while something runs, or while it is not up" })),
  stops_in_seconds: Nullable(Type.Integer({ description: "When it stops by itself if nothing uses it" })),
  runs: Type.Object({ running: Type.Integer(), queued: Type.Integer() }),
});

/** The end of what one run wrote. */
export const Logs = Type.Object({ run: Run, output: Type.String(), output_cut: Type.Boolean({ description: "Whether something stood before it" }) });
