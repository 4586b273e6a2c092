import type { TObject } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { AppError } from "../../errors.ts";
import { TOOL_CALLS_IN_PROJECT, TOOL_CALLS_PER_ANSWER } from "../../limits.ts";
import type { Tools } from "../../models/tooling.ts";
import type { Step } from "../answer.ts";
import { plain } from "../entries.ts";
import type { ToolName } from "../persona.ts";
import { createArtifact } from "./artifact.ts";
import { readAttachment } from "./attachment.ts";
import { readChannel } from "./channel.ts";
import { type Desk, Refusal, type Result, type Tool } from "./desk.ts";
import { listFiles, readFile, writeFile } from "./files.ts";
import { readDocument, searchDocuments } from "./knowledge.ts";
import { handOver, makePlan, tickStep } from "./plan.ts";
import { readConsole, runCommand } from "./run.ts";
import { searchMessages } from "./search.ts";

const abilities: readonly Tool[] = [
  searchMessages,
  readChannel,
  readAttachment,
  searchDocuments,
  readDocument,
  createArtifact,
  listFiles,
  readFile,
  writeFile,
  runCommand,
  readConsole,
  makePlan,
  tickStep,
  handOver,
];

/** What is there in projects alone: an agent that has one of these works in them. */
export const inProjects: ReadonlySet<ToolName> = new Set(abilities.filter(({ within }) => within !== undefined).map(({ name }) => name));

/** Tokens below which a result would say nothing. */
const ROOM_MIN = 200;

/** The tools of one answer and what was done with them. */
export class Toolbox {
  readonly steps: Step[] = [];
  /** One call after the other: each sees what those before it made and left. */
  #turn: Promise<unknown> = Promise.resolve();

  /** `told` hears all steps whenever one begins or ends. */
  constructor(
    private readonly desk: Desk,
    private readonly told: (steps: Step[]) => void,
    private readonly signal: AbortSignal,
  ) {}

  /** Whether something was done in a project. */
  acted = false;

  /** Most calls for one answer. */
  get #most(): number {
    return this.desk.has("project") ? TOOL_CALLS_IN_PROJECT : TOOL_CALLS_PER_ANSWER;
  }

  /** Those of the names given, for a model. They throw nothing. */
  tools(names: readonly ToolName[]): Tools {
    const given = abilities.filter(({ name, within }) => names.includes(name) && this.desk.has(within));
    return Object.fromEntries(given.map((one) => [one.name, { description: one.description, input: { ...one.input }, execute: (input) => this.#inTurn(one, input) }]));
  }

  #inTurn(one: Tool, input: unknown): Promise<string> {
    const done = this.#turn.then(() => this.#call(one, input));
    this.#turn = done;
    return done;
  }

  async #call(one: Tool, input: unknown): Promise<string> {
    if (this.steps.length >= this.#most) return `No more tools can be called for this answer: ${this.#most} calls are allowed. Answer from what you have.`;
    const begun = performance.now();
    const step: Step = { tool: one.name, input: inLine(this.desk.shown(shownOf(one, input))), state: "running", output: null, ms: null };
    this.steps.push(step);
    this.told(this.steps);
    const { state, text, line } = await this.#result(one, input);
    this.acted ||= one.acts === true && state === "done";
    Object.assign(step, { state, output: inLine(line), ms: Math.round(performance.now() - begun) });
    this.desk.took(text);
    this.told(this.steps);
    return plain(text);
  }

  async #result(one: Tool, input: unknown): Promise<Result & { state: "done" | "failed" }> {
    try {
      this.signal.throwIfAborted();
      // Rights are those of this moment, whatever the tool.
      void this.desk.asker;
      if (this.desk.room < ROOM_MIN) throw new Refusal("Nothing more can be read for this answer: its room is used up. Answer from what you have.");
      return { ...(await one.run(this.desk, held(one.input, input), this.signal)), state: "done" };
    } catch (error) {
      const line = this.#fault(error);
      return { text: `Error: ${line}`, line, state: "failed" };
    }
  }

  #fault(error: unknown): string {
    if (error instanceof Refusal) return error.message;
    if (error instanceof AppError && error.code !== "internal") return error.message;
    if (this.signal.aborted) return "The answer was stopped.";
    this.desk.ctx.log.error({ event: "tool_failed", error: String(error) }, "A tool of a resident agent failed");
    return "The tool failed for a reason of its own. Go on without it, and say what you could not look up.";
  }
}

/** The input as its tool takes it. @throws Refusal that names what is wrong */
const held = (schema: TObject, input: unknown) => {
  const wrong = Value.Errors(schema, input).First();
  if (wrong) throw new Refusal(`${wrong.path.slice(1) || "The input"}: ${wrong.message}. Call the tool again with what its description asks for.`);
  return input as Record<string, unknown>;
};

const shownOf = (one: Tool, input: unknown): string => (Value.Check(one.input, input) ? one.shown(input) : "an input that it does not take");

/** A text as one line. */
const inLine = (text: string): string => text.replace(/\s+/g, " ").trim();
