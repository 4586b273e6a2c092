import { Type } from "@sinclair/typebox";
import { Author, Nullable, Time } from "../accounts/model.ts";
import { Message } from "../messages/model.ts";
import { type AnswerMode, answerModes, type ToolName, toolNames } from "./persona.ts";

const Model = Nullable(Type.String({ description: "provider/model; null for none", examples: ["anthropic/claude-sonnet-5-5"] }));

/** A resident agent: one that the server itself runs. */
export const Agent = Type.Object({
  id: Type.String({ description: "Its id as a user" }),
  username: Type.String({ examples: ["grimlock"] }),
  display_name: Type.String(),
  description: Type.String(),
  model: Model,
  fallback_model: Model,
  tools: Type.Array(Type.Unsafe<ToolName>(Type.Union(toolNames.map((name) => Type.Literal(name))))),
  answers: Type.Unsafe<AnswerMode>(
    Type.Union(
      answerModes.map((mode) => Type.Literal(mode)),
      { description: "mentions: where it is called by name · direct: in direct messages to it · all: both" },
    ),
  ),
  max_tokens: Type.Integer({ description: "Most tokens of one call's output" }),
  file: Nullable(Type.String({ description: "Its file under <data>/agents/; null for a built-in" })),
  ready: Type.Boolean({ description: "Whether a model of it can be called: its provider has a key or an address" }),
});

/** What keeps an agent's file from being used. */
export const AgentProblem = Type.Object({ file: Type.String({ examples: ["ops.md"] }), line: Type.Integer({ description: "From 1" }), message: Type.String() });
export const Agents = Type.Object({ agents: Type.Array(Agent), problems: Type.Array(AgentProblem, { description: "Of agents' files; empty for all but admins" }) });

/** What an agent did on the way to its answer. */
export const Step = Type.Object({
  tool: Type.String({ examples: ["search_messages"] }),
  input: Type.String({ description: "What it was asked, in a line", examples: ["deploy from:benji"] }),
  state: Type.Union([Type.Literal("running"), Type.Literal("done"), Type.Literal("failed")]),
  output: Nullable(Type.String({ description: "What came of it, in a line", examples: ["5 messages"] })),
  ms: Nullable(Type.Integer({ description: "How long it took" })),
});

/** A section of the company's documents that an answer cites as [n]. */
export const Source = Type.Object({
  n: Type.Integer(),
  file: Type.String({ examples: ["handbook/leave.md"] }),
  heading: Type.String({ description: "From the outermost to its own; empty before the first", examples: ["Leave > Parental leave"] }),
  page: Nullable(Type.Integer({ description: "Of a PDF, from 1" })),
});

const WorkState = Type.Union([Type.Literal("waiting"), Type.Literal("thinking"), Type.Literal("running")], { description: "thinking: a model is at it · running: a tool is" });

/** A question that an agent is at, or that waits for it. */
export const Work = Type.Object({
  state: WorkState,
  channel_id: Type.String(),
  question_id: Type.String(),
  answer_id: Nullable(Type.String({ description: "The message that grows; null before its first words" })),
  asker: Author,
  tool: Nullable(Type.String({ description: "The tool that runs" })),
  since: Time,
});
export const AgentStatus = Type.Object({
  agent: Author,
  state: Type.Union([Type.Literal("idle"), Type.Literal("thinking"), Type.Literal("running")]),
  waiting: Type.Integer({ description: "Questions that wait for it, everybody's" }),
  work: Type.Array(Work, { description: "What it is at, where you may read it" }),
});

export const NewDirect = Type.Object({ message: Type.String({ minLength: 1, description: "Markdown to 256 KiB", examples: ["How do we deploy the site?"] }) });
export const DirectMade = Type.Object({
  question: Message,
  answer: Nullable(Message),
  state: Type.Union([Type.Literal("waiting"), Type.Literal("answering"), Type.Literal("answered"), Type.Literal("failed"), Type.Literal("stopped")]),
});
export const Which = Type.Object({ message_id: Type.String({ description: "The question, or the answer to it" }) });
