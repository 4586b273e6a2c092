import type { JSONSchema7, LanguageModelV4FunctionTool, LanguageModelV4Message, LanguageModelV4ToolResultPart } from "@ai-sdk/provider";
import { AppError } from "../errors.ts";
import { MODEL_ERROR_CHARACTERS, MODEL_TOOL_CALLS } from "../limits.ts";
import type { Log } from "../log.ts";

/** What a model may call. `execute` is given what the model gave, which need not be as `input` says, and is called when the whole step is there: a step that breaks off has done nothing. */
export type Tool = { description: string; input: JSONSchema7; execute: (input: unknown) => string | Promise<string> };
/** Tools by their names. */
export type Tools = Record<string, Tool>;

/** A tool that a model wants called. `input` is undefined where it gave what is no JSON. */
export type Wanted = { id: string; name: string; input: unknown };

/** The tools as a model is shown them. */
export const offered = (tools: Tools): LanguageModelV4FunctionTool[] =>
  Object.entries(tools).map(([name, { description, input }]) => ({ type: "function", name, description, inputSchema: input }));

/**
 * Calls what a model wants called, all at once.
 * @returns what came of it, in the order in which it was wanted: a tool that fails has its error told, and fails nothing else
 */
export const callTools = async (tools: Tools, wanted: readonly Wanted[], signal: AbortSignal, log: Log): Promise<LanguageModelV4Message> => {
  const outcome = async ({ id, name, input }: Wanted, index: number): Promise<LanguageModelV4ToolResultPart> => {
    const result = (output: LanguageModelV4ToolResultPart["output"]): LanguageModelV4ToolResultPart => ({ type: "tool-result", toolCallId: id, toolName: name, output });
    const error = (value: string) => result({ type: "error-text", value: value.slice(0, MODEL_ERROR_CHARACTERS) });
    const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
    if (!tool) return error(`There is no tool ${name}.`);
    if (input === undefined) return error("The input is no JSON. Call the tool again with what its description asks for.");
    if (index >= MODEL_TOOL_CALLS) return error(`Not called: at most ${MODEL_TOOL_CALLS} tools are called at once.`);
    try {
      return result({ type: "text", value: await tool.execute(input) });
    } catch (failure) {
      if (failure instanceof AppError) return error(`${failure.message} ${failure.hint}`);
      if (!signal.aborted) log.error({ event: "tool_failed", tool: name, error: String(failure) }, "A tool of a resident agent failed");
      return error("The tool failed.");
    }
  };
  return { role: "tool", content: await Promise.all(wanted.map(outcome)) };
};
