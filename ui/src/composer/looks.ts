import type { MessageType } from "../api.ts";

/** How the box looks while a message of a type is written in it. */
export const frames: Record<MessageType, string> = {
  text: "border-edge bg-raised",
  code: "border-edge bg-sunken",
  result: "border-result/60 bg-result-wash",
  error: "border-error/60 bg-error-wash",
  plan: "border-plan/60 bg-plan-wash",
};

/** Inks, so that a type is named in its colour. */
export const inks: Record<MessageType, string> = { text: "text-soft", code: "text-code", result: "text-result", error: "text-error", plan: "text-plan" };

export const hints: Record<MessageType, string> = {
  text: "",
  code: "Code, as it is",
  result: "What came out: loss: 0.023",
  error: "What failed, and its trace",
  plan: "- [ ] First step",
};

/** What each type is for. */
export const typeWords: Record<MessageType, string> = {
  text: "talk, in markdown",
  code: "a program's text",
  result: "what came out, figures first",
  error: "what failed, with its trace",
  plan: "a checklist",
};
