import leven from "leven";
import { Username } from "../accounts/model.ts";
import { reservedNames } from "../accounts/service.ts";
import { AGENT_ANSWER_TOKENS, AGENT_FILE_BYTES, LINE_CHARACTERS } from "../limits.ts";
import { modelName } from "../models/names.ts";
import { type Fault, readFront } from "./front.ts";
import { type AnswerMode, answerModes, type Persona, type ToolName, toolNames, usualTools } from "./persona.ts";
import type { Problem } from "./residents.ts";

const fieldNames = ["username", "display_name", "description", "model", "fallback_model", "tools", "answers", "max_tokens", "enabled"] as const;
type FieldName = (typeof fieldNames)[number];

/** A persona with the line of its file in which its username stands. One that is not `enabled` is an agent that there is to be none of, also where it is built in. */
export type Written = Persona & { line: number; enabled: boolean };

/** A file that describes no agent; `problems` says why, each with its line. */
export class PersonaFault extends Error {
  constructor(readonly problems: Problem[]) {
    super(problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join("\n"));
  }
}

/** As `parsePersona`, of the bytes of a file. @throws PersonaFault also for bytes that are no UTF-8, or too many */
export const readPersona = (bytes: Uint8Array, file: string): Written => {
  if (bytes.length > AGENT_FILE_BYTES)
    throw new PersonaFault([{ file, line: 1, message: `The file has more than ${AGENT_FILE_BYTES} bytes. Put what is long into the documents of COLONY_KNOWLEDGE.` }]);
  const text = new TextDecoder().decode(bytes);
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const line = text.slice(0, text.indexOf("\uFFFD")).split("\n").length;
    throw new PersonaFault([{ file, line, message: "The file is not UTF-8. Save it as UTF-8." }]);
  }
  return parsePersona(text, file);
};

/**
 * Reads an agent's file: front matter, and the persona as the text below it. `file` is its name, for what is said of it.
 * @throws PersonaFault with everything that is wrong, by line
 */
export const parsePersona = (text: string, file: string): Written => {
  const front = readFront(text);
  if (Array.isArray(front)) throw new PersonaFault(front.map((fault) => ({ file, ...fault })));
  const faults: Fault[] = [];
  const { fields, lineOf, body } = front;
  const wrong = (field: string, message: string, item?: string): null => {
    faults.push({ line: lineOf(field, item), message: `${field}: ${message}` });
    return null;
  };
  /** What a field says when `read` takes it; null when it is left out or wrong. */
  const take = <T>(field: FieldName, allowed: string, read: (value: unknown) => T | undefined): T | null => {
    const value = fields[field] ?? null;
    return value === null ? null : (read(value) ?? wrong(field, `${shown(value)} cannot be used. Allowed: ${allowed}.`));
  };
  const line = (field: FieldName) =>
    take(field, `one line of text, at most ${LINE_CHARACTERS} characters`, (value) => {
      const written = typeof value === "string" ? value.trim() : "";
      return written !== "" && written.length <= LINE_CHARACTERS && !/[\p{Cc}\u2028\u2029]/u.test(written) ? written : undefined;
    });
  const model = (field: FieldName) =>
    take(field, "provider/model with the provider anthropic, openai or compatible, e.g. anthropic/claude-sonnet-5-5", (value) =>
      typeof value === "string" && modelName.test(value) ? value : undefined,
    );

  for (const field of Object.keys(fields))
    if (!isField(field)) wrong(field, `there is no such field. Did you mean ${nearest(field, fieldNames)}? Fields: ${fieldNames.join(", ")}.`);
  const username = take("username", `${Username.description?.toLowerCase()}, at most 40 characters, and not ${[...reservedNames].join(", ")}`, (value) =>
    typeof value === "string" && new RegExp(Username.pattern ?? "").test(value) && !reservedNames.has(value) ? value : undefined,
  );
  if ((fields.username ?? null) === null) wrong("username", "is missing. It is the name that the agent is called by: 'username: ops' for @ops.");
  const { min, max, default: usual } = AGENT_ANSWER_TOKENS;
  const persona = {
    display_name: line("display_name"),
    description: line("description"),
    model: model("model"),
    fallback_model: model("fallback_model"),
    tools: take("tools", `a list such as [${toolNames.slice(0, 2).join(", ")}]`, (value) => (Array.isArray(value) ? value : undefined)),
    enabled: take("enabled", "true, false", (value) => (typeof value === "boolean" ? value : undefined)) ?? true,
    answers: take("answers", answerModes.join(", "), (value) => answerModes.find((mode): mode is AnswerMode => mode === value)),
    max_tokens: take("max_tokens", `a whole number from ${min} to ${max}`, (value) =>
      typeof value === "number" && Number.isInteger(value) && value >= min && value <= max ? value : undefined,
    ),
  };
  for (const tool of persona.tools ?? [])
    if (!isTool(tool)) wrong("tools", `${shown(tool)} is no tool. Did you mean ${nearest(String(tool), toolNames)}? Tools: ${toolNames.join(", ")}.`, String(tool));
  if (body === "" && persona.enabled) faults.push({ line: front.bodyLine, message: "Below the fields stands nothing: write who the agent is and how it works." });
  if (faults.length > 0 || username === null) throw new PersonaFault(faults.toSorted((one, other) => one.line - other.line).map((fault) => ({ file, ...fault })));
  return {
    username,
    display_name: persona.display_name ?? username,
    description: persona.description ?? "",
    model: persona.model,
    fallback_model: persona.fallback_model,
    tools: persona.tools === null ? usualTools : [...new Set(persona.tools.filter(isTool))],
    answers: persona.answers ?? "all",
    max_tokens: persona.max_tokens ?? usual,
    text: body,
    file,
    line: lineOf("username"),
    enabled: persona.enabled,
  };
};

const isField = (name: string): name is FieldName => fieldNames.some((field) => field === name);
const isTool = (name: unknown): name is ToolName => toolNames.some((tool) => tool === name);
/** Of some names the one that is most like what was written; empty when there are none. */
export const nearest = (written: string, names: readonly string[]): string => names.toSorted((one, other) => leven(one, written) - leven(other, written))[0] ?? "";
/** A value as it was written, cut short. */
const shown = (value: unknown): string => {
  const text = typeof value === "object" ? "what stands there" : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};
