import type { Persona } from "../agents/persona.ts";
import type { Config, ModelSettings } from "../config.ts";

/** How a model is named: `provider/model`. */
export const modelName = /^(anthropic|openai|compatible)\/[\w.:/@-]{1,200}$/;

export type Provider = "anthropic" | "openai" | "compatible";
type Named = Pick<Persona, "model" | "fallback_model">;

/** What answers where no model is named, by the provider that has a key. What a compatible server has, only its operator knows. */
const usual = { anthropic: "anthropic/claude-sonnet-5-5", openai: "openai/gpt-6-sol" };
/** The setting that makes a provider usable. */
export const settingOf: Record<Provider, string> = { anthropic: "ANTHROPIC_API_KEY", openai: "OPENAI_API_KEY", compatible: "COLONY_LLM_BASE_URL" };

/** The provider of a model's name. */
export const providerOf = (model: string): Provider => model.slice(0, model.indexOf("/")) as Provider;

/** The provider of a model's name, and what the provider calls the model. */
export const parted = (name: string): [provider: Provider, model: string] => [providerOf(name), name.slice(name.indexOf("/") + 1)];

/** The models an agent is meant to answer with, whether or not they can be called: first and fallback; null for none. */
export const modelsOf = ({ models }: Pick<Config, "models">, persona: Named): { model: string | null; fallback: string | null } => ({
  model: persona.model ?? models.model ?? (models.anthropic ? usual.anthropic : models.openai ? usual.openai : null),
  fallback: persona.fallback_model ?? models.fallback ?? (models.openai ? usual.openai : null),
});

/** The models that an agent's calls try, in order: those of `modelsOf` whose provider has a key or an address, each once. */
export const usableModels = (config: Pick<Config, "models">, persona: Named): string[] => {
  const { model, fallback } = modelsOf(config, persona);
  return [...new Set([model, fallback])].filter((name) => name !== null).filter((name) => config.models[providerOf(name)] !== null);
};

/** Why `usableModels` gives none, as what the operator does about it: one sentence without a secret. */
export const whyNoModel = (config: Pick<Config, "models">, persona: Named): string => {
  const { model, fallback } = modelsOf(config, persona);
  const unset = [model, fallback].find((name) => name !== null);
  if (unset) return `The model ${unset} is named, and ${settingOf[providerOf(unset)]} is not set: the operator sets it, or names another model.`;
  if (config.models.compatible) return namesNoModel;
  return `The operator sets ${settingOf.anthropic}, ${settingOf.openai} or ${settingOf.compatible}.`;
};

const namesNoModel = "COLONY_LLM_BASE_URL is set, and no model of it is named: the operator sets COLONY_LLM_MODEL, e.g. compatible/llama3.1.";

/** What is set up in a way that no agent without a model of its own can use; null when all is well. */
export const modelTrouble = (models: ModelSettings): string | null => {
  const named = [models.model, models.fallback].find((name) => name !== null && models[providerOf(name)] === null);
  if (named)
    return `${named === models.model ? "COLONY_LLM_MODEL" : "COLONY_LLM_FALLBACK_MODEL"} names ${named}, and ${settingOf[providerOf(named)]} is not set: set it, or name another model.`;
  if (models.compatible && usableModels({ models }, { model: null, fallback_model: null }).length === 0) return namesNoModel;
  return null;
};
