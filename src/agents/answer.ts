import type { Static } from "@sinclair/typebox";
import type { Context } from "../context.ts";
import { searchKnowledge } from "../knowledge/service.ts";
import { MODEL_CALLS_IN_PROJECT, MODEL_CALLS_PER_ANSWER, SECTIONS_FOR_QUESTION } from "../limits.ts";
import { messageIn } from "../messages/find.ts";
import { seqOf } from "../messages/table.ts";
import { messageWire } from "../messages/wire.ts";
import { ModelError, type Said } from "../models/asking.ts";
import { usableModels, whyNoModel } from "../models/names.ts";
import { runModel } from "../models/run.ts";
import { ownTurn } from "../turns.ts";
import { present } from "./audience.ts";
import { Citations } from "./citations.ts";
import type { Crew } from "./crew/crew.ts";
import type { Source as SourceModel, Step as StepModel } from "./model.ts";
import { type Put, promptText, systemText } from "./prompt.ts";
import type { agentJobs } from "./table.ts";
import { Desk } from "./tools/desk.ts";
import { Toolbox } from "./tools/toolbox.ts";

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

/** A whole answer. `type`: a result where something was done in a project. `attachments`: ids of files that the resident's user uploaded for it, in order. */
export type Answered = { type: "text" | "result"; content: string; said: Said; sources: Source[]; steps: Step[]; attachments: string[] };

/**
 * Answers the question of a job: what the model sees and may do is what its asker may and its readers may read, at that moment.
 * `crew`: what it leads; null where it does a part of what another leads.
 * @throws ModelError when no model gave a whole answer
 */
export const answer = async (ctx: Context, job: JobRow, hearing: AnswerHearing, signal: AbortSignal, crew: Crew | null): Promise<Answered> => {
  await ownTurn();
  const put = questionOf(ctx, job, crew);
  const { agent } = put;
  const citations = new Citations();
  const models = usableModels(ctx.config, agent);
  if (models.length === 0) throw new ModelError("no_model", "No model is set up here, so I cannot answer.", whyNoModel(ctx.config, agent), null);
  const desk = new Desk(ctx, job, agent.user_no, put.question.id, citations, crew);
  const toolbox = new Toolbox(desk, hearing.steps, signal);
  const tools = toolbox.tools(agent.tools);
  const system = systemText(agent, desk.has("project"));
  const prompt = await promptText(ctx, put, system, documentsFor(ctx, put), citations);
  const said = await runModel(
    ctx,
    {
      models,
      system,
      prompt,
      tools,
      max_tokens: agent.max_tokens,
      calls: desk.has("project") ? MODEL_CALLS_IN_PROJECT : MODEL_CALLS_PER_ANSWER,
      cause: { agent_no: job.agent_no, asker_no: job.asker_no, job_no: job.no },
      signal,
    },
    { text: hearing.text },
  );
  return {
    type: toolbox.acted ? "result" : "text",
    content: said.text,
    said,
    sources: citations.sourcesOf(said.text),
    steps: toolbox.steps,
    attachments: [...desk.files.values()],
  };
};

/** The question of a job as it stands now. @throws ModelError when it may not be answered any more: no words of the channel go to a model then */
const questionOf = (ctx: Context, job: JobRow, crew: Crew | null): Put => {
  const agent = ctx.residents.byNo(job.agent_no);
  if (!agent) throw gone("There is no such agent here any more.", "Ask another: GET /api/agents lists them.");
  const now = present(ctx, job);
  if (!now) throw gone("Whoever asked may not read this channel any more, so this is not answered.", "Ask again where you may read.");
  const row = messageIn(ctx.db, now.channel, String(seqOf(job.question_key)));
  if (row.deleted_at !== null) throw gone("The question was deleted.", "Ask again.");
  return { agent, ...now, question: messageWire(ctx, row), answer_seq: job.answer_key === null ? null : seqOf(job.answer_key), crew };
};

/** Sections for what is asked, without the name that calls the agent. */
const documentsFor = (ctx: Context, { agent, question }: Put) => searchKnowledge(ctx, question.content.replaceAll(`@${agent.username}`, " "), SECTIONS_FOR_QUESTION);

const gone = (message: string, hint: string): ModelError => new ModelError("failed", message, hint, null);
