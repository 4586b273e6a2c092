import { join } from "node:path";
import { readConfig } from "../src/config.ts";
import { type Context, openContext } from "../src/context.ts";
import { type Asking, ModelError, type Said } from "../src/models/asking.ts";
import { runModel, type Waits } from "../src/models/run.ts";
import type { Tool } from "../src/models/tooling.ts";
import { newFolder } from "./colony.ts";
import { readRows } from "./people.ts";

/** Long enough for the slowest machine; and no pause before a model is called again. */
export const patient: Waits = { first: 60_000, silence: 60_000, whole: 60_000, backoff: 1 };

/** A tool that takes `{query}`, and says so where it is given something else. */
export const search = (execute: (input: { query: string }) => string): Tool => ({
  description: "Searches",
  input: { type: "object", properties: { query: { type: "string" } }, required: ["query"], additionalProperties: false },
  execute: (input) => (typeof (input as { query?: unknown }).query === "string" ? execute(input as { query: string }) : "query is missing"),
});

/** A row of `model_calls`. */
export type Row = { provider: string; model: string; outcome: string; error: string | null; cost_usd: number | null; input_tokens: number; output_tokens: number };

/** Whoever asks models, with a database of their own and no server. */
export class Asker {
  readonly ctx: Context;
  /** What was heard of the answer to the last question. */
  heard: string[] = [];
  readonly #data = join(newFolder(), "data");

  constructor(settings: Record<string, string>) {
    this.ctx = openContext(readConfig({ COLONY_LOG_LEVEL: "silent", ...settings }, { COLONY_DATA: this.#data }));
  }

  ask(more: Partial<Asking> = {}, waits: Partial<Waits> = {}): Promise<Said> {
    this.heard = [];
    const asking: Asking = {
      models: ["anthropic/claude-sonnet-4-6", "openai/gpt-5-mini"],
      system: "You are the house's assistant.",
      prompt: "How do we deploy?",
      tools: {},
      max_tokens: 1_000,
      calls: 4,
      cause: { agent_no: 2, asker_no: 1, job_no: null },
      signal: new AbortController().signal,
      ...more,
    };
    return runModel(this.ctx, asking, { text: (whole) => this.heard.push(whole) }, { ...patient, ...waits });
  }

  /** A question that must go unanswered. @returns why */
  async fails(more: Partial<Asking> = {}, waits: Partial<Waits> = {}): Promise<ModelError> {
    const why = await this.ask(more, waits).then(
      (said) => new Error(`It was answered: ${said.text}`),
      (error) => error,
    );
    if (why instanceof ModelError) return why;
    throw why;
  }

  rows(): Row[] {
    return readRows(this.#data, "SELECT * FROM model_calls ORDER BY no") as Row[];
  }

  close(): void {
    this.ctx.close();
  }
}
