import { Type } from "@sinclair/typebox";
import { Author, Nullable, Time } from "../accounts/model.ts";
import { ARTIFACT_PATTERN_CHARACTERS, ARTIFACT_PATTERNS, COMMAND_CHARACTERS, RUN_LIMITS_RANGE, RUN_OUTPUT_BYTES } from "../limits.ts";
import { Attachment } from "../messages/model.ts";

const RunKind = Type.Union([Type.Literal("run"), Type.Literal("build")], { description: "build: its artifacts are kept as files, attached to what is told of it" });
export const RunState = Type.Union(
  [Type.Literal("queued"), Type.Literal("running"), Type.Literal("succeeded"), Type.Literal("failed"), Type.Literal("stopped"), Type.Literal("timed_out"), Type.Literal("killed")],
  {
    description:
      "succeeded: exit code 0 · failed: another · stopped: by someone · timed_out: took longer than it may · killed: by a limit, a signal, or because the server ended; `reason` says which",
  },
);

export const Run = Type.Object({
  id: Type.String(),
  project_id: Type.String(),
  command: Type.String(),
  kind: RunKind,
  state: RunState,
  exit_code: Nullable(Type.Integer()),
  reason: Nullable(Type.String({ description: "Why it ended so, where the exit code does not say: memory, processes, disk, files, time, stopped, signal, server_ended, sandbox" })),
  trigger: Type.Union([Type.Literal("person"), Type.Literal("agent"), Type.Literal("schedule")]),
  user: Author,
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

export const NewRun = Type.Object({
  command: Type.String({ minLength: 1, maxLength: COMMAND_CHARACTERS, description: "Run by sh -c in /workspace", examples: ["python main.py"] }),
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
