import type { JSONValue, ModelMessage, ToolModelMessage, ToolSet } from "ai";
import { AppError } from "../errors.ts";
import { MODEL_ERROR_CHARACTERS, MODEL_TOOL_CALLS } from "../limits.ts";
import type { Log } from "../log.ts";

/** A tool that a model wants called. `wrong`: why it cannot be, where the model named one that is not there, or gave it what it does not take. */
export type Wanted = { id: string; name: string; input: unknown; wrong: string | null };
type Result = ToolModelMessage["content"][number];

/** The tools as a model is shown them. They are called by `callTools`, when the whole step is there: a step that breaks off has done nothing. */
export const shown = (tools: ToolSet): ToolSet => Object.fromEntries(Object.entries(tools).map(([name, { execute: _, ...tool }]) => [name, tool]));

/**
 * Calls what a model wants called, all at once.
 * @param messages what the model had been told
 * @returns what came of it, in the order in which it was wanted: a tool that fails has its error told, and fails nothing else
 */
export const callTools = async (tools: ToolSet, wanted: readonly Wanted[], messages: ModelMessage[], signal: AbortSignal, log: Log): Promise<ToolModelMessage> => {
  const outcome = async ({ id, name, input, wrong }: Wanted, index: number): Promise<Result> => {
    const result = (output: Extract<Result, { type: "tool-result" }>["output"]): Result => ({ type: "tool-result", toolCallId: id, toolName: name, output });
    const error = (value: string): Result => result({ type: "error-text", value: value.slice(0, MODEL_ERROR_CHARACTERS) });
    const execute = tools[name]?.execute;
    if (wrong !== null || !execute) return error(wrong ?? `There is no tool ${name}.`);
    if (index >= MODEL_TOOL_CALLS) return error(`Not called: at most ${MODEL_TOOL_CALLS} tools are called at once.`);
    try {
      const value: unknown = await execute(input, { toolCallId: id, messages, abortSignal: signal, context: undefined });
      return result(typeof value === "string" ? { type: "text", value } : { type: "json", value: (value ?? null) as JSONValue });
    } catch (failure) {
      if (failure instanceof AppError) return error(`${failure.message} ${failure.hint}`);
      if (!signal.aborted) log.error({ event: "tool_failed", tool: name, error: String(failure) }, "A tool of a resident agent failed");
      return error("The tool failed.");
    }
  };
  return { role: "tool", content: await Promise.all(wanted.map(outcome)) };
};
