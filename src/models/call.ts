import type { LanguageModelV4Message, LanguageModelV4Usage } from "@ai-sdk/provider";
import type { ModelSettings } from "../config.ts";
import { MODEL_ANSWER_BYTES } from "../limits.ts";
import { ownTurn } from "../turns.ts";
import { type Bound, brokeOff, type Failed, failureOf, wentOver } from "./faults.ts";
import type { Tokens } from "./prices.ts";
import { openModel } from "./providers.ts";
import { type Content, inputOf, Spoken } from "./spoken.ts";
import { offered, type Tools, type Wanted } from "./tooling.ts";

/** Bounds of one call, in milliseconds: until something comes, between two pieces, and for all of it. */
export type Times = Record<Exclude<Bound, "length">, number>;

/** What one call of a model is made with. */
export type Call = {
  settings: ModelSettings;
  /** `provider/model`. */
  model: string;
  system: string;
  messages: LanguageModelV4Message[];
  tools: Tools;
  /** Whether it may call them. They are shown all the same: what a provider's cache holds begins with them. */
  mayCall: boolean;
  /** Whether it may end without a word: it has said something before. */
  mayBeSilent: boolean;
  max_tokens: number;
  times: Times;
  signal: AbortSignal;
};

/** How far a call has come. `tokens` is null as long as the provider has told none. */
export type Progress = { text: string; tokens: Tokens | null };

/** What a model gave: words, and what it wants called. */
export type Reply = { finish: "stop" | "length" | "refused"; content: Content; wanted: Wanted[] };

/**
 * Calls a model once.
 * @param progress is kept up to date, so that what came before a failure is known
 * @param told is called for each piece of text
 * @returns its reply, what failed, or null when `signal` ended it
 */
export const callModel = async (call: Call, progress: Progress, told: () => void): Promise<Reply | Failed | null> => {
  const { model, signal } = call;
  const bounds = new Bounds(call.times);
  try {
    // Whoever stops an answer does not wait for a provider that takes no notice.
    const stopped = new Promise<null>((resolve) => {
      signal.addEventListener("abort", () => resolve(null), { once: true });
      if (signal.aborted) resolve(null);
    });
    return await Promise.race([stopped, bounds.over.then((bound) => wentOver(model, bound)), replied(call, bounds, progress, told)]);
  } catch (error) {
    if (signal.aborted) return null;
    return failureOf(model, error, call.settings);
  } finally {
    bounds.end();
  }
};

const replied = async (call: Call, bounds: Bounds, progress: Progress, told: () => void): Promise<Reply | Failed> => {
  const { settings, model, system, messages, tools, mayCall, mayBeSilent, max_tokens, signal } = call;
  const opened = await openModel(settings, model, (bytes) => bounds.heard(bytes));
  if (!opened) throw new Error(`${model} is not set up`);
  const some = Object.keys(tools).length > 0;
  await ownTurn();
  bounds.begin();
  const { stream } = await opened.doStream({
    // Tools and instructions are the same for every question to an agent: a provider that keeps them charges little for them.
    prompt: [{ role: "system", content: system, providerOptions: { anthropic: { cacheControl: { type: "ephemeral" } } } }, ...messages],
    ...(some && { tools: offered(tools), toolChoice: { type: mayCall ? "auto" : "none" } }),
    maxOutputTokens: max_tokens,
    abortSignal: AbortSignal.any([signal, bounds.signal]),
    // What was asked stays with Colony; OpenAI keeps it for a month when it is not told otherwise.
    providerOptions: { openai: { store: false } },
  });
  const spoken = new Spoken();
  const wanted: Wanted[] = [];
  let begins = false;
  let finish: { unified: string; raw: string | undefined } | undefined;
  for await (const piece of stream) {
    if (bounds.signal.aborted) throw new Error("The call was ended");
    spoken.take(piece);
    switch (piece.type) {
      case "text-start":
        begins = true;
        break;
      case "text-delta":
        if (piece.delta === "") break;
        // A provider may say something before a call of a tool, and more behind it.
        progress.text += begins && progress.text !== "" ? `\n\n${piece.delta}` : piece.delta;
        begins = false;
        told();
        break;
      case "custom":
        progress.tokens ??= tokensAtStart(piece.providerMetadata?.anthropic?.usage);
        break;
      case "tool-call":
        wanted.push({ id: piece.toolCallId, name: piece.toolName, input: inputOf(piece.input) });
        break;
      case "finish":
        finish = piece.finishReason;
        progress.tokens = tokensAtEnd(piece.usage) ?? progress.tokens;
        break;
      case "error":
        return failureOf(model, piece.error, settings);
    }
  }
  const ended = endOf(finish);
  if (!ended) return brokeOff(model, "The stream ended before the answer was whole.");
  const silent = progress.text.trim() === "" && wanted.length === 0;
  if (silent && ended === "stop" && !mayBeSilent) return brokeOff(model, "The answer was empty.");
  return { finish: ended, wanted, content: spoken.content };
};

/** How an answer ended; undefined for one that did not: what came of it does not stand. */
const endOf = (finish: { unified: string; raw: string | undefined } | undefined): Reply["finish"] | undefined => {
  switch (finish?.unified) {
    case "stop":
    case "tool-calls":
      return "stop";
    case "length":
      return "length";
    case "content-filter":
      return "refused";
    case "other":
      // A server's own name for an end is one.
      return finish.raw === undefined ? undefined : "stop";
  }
};

/** What Anthropic says when its stream begins: it counts the cached tokens apart. */
const tokensAtStart = (usage: unknown): Tokens | null => {
  if (typeof usage !== "object" || usage === null) return null;
  const told = usage as Partial<Record<string, unknown>>;
  const count = (name: string): number => (typeof told[name] === "number" ? told[name] : 0);
  const [read, write] = [count("cache_read_input_tokens"), count("cache_creation_input_tokens")];
  return { input_tokens: count("input_tokens") + read + write, output_tokens: count("output_tokens"), cache_read_tokens: read, cache_write_tokens: write };
};

const tokensAtEnd = ({ inputTokens, outputTokens }: LanguageModelV4Usage): Tokens | null => {
  if (inputTokens.total === undefined && outputTokens.total === undefined) return null;
  return {
    input_tokens: inputTokens.total ?? 0,
    output_tokens: outputTokens.total ?? 0,
    cache_read_tokens: inputTokens.cacheRead ?? 0,
    cache_write_tokens: inputTokens.cacheWrite ?? 0,
  };
};

/** The clocks of one call, and the length of its answer. */
class Bounds {
  readonly #controller = new AbortController();
  readonly #over = Promise.withResolvers<Bound>();
  readonly #timers = new Map<"whole" | "next", Timer>();
  #bytes = 0;

  constructor(private readonly times: Times) {}

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Which bound was gone over, when one is. */
  get over(): Promise<Bound> {
    return this.#over.promise;
  }

  begin(): void {
    this.#set("whole", "whole");
    this.#set("next", "first");
  }

  heard(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > MODEL_ANSWER_BYTES) this.#gone("length");
    else this.#set("next", "silence");
  }

  end(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#controller.abort();
  }

  #set(name: "whole" | "next", bound: keyof Times): void {
    clearTimeout(this.#timers.get(name));
    if (this.signal.aborted) return;
    this.#timers.set(
      name,
      setTimeout(() => this.#gone(bound), this.times[bound]),
    );
  }

  #gone(bound: Bound): void {
    this.#over.resolve(bound);
    this.#controller.abort();
  }
}
