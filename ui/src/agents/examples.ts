import type { Agent } from "../api.ts";

/** Questions that one may begin with, by what an agent can look into. */
export const examplesOf = ({ tools }: Pick<Agent, "tools">): string[] => {
  const known: string[] = [];
  if (tools.includes("search_knowledge")) known.push("What do our documents say about time off?");
  if (tools.includes("search_messages")) known.push("What was decided this week, and by whom?");
  if (tools.includes("create_artifact")) known.push("Write a one-page summary of this week as a file.");
  return [...known, "What can you help me with?"].slice(0, 3);
};
