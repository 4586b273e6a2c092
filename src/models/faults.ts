import type { ModelSettings } from "../config.ts";
import { MODEL_ERROR_CHARACTERS } from "../limits.ts";
import { ModelError, type ModelFault, type Said } from "./asking.ts";
import { providerOf } from "./names.ts";
import type { Outcome } from "./store.ts";

/** A try of a model that gave no answer. */
export type Failed = {
  model: string;
  fault: ModelFault;
  outcome: Outcome;
  /** Of the answer over HTTP, or of the error in its midst; null where there was none. */
  status: number | null;
  /** What the provider said, cut short and without secrets. */
  words: string;
  /** Whether the same model may do better after a while. */
  again: boolean;
  /** Milliseconds that the provider asks to wait; null when it names none. */
  wait: number | null;
};

/** Which bound a call went over: of time until something came, between two pieces, for all of it; or of its length. */
export type Bound = "first" | "silence" | "whole" | "length";
const boundWords: Record<Bound, string> = {
  first: "Nothing came in time.",
  silence: "It fell silent in the midst of its answer.",
  whole: "Its answer took too long.",
  length: "It sent more than is taken.",
};

/** What a call that went over a bound comes to. It is not tried again with the same model: that would take as long. */
export const wentOver = (model: string, bound: Bound): Failed => {
  const fault = bound === "length" ? "cut" : "timeout";
  return { model, fault, outcome: fault, status: null, words: boundWords[bound], again: false, wait: null };
};

/** What a stream comes to that ended before the answer was whole. */
export const brokeOff = (model: string, words: string): Failed => ({ model, fault: "cut", outcome: "cut", status: null, words, again: true, wait: null });

/** How an error begins where no answer came at all, in the SDK's words. */
export const UNREACHED = "Cannot connect to API";

/** What an error of the SDK comes to. Those are told apart by what they hold, so that the SDK need not be loaded for it. */
export const failureOf = (model: string, error: unknown, settings: ModelSettings): Failed => {
  const held = (typeof error === "object" && error !== null ? error : {}) as Partial<Record<string, unknown>>;
  const said = typeof held.message === "string" ? held.message : String(error);
  const words = withoutSecrets(said, settings);
  const headers = (held.responseHeaders ?? {}) as Record<string, string>;
  const status = statusOf(held);
  const failed = (fault: ModelFault, outcome: Outcome, again: boolean): Failed => ({ model, fault, outcome, status, words, again, wait: waitOf(headers) });
  if (status === 401 || status === 403) return failed("bad_key", "error", false);
  if (status === 404) return failed("unknown_model", "error", false);
  if (status === 429 && /insufficient_quota/.test(`${held.responseBody} ${JSON.stringify(held.data)}`)) return failed("failed", "error", false);
  if (status === 408 || status === 429 || (status !== null && status >= 500)) return failed("overloaded", "overloaded", true);
  if (status !== null) return failed("failed", "error", false);
  if (said.startsWith(UNREACHED)) return failed("failed", "error", true);
  // Pieces that are no protocol, an end without its last piece, a connection that was lost.
  return brokeOff(model, words);
};

/** The status of an answer over HTTP, or what stands for it in the midst of a stream, where compatible servers say it in their own ways. */
const statusOf = ({ statusCode, code, message }: Partial<Record<string, unknown>>): number | null => {
  // The head of an answer that broke off says 200.
  if (typeof statusCode === "number" && statusCode !== 200) return statusCode;
  if (typeof code === "number" && code >= 400 && code < 600) return code;
  return typeof message === "string" && /^(model )?overloaded( error)?$/i.test(message.trim()) ? 503 : null;
};

/** Milliseconds by `retry-after-ms` or `retry-after`, which holds seconds or a date. */
const waitOf = (headers: Record<string, string>): number | null => {
  const exact = Number.parseFloat(headers["retry-after-ms"] ?? "");
  if (exact >= 0) return exact;
  const text = headers["retry-after"];
  if (text === undefined) return null;
  const seconds = Number(text);
  const wait = Number.isNaN(seconds) ? Date.parse(text) - Date.now() : seconds * 1000;
  return Number.isNaN(wait) ? null : Math.max(0, wait);
};

/** The words on one line, cut short; keys, also those that a provider shows in part, become dots. */
const withoutSecrets = (words: string, { anthropic, openai, compatible }: ModelSettings): string => {
  const keys = [anthropic?.key, openai?.key, compatible?.key].filter((key) => typeof key === "string");
  return keys
    .reduce((text, key) => text.replaceAll(key, "…"), words)
    .replace(/\bsk-[\w*.-]+/g, "…")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, MODEL_ERROR_CHARACTERS);
};

/**
 * What is said to whoever asked, for the model that was to answer first; the others stand in the hint.
 * @param failed how each model failed, one at least
 */
export const modelError = ([first, ...others]: readonly Failed[], said: Said): ModelError => {
  if (!first) throw new Error("Nothing failed");
  const [message, hint] = sentences(first);
  const also = others.map((one) => ` ${one.model} could not answer either (${briefly(one)}).`).join("");
  return new ModelError(first.fault, message, hint + also, said);
};

/** That a model answered, and declined to. Another one is not asked: what one provider will not answer is not carried to the next. */
export const declined = (model: string, said: Said): ModelError =>
  new ModelError("refused", `The model ${model} declined to answer this.`, "Ask in other words, or leave out what it may have stumbled over.", said);

const keySettings = { anthropic: "ANTHROPIC_API_KEY", openai: "OPENAI_API_KEY", compatible: "COLONY_LLM_API_KEY" };

const sentences = (failed: Failed): [message: string, hint: string] => {
  const { model, fault, status, words, wait } = failed;
  const key = keySettings[providerOf(model)];
  switch (fault) {
    case "overloaded":
      return [`The model ${model} is overloaded (${status ?? 529}), so I cannot answer now.`, `Retry ${wait ? `in ${Math.ceil(wait / 1000)} s` : "in a minute"}.`];
    case "timeout":
      return [`The model ${model} did not answer in time.`, `${words} Retry in a minute.`];
    case "cut":
      return [`The answer of the model ${model} broke off before it was whole.`, "Retry in a minute."];
    case "bad_key":
      return [`The provider of the model ${model} turns the key of this server away (${status}).`, `The operator checks ${key}, and that its account may use the model.`];
    case "unknown_model":
      return [`The provider knows no model ${model}.`, "The operator names another one, in the agent's file or in COLONY_LLM_MODEL, and checks the address of the provider."];
    default:
      return status === null
        ? [`The model ${model} could not be reached.`, "The operator checks the address of its provider, and the network."]
        : [`The model ${model} could not be asked (${status}).`, `Its provider said: ${words}`];
  }
};

const briefly = ({ fault, status }: Failed): string => (status === null ? ({ timeout: "too late", cut: "broke off" }[fault as string] ?? "not reached") : String(status));
