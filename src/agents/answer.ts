import type { Static } from "@sinclair/typebox";
import type { Context } from "../context.ts";
import { ModelError, type Said } from "../models/asking.ts";
import type { Source as SourceModel, Step as StepModel } from "./model.ts";
import type { agentJobs } from "./table.ts";

export type JobRow = typeof agentJobs.$inferSelect;
export type Step = Static<typeof StepModel>;
export type Source = Static<typeof SourceModel>;

/** What is told while an answer comes. */
export type AnswerHearing = {
  /** All of the text so far: it may be shorter than before, where a try broke off and begins again. */
  text: (whole: string) => void;
  /** All that was done so far, in order; told as each begins and ends. */
  steps: (steps: Step[]) => void;
};

/** A whole answer. `attachments`: ids of files that the resident's user uploaded for it, in order. */
export type Answered = { content: string; said: Said; sources: Source[]; steps: Step[]; attachments: string[] };

/**
 * Answers the question of a job: what the model sees and may do is what its asker may, at that moment.
 * @throws ModelError when no model gave a whole answer
 */
export const answer = async (_ctx: Context, _job: JobRow, _hearing: AnswerHearing, _signal: AbortSignal): Promise<Answered> => {
  throw new ModelError("no_model", "No model is set up here, so I cannot answer.", "The operator sets ANTHROPIC_API_KEY, OPENAI_API_KEY or COLONY_LLM_BASE_URL.", null);
};
