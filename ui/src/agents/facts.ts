import type { Source, Step } from "../api.ts";

/** What an answer says of itself beside its words. What is not there, or of another kind than it should be, is null, false or empty. */
export type Facts = {
  steps: readonly Step[];
  sources: readonly Source[];
  stopped: boolean;
  /** The username of who stopped it. */
  stoppedBy: string | null;
  /** It ended because it was as long as it may be, or because it had asked often enough. */
  cut: "length" | "calls" | null;
  error: string | null;
  cost: Cost | null;
};

/** Tokens; `input` counts the cached ones too. `dollars`: null where the price is not known. */
export type Cost = { model: string; input: number; output: number; read: number; written: number; dollars: number | null; ms: number | null };

type Metadata = Record<string, unknown> | null;

const words = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const count = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null);
const things = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : []);

const states = ["running", "done", "failed"] as const;

const stepOf = (one: Record<string, unknown>): Step[] => {
  const tool = words(one.tool);
  const state = states.find((known) => known === one.state);
  return tool === null || state === undefined ? [] : [{ tool, state, input: words(one.input) ?? "", output: words(one.output), ms: count(one.ms) }];
};

const sourceOf = (one: Record<string, unknown>): Source[] => {
  const [n, file] = [count(one.n), words(one.file)];
  return n === null || file === null ? [] : [{ n, file, heading: words(one.heading) ?? "", page: count(one.page) }];
};

const costOf = (metadata: Record<string, unknown>): Cost | null => {
  const [provider, model] = [words(metadata.provider), words(metadata.model)];
  const [input, output] = [count(metadata.input_tokens), count(metadata.output_tokens)];
  if (model === null || input === null || output === null) return null;
  return {
    model: provider === null || model.startsWith(`${provider}/`) ? model : `${provider}/${model}`,
    input,
    output,
    read: count(metadata.cache_read_tokens) ?? 0,
    written: count(metadata.cache_write_tokens) ?? 0,
    dollars: count(metadata.cost_usd),
    ms: count(metadata.latency_ms),
  };
};

/** Reads the metadata of an answer; it never fails. */
export const factsOf = (metadata: Metadata): Facts => ({
  steps: things(metadata?.steps).flatMap(stepOf),
  sources: things(metadata?.sources).flatMap(sourceOf),
  stopped: metadata?.stopped === true,
  stoppedBy: words(metadata?.stopped_by),
  cut: metadata?.finish === "length" || metadata?.finish === "calls" ? metadata.finish : null,
  error: words(metadata?.error),
  cost: metadata && costOf(metadata),
});

/** The names under which an answer's metadata hold what is told in words of its own. */
export const toldNames: ReadonlySet<string> = new Set([
  "provider",
  "model",
  "input_tokens",
  "output_tokens",
  "cache_read_tokens",
  "cache_write_tokens",
  "cost_usd",
  "latency_ms",
  "sources",
  "steps",
]);
