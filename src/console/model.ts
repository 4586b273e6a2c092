import { Type } from "@sinclair/typebox";
import { Nullable, Time } from "../accounts/model.ts";

export const Line = Type.Object({
  seq: Type.Integer({ description: "Its place in the project's console" }),
  run_id: Type.String(),
  stream: Type.Union([Type.Literal("stdout"), Type.Literal("stderr"), Type.Literal("system")], { description: "system: what Colony says of the run" }),
  content: Type.String({ description: "One line, without its end; ANSI colours as they came" }),
  timestamp: Time,
  unfinished: Type.Optional(
    Type.Literal(true, { description: "It has no end yet, as a bar of progress or a question. The next line of its run and stream takes its place; nothing else is kept of it" }),
  ),
});

/** Fields of a page of lines that goes on from a cursor. */
export const stretch = {
  lines: Type.Array(Line),
  next_seq: Type.Integer({ description: "Send it as after_seq next time" }),
  has_more: Type.Boolean({ description: "Whether more stands there by now" }),
};

/** A page of a console's lines after a cursor. */
export const Stretch = Type.Object({ ...stretch, epoch: Type.String({ description: "Names the database's life; give it with after_seq" }) });

/** One known error, as often as it came. */
export const Fault = Type.Object({
  id: Type.String({ description: "The same for the same error, whenever it comes" }),
  language: Type.String({ examples: ["python"] }),
  kind: Type.String({
    description: "exception, missing_module, failed_test, syntax, compile, port_in_use, out_of_memory, killed, command_not_found, no_such_file, permission, network, disk_full",
  }),
  message: Type.String({ examples: ["ZeroDivisionError: division by zero"] }),
  file: Nullable(Type.String({ description: "Where it points to, in the workspace", examples: ["main.py"] })),
  line: Nullable(Type.Integer()),
  column: Nullable(Type.Integer()),
  count: Type.Integer(),
  first_at: Time,
  last_at: Time,
  run_id: Type.String({ description: "The last run that it came in" }),
  seq: Type.Integer({ description: "Where it begins there, in the console" }),
  end_seq: Type.Integer(),
  excerpt: Type.String({ description: "Its lines of the console" }),
});

/** What is to be looked into. */
export const Analyze = Type.Object({
  run: Type.Optional(Type.String({ description: "The id of a run: what it ended by" })),
  error: Type.Optional(Type.String({ description: "The id of an error, as GET …/console/errors has it" })),
});
