import type { Agent, AgentStatus } from "../api.ts";

const things: Partial<Record<Agent["tools"][number], string>> = { read_channel: "channels", read_attachment: "files", read_knowledge: "documents" };

const joined = (words: readonly string[]): string => (words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : (words[0] ?? ""));

/** What an agent can do beside answering, in words; empty when that is nothing. */
const abilitiesOf = (tools: Agent["tools"]): string => {
  const read = [...new Set(tools.flatMap((tool) => things[tool === "search_knowledge" ? "read_knowledge" : tool] ?? []))];
  const inProjects = [
    (tools.includes("list_files") || tools.includes("read_file")) && "read",
    tools.includes("write_file") && "write",
    tools.includes("run_command") && "run",
    tools.includes("hand_over") && "lead others",
  ].filter((word) => word !== false);
  return [
    tools.includes("search_messages") && "search messages",
    read.length > 0 && `read ${joined(read)}`,
    tools.includes("create_artifact") && "write files",
    inProjects.length > 0 && `in projects ${joined(inProjects)}`,
  ]
    .filter(Boolean)
    .join("; ");
};

/** The same as a line of its own. */
export const toolWords = (tools: Agent["tools"]): string => {
  const words = abilitiesOf(tools);
  return words === "" ? "Has no tools" : `Can ${words}`;
};

/** Where an agent answers, in words. `name`: what it is called by. */
const placesOf = (answers: Agent["answers"], name: string): string => ({ mentions: `to ${name}`, direct: "in direct messages", all: `to ${name} and in direct messages` })[answers];

export const answerWords = ({ answers, username }: Pick<Agent, "answers" | "username">): string => `Answers ${placesOf(answers, `@${username}`)}`;

/** What most of several agents have alike; null where there is no such thing. `models`: the one it runs on, and the one where that fails. */
export type Common = { answers: Agent["answers"] | null; tools: Agent["tools"] | null; models: string[] | null };

export const modelsOf = ({ model, fallback_model }: Pick<Agent, "model" | "fallback_model">): string[] => [model, fallback_model].filter((one) => one !== null);

/** The same tools in another order are the same. */
const toolsKey = (tools: Agent["tools"] | null): string => JSON.stringify(tools?.toSorted());

/** What more than half of them have, where there are several. */
const mostly = <Value>(values: readonly Value[], keyOf: (value: Value) => string): Value | null => {
  const keys = values.map(keyOf);
  const found = values.find((_, at) => keys.filter((key) => key === keys[at]).length > values.length / 2);
  return values.length < 2 || found === undefined ? null : found;
};

export const commonOf = (agents: readonly Agent[]): Common => ({
  answers: mostly(
    agents.map(({ answers }) => answers),
    String,
  ),
  tools: mostly(
    agents.map(({ tools }) => tools),
    toolsKey,
  ),
  models: mostly(agents.map(modelsOf), String),
});

/** What is to be said of an agent itself, beside what is common: null where it is as the others are. */
export const ownOf = (agent: Agent, common: Common): { answers: string | null; tools: string | null; models: string[] | null } => ({
  answers: agent.answers === common.answers ? null : answerWords(agent),
  tools: toolsKey(agent.tools) === toolsKey(common.tools) ? null : toolWords(agent.tools),
  models: String(modelsOf(agent)) === String(common.models) ? null : modelsOf(agent),
});

/** What is common to agents, in clauses of one sentence about each of them; the models are named apart. */
export const commonWords = ({ answers, tools }: Common): string[] => {
  const abilities = abilitiesOf(tools ?? []);
  return [...(answers === null ? [] : [`answers ${placesOf(answers, "its @name")}`]), ...(abilities === "" ? [] : [`can ${abilities}`])];
};

const needs: Record<string, string> = { anthropic: "ANTHROPIC_API_KEY", openai: "OPENAI_API_KEY", compatible: "COLONY_LLM_BASE_URL" };

/** The settings one of which an operator must set so that a model can be called. `model`: provider/model; null for none. */
export const needed = (model: string | null): string[] => {
  const one = needs[model?.split("/")[0] ?? ""];
  return one === undefined ? Object.values(needs) : [one];
};

/** What an agent is at, in a word or two. */
export const stateWords = (agent: Agent, status: AgentStatus | undefined): string => {
  if (!agent.ready) return "no model";
  const state = status?.state ?? "idle";
  const waiting = status?.waiting ?? 0;
  return waiting > 0 ? `${state}, ${waiting} waiting` : state;
};

/** A file that makes an agent: copied, changed and saved. */
export const EXAMPLE = `---
username: release-notes
display_name: Release Notes
description: Writes what changed, for people who do not read commits
tools: [search_messages, read_channel, create_artifact]
answers: all
---
You write release notes. Read the channels you are asked about, keep what a
user of the product would notice, and leave out how it was done. One line a
change, the most important first. Say so when you found nothing.
`;
