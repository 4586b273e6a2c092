import { Type } from "@sinclair/typebox";
import { Author, Nullable, Time } from "../accounts/model.ts";
import { COMMAND_CHARACTERS, CRON_CHARACTERS, LINE_CHARACTERS, RUN_LIMITS_RANGE, SCHEDULE_NEXT_TIMES } from "../limits.ts";
import { Run } from "../runs/model.ts";

const Name = Type.String({
  pattern: `^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]{1,${LINE_CHARACTERS}}$`,
  description: `1 to ${LINE_CHARACTERS} characters in one line`,
  examples: ["Nightly report"],
});
const CronExpression = Type.String({
  minLength: 1,
  maxLength: CRON_CHARACTERS,
  description: "Five fields: minute, hour, day of the month, month, day of the week (0 or 7 is Sunday). With both days given, either will do",
  examples: ["0 9 * * 1-5"],
});
const Zone = Type.String({ minLength: 1, maxLength: 64, description: "IANA name, such as Europe/Berlin; UTC unless given", examples: ["Europe/Berlin"] });
const Command = Type.String({ minLength: 1, maxLength: COMMAND_CHARACTERS, description: "Run by sh -c in /workspace", examples: ["python3 report.py"] });
const Timeout = Nullable(
  Type.Integer({ minimum: RUN_LIMITS_RANGE.seconds.min, maximum: RUN_LIMITS_RANGE.seconds.max, description: "Seconds that a run may take, never more than the project's limit" }),
);

export const Schedule = Type.Object({
  id: Type.String(),
  project_id: Type.String(),
  name: Type.String(),
  cron: Type.String(),
  timezone: Type.String(),
  command: Type.String(),
  timeout: Nullable(Type.Integer({ description: "Seconds; null for the project's limit" })),
  enabled: Type.Boolean(),
  created_by: Author,
  created_at: Time,
  runs_as: Type.Object(Author.properties, { description: "Who made it or last changed it: it runs in that user's name and by that user's right alone" }),
  last_at: Nullable(Time),
  next_at: Nullable(Type.String({ description: "When it is due; null while it is off" })),
  last_run: Nullable(Run),
});

export const NewSchedule = Type.Object({
  name: Name,
  cron: CronExpression,
  timezone: Type.Optional(Zone),
  command: Command,
  timeout: Type.Optional(Timeout),
  enabled: Type.Optional(Type.Boolean({ default: true })),
});

export const ScheduleChange = Type.Object(
  {
    name: Type.Optional(Name),
    cron: Type.Optional(CronExpression),
    timezone: Type.Optional(Zone),
    command: Type.Optional(Command),
    timeout: Type.Optional(Timeout),
    enabled: Type.Optional(Type.Boolean()),
  },
  { minProperties: 1 },
);

export const Asked = Type.Object({ cron: Type.String({ maxLength: CRON_CHARACTERS, examples: ["0 9 * * 1-5"] }), timezone: Type.Optional(Zone) });

export const Verdict = Type.Object({
  valid: Type.Boolean(),
  next: Type.Array(Time, { description: `The next ${SCHEDULE_NEXT_TIMES} times` }),
  problem: Type.Optional(Type.String({ description: "What is wrong with it" })),
});
