/** What a resident agent may be given to work with; each acts with the asker's rights. */
export const toolNames = [
  "search_messages",
  "read_channel",
  "read_attachment",
  "search_knowledge",
  "read_knowledge",
  "create_artifact",
  "list_files",
  "read_file",
  "write_file",
  "run_command",
  "read_console",
  "make_plan",
  "tick_step",
  "hand_over",
] as const;
export type ToolName = (typeof toolNames)[number];

/** Those of one who leads others: given to whom they are named for. */
const leading: readonly ToolName[] = ["make_plan", "tick_step", "hand_over"];
/** Whether an agent may lead others. */
export const leads = ({ tools }: { tools: readonly ToolName[] }): boolean => tools.some((tool) => leading.includes(tool));
/** What an agent has whose file names no tools. */
export const usualTools: readonly ToolName[] = toolNames.filter((name) => !leading.includes(name));

/** Where it answers: where it is called by name, in direct messages to it alone, or both. */
export const answerModes = ["mentions", "direct", "all"] as const;
export type AnswerMode = (typeof answerModes)[number];

/** A resident agent as its file describes it. Models are named `provider/model`; null takes the server's. */
export type Persona = {
  username: string;
  display_name: string;
  /** What it is for, in a line. */
  description: string;
  model: string | null;
  fallback_model: string | null;
  tools: readonly ToolName[];
  answers: AnswerMode;
  /** Most tokens of one call's output. */
  max_tokens: number;
  /** The text of the file: who it is and how it works. */
  text: string;
  /** The file's name under `<data>/agents/`; null for one that is built in. */
  file: string | null;
};
