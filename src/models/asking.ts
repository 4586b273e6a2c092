import type { Tools } from "./tooling.ts";

/** Who caused a call, for its row: numbers of users, and of the job. */
export type Cause = { agent_no: number; asker_no: number; job_no: number | null };

/** What a model is asked. */
export type Asking = {
  /** `provider/model`, in the order in which they are tried; those whose provider has no key are passed over. */
  models: readonly string[];
  /** The same for every question to one agent, so that the provider's cache holds it. */
  system: string;
  prompt: string;
  tools: Tools;
  /** Most tokens of one call's output. */
  max_tokens: number;
  /** Most calls of a model: each but the last may end in calls of tools. */
  calls: number;
  cause: Cause;
  /** When it aborts, the answer ends at once, as what had come of it. */
  signal: AbortSignal;
};

/** What is told while a model answers. */
export type Hearing = {
  /** All of the text so far: it may be shorter than before, where a try broke off and begins again. */
  text: (whole: string) => void;
};

/** A whole answer. Tokens and cost are those of all its calls; `input_tokens` counts the cached ones too. `cost_usd` is null where a price is not known. */
export type Said = {
  text: string;
  /** Those of the model that ended the answer. */
  provider: string;
  model: string;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  cost_usd: number | null;
  latency_ms: number;
  calls: number;
  /** Whether it ended by itself, at max_tokens, or because no more calls were allowed. */
  finish: "stop" | "length" | "calls";
};

/** Why no answer came. */
export type ModelFault = "no_model" | "budget_exhausted" | "overloaded" | "timeout" | "cut" | "refused" | "bad_key" | "unknown_model" | "failed";

/** That no model gave a whole answer. `message` and `hint` are sentences for whoever asked; nothing secret is in them. `said` is what had come and what it cost. */
export class ModelError extends Error {
  constructor(
    readonly fault: ModelFault,
    message: string,
    readonly hint: string,
    readonly said: Said | null,
  ) {
    super(message);
  }
}
