import { setTimeout as wait } from "node:timers/promises";
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import type { Context } from "../context.ts";
import { MODEL_BACKOFF, MODEL_CALL, MODEL_FIRST_BYTE, MODEL_RETRY_AFTER, MODEL_SILENCE, MODEL_TRIES } from "../limits.ts";
import { type Asking, type Hearing, ModelError, type Said } from "./asking.ts";
import { checkBudget } from "./budget.ts";
import { callModel, type Progress, type Reply, type Times } from "./call.ts";
import { recordCall } from "./calls.ts";
import { declined, type Failed, modelError } from "./faults.ts";
import { parted, providerOf } from "./names.ts";
import { UNITS_PER_DOLLAR } from "./prices.ts";
import { reckoned } from "./reckoned.ts";
import type { Outcome } from "./store.ts";
import { callTools } from "./tooling.ts";

/** What an answer waits for, in milliseconds: the bounds of a call, and the pause before a model is called again. */
export type Waits = Times & { backoff: number };
const usualWaits: Waits = { first: MODEL_FIRST_BYTE, silence: MODEL_SILENCE, whole: MODEL_CALL, backoff: MODEL_BACKOFF };

/**
 * Puts a question to a model and gives its answer: calls the tools it wants, tries again what broke off, and goes on to the
 * next model where one cannot answer. What breaks off never stands: `hearing.text` falls back to what was before.
 * When `asking.signal` aborts, it resolves at once with what had come.
 * @throws ModelError when no model gave a whole answer, with what had come and what it cost
 * @throws AppError `storage_failed`
 */
export const runModel = async (ctx: Context, asking: Asking, hearing: Hearing, waits: Waits = usualWaits): Promise<Said> => new Run(ctx, asking, hearing, waits).answer();

const outcomeOf = (reply: Reply | Failed | null): Outcome => {
  if (reply === null) return "stopped";
  if ("fault" in reply) return reply.outcome;
  return reply.finish === "refused" ? "refused" : "ok";
};

/** That whoever asked wants no answer any more. */
class Stopped extends Error {}

class Run {
  readonly #models: readonly string[];
  readonly #messages: LanguageModelV4Message[];
  /** What was said in the steps that are whole, and in the one under way. */
  readonly #texts: string[] = [];
  #progress: Progress = { text: "", tokens: null };
  /** What the last try that broke off had said. */
  #broken = "";
  /** Which of the models is asked. One that could not answer is not asked again. */
  #at = 0;
  /** The last failure of each model that could not answer, in the order in which they were asked. */
  readonly #failed = new Map<string, Failed>();
  readonly #begun = performance.now();
  readonly #used = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0, calls: 0 };
  #cost: number | null = 0;

  constructor(
    private readonly ctx: Context,
    private readonly asking: Asking,
    private readonly hearing: Hearing,
    private readonly waits: Waits,
  ) {
    this.#models = asking.models.filter((name) => ctx.config.models[providerOf(name)] !== null);
    this.#messages = [{ role: "user", content: [{ type: "text", text: asking.prompt }] }];
  }

  async answer(): Promise<Said> {
    if (this.#models.length === 0)
      throw new ModelError("no_model", "No model is set up here, so I cannot answer.", "The operator sets ANTHROPIC_API_KEY, OPENAI_API_KEY or COLONY_LLM_BASE_URL.", null);
    try {
      return await this.#steps();
    } catch (error) {
      if (error instanceof Stopped) return this.#said("stop");
      throw error;
    }
  }

  async #steps(): Promise<Said> {
    const { calls, tools, signal } = this.asking;
    for (let call = 1; ; call++) {
      const reply = await this.#reply(call < calls);
      this.#keep();
      if (reply.finish === "refused") throw declined(this.#model, this.#said("stop"));
      if (reply.finish === "length") return this.#said("length");
      if (reply.wanted.length === 0) return this.#said("stop");
      if (call >= calls) return this.#said("calls");
      const results = await this.#unlessStopped(callTools(tools, reply.wanted, signal, this.ctx.log));
      this.#messages.push({ role: "assistant", content: reply.content }, results);
    }
  }

  get #model(): string {
    return this.#models[this.#at] ?? "";
  }

  /** The next step of the first model that gives it whole. */
  async #reply(mayCall: boolean): Promise<Reply> {
    for (; this.#at < this.#models.length; this.#at++) {
      const tries = this.#at + 1 < this.#models.length ? MODEL_TRIES - 1 : MODEL_TRIES;
      for (let once = 1; ; once++) {
        const reply = await this.#try(mayCall);
        if (!("fault" in reply)) {
          this.#failed.delete(this.#model);
          return reply;
        }
        this.#failed.set(this.#model, reply);
        this.#void();
        const pause = Math.max(reply.wait ?? 0, this.waits.backoff * 2 ** (once - 1));
        if (!reply.again || once >= tries || pause > MODEL_RETRY_AFTER) break;
        await this.#unlessStopped(wait(pause, undefined, { signal: this.asking.signal }));
      }
    }
    // It counts for nothing, but whoever asked may read what had come when the last try broke off.
    this.#progress = { text: this.#broken, tokens: null };
    throw modelError([...this.#failed.values()], this.#said("stop"));
  }

  async #try(mayCall: boolean): Promise<Reply | Failed> {
    const { system, tools, max_tokens, signal } = this.asking;
    const name = this.#model;
    const [provider, model] = parted(name);
    this.#checkBudget();
    if (signal.aborted) throw new Stopped();
    this.#progress = { text: "", tokens: null };
    const begun = performance.now();
    const mayBeSilent = this.#texts.length > 0;
    const call = { settings: this.ctx.config.models, model: name, system, messages: this.#messages, tools, mayCall, mayBeSilent, max_tokens, times: this.waits, signal };
    const reply = await callModel(call, this.#progress, () => this.hearing.text(this.#text()));
    const failed = reply !== null && "fault" in reply ? reply : null;
    const outcome = outcomeOf(reply);
    const whole = reply !== null && failed === null;
    const told = whole ? this.#progress.tokens : reckoned(this.#progress.tokens, () => `${system}${JSON.stringify(this.#messages)}`, this.#progress.text, max_tokens);
    const tokens = told ?? { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 };
    // A call that was answered by an error is free; of one that spoke without counts nobody knows what it cost.
    const counted = told !== null || (failed !== null && failed.outcome !== "cut" && failed.outcome !== "timeout");
    const error = failed && `${failed.status ?? ""} ${failed.words}`.trim();
    const row = { cause: this.asking.cause, provider, model, ...tokens, counted, latency_ms: performance.now() - begun, outcome, error };
    const { cost_usd } = await recordCall(this.ctx, row);
    this.#used.calls++;
    for (const kind of ["input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"] as const) this.#used[kind] += tokens[kind];
    this.#cost = cost_usd === null || this.#cost === null ? null : Math.round((this.#cost + cost_usd) * UNITS_PER_DOLLAR) / UNITS_PER_DOLLAR;
    if (failed) this.ctx.log.warn({ event: "model_failed", provider, model, outcome, status: failed.status, error: failed.words }, "A model gave no answer");
    if (reply === null) throw new Stopped();
    return reply;
  }

  #checkBudget(): void {
    try {
      checkBudget(this.ctx);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      throw new ModelError(error.fault, error.message, error.hint, this.#used.calls > 0 ? this.#said("stop") : null);
    }
  }

  /** What came of a step stands. */
  #keep(): void {
    this.#broken = "";
    if (this.#progress.text.trim() !== "") this.#texts.push(this.#progress.text);
    this.#progress = { text: "", tokens: null };
  }

  /** What came of a step counts for nothing. */
  #void(): void {
    const { text } = this.#progress;
    this.#progress = { text: "", tokens: null };
    if (text === "") return;
    this.#broken = text;
    this.hearing.text(this.#text());
  }

  /** Steps with a blank line between. */
  #text(): string {
    const texts = [...this.#texts, this.#progress.text].filter((text) => text !== "");
    return texts.map((text, index) => (index < texts.length - 1 ? text.trimEnd() : text)).join("\n\n");
  }

  #said(finish: Said["finish"]): Said {
    const name = this.#models[Math.min(this.#at, this.#models.length - 1)] ?? "";
    const [provider, model] = parted(name);
    return { text: this.#text(), provider, model, ...this.#used, cost_usd: this.#cost, latency_ms: Math.round(performance.now() - this.#begun), finish };
  }

  async #unlessStopped<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.asking;
    const { promise, reject } = Promise.withResolvers<never>();
    const stop = () => reject(new Stopped());
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    try {
      return await Promise.race([promise, work]);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }
}
