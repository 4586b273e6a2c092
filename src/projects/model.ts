import { Type } from "@sinclair/typebox";
import { Author, Description, Time } from "../accounts/model.ts";
import { LINE_CHARACTERS, RUN_LIMITS, RUN_LIMITS_RANGE, SECRET_BYTES } from "../limits.ts";

export const templates = ["blank", "bun", "node", "python", "web"] as const;
export const Template = Type.Union([Type.Literal("blank"), Type.Literal("bun"), Type.Literal("node"), Type.Literal("python"), Type.Literal("web")], {
  description: "What is in it from the start: blank: nothing · bun, node, python: a program and its test · web: a page and a small server",
});

const ranged = (name: keyof typeof RUN_LIMITS_RANGE, schema: typeof Type.Integer | typeof Type.Number, description: string) =>
  schema({ minimum: RUN_LIMITS_RANGE[name].min, maximum: RUN_LIMITS_RANGE[name].max, description: `${description}; ${RUN_LIMITS[name]} unless set` });

/** What one run may take. */
export const Limits = Type.Object({
  memory_mib: ranged("memory_mib", Type.Integer, "MiB of memory of one run"),
  processes: ranged("processes", Type.Integer, "Processes and threads of one run"),
  cpus: ranged("cpus", Type.Number, "Processor cores' worth of time"),
  disk_mib: ranged("disk_mib", Type.Integer, "MiB of all that lies in the workspace, in home and in /tmp"),
  files: ranged("files", Type.Integer, "Files and folders there"),
  seconds: ranged("seconds", Type.Integer, "Longest that a run may take"),
  network: Type.Boolean({ description: "Whether runs have a network; false unless set" }),
});

const ProjectName = Type.String({
  pattern: `^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]{1,${LINE_CHARACTERS}}$`,
  description: "As people call it. Its slug, which is also its channel's name, is made of it: small letters, digits and dashes",
  examples: ["Loss plots"],
});

export const Project = Type.Object({
  id: Type.String(),
  slug: Type.String({ description: "Names it in addresses, and is its channel's name", examples: ["loss-plots"] }),
  name: Type.String(),
  description: Type.String(),
  template: Template,
  visibility: Type.Union([Type.Literal("public"), Type.Literal("private")]),
  channel_id: Type.String({ description: "Where its runs, errors and schedules are told of, and where it is talked about" }),
  created_by: Author,
  created_at: Time,
  member: Type.Boolean({ description: "Whether you are a member of its channel" }),
  tends: Type.Boolean({ description: "Whether you may change its limits and secrets and delete it: its maker, or an admin" }),
  limits: Limits,
});

export const NewProject = Type.Object({
  name: ProjectName,
  description: Type.Optional(Description),
  template: Type.Optional(Template),
  visibility: Type.Optional(
    Type.Union([Type.Literal("public"), Type.Literal("private")], {
      description: "Who sees it and works in it: public: everyone signed in · private: the members of its channel",
      default: "public",
    }),
  ),
});

export const ProjectChange = Type.Object(
  {
    name: Type.Optional(ProjectName),
    description: Type.Optional(Description),
    limits: Type.Optional(Type.Partial(Limits, { additionalProperties: false, minProperties: 1, description: "Those to change; they hold from the next run on" })),
  },
  { minProperties: 1 },
);

/** What may be told of a secret. */
export const Secret = Type.Object({ name: Type.String({ examples: ["API_KEY"] }), changed_by: Author, changed_at: Time });

export const SecretValue = Type.Object({ value: Type.String({ minLength: 1, maxLength: SECRET_BYTES, description: `At most ${SECRET_BYTES} bytes of UTF-8, no NUL` }) });
