import type { ModelSettings } from "../config.ts";
import { PROBE_BYTES, PROBE_TIME } from "../limits.ts";
import { type Provider, settingOf } from "./names.ts";
import { addressOf } from "./providers.ts";

const all: readonly Provider[] = ["anthropic", "openai", "compatible"];

/** Whether a provider can be reached and takes its key; `says` is a sentence for the operator, without a secret. */
export type Probe = { provider: Provider; ok: boolean; says: string };

/** Asks each provider that is set up which models it has: that costs nothing. `wanted`: models as `provider/model`, of which a compatible server must have its own. */
export const probeProviders = (models: ModelSettings, wanted: readonly string[]): Promise<Probe[]> =>
  Promise.all(all.filter((provider) => models[provider] !== null).map(async (provider) => ({ provider, ...(await probe(models, provider, wanted)) })));

const probe = async (models: ModelSettings, provider: Provider, wanted: readonly string[]): Promise<Omit<Probe, "provider">> => {
  const address = addressOf(models, provider);
  const key = models[provider]?.key ?? null;
  const headers: Record<string, string> =
    key === null ? {} : provider === "anthropic" ? { "x-api-key": key, "anthropic-version": "2023-06-01" } : { authorization: `Bearer ${key}` };
  try {
    const response = await fetch(`${address}/models`, { headers, redirect: "manual", signal: AbortSignal.timeout(PROBE_TIME) });
    const { status } = response;
    if (status === 401 || status === 403)
      return { ok: false, says: `${address} refuses the key (${status}). Check ${provider === "compatible" ? "COLONY_LLM_API_KEY" : settingOf[provider]}` };
    if (status >= 300 && status < 400) return { ok: false, says: `${address} leads elsewhere (${status}), where no key is sent. Name the address itself` };
    if (status >= 500) return { ok: false, says: `${address} answers with ${status}: it is in trouble, or something before it is` };
    // Too many requests: it answers, and says nothing more.
    if (status === 429) return { ok: true, says: `${address} answers` };
    if (status >= 400) return { ok: false, says: `${address} answers with ${status}: is it the address of the API?` };
    if (!response.headers.get("content-type")?.includes("json")) return { ok: false, says: `${address} answers, but with no list of models: is it the address of the API?` };
    const has = provider === "compatible" ? await modelsIn(response) : null;
    const missing = has && wanted.filter((name) => name.startsWith("compatible/")).find((name) => !has.includes(name.slice("compatible/".length)));
    if (has && missing) return { ok: false, says: `${address} has no model ${missing.slice("compatible/".length)}. It has ${has.slice(0, 10).join(", ") || "none"}` };
    return { ok: true, says: `${address} answers${key === null ? "" : " and takes the key"}` };
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string };
    return { ok: false, says: `${address} cannot be reached from here (${name === "TimeoutError" ? `no answer in ${PROBE_TIME / 1000} s` : (code ?? name)})` };
  }
};

/** The models that a compatible server says it has; null when it does not say it as others do. */
const modelsIn = async (response: Response): Promise<string[] | null> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > PROBE_BYTES) return null;
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    const data: unknown = typeof body === "object" && body !== null && "data" in body ? body.data : null;
    return Array.isArray(data) ? data.flatMap((one) => (typeof one?.id === "string" ? [one.id] : [])) : null;
  } catch {
    return null;
  }
};
