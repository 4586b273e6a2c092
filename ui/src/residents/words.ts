import type { Agent, AgentStatus } from "../api.ts";

const things: Partial<Record<Agent["tools"][number], string>> = { read_channel: "channels", read_attachment: "files", read_knowledge: "documents" };

const joined = (words: readonly string[]): string => (words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : (words[0] ?? ""));

/** What an agent can do beside answering, in words. */
export const toolWords = (tools: Agent["tools"]): string => {
  const read = [...new Set(tools.flatMap((tool) => things[tool === "search_knowledge" ? "read_knowledge" : tool] ?? []))];
  const words = [tools.includes("search_messages") && "searches messages", read.length > 0 && `reads ${joined(read)}`, tools.includes("create_artifact") && "writes files"]
    .filter(Boolean)
    .join("; ");
  return words === "" ? "Has no tools" : words.charAt(0).toUpperCase() + words.slice(1);
};

/** Where an agent answers, in words. */
export const answerWords = ({ answers, username }: Pick<Agent, "answers" | "username">): string =>
  ({
    mentions: `Answers to @${username}`,
    direct: "Answers in direct messages",
    all: `Answers to @${username} and in direct messages`,
  })[answers];

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
