import type { Words } from "../../messages/growing.ts";
import type { MessageRow } from "../../messages/wire.ts";

/** What is to be done for a request, in order. `who`: a username, null where it is the planner's own; `note`: what came of a step. */
export type Plan = { goal: string; steps: { text: string; who: string | null; done: boolean; note: string | null }[] };

/** The message that shows a plan: a checklist, with the plan itself as its metadata. */
export const planWords = (plan: Plan): Words => ({ type: "plan", content: planText(plan), metadata: { plan }, attachments: [], whole: false });

/** A plan as people read it: its goal, then a box a step, and under it what came of it. */
const planText = ({ goal, steps }: Plan): string => {
  const lines = steps.map(({ text, who, done, note }) => `- [${done ? "x" : " "}] ${text}${who ? ` (${who})` : ""}${note ? `\n  ${note}` : ""}`);
  return `${goal}\n\n${lines.join("\n")}`;
};

/** The plan that a message of the server's shows; null for a message that was deleted, or shows none. */
export const planOf = ({ metadata, deleted_at }: MessageRow): Plan | null => {
  if (metadata === null || deleted_at !== null) return null;
  return (JSON.parse(metadata) as { plan?: Plan }).plan ?? null;
};

/** The steps under the numbers by which they are ticked. */
export const numbered = ({ steps }: Plan): string => steps.map(({ text, done }, at) => `${at + 1}. ${done ? "done" : "open"}: ${text}`).join("\n");
